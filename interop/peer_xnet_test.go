package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"

	"golang.org/x/net/websocket"
)

var xnet = goPeer{
	name: "x/net",
	accept: func(w http.ResponseWriter, r *http.Request, limit int) (socket, error) {
		// The library calls a handler and closes behind it, so the handler waits.
		accepted, over := make(chan *websocket.Conn, 1), make(chan struct{})
		go func() {
			defer close(accepted)
			websocket.Server{
				Handshake: func(c *websocket.Config, r *http.Request) error {
					c.Protocol = slices.DeleteFunc(c.Protocol, func(p string) bool { return p != protocol })
					return nil
				},
				Handler: func(c *websocket.Conn) {
					accepted <- c
					<-over
				},
			}.ServeHTTP(w, r)
		}()
		c := <-accepted
		if c == nil {
			return nil, errors.New("refused")
		}
		c.MaxPayloadBytes = limit
		return &xnetSocket{Conn: c, raw: connOf(r), over: func() { close(over) }}, nil
	},
	dial: func(conn net.Conn, to string, protocols []string) (socket, error) {
		u, err := url.Parse(to)
		if err != nil {
			return nil, err
		}
		config, err := websocket.NewConfig(to, "http://"+u.Host)
		if err != nil {
			return nil, err
		}
		config.Protocol = protocols
		c, err := websocket.NewClient(config, conn)
		if err != nil {
			return nil, err
		}
		c.MaxPayloadBytes = 2 << 20
		return &xnetSocket{Conn: c, raw: conn, over: func() {}}, nil
	},
}

type xnetSocket struct {
	*websocket.Conn
	raw     net.Conn
	over    func()
	closing bool // by us
}

func (s *xnetSocket) Subprotocol() string {
	if p := s.Config().Protocol; len(p) == 1 {
		return p[0]
	}
	return ""
}

func (s *xnetSocket) Send(isText bool, payload []byte) error {
	if isText {
		return websocket.Message.Send(s.Conn, string(payload))
	}
	return websocket.Message.Send(s.Conn, payload)
}

// anyMessage receives a message of either kind.
var anyMessage = websocket.Codec{Unmarshal: func(payload []byte, kind byte, v any) error {
	m := v.(*xnetMessage)
	m.isText, m.payload = kind == websocket.TextFrame, payload
	return nil
}}

type xnetMessage struct {
	isText  bool
	payload []byte
}

func (s *xnetSocket) Receive() (bool, []byte, error) {
	var m xnetMessage
	err := anyMessage.Receive(s.Conn, &m)
	if err == io.EOF {
		err = closeError{} // a Close frame or the end of the stream: it does not tell
	}
	return m.isText, m.payload, err
}

// Close sends 1000, whatever it is asked for: the library knows no other.
func (s *xnetSocket) Close(int, string) {
	s.closing = true
	s.WriteClose(1000)
}

func (s *xnetSocket) Drop() { s.raw.Close() }

func (s *xnetSocket) Finish() {
	if s.closing {
		s.raw.Close() // Close of the library would send another Close frame
	} else {
		s.Conn.Close()
	}
	s.over()
}
