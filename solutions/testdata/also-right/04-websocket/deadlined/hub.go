package websocket

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// A Hub sends the same messages to many clients. Each has a queue of its own, of
// bounded length, so that no client waits for another; a client whose queue is
// full is dropped. Make one with NewHub.
type Hub struct {
	queue int
	every time.Duration

	mu      sync.Mutex
	clients map[*client]struct{}
	over    bool
	serving sync.WaitGroup
}

// A client is a connection that Serve looks after. Two goroutines do: Serve reads,
// and send writes, for as long as the client's context lasts. Whoever wants it to
// end calls drop with the reason, and the first reason stays.
type client struct {
	conn  *Conn
	queue chan broadcast
	drop  context.CancelCauseFunc
}

type broadcast struct {
	op      Opcode
	payload []byte
}

// A Dropped error says that the hub has closed a connection, and what the client
// was told.
type Dropped struct {
	Code   CloseCode
	Reason string
}

func (d *Dropped) Error() string { return "websocket: the hub dropped the client: " + d.Reason }

// NewHub returns a hub where up to queue messages may wait for each client. A
// client from which nothing came within one interval after a ping, and one that
// takes nothing for as long, is dropped. The interval is above zero.
func NewHub(queue int, interval time.Duration) *Hub {
	return &Hub{queue: queue, every: interval, clients: map[*client]struct{}{}}
}

// Len returns how many clients there are.
func (h *Hub) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.clients)
}

// Serve lets conn have the messages of the hub, gives those that it sends to
// receive, and returns when it is closed, with the reason: a [CloseError],
// [Dropped] or what went wrong. A payload is receive's until it returns.
func (h *Hub) Serve(conn *Conn, receive func(op Opcode, payload []byte)) error {
	ctx, drop := context.WithCancelCause(context.Background())
	c := &client{conn, make(chan broadcast, h.queue), drop}
	h.mu.Lock()
	if h.over {
		h.mu.Unlock()
		conn.Close(CloseGoingAway, "shutting down")
		return &Dropped{CloseGoingAway, "shutting down"}
	}
	h.clients[c] = struct{}{}
	h.serving.Add(1)
	h.mu.Unlock()
	defer h.serving.Done()

	var sending sync.WaitGroup
	sending.Go(func() { c.send(ctx, h.every) })
	var err error
	for buf := []byte(nil); err == nil; {
		var op Opcode
		if op, buf, err = conn.ReadMessage(context.Background(), buf); err == nil {
			receive(op, buf)
		}
	}
	drop(err)
	sending.Wait()
	h.mu.Lock()
	delete(h.clients, c)
	h.mu.Unlock()
	return context.Cause(ctx)
}

// Broadcast looks at the length of the queue: nobody else puts anything there.
func (h *Hub) Broadcast(op Opcode, payload []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		if len(c.queue) == cap(c.queue) {
			delete(h.clients, c)
			c.drop(&Dropped{Code: ClosePolicy, Reason: "too slow"})
			continue
		}
		c.queue <- broadcast{op, payload}
	}
}

// send has a goroutine beside it that pings. Both may write: a Conn allows it.
func (c *client) send(ctx context.Context, every time.Duration) {
	var pinging sync.WaitGroup
	pinging.Add(1)
	go func() {
		defer pinging.Done()
		for {
			before := c.conn.Received()
			c.write(ctx, every, func() error { return c.conn.Ping(ctx, []byte("?")) })
			select {
			case <-ctx.Done():
				return
			case <-time.After(every):
			}
			if c.conn.Received() == before {
				c.drop(&Dropped{Code: CloseAbnormal, Reason: "no answer to a ping"})
			}
		}
	}()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case m := <-c.queue:
			c.write(ctx, every, func() error { return c.conn.WriteMessage(ctx, m.op, m.payload) })
		}
	}
	pinging.Wait()
	var dropped *Dropped
	if !errors.As(context.Cause(ctx), &dropped) {
		c.conn.Close(CloseNormal, "")
	} else if dropped.Code == CloseAbnormal {
		c.conn.CloseNow()
	} else {
		c.conn.Close(dropped.Code, dropped.Reason)
	}
}

func (c *client) write(ctx context.Context, every time.Duration, write func() error) {
	c.conn.SetWriteDeadline(time.Now().Add(every))
	err := write()
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		err = fmt.Errorf("%w", &Dropped{Code: ClosePolicy, Reason: "too slow"})
	}
	if err != nil {
		c.drop(err)
	}
}

// Shutdown is not done before the last is gone.
func (h *Hub) Shutdown() {
	h.mu.Lock()
	h.over = true
	all := []*client{}
	for c := range h.clients {
		all = append(all, c)
	}
	h.mu.Unlock()
	for _, c := range all {
		c.drop(&Dropped{Code: CloseGoingAway, Reason: "shutting down"})
	}
	h.serving.Wait()
}
