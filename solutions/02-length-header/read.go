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

// ReadMessage reads one message of at most limit bytes from r and not a byte
// more.
//
// It returns io.EOF when the stream ends before the first byte of a header, and
// otherwise one of [ErrCutHeader], [ErrCutPayload], [ErrHeader], [ErrTooLong] or
// the error of the Read that failed.
func ReadMessage(r io.Reader, limit int) (text string, err error) {
	var h [HeaderLen]byte
	// io.ReadFull returns io.EOF only if there was nothing at all, and
	// io.ErrUnexpectedEOF for an end on the way.
	n, err := io.ReadFull(r, h[:])
	switch {
	case err == io.EOF:
		return "", io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "", fmt.Errorf("%w: %d of %d bytes came: %q", ErrCutHeader, n, HeaderLen, h[:n])
	case err != nil:
		return "", fmt.Errorf("reading a header: %w", err)
	}
	length, err := ParseHeader(h[:])
	if err != nil {
		return "", err
	}
	if length > limit {
		// Before the make: a length is a claim of the other side, and ten bytes
		// must not be able to order ten gigabytes.
		return "", fmt.Errorf("%w: %d bytes announced, at most %d accepted", ErrTooLong, length, limit)
	}
	payload := make([]byte, length)
	n, err = io.ReadFull(r, payload)
	switch {
	case err == io.EOF, errors.Is(err, io.ErrUnexpectedEOF):
		return "", fmt.Errorf("%w: %d of %d bytes came", ErrCutPayload, n, length)
	case err != nil:
		return "", fmt.Errorf("reading a payload of %d bytes: %w", length, err)
	}
	return string(payload), nil
}

// ReadConversation gives every message from r to take, in order. It returns nil
// when r ends between two messages and the error of [ReadMessage] otherwise.
func ReadConversation(r io.Reader, limit int, take func(text string)) error {
	for {
		text, err := ReadMessage(r, limit)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		take(text)
	}
}
