package reassembly

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// Receive reads messages from conn, at most size bytes with each Read, and gives
// every payload to take, in order. A payload is take's only until take returns.
//
// It returns nil when the stream ends between two messages, ctx.Err() as soon as
// ctx ends, and otherwise the error of the [Decoder] or of the Read. The
// connection stays open; after an end of ctx its read deadline has passed.
func Receive(ctx context.Context, conn net.Conn, size, limit int, take func(payload []byte)) error {
	if size < 1 {
		return fmt.Errorf("reads of %d bytes: at least 1 is needed", size)
	}
	// A Read knows nothing of contexts. A deadline in the past wakes it, and
	// leaves the closing of the connection to whom it belongs to.
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		conn.SetReadDeadline(time.Unix(1, 0))
	})
	defer func() {
		if !stop() {
			<-woken // it has begun: nothing of it may outlive this call
		}
	}()

	d := NewDecoder(limit)
	chunk := make([]byte, size)
	for {
		n, readErr := conn.Read(chunk)
		if err := ctx.Err(); err != nil {
			return err
		}
		d.Feed(chunk[:n]) // first the bytes, then the error that came with them
		for {
			payload, err := d.Next()
			if errors.Is(err, ErrMore) {
				break
			}
			if err != nil {
				return err
			}
			take(payload)
		}
		if readErr == io.EOF {
			return d.End()
		}
		if readErr != nil {
			return fmt.Errorf("reading: %w", readErr)
		}
	}
}
