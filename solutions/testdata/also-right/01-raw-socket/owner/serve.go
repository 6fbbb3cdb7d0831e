package rawsocket

import (
	"context"
	"fmt"
	"net"
)

type client struct{ conn net.Conn }

type accepted struct {
	conn net.Conn
	err  error
}

// Serve accepts clients from ln and calls handle for each. The goroutine that
// called it owns the set of clients; everybody else talks to it over channels.
func Serve(ctx context.Context, ln net.Listener, handle func(context.Context, net.Conn)) error {
	handleCtx, cancel := context.WithCancel(ctx)
	defer cancel()

	arrived := make(chan accepted)
	left := make(chan *client)
	clients := make(map[*client]bool)

	go func() {
		for {
			conn, err := ln.Accept()
			arrived <- accepted{conn, err}
			if err != nil {
				return
			}
		}
	}()

	accepting, stopping := true, false
	var failure error
	stop := func() {
		stopping = true
		cancel()
		ln.Close()
		for c := range clients {
			c.conn.Close()
		}
	}

	end := ctx.Done()
	for accepting || len(clients) > 0 {
		select {
		case <-end:
			end = nil
			if !stopping {
				stop()
			}
		case a := <-arrived:
			switch {
			case a.err != nil:
				accepting = false
				if !stopping {
					if ctx.Err() == nil {
						failure = fmt.Errorf("accepting clients: %w", a.err)
					}
					stop()
				}
			case stopping:
				a.conn.Close()
			default:
				c := &client{a.conn}
				clients[c] = true
				go func() {
					defer func() { left <- c }()
					defer c.conn.Close()
					handle(handleCtx, c.conn)
				}()
			}
		case c := <-left:
			delete(clients, c)
		}
	}
	return failure
}
