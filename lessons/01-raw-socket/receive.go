package rawsocket

import "io"

// Step 8
//
// Receive reads r to its end, at most size bytes at a time, and gives every
// chunk that came to take, in order. A chunk is take's only until take returns.
//
// The end (io.EOF) is no error: Receive returns nil. Any other error of a read
// is returned so that errors.Is finds it. Bytes that came together with an end
// or an error are given to take first. A size below 1 is an error, and nothing
// is read.
func Receive(r io.Reader, size int, take func(chunk []byte)) error {
	return notWritten(8)
}
