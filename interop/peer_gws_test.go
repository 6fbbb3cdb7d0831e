package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/lxzan/gws"
)

var gwsPeer = goPeer{
	name: "gws",
	accept: func(w http.ResponseWriter, r *http.Request, limit int) (socket, error) {
		s := newGWS()
		c, err := gws.NewUpgrader(s, &gws.ServerOption{
			ReadMaxPayloadSize: limit, CheckUtf8Enabled: true, SubProtocols: offered(r),
		}).Upgrade(w, r)
		return s.start(c), err
	},
	dial: func(conn net.Conn, url string, protocols []string) (socket, error) {
		header := http.Header{}
		if len(protocols) > 0 {
			header.Set("Sec-WebSocket-Protocol", strings.Join(protocols, ", "))
		}
		s := newGWS()
		c, _, err := gws.NewClientFromConn(s, &gws.ClientOption{
			Addr: url, RequestHeader: header, ReadMaxPayloadSize: 2 << 20, CheckUtf8Enabled: true,
		}, conn)
		return s.start(c), err
	},
}

// offered is what the server supports: this library refuses a client that offers
// nothing when the server supports something.
func offered(r *http.Request) []string {
	if r.Header.Get("Sec-WebSocket-Protocol") == "" {
		return nil
	}
	return []string{protocol}
}

// A gwsSocket turns the library's callbacks into calls.
type gwsSocket struct {
	*gws.Conn
	gws.BuiltinEventHandler
	messages chan gwsMessage
	closing  bool  // by us
	err      error // when messages is closed
}

type gwsMessage struct {
	isText  bool
	payload []byte
}

func newGWS() *gwsSocket { return &gwsSocket{messages: make(chan gwsMessage)} }

func (s *gwsSocket) start(c *gws.Conn) *gwsSocket {
	if s.Conn = c; c != nil {
		go func() {
			defer close(s.messages)
			c.ReadLoop()
		}()
	}
	return s
}

func (s *gwsSocket) OnPing(c *gws.Conn, payload []byte) { c.WritePong(payload) }

func (s *gwsSocket) OnClose(_ *gws.Conn, err error) {
	if s.err = err; s.closing {
		s.err = closeError{} // it does not wait for the answer
	}
	var closed *gws.CloseError
	if errors.As(err, &closed) {
		code := int(closed.Code)
		if code == 0 {
			code = noCode // how this library calls it
		}
		s.err = closeError{code, string(closed.Reason)}
	}
}

func (s *gwsSocket) OnMessage(_ *gws.Conn, m *gws.Message) {
	s.messages <- gwsMessage{m.Opcode == gws.OpcodeText, bytes.Clone(m.Bytes())}
	m.Close()
}

func (s *gwsSocket) Subprotocol() string { return s.Conn.SubProtocol() }

func (s *gwsSocket) Send(isText bool, payload []byte) error {
	if isText {
		return s.WriteMessage(gws.OpcodeText, payload)
	}
	return s.WriteMessage(gws.OpcodeBinary, payload)
}

// SendFragments makes a fragment of whatever a read gives. The library holds its lock
// meanwhile, so there can be no ping.
func (s *gwsSocket) SendFragments(isText bool, pieces [][]byte, ping bool) error {
	if ping {
		return errors.New("no ping while it sends fragments")
	}
	var parts []io.Reader
	for _, p := range pieces {
		parts = append(parts, bytes.NewReader(p))
	}
	if isText {
		return s.WriteFile(gws.OpcodeText, io.MultiReader(parts...))
	}
	return s.WriteFile(gws.OpcodeBinary, io.MultiReader(parts...))
}

func (s *gwsSocket) Receive() (bool, []byte, error) {
	if m, ok := <-s.messages; ok {
		return m.isText, m.payload, nil
	}
	return false, nil, s.err
}

func (s *gwsSocket) Close(code int, reason string) {
	if code == noCode {
		code = 0
	}
	s.closing = true
	s.WriteClose(uint16(code), []byte(reason))
}

func (s *gwsSocket) Drop()   { s.NetConn().Close() }
func (s *gwsSocket) Finish() { s.NetConn().Close() }
