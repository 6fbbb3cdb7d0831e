package rawsocket

import (
	"context"
	"io"
	"net"
	"time"
)

// WriteTimeout is how long one update may wait for a client that takes nothing.
const WriteTimeout = 5 * time.Second

// Push sends n updates to one client, an interval apart.
func Push(ctx context.Context, conn net.Conn, n int, interval time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for i := range n {
		if i > 0 {
			if err := pause(ctx, interval); err != nil {
				return err
			}
		}
		if err := send(ctx, conn); err != nil {
			return err
		}
	}
	return nil
}

// pause waits for d, or returns ctx.Err() when ctx ends before.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// send writes one update in a goroutine and is woken by its end or by ctx.
func send(ctx context.Context, conn net.Conn) error {
	if err := conn.SetWriteDeadline(time.Now().Add(WriteTimeout)); err != nil {
		return err
	}
	written := make(chan error, 1)
	go func() {
		_, err := io.WriteString(conn, Update(time.Now()))
		written <- err
	}()
	select {
	case err := <-written:
		return err
	case <-ctx.Done():
		conn.SetWriteDeadline(time.Unix(1, 0))
		<-written
		return ctx.Err()
	}
}
