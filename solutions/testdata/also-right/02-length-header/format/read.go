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

// ReadMessage reads one message of at most limit bytes from r.
func ReadMessage(r io.Reader, limit int) (text string, err error) {
	header := make([]byte, HeaderLen)
	switch _, err := io.ReadFull(r, header); err {
	case nil:
	case io.EOF:
		return "", io.EOF
	case io.ErrUnexpectedEOF:
		return "", ErrCutHeader
	default:
		return "", fmt.Errorf("reading a header: %w", err)
	}

	length, err := ParseHeader(header)
	if err != nil {
		return "", fmt.Errorf("reading a message: %w", err)
	}
	if length > limit {
		return "", fmt.Errorf("%w: %d bytes announced, %d accepted", ErrTooLong, length, limit)
	}

	payload := make([]byte, length)
	switch n, err := io.ReadFull(r, payload); err {
	case nil:
		return string(payload), nil
	case io.EOF, io.ErrUnexpectedEOF:
		return "", fmt.Errorf("after %d bytes of %d: %w", n, length, ErrCutPayload)
	default:
		return "", fmt.Errorf("reading a payload: %w", err)
	}
}

// ReadConversation gives every message of r to take.
func ReadConversation(r io.Reader, limit int, take func(text string)) error {
	for {
		text, err := ReadMessage(r, limit)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("conversation: %w", err)
		}
		take(text)
	}
}
