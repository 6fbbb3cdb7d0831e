package rawsocket

import (
	"fmt"
	"io"
)

// Receive reads r to its end, at most size bytes at a time, and gives every
// chunk to take, in order. A chunk is take's only until take returns.
//
// It returns nil at the end of r and the error of the read otherwise, after what
// came before it was taken. A size below 1 is an error.
func Receive(r io.Reader, size int, take func(chunk []byte)) error {
	if size < 1 {
		// Read into an empty buffer returns at once, without bytes and without
		// an error: the loop below would spin for ever.
		return fmt.Errorf("chunks of %d bytes: at least 1 is needed", size)
	}
	chunk := make([]byte, size)
	for {
		n, err := r.Read(chunk)
		if n > 0 {
			// First the bytes, then the error: a Read may return both at once.
			take(chunk[:n])
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading: %w", err)
		}
	}
}
