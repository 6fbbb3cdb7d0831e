package websocket

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"example/websockets/internal/memconn"
	"example/websockets/internal/steps"
	"example/websockets/internal/wire"
)

// The tests of a connection. One end of a memconn is the Conn's, the other is the
// peer: the test writes and reads the bytes of frames there.

var noLimit = context.Background()

func init() { steps.Names(map[string]error{"context.DeadlineExceeded": context.DeadlineExceeded}) }

// A connFrame is a frame as the test writes it, without the code under test.
type connFrame struct {
	op      Opcode
	fin     bool
	payload string
}

func (f connFrame) String() string {
	last := ""
	if !f.fin {
		last = ", not the last fragment"
	}
	return fmt.Sprintf("opcode %d %s%s", byte(f.op), wire.Quote(f.payload), last)
}

func finalFrame(op Opcode, payload string) connFrame { return connFrame{op, true, payload} }
func partFrame(op Opcode, payload string) connFrame  { return connFrame{op, false, payload} }
func connFrames(f ...connFrame) []connFrame          { return f }

func manyFrames(n int, f connFrame) (all []connFrame) {
	for range n {
		all = append(all, f)
	}
	return all
}

// connWire is frames as somebody of the given role sends them (section 5.2).
func connWire(from Role, all ...connFrame) (b []byte) {
	key := [4]byte{0x37, 0xfa, 0x21, 0x3d} // of the example in section 5.7
	for _, f := range all {
		first, second := byte(f.op), byte(0)
		if f.fin {
			first |= 0x80
		}
		if from == Client {
			second = 0x80
		}
		switch n := len(f.payload); {
		case n <= 125:
			b = append(b, first, second|byte(n))
		case n <= 65535:
			b = binary.BigEndian.AppendUint16(append(b, first, second|126), uint16(n))
		default:
			b = binary.BigEndian.AppendUint64(append(b, first, second|127), uint64(n))
		}
		begin := len(b) + 4
		if from == Client {
			b = append(b, key[:]...)
		}
		b = append(b, f.payload...)
		for i := begin; from == Client && i < len(b); i++ {
			b[i] ^= key[(i-begin)%4]
		}
	}
	return b
}

// unmaskedWire is a stream of frames without keys and masks, the mask bits kept: two
// streams of a client can be compared, though its keys are random.
func unmaskedWire(stream []byte) (out []byte) {
	for len(stream) > 0 {
		n := headerLength(stream)
		if n > len(stream) || stream[1]&0x80 == 0 {
			size := min(uint64(len(stream)), uint64(n)+payloadLength(stream))
			out = append(out, stream[:size]...)
			stream = stream[size:]
			continue
		}
		key := stream[n-4 : n]
		size := min(uint64(len(stream)-n), payloadLength(stream))
		out = append(out, stream[:n-4]...)
		for i, b := range stream[n:][:size] {
			out = append(out, b^key[i%4])
		}
		stream = stream[uint64(n)+size:]
	}
	return out
}

// headerLength and payloadLength are of the frame at the beginning of b, of which a
// partFrame may be missing.
func headerLength(b []byte) int {
	if len(b) < 2 {
		return 2
	}
	n := 2 + map[byte]int{126: 2, 127: 8}[b[1]&0x7f]
	if b[1]&0x80 != 0 {
		n += 4
	}
	return n
}

func payloadLength(b []byte) uint64 {
	if len(b) < headerLength(b) {
		return 0
	}
	switch n := b[1] & 0x7f; n {
	case 126:
		return uint64(binary.BigEndian.Uint16(b[2:]))
	case 127:
		return binary.BigEndian.Uint64(b[2:])
	default:
		return uint64(n)
	}
}

// parseConnFrame returns the frame at the beginning of an unmasked stream, and its length.
func parseConnFrame(b []byte) (connFrame, int) {
	plain := noMaskBit(b)
	head := headerLength(plain)
	size := int(min(uint64(len(plain)-min(head, len(plain))), payloadLength(plain)))
	if len(plain) < head {
		return connFrame{payload: string(plain)}, len(plain)
	}
	return connFrame{Opcode(plain[0] & 0xf), plain[0]&0x80 != 0, string(plain[head : head+size])}, head + size
}

// noMaskBit is an unmasked stream without the mask bit of its first frame.
func noMaskBit(b []byte) []byte {
	b = bytes.Clone(b)
	if len(b) > 1 {
		b[1] &^= 0x80
	}
	return b
}

// connFields names the parts of frames, without their keys.
func connFields(all []connFrame) (fields []wire.Field) {
	for i, f := range all {
		head := headerLength(connWire(Server, f))
		fields = append(fields, wire.Field{Name: fmt.Sprintf("header of frame %d", i+1), Len: head}, wire.Field{Name: fmt.Sprintf("payload of frame %d", i+1), Len: len(f.payload)})
	}
	return fields
}

// wantSent fails unless a Conn of the given role has sent these frames.
func wantSent(t *steps.T, call string, role Role, want []connFrame, sent []byte, looks ...steps.Look) {
	if d := wire.Diff(unmaskedWire(connWire(role, want...)), unmaskedWire(sent), connFields(want)...); d != "" {
		t.Fail(call+": the bytes on the wire", d, looks...)
	}
}

// wantClose fails unless a Conn of the given role has sent a Close frame with code.
func wantClose(t *steps.T, call string, role Role, code CloseCode, sent []byte) {
	f, n := parseConnFrame(unmaskedWire(sent))
	got := CloseNoStatus
	if len(f.payload) >= 2 {
		got = CloseCode(binary.BigEndian.Uint16([]byte(f.payload)))
	}
	for _, other := range []struct {
		is    bool
		words string
	}{
		{len(sent) == 0, "nothing"},
		{f.op != OpClose, f.String()},
		{n != len(unmaskedWire(sent)), "a Close frame, and more behind it"},
		{got != code, fmt.Sprintf("a Close frame with %d", got)},
	} {
		if other.is {
			t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("a Close frame with %d", code)), steps.Words(other.words)),
				steps.LooksLike(len(sent) == 0, "c.core has a Close frame to send (Pending), and nobody has called answer"))
		}
	}
}

func wantMessage(t *steps.T, call, want, got string, err error, looks ...steps.Look) {
	switch {
	case err != nil:
		t.Fail(call, steps.WantGot(steps.Words(shortMessage(want)), err), looks...)
	case got != want:
		t.Fail(call, steps.WantGot(steps.Words(shortMessage(want)), steps.Words(shortMessage(got))), looks...)
	}
}

// wantConnError fails unless err is the wanted CloseError, a ProtocolError with the
// wanted code, or matches the wanted error.
func wantConnError(t *steps.T, call string, want, err error, looks ...steps.Look) {
	switch want := want.(type) {
	case *CloseError:
		if got, ok := errors.AsType[*CloseError](err); !ok || *got != *want {
			t.Fail(call, steps.WantGot(want, err), looks...)
		}
	case *ProtocolError:
		if got, ok := errors.AsType[*ProtocolError](err); !ok || got.Code != want.Code {
			t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("a ProtocolError with the code %d", want.Code)), err), looks...)
		}
	default:
		steps.WantError(t, call, want, err, looks...)
	}
}

// newConn returns a Conn of the given role, its end of the connection, and the
// peer's. Both ends are closed after the step.
func newConn(t *steps.T, role Role, early []byte, opt *Options, options ...memconn.Option) (*Conn, *connLog, *memconn.Conn) {
	a, b := memconn.Pipe(options...)
	t.Cleanup(func() { a.Close(); b.Close() })
	log := &connLog{Conn: a}
	return NewConn(log, role, early, opt), log, b
}

// connLog counts the deadlines that are set. To set one takes as long as slow says, and
// Close as long as slowClose.
type connLog struct {
	*memconn.Conn
	deadlines, under atomic.Int32 // set; being set
	slow, slowClose  atomic.Int64
	ended            atomic.Bool // CloseWrite was called
}

func (c *connLog) Close() error {
	time.Sleep(time.Duration(c.slowClose.Load()))
	return c.Conn.Close()
}

func (c *connLog) CloseWrite() error {
	c.ended.Store(true)
	return c.Conn.CloseWrite()
}

func (c *connLog) set(to func(time.Time) error, at time.Time) error {
	c.deadlines.Add(1)
	c.under.Add(1)
	defer c.under.Add(-1)
	err := to(at)
	time.Sleep(time.Duration(c.slow.Load()))
	return err
}

func (c *connLog) SetDeadline(at time.Time) error      { return c.set(c.Conn.SetDeadline, at) }
func (c *connLog) SetReadDeadline(at time.Time) error  { return c.set(c.Conn.SetReadDeadline, at) }
func (c *connLog) SetWriteDeadline(at time.Time) error { return c.set(c.Conn.SetWriteDeadline, at) }

// alone says that nobody else uses a Conn: then c.mu is free while it reads and writes.
func (c *connLog) alone(t *steps.T, call string, ws *Conn) {
	ws.conn = &connAlone{c, func(what string) {
		if !ws.mu.TryLock() {
			t.Fail(call+": c.mu, while "+what+" waits", steps.WantGot(steps.Words("free"), steps.Words("locked")),
				steps.LooksLike(true, "c.mu is held during a "+what+", which may wait for the peer for ever: until then nobody else gets at c.core"))
		}
		ws.mu.Unlock()
	}}
}

// letOthersRun gives other goroutines their turn, as long as they want one: with a
// single processor all of them come in turn. Unlike synctest.Wait it does not mind that
// some wait for a mutex.
func letOthersRun() {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for range 1000 {
		runtime.Gosched()
	}
}

// guarded fails unless f, which uses c.core, waits while somebody else has c.mu.
func guarded(t *steps.T, call string, c *Conn, conn *connLog, f func() error) {
	t.Doing("%s while somebody else has c.mu", call)
	c.mu.Lock()
	done := startCall(f)
	letOthersRun()
	early := len(done) > 0 || conn.Writes() > 0
	c.mu.Unlock()
	if <-done; early {
		t.Fail(call+" while somebody else has c.mu", steps.WantGot(steps.Words("it waits for c.mu"), steps.Words("it does not")),
			steps.LooksLike(true, "readers and writers share c.core: whoever uses it has c.mu"))
	}
}

// connAlone looks whether c.mu is free, before each Read and each Write.
type connAlone struct {
	*connLog
	free func(what string)
}

func (c *connAlone) Read(p []byte) (int, error)  { c.free("Read"); return c.connLog.Read(p) }
func (c *connAlone) Write(p []byte) (int, error) { c.free("Write"); return c.connLog.Write(p) }

// connTogether returns the last bytes and the end in one Read, as a Reader may.
type connTogether struct{ net.Conn }

func (c *connTogether) Read(b []byte) (int, error) {
	n, err := io.ReadFull(c.Conn, b)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

// connNothing returns nothing with every other Read, as a Reader may.
type connNothing struct {
	net.Conn
	reads int
}

func (c *connNothing) Read(b []byte) (int, error) {
	if c.reads++; c.reads%2 == 1 {
		return 0, nil
	}
	return c.Conn.Read(b)
}

// connTakesNothing has a Write that must not be.
type connTakesNothing struct{ net.Conn }

func (c *connTakesNothing) Write([]byte) (int, error) { return 0, nil }

// drainPeer reads all that there is for the peer, and a moment longer.
func drainPeer(peer *memconn.Conn) []byte {
	peer.SetReadDeadline(time.Now().Add(time.Millisecond))
	defer peer.SetReadDeadline(time.Time{})
	b, _ := io.ReadAll(peer)
	return b
}

// startCall calls f in a goroutine and returns what it returns.
func startCall(f func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	return done
}

// messageText is a message in one text: the opcode, a space, the payload.
func messageText(op Opcode, payload string) string { return op.String() + " " + payload }

func theMessages(messages ...string) []string { return messages }

// shortMessage shows such a message.
func shortMessage(message string) string {
	op, payload, _ := strings.Cut(message, " ")
	return op + " " + wire.Quote(payload)
}

func isStartOf(got, want string) bool { return strings.HasPrefix(want, got) }

// isEndOf says whether the payload of got is the end of that of want.
func isEndOf(got, want string) bool {
	_, payload, _ := strings.Cut(got, " ")
	return strings.HasSuffix(want, payload)
}

func readText(c *Conn, ctx context.Context, buf []byte) (string, error) {
	op, payload, err := c.ReadMessage(ctx, buf)
	if err != nil {
		return "", err
	}
	return messageText(op, string(payload)), nil
}

// readTexts reads messages until there is an error.
func readTexts(t *steps.T, c *Conn, call string) (all []string, err error) {
	for {
		got, err := readText(c, noLimit, nil)
		if err != nil {
			return all, err
		}
		if all = append(all, got); len(all) > 1000 {
			t.Fail(call, steps.WantGot(steps.Words("an error at the end"), steps.Words(shortMessage(got)+", over and over")))
		}
	}
}

// wantTime fails unless something took as long as it should, give or take what a
// wait in small steps may add.
func wantTime(t *steps.T, call string, want, took time.Duration, looks ...steps.Look) {
	if took < want || took > want+time.Second/10 {
		t.Fail(call, steps.WantGot(want, took), looks...)
	}
}

// connMemory is how many bytes of memory f takes, freed ones included.
func connMemory(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func connPeer(role Role) Role { return Client - role }

func connSide(role Role) string {
	if role == Server {
		return "a server"
	}
	return "a client"
}

// connInterruptions are ways to end a read or write that waits, each after a second.
var connInterruptions = []struct {
	name string
	want error
	call func(c *Conn, read bool, call func(ctx context.Context) error) error
}{
	{"ctx runs out", context.DeadlineExceeded, func(_ *Conn, _ bool, call func(ctx context.Context) error) error {
		ctx, cancel := context.WithTimeout(noLimit, time.Second)
		defer cancel()
		return call(ctx)
	}},
	{"ctx is cancelled", context.Canceled, func(_ *Conn, _ bool, call func(ctx context.Context) error) error {
		ctx, cancel := context.WithCancel(noLimit)
		stop := time.AfterFunc(time.Second, cancel)
		defer cancel()
		defer stop.Stop()
		return call(ctx)
	}},
	{"the deadline passes", os.ErrDeadlineExceeded, func(c *Conn, read bool, call func(ctx context.Context) error) error {
		set := c.SetWriteDeadline
		if read {
			set = c.SetReadDeadline
		}
		set(time.Now().Add(time.Second))
		defer set(time.Time{})
		return call(noLimit)
	}},
}
