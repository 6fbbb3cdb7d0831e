package rawsocket

import (
	"errors"
	"fmt"
	"io"
	"iter"
)

// Receive gives every chunk of r, of at most size bytes, to take.
func Receive(r io.Reader, size int, take func(chunk []byte)) error {
	if size <= 0 {
		return errors.New("the size of a chunk must be positive")
	}
	for chunk, err := range chunks(r, size) {
		if err != nil {
			return fmt.Errorf("receiving: %w", err)
		}
		take(chunk)
	}
	return nil
}

// chunks iterates over what Read returns; an error other than io.EOF is the last pair.
func chunks(r io.Reader, size int) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		buf := make([]byte, size)
		for {
			n, err := r.Read(buf)
			if n > 0 && !yield(buf[:n], nil) {
				return
			}
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
	}
}
