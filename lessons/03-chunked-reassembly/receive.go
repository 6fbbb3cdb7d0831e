package reassembly

import (
	"context"
	"net"
)

// Step 9
//
// Receive reads messages from conn, at most size bytes with each Read, and gives
// every payload to take, in order, as soon as it is complete. The memory of a
// payload is used again when take has returned.
//
// It returns nil when the stream ends between two messages and otherwise what
// ended it: the decoder's error, the decoder's End when the stream ends inside a
// message, the error of a Read, or ctx.Err() when ctx ended, at once, even while
// a Read waits. Messages that came together with an end or an error are given to
// take first. (When take itself ends ctx, the messages behind it may be given or
// not.) The connection stays open. Its read deadline is changed only when ctx ends:
// then it has passed.
//
// limit is the longest payload accepted, in bytes. A size below 1 is an error,
// and nothing is read.
func Receive(ctx context.Context, conn net.Conn, size, limit int, take func(payload []byte)) error {
	return notWritten(9)
}
