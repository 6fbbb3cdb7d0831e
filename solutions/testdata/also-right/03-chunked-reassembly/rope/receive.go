package reassembly

import (
	"context"
	"fmt"
	"io"
	"net"
	"time"
)

// Receive gives the payload of every message that comes from conn to take.
func Receive(ctx context.Context, conn net.Conn, size, limit int, take func(payload []byte)) error {
	if size <= 0 {
		return fmt.Errorf("size %d: at least one byte with each Read", size)
	}
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		conn.SetReadDeadline(time.Unix(0, 1))
		close(woken)
	})
	defer func() {
		if !stop() {
			<-woken
		}
	}()

	r := &receiver{decoder: NewDecoder(limit), take: take}
	buf := make([]byte, size)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := conn.Read(buf)
		if wrong := r.chunk(buf[:n]); wrong != nil {
			return wrong
		}
		if err == io.EOF {
			return r.decoder.End()
		}
		if err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("receiving: %w", err)
		}
	}
}

type receiver struct {
	decoder *Decoder
	take    func(payload []byte)
}

// chunk takes all messages that are complete with this chunk.
func (r *receiver) chunk(b []byte) error {
	r.decoder.Feed(b)
	for {
		payload, err := r.decoder.Next()
		switch err {
		case nil:
			r.take(payload)
		case ErrMore:
			return nil
		default:
			return err
		}
	}
}
