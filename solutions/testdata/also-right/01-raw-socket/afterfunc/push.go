package rawsocket

import (
	"context"
	"net"
	"time"
)

// WriteTimeout is how long one update may wait for a client that takes nothing.
const WriteTimeout = 5 * time.Second

// Push sends n updates to one client, an interval apart.
func Push(ctx context.Context, conn net.Conn, n int, interval time.Duration) error {
	release := onEnd(ctx, func() { conn.SetWriteDeadline(time.Unix(0, 1)) })
	defer release()

	for i := 0; i < n; i++ {
		if i > 0 {
			timer, cancel := context.WithTimeout(ctx, interval)
			<-timer.Done()
			cancel()
		}
		if err := conn.SetWriteDeadline(time.Now().Add(WriteTimeout)); err != nil {
			return err
		}
		// Only now: if ctx ends later, the deadline of onEnd comes after ours.
		if err := ctx.Err(); err != nil {
			return err
		}
		_, err := conn.Write([]byte(Update(time.Now())))
		if err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// onEnd runs f when ctx ends. The function that it returns takes that back, or
// waits for f if it runs already.
func onEnd(ctx context.Context, f func()) (release func()) {
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		f()
	})
	return func() {
		if !stop() {
			<-done
		}
	}
}
