package websocket

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

	// trusted is how much memory the header of a frame can claim, in bytes. More
	// is only given for bytes that have come.
	trusted = 1 << 20

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

	mu      sync.Mutex // for core and closing; never held while anything waits
	core    Core
	closing bool

	reading lock // one reader at a time; what follows is the reader's
	buf     []byte
	event   Event  // a piece of a message, what was taken of it cut off
	begun   bool   // a part of the current message was taken
	partial []byte // which ReadMessage had to put aside
	message int    // the number of the current message

	writing lock           // one writer at a time, for one frame; what follows is the writer's
	half    *messageWriter // whose message is half sent, nil if none is
	out     []byte
	lent    *[]byte // the buffer that out is a part of, nil if out is empty

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
		reading:      newLock(),
		writing:      newLock(),
		closed:       make(chan struct{}),
	}
	c.deadlines.conn = conn
	c.core.role, c.core.limit = role, opt.MessageLimit
	if c.core.limit == 0 {
		c.core.limit = DefaultMessageLimit
	}
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

// Close does the closing handshake (section 7) and closes the net.Conn: it sends
// what is queued and a Close frame, waits for the peer's, and lets the server be
// the first to close. A peer that does not play its part is dropped after the
// CloseTimeout. Messages that arrive meanwhile are for those who read; if nobody
// does, they are lost.
//
// A code or reason that [AppendClosePayload] refuses is an error, and the
// connection is closed without a code. When the peer has closed or an error has
// ended the connection before, code and reason are of no interest any more. The
// second Close waits for the first, does nothing and returns nil.
func (c *Conn) Close(code CloseCode, reason string) error {
	c.mu.Lock()
	if c.closing {
		c.mu.Unlock()
		<-c.closed
		return nil
	}
	c.closing = true
	err := c.core.Close(code, reason)
	c.mu.Unlock()
	defer close(c.closed)
	defer c.conn.Close()
	// From here on everything that waits on the net.Conn, in here or elsewhere,
	// ends in time.
	c.deadlines.update(func(d *deadlines) { d.closing = time.Now().Add(c.closeTimeout) })

	ctx := context.Background()
	if failed := c.Flush(ctx); failed != nil {
		return errors.Join(err, failed)
	}
	// Who reads ends with the peer's Close, or in time. And nobody will again: this
	// is never unlocked.
	c.reading.lock(ctx, nil)
	for {
		if _, readErr := c.advance(nil); c.core.Done() {
			break
		} else if readErr != nil {
			return errors.Join(err, readErr)
		}
	}
	// Both Close frames have passed, or ours has and we believe nothing more. A
	// server ends its direction and waits for the client to do the same: to close
	// with bytes unread would reset the connection, and the peer might never see
	// our Close frame (section 7.1.1).
	if half, ok := c.conn.(interface{ CloseWrite() error }); ok && c.core.role == Server {
		half.CloseWrite()
	}
	for readErr := error(nil); readErr == nil; {
		_, readErr = c.conn.Read(c.buf)
	}
	return err
}

// CloseNow closes the net.Conn and nothing else: for a peer that is past talking
// to. The peer finds no Close frame, which it will call an abnormal closure.
func (c *Conn) CloseNow() error {
	err := c.conn.Close()
	c.Close(CloseNoStatus, "") // wakes who waits, and fails at once with the net.Conn gone
	return err
}
