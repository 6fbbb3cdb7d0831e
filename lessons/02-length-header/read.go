package lengthheader

import (
	"errors"
	"fmt"
	"io"
)

// Found by errors.Is in the errors of ReadMessage.
var (
	// ErrCutHeader: the stream ended inside a header.
	ErrCutHeader = fmt.Errorf("the stream ended inside a header: %w", io.ErrUnexpectedEOF)

	// ErrCutPayload: the stream ended inside a payload.
	ErrCutPayload = fmt.Errorf("the stream ended inside a payload: %w", io.ErrUnexpectedEOF)

	// ErrTooLong: a header announced more than the reader accepts.
	ErrTooLong = errors.New("message too long")
)

// ReadMessage reads one message from r and not a byte more.
//
// Step 5: it returns the payload, however many pieces header and payload arrive
// in. A malformed header is an error (see ParseHeader). When a Read fails with
// another error than the end, that error is found in what it returns, and none
// that speaks of an end.
//
// Step 6: the end of the stream has three meanings. Between two messages it is
// io.EOF itself; inside a header, ErrCutHeader; inside a payload, ErrCutPayload,
// also when not one byte of the payload came. errors.Is finds io.EOF in neither of
// these two. A header is judged when all of it has come. An empty payload is a
// message like any other.
//
// Step 7: limit is the longest payload it accepts, in bytes. A header that
// announces more is ErrTooLong: the text names the length and the limit, no
// payload is read, and no memory is set aside for it. A limit of 0 accepts only
// empty messages.
func ReadMessage(r io.Reader, limit int) (text string, err error) {
	return "", notWritten(5)
}

// Step 8
//
// ReadConversation reads messages of at most limit bytes from r and gives each
// to take, in order, as soon as it is complete.
//
// It returns nil when the stream ends between two messages, and otherwise the
// error of ReadMessage, after everything before it was taken.
func ReadConversation(r io.Reader, limit int, take func(text string)) error {
	return notWritten(8)
}
