package websocket

import "context"

// write sends one frame, behind all that waits in c.out already, with one Write. Or
// it keeps the frame in c.out, while not more than keep bytes wait there in all.
// WriteMessage, Queue, Ping and the Writer call it.
//
// Step 22: the frame is made by Core.AppendFrame, whose errors are returned; nothing
// is sent then. c.mu is held for that, and never while anything waits. payload stays
// as it is, and is the caller's again after the call. The error of flush is returned
// so that errors.Is finds it.
//
// Step 23: frames of several writers do not mix: between startWriting and
// doneWriting nobody else writes. When ctx ends, the error is ctx.Err(), at once,
// even while a Write waits; when the write deadline passes, it matches
// os.ErrDeadlineExceeded. In both cases the frame has either begun or not happened:
//
//   - nothing of it was sent: it is taken out of c.out again, without a trace;
//   - a part of it was sent: the rest stays in c.out and goes out before anything
//     else. The error matches [ErrUnsent] as well; unsent{err} makes it.
//
// After an error of any other kind the connection is lost; whether that matches
// ErrUnsent does not matter.
func (c *Conn) write(ctx context.Context, op Opcode, fin bool, payload []byte, keep int) error {
	return notWritten(22)
}

// Step 22
//
// flush writes what waits in c.out, in one Write. If less was taken it writes the
// rest; a Write that takes nothing and has no error is io.ErrShortWrite. What was
// not written stays in c.out. The error is that of the Write. If nothing waits there
// is no Write.
func (c *Conn) flush() error {
	return notWritten(22)
}
