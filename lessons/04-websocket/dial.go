package websocket

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// DialOptions are for a client. The zero value is good.
type DialOptions struct {
	Options

	// Header has fields to send along, for instance Origin or Cookie.
	Header http.Header

	// Subprotocols to offer, the most wanted first.
	Subprotocols []string

	// TLS is the configuration for wss; nil is the default one.
	TLS *tls.Config

	// DialContext makes the connection that WebSocket or TLS then run on; that of
	// net.Dialer if nil.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// Dial connects to a server, rawURL being ws://host[:port]/path?query or wss://
// (section 3). The context is for connecting and for the opening handshake, which
// takes at most [HandshakeTimeout]; it does not bind the connection. opt may be nil.
//
// The error matches [HandshakeError] when the server has answered and not agreed; a
// redirect is no agreement, and is not followed.
func Dial(ctx context.Context, rawURL string, opt *DialOptions) (*Conn, error) {
	if opt == nil {
		opt = &DialOptions{}
	}
	u, address, err := parseURL(rawURL)
	if err != nil {
		return nil, fmt.Errorf("websocket: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, HandshakeTimeout)
	defer cancel()
	conn, err := connect(ctx, u, address, opt)
	if err != nil {
		return nil, fmt.Errorf("websocket: connecting: %w", err)
	}
	c, err := open(ctx, conn, newRequest(u, opt), opt)
	if err != nil {
		return nil, fmt.Errorf("websocket: opening handshake: %w", err)
	}
	return c, nil
}

// parseURL returns the URL and the address to connect to.
func parseURL(rawURL string) (u *url.URL, address string, err error) {
	u, err = url.Parse(rawURL)
	if err != nil {
		return nil, "", err
	}
	port := map[string]string{"ws": "80", "wss": "443"}[u.Scheme]
	switch {
	case port == "":
		return nil, "", fmt.Errorf("the scheme of %q is not ws or wss", u.Redacted())
	case u.Hostname() == "":
		return nil, "", fmt.Errorf("there is no host in %q", u.Redacted())
	case u.User != nil || strings.Contains(rawURL, "#"):
		return nil, "", fmt.Errorf("%q has a user or a fragment: a WebSocket URL has neither", u.Redacted())
	case u.Port() != "":
		port = u.Port()
	}
	return u, net.JoinHostPort(u.Hostname(), port), nil
}

// newRequest returns a client's opening handshake (section 4.1), but for its
// Sec-WebSocket-Key.
func newRequest(u *url.URL, opt *DialOptions) *http.Request {
	target := *u
	target.Scheme = map[string]string{"ws": "http", "wss": "https"}[u.Scheme]
	header := opt.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Upgrade", "websocket")
	header.Set("Connection", "Upgrade")
	header.Set("Sec-WebSocket-Version", Version)
	header.Del("Sec-WebSocket-Extensions") // we know none
	header.Del("Sec-WebSocket-Protocol")
	if len(opt.Subprotocols) > 0 {
		header.Set("Sec-WebSocket-Protocol", strings.Join(opt.Subprotocols, ", "))
	}
	return &http.Request{
		Method: http.MethodGet, URL: &target, Host: u.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
}

// Step 27: the connection
//
// connect returns the connection that the opening handshake runs on: what
// opt.DialContext makes for the network "tcp" and the address (net.Dialer's, if it is
// nil), and for wss with TLS on top. The errors are those of dialing and, if its
// handshake is done here, of TLS; then nothing of the connection is left open.
//
// TLS is configured by a copy of opt.TLS, which stays as it is and may be nil. In the
// copy ServerName is the host of u, if it was empty, and the only one of NextProtos is
// "http/1.1", because a server that agrees on HTTP/2 does not understand this
// handshake.
func connect(ctx context.Context, u *url.URL, address string, opt *DialOptions) (net.Conn, error) {
	return nil, notWritten(27)
}

// Step 27: the handshake
//
// open does the client's opening handshake on conn (section 4.1). It adds a
// Sec-WebSocket-Key to the request, 16 bytes of crypto/rand in base64, fresh each
// time, sends it, reads the answer and has it judged by [CheckResponse]. An answer
// whose header is longer than [MaxHandshake] is an error. What has come behind the
// answer is the start of the WebSocket connection. The Conn has opt.Options, and as its
// subprotocol what CheckResponse returns.
//
// It ends when ctx does, at once, whatever it waits for, with ctx.Err(). (Dial has
// given ctx a deadline, HandshakeTimeout.) After it has returned a Conn, ctx means
// nothing to that any more, and no deadline is set. When it returns an error, conn is
// closed.
func open(ctx context.Context, conn net.Conn, request *http.Request, opt *DialOptions) (*Conn, error) {
	return nil, notWritten(27)
}
