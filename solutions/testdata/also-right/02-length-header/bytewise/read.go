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
	var header [HeaderLen]byte
	got, err := fill(r, header[:])
	if err == io.EOF && got > 0 {
		return "", ErrCutHeader
	}
	if err != nil {
		return "", err
	}
	length, err := ParseHeader(header[:])
	if err != nil {
		return "", err
	}
	if length > limit {
		return "", fmt.Errorf("%w (%d > %d)", ErrTooLong, length, limit)
	}
	payload := make([]byte, length)
	_, err = fill(r, payload)
	if err == io.EOF {
		return "", ErrCutPayload
	}
	if err != nil {
		return "", err
	}
	return string(payload), nil
}

// fill reads until b is full. An error that comes with the last byte is left to
// the next Read.
func fill(r io.Reader, b []byte) (got int, err error) {
	for got < len(b) {
		n, err := r.Read(b[got:])
		got += n
		if got == len(b) {
			return got, nil
		}
		if err != nil {
			return got, err
		}
	}
	return got, nil
}

// ReadConversation gives every message of r to take.
func ReadConversation(r io.Reader, limit int, take func(text string)) error {
	text, err := ReadMessage(r, limit)
	for err == nil {
		take(text)
		text, err = ReadMessage(r, limit)
	}
	if err == io.EOF {
		return nil
	}
	return err
}
