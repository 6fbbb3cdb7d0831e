package rawsocket

import (
	"context"
	"fmt"
	"net"
	"sync"
)

// Serve accepts clients from ln and calls handle for each in a goroutine of its
// own. It closes a client's connection when its handle returns.
//
// When ctx ends, Serve returns nil; when ln fails, the error of Accept. Before it
// returns it closes ln and every connection, and waits for every handle.
func Serve(ctx context.Context, ln net.Listener, handle func(context.Context, net.Conn)) error {
	var running sync.WaitGroup
	defer running.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop() // before the Wait: deferred calls run last to first

	// Accept and Read know nothing of contexts. Closing is what wakes them.
	running.Go(func() {
		<-ctx.Done()
		ln.Close()
	})
	for {
		conn, err := ln.Accept()
		if ctx.Err() != nil {
			if err == nil {
				conn.Close() // accepted in the very moment of the stop
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("accepting a client: %w", err)
		}
		running.Go(func() {
			// The client's context ends with the server's or with its handle,
			// and its end closes the connection: one rule for both.
			client, done := context.WithCancel(ctx)
			running.Go(func() {
				<-client.Done()
				conn.Close()
			})
			defer done()
			handle(client, conn)
		})
	}
}
