package websocket

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example/websockets/internal/memconn"

	"github.com/stretchr/testify/require"
	xnet "golang.org/x/net/websocket"
)

// echo upgrades and echoes until the end.
func echo(opt *UpgradeOptions) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := Upgrade(w, r, opt)
		if err != nil {
			return
		}
		echoLoop(c)
	}
}

func echoLoop(c *Conn) {
	for buf := []byte(nil); ; {
		op, payload, err := c.ReadMessage(bg, buf)
		if err == nil {
			err = c.WriteMessage(bg, op, payload)
		}
		if err != nil {
			c.Close(CloseInternalError, "")
			return
		}
		if buf = payload; cap(buf) > 4<<10 {
			buf = nil // a client that waits shall not hold the memory of its longest message
		}
	}
}

func wsURL(s *httptest.Server) string { return "ws" + strings.TrimPrefix(s.URL, "http") }

func roundTrip(t *testing.T, c *Conn, text string) {
	t.Helper()
	require.NoError(t, c.WriteMessage(bg, OpText, []byte(text)))
	op, payload, err := c.ReadMessage(bg, nil)
	require.NoError(t, err)
	require.Equal(t, OpText, op)
	require.Equal(t, text, string(payload))
}

func TestUpgradeAndDialOverTCP(t *testing.T) {
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(done)
		w.Header().Set("X-Extra", "yes")
		require.Equal(t, "a=b", r.Header.Get("Cookie"))
		require.Equal(t, "/path?query=1", r.URL.String())
		echo(&UpgradeOptions{Subprotocols: []string{"v2", "v1"}})(w, r)
	}))
	defer server.Close()
	c, err := Dial(bg, wsURL(server)+"/path?query=1", &DialOptions{
		Header:       http.Header{"Cookie": {"a=b"}, "Origin": {server.URL}},
		Subprotocols: []string{"v1", "v2"},
	})
	require.NoError(t, err)
	require.Equal(t, "v2", c.Subprotocol())
	roundTrip(t, c, "Hello")
	roundTrip(t, c, strings.Repeat("é", 100_000))
	require.Positive(t, c.Received())
	require.Equal(t, server.Listener.Addr().String(), c.RemoteAddr().String())
	require.NoError(t, c.Close(CloseNormal, ""))
	<-done
}

func TestDialOverTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(echo(nil))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it will not like the second client
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	url := "wss" + strings.TrimPrefix(server.URL, "https")
	c, err := Dial(bg, url, &DialOptions{TLS: &tls.Config{RootCAs: roots, NextProtos: []string{"h2"}}})
	require.NoError(t, err)
	roundTrip(t, c, strings.Repeat("Hello", 10000))
	ctx, cancel := context.WithTimeout(bg, time.Millisecond)
	defer cancel()
	_, _, err = c.ReadMessage(ctx, nil)
	require.Equal(t, context.DeadlineExceeded, err)
	roundTrip(t, c, "a read that times out breaks nothing")
	require.NoError(t, c.Close(CloseNormal, ""))

	_, err = Dial(bg, url, nil)
	var unknown x509.UnknownAuthorityError
	require.True(t, errors.As(err, &unknown), err)
}

func TestARefusedRequestIsAnswered(t *testing.T) {
	server := httptest.NewServer(echo(nil))
	defer server.Close()
	for _, c := range []struct {
		name, value, want string
		status            int
	}{
		{"Sec-WebSocket-Version", "8", "Sec-Websocket-Version: 13\n", 426},
		{"Origin", "http://evil.example", "", 403},
		{"Upgrade", "h2c", "", 400},
		{"", "POST", "Allow: GET\n", 405},
	} {
		r := parseRequest(t, request)
		r.RequestURI = ""
		r.URL.Scheme, r.URL.Host = "http", server.Listener.Addr().String()
		if c.name == "" {
			r.Method = c.value
		} else {
			r.Header.Set(c.name, c.value)
		}
		response, err := http.DefaultTransport.RoundTrip(r)
		require.NoError(t, err)
		var header strings.Builder
		response.Header.Write(&header)
		response.Body.Close()
		require.Equal(t, c.status, response.StatusCode)
		require.Contains(t, strings.ReplaceAll(header.String(), "\r", ""), c.want)
	}
	_, err := Dial(bg, wsURL(server), &DialOptions{Header: http.Header{"Origin": {"http://evil.example"}}})
	var refused *HandshakeError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, 403, refused.Status)
}

// testServer serves handler on a listener in memory, in a bubble.
func testServer(t *testing.T, handler http.Handler) (*memconn.Listener, func()) {
	ln := memconn.Listen()
	server := NewServer(handler)
	var wg sync.WaitGroup
	wg.Go(func() { server.Serve(ln) })
	return ln, func() {
		server.Close()
		wg.Wait()
	}
}

func dialMemory(ln *memconn.Listener) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) { return ln.Dial() }
}

func TestBytesBehindTheHandshakeAreNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ln, stop := testServer(t, echo(nil))
		defer stop()
		messages := slicesConcat(frame(Client, true, OpText, "early"), frame(Client, true, OpText, strings.Repeat("x", 9000)))
		for _, cut := range []int{0, 1, 5, 20, len(messages)} {
			conn, err := ln.Dial()
			require.NoError(t, err)
			conn.Write(append([]byte(strings.ReplaceAll(request, "\n", "\r\n")), messages[:cut]...))
			synctest.Wait()
			conn.Write(messages[cut:])
			r := bufio.NewReader(conn)
			answer, err := http.ReadResponse(r, nil)
			require.NoError(t, err)
			require.Equal(t, 101, answer.StatusCode)
			got := make([]byte, 2+5+4+9000)
			_, err = io.ReadFull(r, got)
			require.NoError(t, err)
			require.Equal(t, string(slicesConcat(frame(Server, true, OpText, "early"), frame(Server, true, OpText, strings.Repeat("x", 9000)))), string(got))
			conn.Close()
		}

		// And on the other side: a server that greets in the same Write.
		for _, n := range []int{5, 3000, 9000} {
			greeting := frame(Server, true, OpText, strings.Repeat("x", n))
			c, err := Dial(bg, "ws://example.com", &DialOptions{DialContext: func(context.Context, string, string) (net.Conn, error) {
				a, b := memconn.Pipe()
				go func() {
					r, _ := http.ReadRequest(bufio.NewReader(b))
					answer := strings.ReplaceAll(strings.Replace(response, sampleAccept, AcceptKey(r.Header.Get("Sec-WebSocket-Key")), 1), "\n", "\r\n")
					b.Write(append([]byte(answer), greeting...))
				}()
				return a, nil
			}})
			require.NoError(t, err)
			_, payload, err := c.ReadMessage(bg, nil)
			require.NoError(t, err)
			require.Len(t, payload, n)
			c.CloseNow()
		}
	})
}

func TestTheRequestOnTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := map[string]bool{}
		for url, want := range map[string]struct{ address, target, host string }{
			"ws://example.com":               {"example.com:80", "/", "example.com"},
			"ws://example.com:8080/a/b?c=d":  {"example.com:8080", "/a/b?c=d", "example.com:8080"},
			"ws://[::1]/%20":                 {"[::1]:80", "/%20", "[::1]"},
			"ws://user.example:80?only=this": {"user.example:80", "/?only=this", "user.example:80"},
		} {
			_, err := Dial(bg, url, &DialOptions{Subprotocols: []string{"a", "b"}, Header: http.Header{"Sec-Websocket-Extensions": {"x"}},
				DialContext: func(_ context.Context, network, address string) (net.Conn, error) {
					require.Equal(t, "tcp", network)
					require.Equal(t, want.address, address)
					a, b := memconn.Pipe()
					go func() {
						r, err := http.ReadRequest(bufio.NewReader(b))
						require.NoError(t, err)
						require.NoError(t, CheckRequest(r, nil))
						require.Equal(t, want.target, r.RequestURI)
						require.Equal(t, want.host, r.Host)
						require.Equal(t, []string{"a", "b"}, Tokens(r.Header.Values("Sec-WebSocket-Protocol")))
						require.Empty(t, r.Header.Values("Sec-WebSocket-Extensions"))
						keys[r.Header.Get("Sec-WebSocket-Key")] = true
						b.Write([]byte("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
					}()
					return a, nil
				}})
			var refused *HandshakeError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, 404, refused.Status)
		}
		require.Len(t, keys, 4, "a fresh key each time")
	})
}

func TestURLsThatAreNotDialed(t *testing.T) {
	for _, url := range []string{"", "example.com", "http://example.com", "ws://", "ws:example.com", "ws://example.com/#fragment", "ws://user:secret@example.com", "ws://a b"} {
		_, err := Dial(bg, url, &DialOptions{DialContext: func(context.Context, string, string) (net.Conn, error) { panic(url) }})
		require.Error(t, err, url)
		require.NotContains(t, err.Error(), "secret")
	}
}

func TestAHandshakeIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dial := func(ctx context.Context, behave func(peer net.Conn)) (time.Duration, error) {
			var peer *memconn.Conn
			start := time.Now()
			_, err := Dial(ctx, "ws://example.com", &DialOptions{DialContext: func(context.Context, string, string) (net.Conn, error) {
				var conn *memconn.Conn
				conn, peer = memconn.Pipe()
				go behave(peer)
				return conn, nil
			}})
			took := time.Since(start)
			_, gone := peer.Write([]byte("x"))
			require.Error(t, gone, "nothing half open is left")
			peer.Close()
			return took, err
		}
		silent := func(peer net.Conn) { io.Copy(io.Discard, peer) }
		took, err := dial(bg, silent)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, HandshakeTimeout, took)

		ctx, cancel := context.WithCancel(bg)
		time.AfterFunc(time.Second, cancel)
		took, err = dial(ctx, silent)
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, time.Second, took)

		_, err = dial(bg, func(peer net.Conn) {
			go silent(peer)
			peer.Write([]byte("HTTP/1.1 101 Switching Protocols\r\n"))
			for {
				if _, err := peer.Write([]byte("X-More: and more\r\n")); err != nil {
					return
				}
			}
		})
		require.Error(t, err)
		require.NotErrorIs(t, err, context.DeadlineExceeded, "the header is too long, not the time")

		// A client that sends half a request.
		ln, stop := testServer(t, echo(nil))
		defer stop()
		conn, err := ln.Dial()
		require.NoError(t, err)
		conn.Write([]byte(request[:50]))
		start := time.Now()
		io.Copy(io.Discard, conn)
		require.Equal(t, HandshakeTimeout, time.Since(start))
		conn.Close()

		// And one that makes a long break after a whole one.
		c, err := Dial(bg, "ws://example.com", &DialOptions{DialContext: dialMemory(ln)})
		require.NoError(t, err)
		time.Sleep(10 * HandshakeTimeout)
		roundTrip(t, c, "the deadline of the handshake is not that of the connection")
		require.NoError(t, c.Close(CloseNormal, ""))
	})
}

func TestNothingIsLeftAfterAConversation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // a bubble waits for its last goroutine
		ln, stop := testServer(t, echo(nil))
		defer stop()
		for range 10 {
			c, err := Dial(bg, "ws://example.com", &DialOptions{DialContext: dialMemory(ln)})
			require.NoError(t, err)
			roundTrip(t, c, "Hello")
			require.NoError(t, c.Close(CloseNormal, ""))
		}
	})
}

func TestAServerThatCannotSwitch(t *testing.T) {
	w := httptest.NewRecorder()
	_, err := Upgrade(w, parseRequest(t, request), nil)
	require.ErrorIs(t, err, http.ErrNotSupported)
	require.Equal(t, 500, w.Code)
}

func TestWithTheLibraryOfTheCourse(t *testing.T) {
	t.Run("their client, our server", func(t *testing.T) {
		server := httptest.NewServer(echo(&UpgradeOptions{Subprotocols: []string{"chat"}}))
		defer server.Close()
		c, err := xnet.Dial(wsURL(server), "chat", server.URL)
		require.NoError(t, err)
		for _, n := range []int{0, 1, 125, 126, 65535, 65536, 200_000} {
			sent := strings.Repeat("x", n)
			var got string
			require.NoError(t, xnet.Message.Send(c, sent))
			require.NoError(t, xnet.Message.Receive(c, &got))
			require.True(t, sent == got, n)
			var binary []byte
			require.NoError(t, xnet.Message.Send(c, []byte(sent)))
			require.NoError(t, xnet.Message.Receive(c, &binary))
			require.True(t, sent == string(binary), n)
		}
		require.NoError(t, c.Close())
	})
	t.Run("our client, their server", func(t *testing.T) {
		server := httptest.NewServer(xnet.Handler(func(c *xnet.Conn) {
			for {
				var text string
				if xnet.Message.Receive(c, &text) != nil || xnet.Message.Send(c, text) != nil {
					return
				}
			}
		}))
		defer server.Close()
		c, err := Dial(bg, wsURL(server), &DialOptions{Header: http.Header{"Origin": {server.URL}}, Options: Options{CloseTimeout: time.Second}})
		require.NoError(t, err)
		for _, n := range []int{0, 1, 125, 126, 65535, 65536, 200_000} {
			roundTrip(t, c, strings.Repeat("x", n))
		}
		require.NoError(t, c.Ping(bg, []byte("answered while it reads")))
		before := c.Received()
		roundTrip(t, c, "x")
		require.Equal(t, before+2+23+2+1, c.Received())
		// It sends no Close frame back, it just goes.
		require.ErrorIs(t, c.Close(CloseNormal, ""), ErrNoClose)
	})
}
