package lengthheader

import "io"

// Step 2
//
// AppendMessage appends header and payload of one message to dst and returns the
// longer slice. The payload is the bytes of the text, unchanged, also when they are
// not valid UTF-8.
//
// Example: AppendMessage(nil, "héllo") is "6         héllo", 16 bytes.
//
// Error: that of AppendHeader. (No test can try it: such a text takes ten gigabytes.)
func AppendMessage(dst []byte, text string) ([]byte, error) {
	return dst, notWritten(2)
}

// Step 4
//
// WriteMessage writes one message, header and payload, to w with a single call
// of Write.
//
// Errors: that of AppendMessage (nothing is written), that of w.Write, and
// io.ErrShortWrite when w took fewer bytes than it was given and did not say
// why. The rest is not written again.
func WriteMessage(w io.Writer, text string) error {
	return notWritten(4)
}
