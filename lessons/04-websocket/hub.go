package websocket

import (
	"context"
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

// Step 28: many clients
//
// Broadcast puts a message into the queue of every client of this moment, and never
// waits. A client whose queue is full is dropped, as [Dropped] with [ClosePolicy] and
// "too slow", and is no client any more for [Hub.Len] and for the next Broadcast. The
// payload must not be changed any more.
func (h *Hub) Broadcast(op Opcode, payload []byte) {
	_ = broadcast{op, payload} // is what goes into a queue
	notWritten(28)
}

// Step 28: one client
//
// send is the only writer of c.conn: it sends what is in the queue, in order, and
// pings. It returns when ctx has ended and c.conn is closed. It ends ctx itself, by
// c.drop, when
//
//   - one write has taken as long as every: as Dropped with ClosePolicy and "too slow";
//   - a write fails in another way: with its error, if Serve has not said why before;
//   - nothing was received in the time every after a ping ([Conn.Received] says whether
//     something was): as Dropped with CloseAbnormal and "no answer to a ping". There is
//     a ping in every interval; where a write holds one up, the next is later too.
//
// Its writes end with ctx as well. At the end it closes c.conn: with the code and reason
// of a Dropped if that is why ctx has ended, with [CloseNormal] otherwise, and without a
// closing handshake ([Conn.CloseNow]) when nobody has answered a ping.
func (c *client) send(ctx context.Context, every time.Duration) {
	notWritten(28)
}

// Step 28: all of them
//
// Shutdown drops all clients, as Dropped with [CloseGoingAway] and "shutting down", and
// returns when the last Serve has returned. Each takes at most the CloseTimeout of its
// connection. A Serve that comes later finds h.over true.
func (h *Hub) Shutdown() {
	notWritten(28)
}
