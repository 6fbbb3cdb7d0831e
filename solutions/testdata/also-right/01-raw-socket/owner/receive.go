package rawsocket

import (
	"fmt"
	"io"
)

// Receive gives every chunk of r, of at most size bytes, to take.
func Receive(r io.Reader, size int, take func(chunk []byte)) error {
	if size < 1 {
		return fmt.Errorf("cannot read %d bytes at a time", size)
	}
	buf := make([]byte, size)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			take(buf[:n])
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
