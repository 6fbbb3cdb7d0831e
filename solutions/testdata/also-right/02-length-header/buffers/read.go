package lengthheader

import (
	"bufio"
	"bytes"
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
	var buf bytes.Buffer
	n, err := io.CopyN(&buf, r, HeaderLen)
	if err == io.EOF && n > 0 {
		return "", ErrCutHeader
	}
	if err != nil {
		return "", err
	}

	length, err := ParseHeader(buf.Next(HeaderLen))
	if err != nil {
		return "", err
	}
	if length > limit {
		return "", fmt.Errorf("%w: a header announces %d bytes, the limit is %d", ErrTooLong, length, limit)
	}

	buf.Reset()
	_, err = buf.ReadFrom(io.LimitReader(r, int64(length)))
	if buf.Len() == length {
		return buf.String(), nil
	}
	if err == nil {
		err = ErrCutPayload
	}
	return "", err
}

// ReadConversation gives every message of r to take.
func ReadConversation(r io.Reader, limit int, take func(text string)) error {
	buffered := bufio.NewReader(r)
	for {
		switch text, err := ReadMessage(buffered, limit); err {
		case nil:
			take(text)
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}
