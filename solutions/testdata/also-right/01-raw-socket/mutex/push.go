package rawsocket

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// WriteTimeout is how long one update may wait for a client that takes nothing.
const WriteTimeout = 5 * time.Second

// writeDeadline sets the write deadline of a connection until it is expired.
type writeDeadline struct {
	mu      sync.Mutex
	conn    net.Conn
	expired bool
}

func (w *writeDeadline) renew() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.expired {
		return nil
	}
	return w.conn.SetWriteDeadline(time.Now().Add(WriteTimeout))
}

func (w *writeDeadline) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expired = true
	w.conn.SetWriteDeadline(time.Now().Add(-time.Second))
}

// Push sends n updates to one client, an interval apart.
func Push(ctx context.Context, conn net.Conn, n int, interval time.Duration) error {
	deadline := &writeDeadline{conn: conn}
	finished := make(chan struct{})
	var watcher sync.WaitGroup
	watcher.Go(func() {
		select {
		case <-ctx.Done():
			deadline.expire()
		case <-finished:
		}
	})
	defer watcher.Wait()
	defer close(finished)

	var ticker *time.Ticker
	if interval > 0 {
		ticker = time.NewTicker(interval)
		defer ticker.Stop()
	}
	for sent := 0; sent < n; sent++ {
		if sent > 0 && ticker != nil {
			select {
			case <-ticker.C:
			case <-ctx.Done():
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if ticker != nil {
			ticker.Reset(interval)
		}
		if err := deadline.renew(); err != nil {
			return fmt.Errorf("update %d: %w", sent+1, err)
		}
		if _, err := conn.Write([]byte(Update(time.Now()))); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("update %d: %w", sent+1, err)
		}
	}
	return nil
}
