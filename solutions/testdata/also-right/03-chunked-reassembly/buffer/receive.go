package reassembly

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// Receive gives the payload of every message that comes from conn to take.
//
// A second goroutine watches ctx and lets the read deadline pass.
func Receive(ctx context.Context, conn net.Conn, size, limit int, take func(payload []byte)) error {
	if size < 1 {
		return errors.New("size must be at least 1")
	}
	returned := make(chan struct{})
	var watcher sync.WaitGroup
	watcher.Go(func() {
		select {
		case <-ctx.Done():
		case <-returned:
		}
		if ctx.Err() != nil {
			conn.SetReadDeadline(time.Now().Add(-time.Hour))
		}
	})
	defer watcher.Wait()
	defer close(returned)

	d := NewDecoder(limit)
	buf := make([]byte, size)
	for ctx.Err() == nil {
		n, readErr := conn.Read(buf)
		d.Feed(buf[:n])
		payload, err := d.Next()
		for ; err == nil; payload, err = d.Next() {
			take(payload)
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		switch {
		case err != ErrMore:
			return err
		case readErr == io.EOF:
			return d.End()
		case readErr != nil && ctx.Err() == nil:
			return readErr
		}
	}
	return ctx.Err()
}
