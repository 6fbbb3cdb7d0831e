package lengthheader

import "io"

// AppendMessage appends header and payload of one message to dst.
func AppendMessage(dst []byte, text string) ([]byte, error) {
	out, err := AppendHeader(dst, len(text))
	if err != nil {
		return dst, err
	}
	for i := 0; i < len(text); i++ {
		out = append(out, text[i])
	}
	return out, nil
}

// WriteMessage writes one message to w with a single call of Write.
func WriteMessage(w io.Writer, text string) error {
	b, err := AppendMessage(make([]byte, 0, HeaderLen+len(text)), text)
	if err != nil {
		return err
	}
	n, err := w.Write(b)
	if err != nil {
		return err
	}
	if n != len(b) {
		return io.ErrShortWrite
	}
	return nil
}
