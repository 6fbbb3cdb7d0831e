// Command demo runs lesson 04: the time, pushed to any number of browsers and
// programs over WebSockets. What a client says is sent back to it.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"net"
	"net/http"
	"time"

	websocket "example/websockets/lessons/04-websocket"

	"example/websockets/internal/demo"
)

func main() {
	library := false
	demo.Program{
		CountIs: "updates before the end; 0 is without end",
		Flags: func(f *flag.FlagSet) {
			f.BoolVar(&library, "library", false, "run part A, which uses a library, and not the other parts")
		},
		Serve: func(ctx context.Context, ln net.Listener, o demo.Options) error {
			demo.Println("open", "http://"+ln.Addr().String()+"/", "in a browser")
			if library {
				return serveLibrary(ctx, ln, o)
			}
			return serve(ctx, ln, o)
		},
		Dial: func(ctx context.Context, addr string) error {
			url := "ws://" + addr + "/time"
			if library {
				return websocket.LibraryClient(ctx, url, func(text string) { demo.Println(text) })
			}
			return dial(ctx, url)
		},
	}.Main()
}

// serveLibrary is part A: o.Count updates for each client. Ctrl-C says no goodbye.
func serveLibrary(ctx context.Context, ln net.Listener, o demo.Options) error {
	if o.Count == 0 {
		o.Count = math.MaxInt
	}
	server := &http.Server{
		Handler:           secured(websocket.LibraryServer(page, o.Count, o.Interval)),
		ReadHeaderTimeout: 10 * time.Second,
	}
	defer context.AfterFunc(ctx, func() { server.Close() })()
	return server.Serve(ln)
}

const (
	queue    = 16               // messages that may wait for a client
	patience = 10 * time.Second // with a client that shows no sign of life
)

// serve pushes o.Count updates in all: every client gets those that are made while
// it is there. Then, and when ctx ends, it says goodbye to them.
func serve(ctx context.Context, ln net.Listener, o demo.Options) error {
	hub := websocket.NewHub(queue, patience)
	var clients clients
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "page.html", time.Time{}, bytes.NewReader(page))
	})
	mux.HandleFunc("/time", func(w http.ResponseWriter, r *http.Request) {
		clients.expect()
		conn, err := websocket.Upgrade(w, r, nil) // nil: pages of this host, and programs
		if err != nil {
			clients.refused(r.RemoteAddr, err)
			return
		}
		// Not in here: when a handler returns, net/http sets free what it holds
		// for a request.
		go clients.serve(hub, conn)
	})
	server := websocket.NewServer(secured(mux))
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(ln) }()

	err := produce(ctx, hub, failed, o)
	// First the door, then those who are inside. Handlers end at once; who has
	// not even sent a request is not waited for.
	soon, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if server.Shutdown(soon) != nil {
		server.Close()
	}
	hub.Shutdown()
	clients.wait()
	return err
}

// produce broadcasts o.Count updates, one an interval while somebody is there, and
// returns an interval after the last: a message that waits for a client would be
// lost with a goodbye. It ends sooner when ctx ends or the server fails.
func produce(ctx context.Context, hub *websocket.Hub, failed <-chan error, o demo.Options) error {
	ticks := time.NewTicker(max(o.Interval, time.Millisecond))
	defer ticks.Stop()
	for n := 0; ; {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case <-ticks.C:
		}
		if o.Count > 0 && n == o.Count {
			return nil
		}
		if hub.Len() > 0 {
			now := time.Now()
			hub.Broadcast(websocket.OpText, fmt.Appendf(nil, "The time is %d.%06d", now.Unix(), now.Nanosecond()/1000))
			n++
		}
	}
}

// dial prints what the server sends until one of the two has had enough.
func dial(ctx context.Context, url string) error {
	conn, err := websocket.Dial(ctx, url, nil)
	if _, refused := errors.AsType[*websocket.HandshakeError](err); err != nil && !refused {
		err = fmt.Errorf("%w (is a server running there? -addr chooses another)", err)
	}
	if err != nil {
		return err
	}
	defer conn.Close(websocket.CloseNormal, "")
	for {
		_, payload, err := conn.ReadMessage(ctx, nil)
		if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
			demo.Println("the server closed the connection:", closed.Code, closed.Reason)
			return nil
		}
		if err != nil {
			return err
		}
		demo.Println(string(payload))
	}
}
