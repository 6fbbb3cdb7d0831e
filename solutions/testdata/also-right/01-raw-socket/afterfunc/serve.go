package rawsocket

import (
	"context"
	"fmt"
	"net"
	"sync"
)

// group runs functions; the first error ends their context.
type group struct {
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	once   sync.Once
	err    error
}

func newGroup(ctx context.Context) *group {
	g := new(group)
	g.ctx, g.cancel = context.WithCancel(ctx)
	return g
}

func (g *group) run(f func(ctx context.Context) error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(g.ctx); err != nil {
			g.once.Do(func() {
				g.err = err
				g.cancel()
			})
		}
	}()
}

func (g *group) wait() error {
	g.wg.Wait()
	g.cancel()
	return g.err
}

// Serve accepts clients from ln and calls handle for each.
func Serve(ctx context.Context, ln net.Listener, handle func(context.Context, net.Conn)) error {
	g := newGroup(ctx)
	releaseListener := onEnd(g.ctx, func() { ln.Close() })

	g.run(func(ctx context.Context) error {
		for {
			conn, err := ln.Accept()
			if err != nil && ctx.Err() != nil {
				return nil
			}
			if err != nil {
				return fmt.Errorf("accept: %w", err)
			}
			g.run(func(ctx context.Context) error {
				release := onEnd(ctx, func() { conn.Close() })
				defer release()
				defer conn.Close()
				handle(ctx, conn)
				return nil
			})
		}
	})

	err := g.wait()
	releaseListener()
	return err
}
