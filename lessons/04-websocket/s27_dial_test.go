package websocket

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example/websockets/internal/memconn"
	"example/websockets/internal/steps"
)

func TestStep27_Dial(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		dialAsks(t)
		dialIsRefused(t)
		dialKeepsEarlyBytes(t)
		dialEndsWithItsContext(t)
		dialLimitsTheAnswer(t)
		dialWithTLS(t)
		dialWithoutHook(t)
	})
}

// dialAsks looks at where Dial connects to and what it sends there.
func dialAsks(t *steps.T) {
	keys := []string{}
	for _, c := range []struct{ url, address, line, host string }{
		{"ws://example.com", "example.com:80", "GET / HTTP/1.1", "example.com"},
		{"ws://example.com:8080/a/b?c=d", "example.com:8080", "GET /a/b?c=d HTTP/1.1", "example.com:8080"},
		{"ws://[::1]/%20", "[::1]:80", "GET /%20 HTTP/1.1", "[::1]"},
	} {
		did := fmt.Sprintf("Dial(%q)", c.url)
		p := newDialPeer(t, dialAgrees("Sec-WebSocket-Protocol: b"))
		opt := &DialOptions{
			Options:      Options{MessageLimit: 10},
			Subprotocols: []string{"a", "b"},
			Header:       http.Header{"Cookie": {"x=y"}, "Origin": {"http://page.example"}},
			DialContext:  p.dial,
		}
		t.Doing("waiting for %s to return; DialContext of the options makes the connection", did)
		conn, err := Dial(context.WithValue(context.Background(), dialValue{}, "the caller's"), c.url, opt)
		synctest.Wait()
		if p.request != nil && p.request.Header.Get("Sec-WebSocket-Key") == "" {
			t.Fail(did+": Sec-WebSocket-Key", steps.WantGot(steps.Words("16 bytes in base64"), steps.Words("no such field")),
				steps.LooksLike(true, "newRequest leaves the key to you: set it in request.Header"))
		}
		if p.dialed == 0 {
			t.Fail(did+": how often DialContext of the options was called", steps.WantGot(1, 0),
				steps.LooksLike(true, "the caller says how to connect; net.Dialer's own DialContext is for when it is nil"))
		}
		if err != nil && p.request == nil {
			t.Fail(did+": what came of it", steps.WantGot(steps.Words("a request, at the server"), err),
				steps.LooksLike(p.dialed == 1, "no whole request has come to the server: request.Write(conn) sends it"))
		}
		dialSucceeded(t, did, conn, err)
		steps.Equal(t, did+": the network and the address that DialContext got", "tcp "+c.address, p.network+" "+p.address)
		steps.Equal[any](t, did+": a value of the caller's context, looked for in that of DialContext", "the caller's", p.ctx.Value(dialValue{}),
			steps.LooksLike(true, "a context was made anew; the caller's ends the connecting too"))
		r := p.request
		if r == nil {
			t.Fail(did+": the request", steps.WantGot(steps.Words("an opening handshake"), steps.Words("nothing")))
		}
		steps.Equal(t, did+": the first line of the request", c.line, fmt.Sprintf("%s %s %s", r.Method, r.RequestURI, r.Proto))
		steps.Equal(t, did+": Host", c.host, r.Host)
		key := r.Header.Get("Sec-WebSocket-Key")
		if b, err := base64.StdEncoding.DecodeString(key); err != nil || len(b) != 16 {
			t.Fail(did+": Sec-WebSocket-Key", steps.WantGot(steps.Words("16 bytes in base64, which are 24 characters"), steps.Words(fmt.Sprintf("%d characters", len(key)))),
				steps.LooksLike(len(key) == 22, "base64 with its two characters of padding: base64.StdEncoding"),
				steps.LooksLike(len(key) == 16, "16 random characters are not 16 bytes in base64"))
		}
		for _, k := range keys {
			if last := min(len(key), len(k)); k != key && (k[:last/2] == key[:last/2] || k[last/2:] == key[last/2:]) {
				t.Fail(did+": Sec-WebSocket-Key", steps.WantGot(steps.Words("16 random bytes"), steps.Words("half of it is as it was before")),
					steps.LooksLike(true, "one half of the key is always the same: all 16 bytes are random (section 4.1)"))
			}
		}
		if slices.Contains(keys, key) {
			t.Fail(did+": Sec-WebSocket-Key", steps.WantGot(steps.Words("another key each time"), steps.Words("the key of the last time")),
				steps.LooksLike(true, "a key that is known can be answered without asking us: it is random, and fresh each time (section 4.1)"))
		}
		keys = append(keys, key)
		for _, f := range [][2]string{
			{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Version", "13"},
			{"Sec-WebSocket-Protocol", "a, b"}, {"Cookie", "x=y"}, {"Origin", "http://page.example"},
		} {
			steps.Equal(t, did+": "+f[0], f[1], r.Header.Get(f[0]))
		}
		steps.Equal(t, did+": Subprotocol() of the Conn, when the server chose b", "b", conn.Subprotocol(),
			steps.LooksLike(true, "CheckResponse says it, and a Conn has a field for it"))
		p.conn.Write(dialFrame("eleven byte"))
		t.Doing("reading a message that is longer than Options.MessageLimit")
		_, payload, err := conn.ReadMessage(context.Background(), nil)
		if problem, _ := errors.AsType[*ProtocolError](err); problem == nil || problem.Code != CloseTooBig {
			t.Fail("a message of 11 bytes, Options.MessageLimit being 10", steps.WantGot(steps.Words("a ProtocolError with code 1009"), upgradeResult(payload, err)),
				steps.LooksLike(err == nil, "the Options of the DialOptions were not handed on to NewConn"),
				steps.LooksLike(errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded), "the context of the handshake has ended with the handshake, and has ended the connection too"))
		}
		conn.CloseNow()
		p.conn.Close()
	}
}

// dialIsRefused has servers that do not agree, or do not answer at all.
func dialIsRefused(t *steps.T) {
	for _, c := range []struct {
		did, answer string
		status      int
		looks       []steps.Look
	}{
		{"the server answers with 404", "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nsorry", 404, nil},
		{"the server answers with 401", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", 401, nil},
		{"the server answers with 200", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, nil},
		{"the server sends us elsewhere, to /new", "HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n", 302, nil},
		{"the server's accept key belongs to another key", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", 101, nil},
	} {
		p := newDialPeer(t, func(p *dialPeer) { io.WriteString(p.conn, c.answer) })
		t.Doing("waiting for Dial to return: %s", c.did)
		start := time.Now()
		conn, err := Dial(context.Background(), "ws://example.com/old", &DialOptions{DialContext: p.dial})
		steps.Equal(t, c.did+": how often Dial has connected", 1, p.dialed,
			steps.LooksLike(p.dialed > 1, "a redirect was followed: to another server, perhaps, with the caller's cookies; let the caller decide (section 4.1)"))
		refused, _ := errors.AsType[*HandshakeError](err)
		if conn != nil || refused == nil || refused.Status != c.status {
			t.Fail(c.did+": what Dial returned", steps.WantGot(steps.Words(fmt.Sprintf("an error in which errors.As finds a HandshakeError with status %d", c.status)), upgradeConn(conn, err)),
				steps.LooksLike(conn != nil, "nobody has asked CheckResponse"),
				steps.LooksLike(strings.Contains(fmt.Sprint(err), "HTTP status"), "only the text of the error was passed on; %w passes on the error itself"))
		}
		steps.Equal(t, c.did+": Dial returned after", time.Duration(0), time.Since(start))
		p.closed(t, c.did)
	}

	did := "the server closes the connection instead of answering"
	p := newDialPeer(t, func(p *dialPeer) { p.conn.Close() })
	t.Doing("waiting for Dial to return: %s", did)
	conn, err := Dial(context.Background(), "ws://example.com", &DialOptions{DialContext: p.dial})
	if err == nil || conn != nil {
		t.Fail(did+": what Dial returned", steps.WantGot(steps.Words("an error"), err))
	}
	p.closed(t, did)

	did = "DialContext returns an error"
	nobody := errors.New("nobody is there")
	t.Doing("waiting for Dial to return: %s", did)
	_, err = Dial(context.Background(), "wss://example.com", &DialOptions{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, nobody }})
	steps.WantError(t, did, nobody, err)
}

// dialKeepsEarlyBytes has a server that greets in the same Write.
func dialKeepsEarlyBytes(t *steps.T) {
	for _, n := range []int{2, 300, 3000, 9000} {
		greeting := strings.Repeat("x", n)
		did := fmt.Sprintf("the server sends a message of %d bytes right behind its answer", n)
		p := newDialPeer(t, func(p *dialPeer) {
			p.conn.Write(append(p.agrees(), dialFrame(greeting)...))
		})
		t.Doing("waiting for Dial to return: %s", did)
		conn, err := Dial(context.Background(), "ws://example.com", &DialOptions{DialContext: p.dial})
		dialSucceeded(t, did, conn, err)
		ctx, stop := context.WithTimeout(context.Background(), time.Minute)
		t.Doing("reading: %s", did)
		_, payload, err := conn.ReadMessage(ctx, nil)
		stop()
		if err != nil || string(payload) != greeting {
			t.Fail(did, steps.WantGot(greeting, upgradeResult(payload, err)),
				steps.LooksLike(errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded), "the context of the handshake has ended with the handshake, and has ended the connection too"),
				steps.LooksLike(true, "what came with the answer was lost: it is in the bufio.Reader that the answer was read from"))
		}
		conn.CloseNow()
		p.conn.Close()
	}
}

// dialEndsWithItsContext has servers that make Dial wait, and looks at what a
// context means before Dial has returned and after.
func dialEndsWithItsContext(t *steps.T) {
	for _, c := range []struct {
		did  string
		peer func(*dialPeer)
	}{
		{"the server is silent", func(p *dialPeer) {}},
		{"the server sends half an answer", func(p *dialPeer) { io.WriteString(p.conn, "HTTP/1.1 101 Switching") }},
	} {
		did := c.did + "; ctx ends after a second"
		p := newDialPeer(t, c.peer)
		ctx, stop := context.WithCancel(context.Background())
		time.AfterFunc(time.Second, stop)
		t.Doing("waiting for Dial to return: %s", did)
		start := time.Now()
		_, err := Dial(ctx, "ws://example.com", &DialOptions{DialContext: p.dial})
		steps.WantError(t, did, context.Canceled, err,
			steps.LooksLike(time.Since(start) > time.Second, "ctx was not looked at while the answer was waited for: a Read knows nothing of contexts, somebody has to wake it"),
			steps.LooksLike(errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded), "what woke the Read was passed on; ctx.Err() says why"))
		steps.Equal(t, did+": Dial returned after", time.Second, time.Since(start),
			steps.LooksLike(true, "ctx was not looked at while the answer was waited for: a Read knows nothing of contexts, somebody has to wake it"))
		p.closed(t, did)
	}

	did := "the server takes nothing of the request; ctx ends after a second"
	p := newDialPeer(t, nil)
	p.buffer = 10
	ctx, stop := context.WithCancel(context.Background())
	time.AfterFunc(time.Second, stop)
	t.Doing("waiting for Dial to return: %s", did)
	start := time.Now()
	_, err := Dial(ctx, "ws://example.com", &DialOptions{DialContext: p.dial})
	steps.WantError(t, did, context.Canceled, err)
	steps.Equal(t, did+": Dial returned after", time.Second, time.Since(start),
		steps.LooksLike(true, "ctx was not looked at while the request was sent: a Write knows nothing of contexts either"))
	p.closed(t, did)

	did = "the server is silent, and ctx never ends"
	p = newDialPeer(t, func(*dialPeer) {})
	t.Doing("waiting for Dial to return: %s (HandshakeTimeout is for this)", did)
	start = time.Now()
	_, err = Dial(context.Background(), "ws://example.com", &DialOptions{DialContext: p.dial})
	steps.WantError(t, did, context.DeadlineExceeded, err,
		steps.LooksLike(errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded), "what woke the Read was passed on; ctx.Err() says why"))
	steps.Equal(t, did+": Dial returned after", HandshakeTimeout, time.Since(start))
	p.closed(t, did)

	did = "ctx ends while a Read delivers the end of the answer"
	p = newDialPeer(t, dialAgrees())
	ctx, stop = context.WithCancel(context.Background())
	t.Doing("waiting for Dial to return: %s", did)
	conn, err := Dial(ctx, "ws://example.com", &DialOptions{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := p.dial(ctx, network, address)
		return &dialStopper{Conn: conn, stop: stop}, err
	}})
	if err != nil {
		steps.WantError(t, did, context.Canceled, err)
		p.closed(t, did)
	} else {
		// Who did not notice has a Conn, which then has to be a good one.
		t.Doing("reading from the Conn: %s", did)
		p.conn.Write(dialFrame("hello"))
		ctx, stop := context.WithTimeout(context.Background(), time.Minute)
		if _, payload, err := conn.ReadMessage(ctx, nil); err != nil {
			t.Fail(did+", and Dial returned no error: what the Conn reads", steps.WantGot("hello", upgradeResult(payload, err)),
				steps.LooksLike(true, "the end of ctx has struck the connection, and nobody noticed: what stop() of context.AfterFunc returns tells it, and then the error is ctx.Err()"))
		}
		stop()
		conn.CloseNow()
		p.conn.Close()
	}

	did = "Dial has returned a Conn, ctx has ended after that, and an hour has passed"
	p = newDialPeer(t, dialAgrees())
	ctx, stop = context.WithTimeout(context.Background(), time.Minute)
	t.Doing("waiting for Dial to return: the server agrees")
	conn, err = Dial(ctx, "ws://example.com", &DialOptions{DialContext: p.dial})
	dialSucceeded(t, "Dial", conn, err)
	stop()
	time.Sleep(time.Hour)
	p.conn.Write(dialFrame("still here"))
	t.Doing("reading from the Conn: %s", did)
	ctx, stop = context.WithTimeout(context.Background(), time.Minute)
	_, payload, err := conn.ReadMessage(ctx, nil)
	if err != nil || string(payload) != "still here" {
		t.Fail(did+"; then the server sends a text", steps.WantGot("still here", upgradeResult(payload, err)), dialOutlived(err)...)
	}
	if err := conn.WriteMessage(ctx, OpText, []byte("so am I")); err != nil {
		t.Fail(did+"; then we send a text", steps.WantGot(nil, err), dialOutlived(err)...)
	}
	stop()
	conn.CloseNow()
	p.conn.Close()
}

// A dialStopper calls stop when it has read the end of the answer, and gives what
// that sets going the time to happen before Read returns.
type dialStopper struct {
	net.Conn
	stop func()
	read []byte
}

func (s *dialStopper) Read(b []byte) (int, error) {
	n, err := s.Conn.Read(b)
	if s.stop != nil {
		s.read = append(s.read, b[:n]...)
		if bytes.HasSuffix(s.read, []byte("\r\n\r\n")) {
			s.stop()
			s.stop = nil
			time.Sleep(time.Millisecond)
		}
	}
	return n, err
}

func dialOutlived(err error) []steps.Look {
	return []steps.Look{
		steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded), "a deadline of the handshake is still set; SetDeadline(time.Time{}) takes off both"),
		steps.LooksLike(err != nil, "the end of ctx has closed the connection: ctx is for dialing, and stops meaning anything when Dial returns"),
	}
}

// dialLimitsTheAnswer has servers whose answer is as long as allowed, and longer.
func dialLimitsTheAnswer(t *steps.T) {
	did := fmt.Sprintf("an answer with a header of %d bytes, which is MaxHandshake", MaxHandshake)
	p := newDialPeer(t, func(p *dialPeer) {
		answer := p.agrees("X-Fill: ")
		p.conn.Write(p.agrees("X-Fill: " + strings.Repeat("x", MaxHandshake-len(answer))))
	})
	t.Doing("waiting for Dial to return: %s", did)
	conn, err := Dial(context.Background(), "ws://example.com", &DialOptions{DialContext: p.dial})
	dialSucceeded(t, did, conn, err)
	conn.CloseNow()
	p.conn.Close()

	did = "an answer whose header does not end"
	took := 0
	p = newDialPeer(t, func(p *dialPeer) {
		line := []byte("X-More: " + strings.Repeat("x", 990) + "\r\n")
		p.conn.Write(p.agrees()[:100])
		for range 1000 {
			n, err := p.conn.Write(line)
			if took += n; err != nil {
				return
			}
		}
	})
	p.buffer = 1000
	t.Doing("waiting for Dial to return: %s", did)
	start := time.Now()
	_, err = Dial(context.Background(), "ws://example.com", &DialOptions{DialContext: p.dial})
	synctest.Wait()
	if took > 4*MaxHandshake {
		t.Fail(did+": bytes of it that were read", steps.WantGot(steps.Words("about MaxHandshake, 16384"), took),
			steps.LooksLike(true, "http.ReadResponse reads on for as long as there is something: the server decides how much memory it takes; io.LimitReader knows a limit"))
	}
	if err == nil {
		t.Fail(did+": what Dial returned", steps.WantGot(steps.Words("an error"), err))
	}
	steps.Equal(t, did+": Dial returned after", time.Duration(0), time.Since(start))
	p.closed(t, did)
}

// dialWithTLS connects to a server for wss.
func dialWithTLS(t *steps.T) {
	certificate, roots := dialCertificate()
	var speaks string
	secure := func(next ...string) func(*dialPeer) {
		return func(p *dialPeer) {
			conn := tls.Server(p.conn, &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: next})
			if err := conn.Handshake(); err != nil {
				_, p.clear = errors.AsType[tls.RecordHeaderError](err)
				p.conn.Close()
				return
			}
			speaks = conn.ConnectionState().NegotiatedProtocol
			p.request, _ = http.ReadRequest(bufio.NewReader(conn))
			if p.request == nil {
				return
			}
			conn.Write(append(p.agrees(), dialFrame("secret")...))
			io.Copy(io.Discard, conn)
			conn.Close()
		}
	}
	for _, c := range []struct {
		did    string
		url    string
		config *tls.Config
	}{
		{"TLS with the certificates of the caller", "wss://example.com", &tls.Config{RootCAs: roots}},
		{"TLS to a port of its own", "wss://example.com:8443/x", &tls.Config{RootCAs: roots, NextProtos: []string{"h2"}}},
		{"TLS with the ServerName of the caller", "wss://10.0.0.1", &tls.Config{RootCAs: roots, ServerName: "example.com"}},
	} {
		p := newDialPeer(t, nil)
		p.raw = secure("h2", "http/1.1")
		before := c.config.Clone()
		t.Doing("waiting for Dial to return: %s", c.did)
		conn, err := Dial(context.Background(), c.url, &DialOptions{TLS: c.config, DialContext: p.dial})
		_, port, _ := net.SplitHostPort(p.address)
		steps.Equal(t, fmt.Sprintf("Dial(%q): the port that was dialed", c.url), map[bool]string{true: "8443", false: "443"}[strings.Contains(c.url, ":8443")], port,
			steps.LooksLike(port == "80", "80 is the port of ws; that of wss is 443 (section 3)"))
		if err != nil {
			unknown, _ := errors.AsType[x509.UnknownAuthorityError](err)
			host, _ := errors.AsType[x509.HostnameError](err)
			t.Fail(c.did+": what Dial returned", steps.WantGot(steps.Words("a Conn and no error"), err),
				steps.LooksLike(p.inTheClear(), "the request was sent in the clear: wss is WebSocket over TLS"),
				steps.LooksLike(unknown.Cert != nil, "the caller's tls.Config was not used: it knows the certificate"),
				steps.LooksLike(strings.HasSuffix(host.Host, ":"+port), "ServerName is a host without a port: u.Hostname()"),
				steps.LooksLike(host.Certificate != nil && before.ServerName != "", "the caller's ServerName was lost; the host of the URL stands in only when there is none"),
				steps.LooksLike(strings.Contains(fmt.Sprint(err), "ServerName"), "a client of TLS has to say which name it wants to see proved: ServerName is the host of the URL, when the caller set none"))
		}
		dialSucceeded(t, c.did, conn, err)
		steps.Equal(t, c.did+": was HTTP/2 agreed on", false, speaks == "h2",
			steps.LooksLike(true, `this handshake is one of HTTP/1.1: NextProtos is "http/1.1" alone`))
		if c.config.ServerName != before.ServerName || !slices.Equal(c.config.NextProtos, before.NextProtos) {
			t.Fail(c.did+": the caller's tls.Config", steps.WantGot(steps.Words("as it was"), steps.Words(fmt.Sprintf("ServerName %q, NextProtos %q", c.config.ServerName, c.config.NextProtos))),
				steps.LooksLike(true, "the caller may use it for other servers, at this moment: change a copy (tls.Config.Clone)"))
		}
		t.Doing("reading from the Conn: %s", c.did)
		ctx, stop := context.WithTimeout(context.Background(), time.Minute)
		_, payload, err := conn.ReadMessage(ctx, nil)
		stop()
		if err != nil || string(payload) != "secret" {
			t.Fail(c.did+": the first message", steps.WantGot("secret", upgradeResult(payload, err)))
		}
		conn.CloseNow()
		p.conn.Close()
	}

	did := "wss, and the server's certificate is from nobody we know"
	p := newDialPeer(t, nil)
	p.raw = secure()
	t.Doing("waiting for Dial to return: %s", did)
	conn, err := Dial(context.Background(), "wss://example.com", &DialOptions{DialContext: p.dial})
	verification, _ := errors.AsType[*tls.CertificateVerificationError](err)
	if conn != nil || verification == nil {
		t.Fail(did+", and TLS is nil: what Dial returned", steps.WantGot(steps.Words("the error of package crypto/tls"), upgradeConn(conn, err)),
			steps.LooksLike(err == nil, "anybody could have answered: InsecureSkipVerify is for nobody"),
			steps.LooksLike(p.inTheClear(), "the request was sent in the clear: wss is WebSocket over TLS"),
			steps.LooksLike(strings.Contains(fmt.Sprint(err), "ServerName"), "a client of TLS has to say which name it wants to see proved: ServerName is the host of the URL, when the caller set none"))
	}
	p.closed(t, did)

	did = "wss, and the server is silent; ctx ends after a second"
	p = newDialPeer(t, nil)
	p.raw = func(p *dialPeer) { io.Copy(io.Discard, p.conn) }
	ctx, stop := context.WithCancel(context.Background())
	time.AfterFunc(time.Second, stop)
	t.Doing("waiting for Dial to return: %s", did)
	start := time.Now()
	_, err = Dial(ctx, "wss://example.com", &DialOptions{DialContext: p.dial})
	steps.WantError(t, did, context.Canceled, err)
	steps.Equal(t, did+": Dial returned after", time.Second, time.Since(start))
	p.closed(t, did)
}

// dialWithoutHook connects over TCP.
func dialWithoutHook(t *steps.T) {
	did := "Dial without options, over TCP"
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer ln.Close()
	answered := make(chan net.Conn, 1)
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		p := &dialPeer{}
		p.request, _ = http.ReadRequest(bufio.NewReader(conn))
		if p.request != nil {
			conn.Write(p.agrees())
		}
		answered <- conn
	}()
	t.Doing("waiting for Dial to return: %s", did)
	conn, err := Dial(context.Background(), "ws://"+ln.Addr().String(), nil)
	dialSucceeded(t, did, conn, err)
	(<-answered).Close()
	conn.CloseNow()
}

// A dialPeer is the server that Dial meets: one connection in memory.
type dialPeer struct {
	behave func(*dialPeer) // once the request has come
	raw    func(*dialPeer) // instead of reading a request
	buffer int

	dialed           int
	ctx              context.Context
	network, address string
	client, conn     *memconn.Conn
	clear            bool // it came without TLS, though TLS was wanted
	request          *http.Request
}

func newDialPeer(t *steps.T, behave func(*dialPeer)) *dialPeer {
	p := &dialPeer{behave: behave, buffer: 64 << 10}
	t.Cleanup(func() {
		if p.conn != nil {
			p.conn.Close()
		}
	})
	return p
}

func (p *dialPeer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	p.dialed++
	if p.dialed > 1 {
		return nil, errors.New("this server is there for one connection")
	}
	p.ctx, p.network, p.address = ctx, network, address
	p.client, p.conn = memconn.Pipe(memconn.Buffer(p.buffer))
	switch {
	case p.raw != nil:
		go p.raw(p)
	case p.behave != nil:
		go func() {
			if p.request, _ = http.ReadRequest(bufio.NewReader(p.conn)); p.request != nil {
				p.behave(p)
			}
		}()
	}
	return p.client, nil
}

// agrees is a good answer to the request.
func (p *dialPeer) agrees(fields ...string) []byte {
	fields = append([]string{
		"HTTP/1.1 101 Switching Protocols",
		"Upgrade: websocket",
		"Connection: Upgrade",
		"Sec-WebSocket-Accept: " + AcceptKey(p.request.Header.Get("Sec-WebSocket-Key")),
	}, fields...)
	return []byte(strings.Join(fields, "\r\n") + "\r\n\r\n")
}

func dialAgrees(fields ...string) func(*dialPeer) {
	return func(p *dialPeer) { p.conn.Write(p.agrees(fields...)) }
}

func (p *dialPeer) inTheClear() bool {
	synctest.Wait()
	return p.clear
}

// closed fails the step when Dial has left its end of the connection open.
func (p *dialPeer) closed(t *steps.T, did string) {
	synctest.Wait()
	steps.Equal(t, did+": the connection was closed", true, p.client.Closed(),
		steps.LooksLike(true, "Dial has returned an error, so nobody else can close it: it stays open for ever"))
	p.conn.Close()
}

// dialFrame is a text or, beyond 125 bytes, binary frame as a server sends it.
func dialFrame(payload string) []byte {
	b := []byte{0x81, byte(len(payload))}
	if len(payload) > 125 {
		b = []byte{0x82, 126, byte(len(payload) >> 8), byte(len(payload))}
	}
	return append(b, payload...)
}

func dialSucceeded(t *steps.T, did string, conn *Conn, err error) {
	synctest.Wait()
	if err != nil || conn == nil {
		t.Fail(did+": what Dial returned", steps.WantGot(steps.Words("a Conn and no error"), upgradeConn(conn, err)))
	}
}

// dialCertificate makes a certificate for example.com, and the pool that knows it.
func dialCertificate() (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		DNSNames:     []string{"example.com"},
		NotBefore:    time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

type dialValue struct{}
