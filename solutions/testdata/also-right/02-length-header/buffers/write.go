package lengthheader

import (
	"bytes"
	"io"
)

// AppendMessage appends header and payload of one message to dst.
func AppendMessage(dst []byte, text string) ([]byte, error) {
	header, err := AppendHeader(make([]byte, 0, HeaderLen), len(text))
	if err != nil {
		return dst, err
	}
	message := bytes.NewBuffer(dst)
	message.Write(header)
	message.WriteString(text)
	return message.Bytes(), nil
}

// WriteMessage writes one message to w with a single call of Write.
func WriteMessage(w io.Writer, text string) error {
	message, err := AppendMessage(nil, text)
	if err != nil {
		return err
	}
	// WriteTo calls Write once and knows io.ErrShortWrite.
	_, err = bytes.NewBuffer(message).WriteTo(w)
	return err
}
