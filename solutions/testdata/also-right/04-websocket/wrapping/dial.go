package websocket

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
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

// connect does the handshake of TLS at once.
func connect(ctx context.Context, u *url.URL, address string, opt *DialOptions) (net.Conn, error) {
	var conn net.Conn
	var err error
	if opt.DialContext != nil {
		conn, err = opt.DialContext(ctx, "tcp", address)
	} else {
		var d net.Dialer
		conn, err = d.DialContext(ctx, "tcp", address)
	}
	if err != nil {
		return nil, err
	}
	if u.Scheme != "wss" {
		return conn, nil
	}
	config := new(tls.Config)
	if opt.TLS != nil {
		config = opt.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = u.Hostname()
	}
	config.NextProtos = nil
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

// open reads the header of the answer byte by byte, so that nothing is read that
// stands behind it, and wakes its reads and writes with a deadline.
func open(ctx context.Context, conn net.Conn, request *http.Request, opt *DialOptions) (c *Conn, err error) {
	done, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		select {
		case <-ctx.Done():
			conn.SetDeadline(time.Unix(1, 0))
		case <-done:
		}
	}()
	defer func() {
		close(done)
		<-gone
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		if err != nil {
			conn.Close()
			c = nil
		}
	}()
	nonce := make([]byte, 16)
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	key := base64.StdEncoding.EncodeToString(nonce)
	request.Header.Set("Sec-WebSocket-Key", key)
	var out bytes.Buffer
	request.Write(&out)
	if _, err := conn.Write(out.Bytes()); err != nil {
		return nil, err
	}
	var head []byte
	for b := make([]byte, 1); !bytes.HasSuffix(head, []byte("\r\n\r\n")); {
		if len(head) == MaxHandshake {
			return nil, errors.New("the answer is too long")
		}
		n, err := conn.Read(b)
		if n == 0 && err != nil {
			return nil, err
		}
		head = append(head, b[:n]...)
	}
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(head)), request)
	if err != nil {
		return nil, err
	}
	chosen, err := CheckResponse(response, key, opt.Subprotocols)
	if err != nil {
		return nil, err
	}
	c = NewConn(conn, Client, nil, &opt.Options)
	c.subprotocol = chosen
	return c, nil
}
