package rawsocket

import "io"

// Step 8
//
// Receive reads r to its end, at most size bytes at a time, and gives every chunk
// to take as soon as it has come. The memory of a chunk is used again when take
// has returned: take copies what it wants to keep.
//
// The end (io.EOF) is no error: Receive returns nil. Any other error of a read
// is returned, as it is or wrapped with %w. Bytes that came together with an end
// or an error are given to take first. A size below 1 is an error, and nothing
// is read.
func Receive(r io.Reader, size int, take func(chunk []byte)) error {
	return notWritten(8)
}
