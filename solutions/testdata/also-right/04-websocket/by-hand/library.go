package websocket

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	xnet "golang.org/x/net/websocket"
)

const LibraryTimeout = 10 * time.Second

type timeSite struct {
	page     []byte
	count    int
	interval time.Duration
}

func LibraryServer(page []byte, count int, interval time.Duration) http.Handler {
	return &timeSite{page, count, interval}
}

// ServeHTTP does without a mux, and without the library's check of the origin.
func (s *timeSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/":
		w.Header().Set("Content-Type", "text/html")
		w.Write(s.page)
	case "/time":
		xnet.Server{Handler: s.push}.ServeHTTP(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (s *timeSite) push(ws *xnet.Conn) {
	ctx, gone := context.WithCancel(context.Background())
	go s.write(ctx, ws)
	// The reader is the handler itself: it ends when the writer closes.
	for {
		var ignored []byte
		if err := xnet.Message.Receive(ws, &ignored); err != nil {
			break
		}
	}
	gone()
	ws.Close()
}

func (s *timeSite) write(ctx context.Context, ws *xnet.Conn) {
	defer ws.Close()
	next := time.NewTimer(0)
	defer next.Stop()
	for left := s.count; left > 0; left-- {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		now := time.Now()
		next.Reset(s.interval)
		micros := strconv.FormatInt(now.UnixMicro(), 10)
		text := "The time is " + micros[:len(micros)-6] + "." + micros[len(micros)-6:]
		ws.SetWriteDeadline(now.Add(LibraryTimeout))
		ws.PayloadType = xnet.TextFrame
		if _, err := io.WriteString(ws, text); err != nil {
			return
		}
	}
}

func LibraryClient(ctx context.Context, rawURL string, take func(text string)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	location, err := url.Parse(rawURL)
	if err != nil {
		return err
	}
	var config xnet.Config
	config.Version = xnet.ProtocolVersionHybi13
	config.Location = location
	config.Origin = &url.URL{Scheme: strings.Replace(location.Scheme, "ws", "http", 1), Host: location.Host}
	ws, err := config.DialContext(ctx)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil {
		return err
	}

	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-ctx.Done():
			ws.SetReadDeadline(time.Unix(1, 0))
		case <-done:
		}
	}()
	for err == nil {
		var text []byte
		if err = xnet.Message.Receive(ws, &text); err == nil {
			take(string(text))
		}
	}
	close(done)
	<-stopped
	ws.Close()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == io.EOF {
		return nil
	}
	return err
}
