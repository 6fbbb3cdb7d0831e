package rawsocket

import (
	"fmt"
	"io"
)

// takeWriter gives to a function what is written to it.
type takeWriter func(chunk []byte)

func (take takeWriter) Write(p []byte) (int, error) {
	take(p)
	return len(p), nil
}

// Receive gives every chunk of r, of at most size bytes, to take.
func Receive(r io.Reader, size int, take func(chunk []byte)) error {
	if size < 1 {
		return fmt.Errorf("size %d is below 1", size)
	}
	// The struct hides a WriteTo of r, which would not respect size.
	_, err := io.CopyBuffer(takeWriter(take), struct{ io.Reader }{r}, make([]byte, size))
	return err
}
