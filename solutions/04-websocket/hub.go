package websocket

import (
	"context"
	"errors"
	"os"
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

// Broadcast sends a message to all clients of this moment and never waits. The
// payload must not be changed any more.
func (h *Hub) Broadcast(op Opcode, payload []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		select {
		case c.queue <- broadcast{op, payload}:
		default:
			c.drop(&Dropped{ClosePolicy, "too slow"})
			delete(h.clients, c)
		}
	}
}

// send is the client's only writer, and the one who closes.
func (c *client) send(ctx context.Context, every time.Duration) {
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	received := int64(-1)
	for err := error(nil); err == nil; {
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case m := <-c.queue:
			c.conn.SetWriteDeadline(time.Now().Add(every))
			err = c.conn.WriteMessage(ctx, m.op, m.payload)
		case <-ticks.C:
			if now := c.conn.Received(); now != received {
				received = now
				c.conn.SetWriteDeadline(time.Now().Add(every))
				err = c.conn.Ping(ctx, nil)
				ticks.Reset(every) // for the answer, also when a slow write has held the ping up
			} else {
				c.drop(&Dropped{CloseAbnormal, "no answer to a ping"})
				c.conn.CloseNow() // there is nobody to say goodbye to
			}
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = &Dropped{ClosePolicy, "too slow"}
		}
		if err != nil && !errors.Is(err, ErrCloseSent) { // then Serve has read why, or will
			c.drop(err)
		}
	}
	code, reason := CloseNormal, ""
	if d, ok := errors.AsType[*Dropped](context.Cause(ctx)); ok && d.Code != CloseAbnormal {
		code, reason = d.Code, d.Reason
	}
	c.conn.Close(code, reason)
}

// Shutdown tells all clients that the server goes away, 1001, and returns when the
// last Serve has returned. Each takes at most the CloseTimeout of its connection.
// Who comes later is told at once.
func (h *Hub) Shutdown() {
	h.mu.Lock()
	h.over = true
	for c := range h.clients {
		c.drop(&Dropped{CloseGoingAway, "shutting down"})
	}
	h.mu.Unlock()
	h.serving.Wait()
}
