package websocket

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	xnet "golang.org/x/net/websocket"
)

// This file uses a library. The rest of the package is what such a library hides.

// LibraryTimeout is how long a client may take for one update.
const LibraryTimeout = 10 * time.Second

// LibraryServer returns a handler that shows a web page at "/", and at "/time" is a
// WebSocket: every client gets count updates there, one an interval, and is then
// told goodbye.
func LibraryServer(page []byte, count int, interval time.Duration) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(page)
	})
	mux.Handle("/time", xnet.Handler(func(conn *xnet.Conn) { pushTime(conn, count, interval) }))
	return mux
}

func pushTime(conn *xnet.Conn, count int, interval time.Duration) {
	// Only who reads learns that a client has left. A client has nothing to say
	// here; whatever it does say is thrown away as it comes.
	left := make(chan struct{})
	go func() {
		defer close(left)
		io.Copy(io.Discard, conn)
	}()
	defer func() {
		conn.Close() // with a Close frame, and it ends the reading as well
		<-left
	}()

	for i := range count {
		if i > 0 {
			select {
			case <-left:
				return
			case <-time.After(interval):
			}
		}
		now := time.Now()
		conn.SetWriteDeadline(now.Add(LibraryTimeout))
		if xnet.Message.Send(conn, fmt.Sprintf("The time is %d.%06d", now.Unix(), now.Nanosecond()/1000)) != nil {
			return
		}
	}
}

// LibraryClient gives every message that the server sends to take, and returns nil
// when the server is done. When ctx ends it returns ctx.Err() at once.
func LibraryClient(ctx context.Context, rawURL string, take func(text string)) error {
	conn, err := libraryDial(ctx, rawURL)
	if ctx.Err() != nil {
		err = ctx.Err() // the library's own error does not tell
	}
	if err != nil {
		return err
	}
	defer conn.Close()
	// Receive knows nothing of contexts: closing the connection wakes it.
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	for {
		var text string
		switch err := xnet.Message.Receive(conn, &text); {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		take(text)
	}
}

// libraryDial connects, and says that it comes from the server's own page: this
// library does not connect without an origin.
func libraryDial(ctx context.Context, rawURL string) (*xnet.Conn, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, err
	}
	origin := "http://" + u.Host
	if u.Scheme == "wss" {
		origin = "https://" + u.Host
	}
	config, err := xnet.NewConfig(rawURL, origin)
	if err != nil {
		return nil, err
	}
	return config.DialContext(ctx)
}
