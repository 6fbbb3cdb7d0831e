package reassembly

import (
	"context"
	"fmt"
	"io"
	"net"
	"time"
)

// Receive gives the payload of every message that comes from conn to take.
//
// A helper goroutine reads, one Read for each request.
func Receive(ctx context.Context, conn net.Conn, size, limit int, take func(payload []byte)) error {
	if size < 1 {
		return fmt.Errorf("cannot read %d bytes at a time", size)
	}

	type result struct {
		n   int
		err error
	}
	buf := make([]byte, size)
	requests := make(chan bool)
	results := make(chan result)
	go func() {
		defer close(results)
		for range requests {
			n, err := conn.Read(buf)
			results <- result{n, err}
		}
	}()
	defer func() {
		close(requests)
		<-results
	}()

	d := NewDecoder(limit)
	for {
		if ctx.Err() != nil {
			conn.SetReadDeadline(time.Unix(1, 0))
			return ctx.Err()
		}
		requests <- true
		var r result
		select {
		case r = <-results:
		case <-ctx.Done():
			conn.SetReadDeadline(time.Unix(1, 0))
			r = <-results
			r.err = ctx.Err()
		}
		d.Feed(buf[:r.n])
		for {
			payload, err := d.Next()
			if err == ErrMore {
				break
			}
			if err != nil {
				return err
			}
			take(payload)
		}
		if r.err == io.EOF {
			return d.End()
		}
		if r.err != nil {
			return r.err
		}
	}
}
