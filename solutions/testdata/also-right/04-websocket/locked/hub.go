package websocket

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"time"
)

// A Hub with a list of clients, each with a list of messages and a bell.
type Hub struct {
	limit    int
	interval time.Duration

	mu      sync.Mutex
	clients []*client
	closed  bool
	serving sync.WaitGroup
}

type client struct {
	conn *Conn
	bell chan struct{} // something has changed

	mu      sync.Mutex
	waiting []broadcast
	why     error // it has to go
	stop    context.CancelFunc
}

type broadcast struct {
	op      Opcode
	payload []byte
}

// A Dropped error says that the hub has closed a connection.
type Dropped struct {
	Code   CloseCode
	Reason string
}

func (d *Dropped) Error() string { return "websocket: dropped: " + d.Reason }

// NewHub returns a hub.
func NewHub(queue int, interval time.Duration) *Hub { return &Hub{limit: queue, interval: interval} }

// Len returns how many clients there are.
func (h *Hub) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.clients)
}

func (c *client) drop(why error) {
	c.mu.Lock()
	if c.why == nil {
		c.why = why
	}
	c.mu.Unlock()
	c.stop()
	c.ring()
}

func (c *client) ring() {
	select {
	case c.bell <- struct{}{}:
	default:
	}
}

// Broadcast appends to every list.
func (h *Hub) Broadcast(op Opcode, payload []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients = slices.DeleteFunc(h.clients, func(c *client) bool {
		c.mu.Lock()
		full := len(c.waiting) >= h.limit
		if !full {
			c.waiting = append(c.waiting, broadcast{op, payload})
		}
		c.mu.Unlock()
		if full {
			c.drop(&Dropped{ClosePolicy, "too slow"})
		}
		c.ring()
		return full
	})
}

// Serve reads; another goroutine writes.
func (h *Hub) Serve(conn *Conn, receive func(op Opcode, payload []byte)) error {
	ctx, stop := context.WithCancel(context.Background())
	c := &client{conn: conn, bell: make(chan struct{}, 1), stop: stop}
	h.mu.Lock()
	if h.closed {
		c.why = &Dropped{CloseGoingAway, "shutting down"}
		stop()
	} else {
		h.clients = append(h.clients, c)
	}
	h.serving.Add(1)
	h.mu.Unlock()
	defer h.serving.Done()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.send(ctx, h.interval)
	}()
	for {
		op, payload, err := conn.ReadMessage(context.Background(), nil)
		if err != nil {
			c.drop(err)
			break
		}
		receive(op, payload)
	}
	<-done
	h.mu.Lock()
	if i := slices.Index(h.clients, c); i >= 0 {
		h.clients = slices.Delete(h.clients, i, i+1)
	}
	h.mu.Unlock()
	return c.why
}

// send pings at once, and then after every interval that brought something.
func (c *client) send(ctx context.Context, every time.Duration) {
	heard := c.conn.Received()
	c.conn.SetWriteDeadline(time.Now().Add(every))
	err := c.conn.Ping(ctx, nil)
	c.conn.SetWriteDeadline(time.Time{})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.drop(&Dropped{ClosePolicy, "too slow"})
	}
	next := time.Now().Add(every)
	for err == nil && ctx.Err() == nil {
		c.mu.Lock()
		batch := c.waiting
		if len(batch) > 0 {
			c.waiting = batch[1:]
		}
		c.mu.Unlock()
		if len(batch) > 0 {
			write, stop := context.WithTimeout(ctx, every)
			err = c.conn.WriteMessage(write, batch[0].op, batch[0].payload)
			stop()
			if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
				c.drop(&Dropped{ClosePolicy, "too slow"})
			}
			continue
		}
		wait := time.NewTimer(time.Until(next))
		select {
		case <-c.bell:
		case <-ctx.Done():
		case <-wait.C:
			if c.conn.Received() == heard {
				c.drop(&Dropped{CloseAbnormal, "no answer to a ping"})
				break
			}
			heard = c.conn.Received()
			next = time.Now().Add(every)
			write, stop := context.WithTimeout(ctx, every)
			err = c.conn.Ping(write, nil)
			stop()
			if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
				c.drop(&Dropped{ClosePolicy, "too slow"})
			}
		}
		wait.Stop()
	}
	c.mu.Lock()
	why := c.why
	c.mu.Unlock()
	if why == nil {
		c.drop(err)
		why = err
	}
	d, ok := why.(*Dropped)
	switch {
	case ok && d.Code == CloseAbnormal:
		c.conn.CloseNow()
	case ok:
		c.conn.Close(d.Code, d.Reason)
	default:
		c.conn.Close(CloseNormal, "")
	}
}

// Shutdown drops all and polls until they are gone.
func (h *Hub) Shutdown() {
	h.mu.Lock()
	h.closed = true
	for _, c := range h.clients {
		c.drop(&Dropped{CloseGoingAway, "shutting down"})
	}
	h.mu.Unlock()
	h.serving.Wait()
}
