package lengthheader

import (
	"fmt"
	"io"
)

// AppendMessage appends header and payload of one message to dst.
func AppendMessage(dst []byte, text string) ([]byte, error) {
	longer, err := AppendHeader(dst, len(text))
	if err != nil {
		return dst, fmt.Errorf("message: %w", err)
	}
	return fmt.Append(longer, text), nil
}

// WriteMessage writes one message to w with a single call of Write.
func WriteMessage(w io.Writer, text string) error {
	message, err := AppendMessage(nil, text)
	if err != nil {
		return err
	}
	n, err := w.Write(message)
	switch {
	case err != nil:
		return fmt.Errorf("message of %d bytes: %w", len(text), err)
	case n < len(message):
		return fmt.Errorf("%d bytes of %d written: %w", n, len(message), io.ErrShortWrite)
	}
	return nil
}
