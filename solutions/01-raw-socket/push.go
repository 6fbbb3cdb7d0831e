package rawsocket

import (
	"context"
	"fmt"
	"io"
	"net"
	"time"
)

// WriteTimeout is how long one update may wait for a client that takes nothing.
const WriteTimeout = 5 * time.Second

// Push sends n updates to one client, the first at once, each further one an
// interval after the one before.
//
// It returns nil after the last, ctx.Err() as soon as ctx ends, and otherwise
// the error of the write that failed. A client that takes nothing for
// [WriteTimeout] fails with os.ErrDeadlineExceeded.
func Push(ctx context.Context, conn net.Conn, n int, interval time.Duration) error {
	for i := range n {
		if i > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(interval):
			}
		}
		// Asked here and not in the select alone: when both are ready, select
		// takes either, and an update after the stop would be one too many.
		if err := ctx.Err(); err != nil {
			return err
		}
		now := time.Now()
		// A deadline is a point in time, not a duration: every write needs its own.
		if err := conn.SetWriteDeadline(now.Add(WriteTimeout)); err != nil {
			return fmt.Errorf("update %d of %d: %w", i+1, n, err)
		}
		if _, err := io.WriteString(conn, Update(now)); err != nil {
			return fmt.Errorf("update %d of %d: %w", i+1, n, err)
		}
	}
	return nil
}
