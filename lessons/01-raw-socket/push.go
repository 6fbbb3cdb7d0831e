package rawsocket

import (
	"context"
	"net"
	"time"
)

// WriteTimeout is how long one update may wait for a client that takes nothing.
const WriteTimeout = 5 * time.Second

// Push sends updates to one client.
//
// Step 3: it sends n updates, each with one Write, and returns nil. The first goes
// out at once, each further one an interval after the one before, and each with the
// time at which it is sent. An interval of 0 is allowed: no pause at all. The
// connection stays open, whatever happens.
//
// Step 4: when ctx ends, Push returns ctx.Err() at once, also in the middle of a
// pause, and begins no further update. A ctx that has ended before sends nothing.
// A write that is under way is not interrupted.
//
// Step 5: each update has WriteTimeout to be taken, counted from the moment in which
// it is written. A client that takes nothing for that long is given up with the
// error of the write (errors.Is finds os.ErrDeadlineExceeded in it). Any other error
// of a write ends Push as well, and is found in what Push returns.
func Push(ctx context.Context, conn net.Conn, n int, interval time.Duration) error {
	return notWritten(3)
}
