package rawsocket

import (
	"context"
	"fmt"
	"net"
	"sync"
)

// registry is the set of open connections. Once closed, it takes no more.
type registry struct {
	mu     sync.Mutex
	closed bool
	next   int
	conns  map[int]net.Conn
}

// add returns a key for conn, or false if the registry is closed already.
func (r *registry) add(conn net.Conn) (key int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return 0, false
	}
	r.next++
	r.conns[r.next] = conn
	return r.next, true
}

// drop closes the connection with this key and forgets it.
func (r *registry) drop(key int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conns[key].Close()
	delete(r.conns, key)
}

// close closes every connection.
func (r *registry) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for _, conn := range r.conns {
		conn.Close()
	}
}

// Serve accepts clients from ln and calls handle for each.
func Serve(ctx context.Context, ln net.Listener, handle func(context.Context, net.Conn)) error {
	ctx, cancel := context.WithCancel(ctx)
	open := &registry{conns: make(map[int]net.Conn)}

	var running sync.WaitGroup
	running.Go(func() {
		<-ctx.Done()
		ln.Close()
		open.close()
	})
	defer running.Wait()
	defer cancel()

	for {
		conn, err := ln.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("serve: %w", err)
		}
		key, ok := open.add(conn)
		if !ok {
			conn.Close()
			continue
		}
		running.Go(func() {
			defer open.drop(key)
			handle(ctx, conn)
		})
	}
}
