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
	"time"
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

// connect makes the connection that the opening handshake runs on: with TLS for
// wss, without for ws (section 4.1).
func connect(ctx context.Context, u *url.URL, address string, opt *DialOptions) (net.Conn, error) {
	dial := opt.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	conn, err := dial(ctx, "tcp", address)
	if err != nil || u.Scheme == "ws" {
		return conn, err
	}
	config := opt.TLS.Clone() // the caller's stays as it is; nil gives nil
	if config == nil {
		config = &tls.Config{}
	}
	if config.ServerName == "" {
		config.ServerName = u.Hostname()
	}
	config.NextProtos = []string{"http/1.1"} // this handshake is not one of HTTP/2
	return tls.Client(conn, config), nil     // which shakes hands with the first Write
}

// open has the deadline of ctx for a deadline, which is enough when ctx only has one,
// and a goroutine for when it is cancelled.
func open(ctx context.Context, conn net.Conn, request *http.Request, opt *DialOptions) (*Conn, error) {
	type result struct {
		c   *Conn
		err error
	}
	results := make(chan result, 1)
	go func() {
		c, err := ask(conn, request, opt)
		results <- result{c, err}
	}()
	select {
	case r := <-results:
		if r.err != nil {
			conn.Close()
		}
		return r.c, r.err
	case <-ctx.Done():
		conn.SetDeadline(time.Unix(1, 0))
		<-results
		conn.Close()
		return nil, ctx.Err()
	}
}

func ask(conn net.Conn, request *http.Request, opt *DialOptions) (*Conn, error) {
	key := base64.StdEncoding.EncodeToString([]byte(rand.Text()[:16]))
	request.Header["Sec-Websocket-Key"] = []string{key}
	err := request.Write(conn)
	if err != nil {
		return nil, err
	}
	all := bufio.NewReaderSize(conn, MaxHandshake)
	limited := &io.LimitedReader{R: all, N: MaxHandshake}
	response, err := http.ReadResponse(bufio.NewReaderSize(byteReader{limited}, 16), request)
	if err != nil {
		return nil, err
	}
	subprotocol, err := CheckResponse(response, key, opt.Subprotocols)
	if err != nil {
		return nil, err
	}
	early := make([]byte, all.Buffered())
	io.ReadFull(all, early)
	c := NewConn(conn, Client, early, &opt.Options)
	c.subprotocol = subprotocol
	return c, nil
}

// byteReader gives one byte at a time, so that no reader takes more than it needs.
type byteReader struct{ r io.Reader }

func (b byteReader) Read(p []byte) (int, error) { return b.r.Read(p[:min(len(p), 1)]) }
