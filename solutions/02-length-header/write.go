package lengthheader

import "io"

// AppendMessage appends header and payload of one message to dst. The only error
// is that of [AppendHeader].
func AppendMessage(dst []byte, text string) ([]byte, error) {
	// len counts bytes, and bytes are what the reader will count.
	m, err := AppendHeader(dst, len(text))
	if err != nil {
		return dst, err
	}
	return append(m, text...), nil
}

// WriteMessage writes one message to w with a single Write, so that no other
// writer's bytes can come between header and payload. It returns
// [io.ErrShortWrite] when w took less than everything without an error.
func WriteMessage(w io.Writer, text string) error {
	m, err := AppendMessage(make([]byte, 0, HeaderLen+len(text)), text)
	if err != nil {
		return err
	}
	n, err := w.Write(m)
	if err == nil && n < len(m) {
		// Against the contract of io.Writer, and not unheard of. Half a message
		// shifts everything after it.
		return io.ErrShortWrite
	}
	return err
}
