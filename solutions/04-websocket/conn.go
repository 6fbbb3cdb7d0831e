package websocket

//lint:file-ignore U1000 the steps come to use what is here, and busyBuf who wants to

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Options are for both sides. The zero value is good.
type Options struct {
	// MessageLimit is the longest message that is accepted, in bytes;
	// DefaultMessageLimit if 0. The peer of a longer one gets close code 1009.
	MessageLimit int64

	// CloseTimeout is how long Close may take; DefaultCloseTimeout if 0.
	CloseTimeout time.Duration
}

// What Options stand for when they are zero.
const (
	DefaultMessageLimit = 1 << 20
	DefaultCloseTimeout = 5 * time.Second
)

const (
	// readBuffer is the length of a connection's only buffer of its own, in bytes.
	// A connection that waits for a message has to have one, so it is small: 1 KiB
	// of payload and a few headers. What is longer passes it by.
	readBuffer = 1280

	// busyBuffer is the length of the one that is borrowed while more is waiting than
	// fits in there.
	busyBuffer = 16 << 10

	// answerTime is how long a read may be held up by a pong that cannot be sent.
	answerTime = time.Second

	// queueLimit is how many bytes Queue keeps before it writes them.
	queueLimit = 64 << 10
)

// A Conn is a WebSocket connection: a [Core], and the net.Conn that it works on.
//
// All methods may be called at the same time. Somebody has to read, always: pings
// are answered and the peer's Close is seen by whoever reads. Whoever gets an
// error that is not a timeout, and whoever is done, calls [Conn.Close].
//
// A read or write that ends at a deadline or by its context leaves the connection
// as it is, and can be tried again. (Not a write over TLS: package crypto/tls
// gives up a connection when a Write of its own times out.)
type Conn struct {
	conn         net.Conn
	subprotocol  string
	closeTimeout time.Duration
	deadlines    deadlines
	received     atomic.Int64

	mu   sync.Mutex // for core, which readers and writers share; never held while anything waits
	core *Core

	reading lock    // one reader at a time; what follows is the reader's
	buf     []byte  // for one Read
	partial []byte  // what an interrupted ReadMessage had of its message
	piece   Event   // of the message that a Reader reads, without what was read of it
	message int     // the number of that message
	busy    bool    // the last Read has filled its buffer
	busyBuf *[]byte // one that is borrowed while more is waiting, nil if there is none

	sending lock    // one message at a time: a Writer has it from its first fragment to its last
	writing lock    // one frame at a time; what follows is the writer's
	out     []byte  // bytes to send that were not sent yet
	lent    *[]byte // the buffer that out was put in, nil if there is none

	closed chan struct{} // closed when Close is done
}

// NewConn makes a WebSocket connection of conn, on which the opening handshake has
// been done. Early is what was received behind the handshake. opt may be nil.
func NewConn(conn net.Conn, role Role, early []byte, opt *Options) *Conn {
	if opt == nil {
		opt = &Options{}
	}
	c := &Conn{
		conn:         conn,
		closeTimeout: opt.CloseTimeout,
		buf:          make([]byte, max(readBuffer, len(early))),
		piece:        Event{End: true}, // nothing of a message is left to read
		closed:       make(chan struct{}),
	}
	c.deadlines.conn = conn
	limit := opt.MessageLimit
	if limit == 0 {
		limit = DefaultMessageLimit
	}
	c.core = NewCore(role, limit)
	if c.closeTimeout == 0 {
		c.closeTimeout = DefaultCloseTimeout
	}
	c.core.Feed(c.buf[:copy(c.buf, early)])
	return c
}

// Subprotocol returns what the opening handshake agreed on, "" if nothing.
func (c *Conn) Subprotocol() string { return c.subprotocol }

// Received returns how many bytes were received so far. It tells whether a peer
// that was sent a ping is alive, whatever it answered with.
func (c *Conn) Received() int64 { return c.received.Load() }

// LocalAddr returns the address of this end.
func (c *Conn) LocalAddr() net.Addr { return c.conn.LocalAddr() }

// RemoteAddr returns the address of the peer.
func (c *Conn) RemoteAddr() net.Addr { return c.conn.RemoteAddr() }

// SetDeadline is SetReadDeadline and SetWriteDeadline.
func (c *Conn) SetDeadline(t time.Time) error {
	return c.deadlines.update(func(d *deadlines) { d.read, d.write = t, t })
}

// SetReadDeadline makes reads fail with os.ErrDeadlineExceeded from t on, those
// that wait included; zero is never.
func (c *Conn) SetReadDeadline(t time.Time) error {
	return c.deadlines.update(func(d *deadlines) { d.read = t })
}

// SetWriteDeadline is the same for writes.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	return c.deadlines.update(func(d *deadlines) { d.write = t })
}

// because returns the error of a context when that is what ended a call.
func because(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, os.ErrDeadlineExceeded) {
		return ctx.Err()
	}
	return err
}
