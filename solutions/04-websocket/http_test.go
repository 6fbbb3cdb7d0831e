package websocket

import (
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

func TestURLsThatAreNotDialed(t *testing.T) {
	for _, url := range []string{"", "example.com", "http://example.com", "ws://", "ws:example.com", "ws://example.com/#fragment", "ws://user:secret@example.com", "ws://a b"} {
		_, err := Dial(bg, url, &DialOptions{DialContext: func(context.Context, string, string) (net.Conn, error) { panic(url) }})
		require.Error(t, err, url)
		require.NotContains(t, err.Error(), "secret")
	}
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

func TestAServerKeepsTheLimitsOfTheHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ln, stop := testServer(t, echo(nil))
		defer stop()
		conn, err := ln.Dial()
		require.NoError(t, err)
		conn.Write([]byte(request[:50]))
		start := time.Now()
		io.Copy(io.Discard, conn)
		require.Equal(t, HandshakeTimeout, time.Since(start), "half a request")
		conn.Close()

		_, err = Dial(bg, "ws://example.com", &DialOptions{DialContext: dialMemory(ln), Header: http.Header{"X-Long": {strings.Repeat("x", 2*MaxHandshake)}}})
		var refused *HandshakeError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, refused.Status)
		time.Sleep(time.Second) // net/http waits a little before it closes
	})
}
