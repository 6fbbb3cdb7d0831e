package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
)

var gobwas = goPeer{
	name: "gobwas",
	accept: func(w http.ResponseWriter, r *http.Request, limit int) (socket, error) {
		upgrader := ws.HTTPUpgrader{Protocol: func(p string) bool { return p == protocol }}
		conn, buffered, handshake, err := upgrader.Upgrade(r, w)
		if err != nil {
			return nil, err
		}
		return newGobwas(conn, buffered.Reader, ws.StateServerSide, handshake, limit), nil
	},
	dial: func(conn net.Conn, to string, protocols []string) (socket, error) {
		u, err := url.Parse(to)
		if err != nil {
			return nil, err
		}
		buffered, handshake, err := ws.Dialer{Protocols: protocols}.Upgrade(conn, u)
		if err != nil {
			return nil, err
		}
		if buffered == nil {
			buffered = bufio.NewReader(conn)
		}
		return newGobwas(conn, buffered, ws.StateClientSide, handshake, 2<<20), nil
	},
}

// A gobwasSocket is what a user of the library's lower level has to write.
type gobwasSocket struct {
	conn      net.Conn
	state     ws.State
	handshake ws.Handshake
	reader    wsutil.Reader
	control   wsutil.FrameHandlerFunc

	mu      sync.Mutex // for writing
	closing atomic.Bool
}

func newGobwas(conn net.Conn, r io.Reader, state ws.State, h ws.Handshake, limit int) *gobwasSocket {
	s := &gobwasSocket{conn: conn, state: state, handshake: h}
	s.control = wsutil.ControlFrameHandler(locked{s}, state)
	s.reader = wsutil.Reader{Source: r, State: state, CheckUTF8: true, MaxMessageSize: int64(limit), OnIntermediate: s.control}
	return s
}

// locked writes while no frame of somebody else is being written.
type locked struct{ s *gobwasSocket }

func (l locked) Write(p []byte) (int, error) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	return l.s.conn.Write(p)
}

func (s *gobwasSocket) write(f ws.Frame) error {
	if s.state.ClientSide() {
		f = ws.MaskFrame(f)
	}
	b, err := ws.CompileFrame(f)
	if err == nil {
		_, err = locked{s}.Write(b)
	}
	return err
}

func gobwasOpcode(isText bool) ws.OpCode {
	if isText {
		return ws.OpText
	}
	return ws.OpBinary
}

func (s *gobwasSocket) Subprotocol() string { return s.handshake.Protocol }

func (s *gobwasSocket) Send(isText bool, payload []byte) error {
	return s.write(ws.NewFrame(gobwasOpcode(isText), true, payload))
}

func (s *gobwasSocket) SendFragments(isText bool, pieces [][]byte, ping bool) error {
	op := gobwasOpcode(isText)
	for i, p := range pieces {
		if err := s.write(ws.NewFrame(op, i == len(pieces)-1, p)); err != nil {
			return err
		}
		op = ws.OpContinuation
		if ping && i == 0 {
			if err := s.write(ws.NewPingFrame([]byte(pingPayload))); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *gobwasSocket) Receive() (bool, []byte, error) {
	for {
		h, err := s.reader.NextFrame()
		if err == nil && h.OpCode == ws.OpClose && s.closing.Load() {
			err = s.answer()
		} else if err == nil && h.OpCode.IsControl() {
			err = s.control(h, &s.reader)
		} else if err == nil {
			var payload []byte
			if payload, err = io.ReadAll(&s.reader); err == nil {
				return h.OpCode == ws.OpText, payload, nil
			}
		}
		var closed wsutil.ClosedError
		switch {
		case errors.Is(err, wsutil.ErrMessageTooLarge) || errors.Is(err, wsutil.ErrFrameTooLarge):
			s.Close(int(ws.StatusMessageTooBig), "")
			return false, nil, closeError{code: int(ws.StatusMessageTooBig)}
		case errors.As(err, &closed):
			return false, nil, closeError{int(closed.Code), closed.Reason}
		case err != nil:
			return false, nil, err
		}
	}
}

// answer takes the answer to our Close frame: the library's handler keeps no state, and
// would answer it again.
func (s *gobwasSocket) answer() error {
	payload, err := io.ReadAll(&s.reader)
	if err != nil {
		return err
	}
	code, reason := ws.ParseCloseFrameData(payload)
	if code.Empty() {
		code = noCode
	}
	return wsutil.ClosedError{Code: code, Reason: reason}
}

func (s *gobwasSocket) Close(code int, reason string) {
	s.closing.Store(true)
	var body []byte
	if code != noCode {
		body = ws.NewCloseFrameBody(ws.StatusCode(code), reason)
	}
	s.write(ws.NewCloseFrame(body))
}

func (s *gobwasSocket) Drop()   { s.conn.Close() }
func (s *gobwasSocket) Finish() { s.conn.Close() }
