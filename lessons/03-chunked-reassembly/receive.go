package reassembly

import (
	"context"
	"net"
)

// Step 9
//
// Receive reads messages from conn, at most size bytes with each Read, and gives
// every payload to take, in order, as soon as it is complete. Take must not keep a
// payload: its memory is used again.
//
// It returns nil when the stream ends between two messages and otherwise what
// ended it: the decoder's error, the decoder's End when the stream ends inside a
// message, the error of a Read, or ctx.Err() when ctx ended, at once, even while
// a Read waits. Messages that came together with an end or an error are given to
// take first. (When take itself ends ctx, the messages behind it may be given or
// not.) The connection stays open. If ctx ends first, its read deadline is set to a
// moment in the past and stays there. In every other case no deadline is touched, and
// nothing that Receive started touches conn after Receive has returned.
//
// limit is the longest payload accepted, in bytes. A size below 1 is an error,
// and nothing is read.
func Receive(ctx context.Context, conn net.Conn, size, limit int, take func(payload []byte)) error {
	return notWritten(9)
}
