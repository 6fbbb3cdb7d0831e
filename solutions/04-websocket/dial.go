package websocket

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
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
// The error matches [HandshakeError] when the server has answered and not agreed.
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
	dial := opt.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	conn, err := dial(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("websocket: connecting: %w", err)
	}
	if u.Scheme == "wss" {
		conn = tls.Client(conn, tlsConfig(opt.TLS, u.Hostname()))
	}
	// Reads and writes know nothing of contexts. A deadline in the past wakes them.
	limit := &deadlines{conn: conn}
	stop := limit.watch(ctx, func(d *deadlines, cut bool) { d.readCut, d.writeCut = cut, cut })
	c, err := open(conn, u, opt)
	stop()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		conn.Close()
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

func tlsConfig(config *tls.Config, host string) *tls.Config {
	config = config.Clone() // the caller's stays as it is; nil gives nil
	if config == nil {
		config = &tls.Config{}
	}
	if config.ServerName == "" {
		config.ServerName = host
	}
	config.NextProtos = []string{"http/1.1"} // this handshake is not one of HTTP/2
	return config
}

// open does the client's opening handshake on conn (section 4.1).
func open(conn net.Conn, u *url.URL, opt *DialOptions) (*Conn, error) {
	var random [16]byte
	rand.Read(random[:])
	key := base64.StdEncoding.EncodeToString(random[:])
	request := newRequest(u, key, opt)
	if err := request.Write(conn); err != nil { // over TLS, its handshake comes first
		return nil, err
	}
	// The limit is for the answer's header; bytes behind it may be in the buffer
	// too, and no read of a bufio.Reader is longer than that.
	r := bufio.NewReader(io.LimitReader(conn, MaxHandshake))
	response, err := http.ReadResponse(r, request)
	if err != nil {
		return nil, err
	}
	subprotocol, err := CheckResponse(response, key, opt.Subprotocols)
	if err != nil {
		return nil, err
	}
	early, _ := r.Peek(r.Buffered())
	c := NewConn(conn, Client, early, &opt.Options)
	c.subprotocol = subprotocol
	return c, nil
}

// newRequest returns a client's opening handshake.
func newRequest(u *url.URL, key string, opt *DialOptions) *http.Request {
	target := *u
	target.Scheme = map[string]string{"ws": "http", "wss": "https"}[u.Scheme]
	header := opt.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Upgrade", "websocket")
	header.Set("Connection", "Upgrade")
	header.Set("Sec-WebSocket-Version", Version)
	header.Set("Sec-WebSocket-Key", key)
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
