package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
)

// A tap is a connection of ours that keeps account of the frames that pass: a
// witness that is neither the code under test nor the peer.
type tap struct {
	net.Conn
	wire wire
	side string // ours
}

// wire is what passed on a connection, to the server and to the client.
type wire struct{ up, down stream }

// A stream is what passed in one direction.
type stream struct {
	mu       sync.Mutex
	Control  []string // "ping inside are you there?", "close 1000 done", in their order
	Frames   int      // of data
	Messages int      // complete ones
	Problem  string

	within bool // a message: its last frame is still to come
	raw    []byte
	open   bool        // the opening handshake has passed
	over   atomic.Bool // the other side has ended: what is written now reaches nobody
}

func newTap(c net.Conn, side string) *tap { return &tap{Conn: c, side: side} }

// streams returns what comes in to our side, and what goes out.
func (t *tap) streams() (in, out *stream) {
	if t.side == serverSide {
		return &t.wire.up, &t.wire.down
	}
	return &t.wire.down, &t.wire.up
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	in, out := t.streams()
	in.mu.Lock()
	defer in.mu.Unlock()
	in.add(p[:n])
	if n == 0 && err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		out.over.Store(true)
	}
	return n, err
}

// Write holds the lock until the bytes are accounted for: the peer may have answered
// and reported before.
func (t *tap) Write(p []byte) (int, error) {
	_, out := t.streams()
	out.mu.Lock()
	defer out.mu.Unlock()
	over := out.over.Load()
	n, err := t.Conn.Write(p)
	if !over {
		out.add(p[:n])
	}
	return n, err
}

// CloseWrite is there because a tap is to be taken for the TCP connection it is.
func (t *tap) CloseWrite() error { return t.Conn.(*net.TCPConn).CloseWrite() }

func (s *stream) add(p []byte) {
	if s.Problem != "" {
		return
	}
	s.raw = append(s.raw, p...)
	if !s.open {
		_, rest, found := bytes.Cut(s.raw, []byte("\r\n\r\n"))
		if !found {
			return
		}
		s.open, s.raw = true, slices.Clone(rest)
	}
	for {
		n := s.frame(s.raw)
		if n == 0 {
			return
		}
		s.raw = s.raw[n:]
	}
}

// frame accounts for the frame at the beginning of b and returns its length, 0 if
// it is not complete. It is written anew from RFC 6455, section 5.2: the code under
// test is not to be its own witness.
func (s *stream) frame(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	at, length := 2, int(b[1]&0x7f)
	switch {
	case length == 126 && len(b) >= 4:
		at, length = 4, int(binary.BigEndian.Uint16(b[2:]))
	case length == 127 && len(b) >= 10:
		at, length = 10, int(binary.BigEndian.Uint64(b[2:]))
	case length >= 126:
		return 0
	}
	var key []byte
	if b[1]&0x80 != 0 {
		if len(b) < at+4 {
			return 0
		}
		key = b[at : at+4]
		at += 4
	}
	if length < 0 || len(b)-at < length {
		return 0
	}
	payload := slices.Clone(b[at : at+length])
	for i := range payload {
		if key != nil {
			payload[i] ^= key[i%4]
		}
	}
	switch opcode := b[0] & 0xf; opcode {
	case 0, 1, 2:
		s.Frames++
		if s.within = b[0]&0x80 == 0; !s.within {
			s.Messages++
		}
	case 8:
		text := fmt.Sprintf("close %d ", noCode)
		if len(payload) >= 2 {
			text = fmt.Sprintf("close %d %s", binary.BigEndian.Uint16(payload), payload[2:])
		}
		s.Control = append(s.Control, text)
	case 9:
		place := "between"
		if s.within {
			place = "inside"
		}
		s.Control = append(s.Control, "ping "+place+" "+string(payload))
	case 10:
		s.Control = append(s.Control, "pong "+string(payload))
	default:
		s.Problem = fmt.Sprintf("a frame with opcode %d", opcode)
	}
	return at + length
}

// A tapListener puts a tap on what it accepts, if the server is ours.
type tapListener struct {
	net.Listener
	tap bool
}

func (l tapListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil && l.tap {
		c = newTap(c, serverSide)
	}
	return c, err
}

// wireOf is what passed on a socket, nil if it is not ours.
func wireOf(s socket) *wire {
	if o, ok := s.(*ourSocket); ok && o.tap != nil {
		return &o.tap.wire
	}
	return nil
}
