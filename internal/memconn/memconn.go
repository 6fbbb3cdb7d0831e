// Package memconn is a network connection in memory, with a buffer, for tests.
//
// [net.Pipe] has no buffer: a Write there waits for its Read, so two programs that first write and
// then read block for ever, although they are right over TCP. A pair from [Pipe] takes bytes until
// a buffer is full, as TCP does. It can also cut the stream where a test wants it cut, take less
// than it is given, stop half way and break off.
//
// It works inside and outside a [testing/synctest] bubble. Inside one, make the pair there: blocked
// calls are then durably blocked and deadlines run on the bubble's clock. The package starts no
// goroutine of its own.
//
// Where it differs from TCP: the first Write after the peer has closed fails (TCP finds out
// later), Close with unread bytes does not reset the connection, and a reset is reported by every
// call that follows, not by one.
package memconn

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// defaultBuffer is the capacity of one direction, in bytes.
const defaultBuffer = 64 << 10

// What a call on one end can learn about the other, inside a [net.OpError].
var (
	// ErrReset: the peer called Reset. What it had sent and nobody had read is lost.
	ErrReset = errors.New("the peer reset the connection")

	// ErrPeerClosed: a Write that the peer can no longer read. It matches [io.ErrClosedPipe] too.
	ErrPeerClosed = fmt.Errorf("the peer closed the connection: %w", io.ErrClosedPipe)
)

// errWriteClosed is for a Write after CloseWrite on the same end.
var errWriteClosed = fmt.Errorf("this end is closed for writing: %w", io.ErrClosedPipe)

// An Option shapes one end. [Pipe] applies its options to both; to shape only one, or to begin
// later, apply the option to that end: ShortWrites(3)(a). It holds from the next call on.
type Option func(*Conn)

// Buffer sets how many bytes may wait to be read at an end: at least 1, 64 KiB by default. When
// they are there, the peer's Write blocks.
func Buffer(n int) Option {
	atLeastOne("Buffer", n)
	return func(c *Conn) { c.in.update(func(h *half) { h.capacity = n }) }
}

// ReadSizes makes the first Read that returns bytes return at most sizes[0] of them, the next at
// most sizes[1], and so on, starting over after the last: ReadSizes(1) is one byte at a time. Each
// size is at least 1; without sizes there is no limit.
func ReadSizes(sizes ...int) Option {
	atLeastOne("ReadSizes", sizes...)
	sizes = slices.Clone(sizes)
	return func(c *Conn) { c.in.update(func(h *half) { h.sizes, h.turn = sizes, 0 }) }
}

// CutAt makes every Read stop at these offsets of the incoming stream: the bytes before and after
// one never arrive together. Offset 0 is the next byte that the end will read, so 0 and less cut
// nothing. Between offsets a Read returns all that is there; to have a piece arrive whole, write
// it before it is read.
func CutAt(offsets ...int) Option {
	offsets = slices.Sorted(slices.Values(offsets))
	return func(c *Conn) { c.in.update(func(h *half) { h.cuts, h.offset = offsets, 0 }) }
}

// ShortWrites makes every Write take at most n bytes, n at least 1, and return that number without
// an error. An [io.Writer] must not do this; some do, and a caller that does not look loses bytes.
func ShortWrites(n int) Option {
	atLeastOne("ShortWrites", n)
	return func(c *Conn) { c.out.update(func(h *half) { h.maxWrite = n }) }
}

// atLeastOne panics for a size that would make a call return nothing, or block, for ever.
func atLeastOne(option string, sizes ...int) {
	for _, n := range sizes {
		if n < 1 {
			panic(fmt.Sprintf("memconn: %s(%d): a size is at least 1", option, n))
		}
	}
}

// A Conn is one end of a connection in memory. It is a [net.Conn] with CloseWrite and Reset, and
// it counts what is done with it. All methods may be called at the same time.
//
// As with the net package, an error is a [*net.OpError], except [io.EOF], which stands alone. After
// Close or Reset on the same end it matches [net.ErrClosed], after a deadline
// [os.ErrDeadlineExceeded].
type Conn struct {
	in, out       *half
	local, remote addr
	closed        atomic.Bool
	reads, writes atomic.Int64
}

var _ net.Conn = (*Conn)(nil)

// Pipe returns the two ends of a new connection: what is written to one is read from the other.
func Pipe(options ...Option) (a, b *Conn) {
	toA, toB := newHalf(), newHalf()
	a = &Conn{in: toA, out: toB, local: "a", remote: "b"}
	b = &Conn{in: toB, out: toA, local: "b", remote: "a"}
	for _, option := range options {
		option(a)
		option(b)
	}
	return a, b
}

// Read blocks until a byte has arrived, the stream has ended or the read deadline has passed. It
// returns what is there, as far as p and the options allow. After the peer's Close or CloseWrite
// it returns what was sent before, then io.EOF; after the peer's Reset, ErrReset.
func (c *Conn) Read(p []byte) (int, error) {
	c.reads.Add(1)
	n, err := c.in.read(p)
	return n, c.opError("read", err)
}

// Write blocks until all of p is taken, and returns how much was. That is less than len(p) with an
// error (the deadline, a close or a reset came first) or with ShortWrites. Calls at the same time
// do not mix: each is taken whole, in the order in which they were made. After the peer's Close it
// fails with ErrPeerClosed, after its Reset with ErrReset.
func (c *Conn) Write(p []byte) (int, error) {
	c.writes.Add(1)
	n, err := c.out.write(p)
	return n, c.opError("write", err)
}

// Close ends both directions and unblocks all calls on this end. The peer can still read what was
// sent; what it has sent itself is lost. A second Close is an error that matches net.ErrClosed.
func (c *Conn) Close() error {
	if c.closed.Swap(true) {
		return c.opError("close", net.ErrClosed)
	}
	c.in.end(net.ErrClosed, ErrPeerClosed)
	c.out.end(io.EOF, net.ErrClosed)
	return nil
}

// CloseWrite ends the direction to the peer, which reads what was sent and then io.EOF; reading
// from the peer goes on. A Write after it, or blocked in it, fails and matches io.ErrClosedPipe.
func (c *Conn) CloseWrite() error {
	if c.closed.Load() {
		return c.opError("close", net.ErrClosed)
	}
	c.out.end(io.EOF, errWriteClosed)
	return nil
}

// Reset is Close without the courtesy, a TCP RST: bytes that are not yet read are lost, and the
// peer's calls, blocked or to come, fail with ErrReset. After Close it is an error.
func (c *Conn) Reset() error {
	if c.closed.Swap(true) {
		return c.opError("close", net.ErrClosed)
	}
	c.in.end(net.ErrClosed, ErrReset)
	c.out.end(ErrReset, net.ErrClosed)
	return nil
}

// LocalAddr is a name for this end, the same in every pair: a or b.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr is the peer's name.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline is SetReadDeadline and SetWriteDeadline.
func (c *Conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// SetReadDeadline makes Read fail from t on, blocked or not, bytes there or not; zero is never.
func (c *Conn) SetReadDeadline(t time.Time) error {
	return c.opError("set", c.in.setDeadline(&c.in.reader, t))
}

// SetWriteDeadline makes Write fail from t on; zero is never.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	return c.opError("set", c.out.setDeadline(&c.out.writer, t))
}

// Reads is how often Read was called on this end: calls that failed or still block count too.
func (c *Conn) Reads() int { return int(c.reads.Load()) }

// Writes is how often Write was called on this end: calls that failed or still block count too.
func (c *Conn) Writes() int { return int(c.writes.Load()) }

// Closed says whether Close or Reset was called on this end.
func (c *Conn) Closed() bool { return c.closed.Load() }

func (c *Conn) opError(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return &net.OpError{Op: op, Net: c.local.Network(), Source: c.local, Addr: c.remote, Err: err}
}

type addr string

func (addr) Network() string  { return "memconn" }
func (a addr) String() string { return string(a) }

// A half is one direction: bytes from one writing end to one reading end.
type half struct {
	mu      sync.Mutex
	changed sync.Cond // a reader or a writer may have something new to look at

	buf      bytes.Buffer // written and not yet read, up to capacity
	capacity int

	sizes  []int // ReadSizes
	turn   int   // index in sizes for the next Read
	cuts   []int // CutAt: ascending
	offset int   // bytes read since the cuts were set

	maxWrite int   // ShortWrites; 0 is no limit
	queue    []int // tickets of the Writes under way, in order of call; the first one writes
	ticket   int   // the last one given out

	reader, writer side
}

// A side is the reading or the writing end of a half, and what stops its calls.
type side struct {
	over     error     // why no byte will come after those in buf, or be taken; nil while open
	deadline time.Time // zero: never
	timer    *time.Timer
}

func newHalf() *half {
	h := &half{capacity: defaultBuffer}
	h.changed.L = &h.mu
	return h
}

func (h *half) read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case h.reader.expired():
			return 0, os.ErrDeadlineExceeded
		case h.buf.Len() > 0:
			return h.take(p), nil
		case h.reader.over != nil:
			return 0, h.reader.over
		case len(p) == 0: // nothing to wait for
			return 0, nil
		}
		h.changed.Wait()
	}
}

// take moves bytes from the buffer to p, as many as the options allow.
func (h *half) take(p []byte) int {
	n := min(len(p), h.buf.Len())
	if n == 0 {
		return 0 // an empty p does not use up a size
	}
	if len(h.sizes) > 0 {
		n = min(n, h.sizes[h.turn])
		h.turn = (h.turn + 1) % len(h.sizes)
	}
	for len(h.cuts) > 0 && h.cuts[0] <= h.offset {
		h.cuts = h.cuts[1:]
	}
	if len(h.cuts) > 0 {
		n = min(n, h.cuts[0]-h.offset)
	}
	h.offset += n
	h.changed.Broadcast()
	return copy(p, h.buf.Next(n))
}

// write queues up instead of locking a second mutex for the time of the call: a goroutine that
// waits for a mutex is not durably blocked, and a synctest bubble would stand still. The order of
// the calls is kept so that what a test sees does not depend on which goroutine wakes first.
func (h *half) write(p []byte) (n int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ticket++
	mine := h.ticket
	h.queue = append(h.queue, mine)
	defer func() {
		i := slices.Index(h.queue, mine)
		h.queue = slices.Delete(h.queue, i, i+1)
		h.changed.Broadcast()
	}()

	if h.maxWrite > 0 {
		p = p[:min(len(p), h.maxWrite)]
	}
	for {
		room := h.capacity - h.buf.Len()
		switch {
		case h.writer.expired():
			return n, os.ErrDeadlineExceeded
		case h.writer.over != nil:
			return n, h.writer.over
		case h.queue[0] == mine && len(p) <= room:
			h.buf.Write(p)
			return n + len(p), nil
		case h.queue[0] == mine && room > 0:
			h.buf.Write(p[:room])
			p, n = p[room:], n+room
			h.changed.Broadcast()
		}
		h.changed.Wait()
	}
}

// update changes the half and lets everybody who waits look again. It holds the mutex all along, so
// that it cannot fall between somebody's last look and their Wait.
func (h *half) update(change func(*half)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change(h)
	h.changed.Broadcast()
}

// end records why the stream is over for its reader and for its writer.
func (h *half) end(forReader, forWriter error) {
	h.update(func(h *half) {
		h.reader.end(forReader)
		h.writer.end(forWriter)
		if h.reader.over != io.EOF {
			h.buf = bytes.Buffer{} // nobody may read it any more
		}
	})
}

// end keeps one reason when there are several: the side's own Close before all, then a reset,
// otherwise the first.
func (s *side) end(reason error) {
	if s.over == nil || reason == net.ErrClosed || reason == ErrReset && s.over != net.ErrClosed {
		s.over = reason
	}
	if s.over == net.ErrClosed {
		s.clearDeadline() // a closed end says so, whatever its deadline; and no timer stays behind
	}
}

func (s *side) expired() bool { return !s.deadline.IsZero() && !time.Now().Before(s.deadline) }

func (s *side) clearDeadline() {
	s.deadline = time.Time{}
	if s.timer != nil {
		s.timer.Stop()
	}
}

// setDeadline sets the deadline of s, one of the half's two sides. The timer only wakes those who
// wait, to look at the clock: at once for a deadline in the past, and without harm if a new
// deadline is set already when it fires.
func (h *half) setDeadline(s *side, t time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.over == net.ErrClosed {
		return net.ErrClosed
	}
	s.clearDeadline()
	if !t.IsZero() {
		left := time.Until(t)
		s.deadline = time.Now().Add(left) // on the monotonic clock, like the timer
		if s.timer == nil {
			s.timer = time.AfterFunc(left, func() { h.update(func(*half) {}) })
		} else {
			s.timer.Reset(left)
		}
	}
	return nil
}
