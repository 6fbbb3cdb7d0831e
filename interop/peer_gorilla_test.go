package main

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/gorilla/websocket"
)

var gorilla = goPeer{
	name: "gorilla",
	accept: func(w http.ResponseWriter, r *http.Request, limit int) (socket, error) {
		upgrader := websocket.Upgrader{Subprotocols: []string{protocol}}
		c, err := upgrader.Upgrade(w, r, nil)
		if err == nil {
			c.SetReadLimit(int64(limit))
		}
		return &gorillaSocket{c}, err
	},
	dial: func(conn net.Conn, to string, protocols []string) (socket, error) {
		dialer := websocket.Dialer{
			Subprotocols: protocols,
			NetDial:      func(string, string) (net.Conn, error) { return conn, nil },
		}
		u, err := url.Parse(to)
		if err != nil {
			return nil, err
		}
		c, _, err := dialer.Dial(u.String(), nil)
		return &gorillaSocket{c}, err
	},
}

type gorillaSocket struct{ *websocket.Conn }

func gorillaType(isText bool) int {
	if isText {
		return websocket.TextMessage
	}
	return websocket.BinaryMessage
}

func (s *gorillaSocket) Send(isText bool, payload []byte) error {
	return s.WriteMessage(gorillaType(isText), payload)
}

// SendFragments sends what the library makes of a long message: a fragment whenever
// its buffer of 4096 bytes is full.
func (s *gorillaSocket) SendFragments(isText bool, pieces [][]byte, ping bool) error {
	w, err := s.NextWriter(gorillaType(isText))
	if err != nil {
		return err
	}
	for i, p := range pieces {
		if _, err := w.Write(p); err != nil {
			return err
		}
		// Three of our five pieces are more than a buffer: a fragment has gone.
		if ping && i == 2 {
			if err := s.WriteControl(websocket.PingMessage, []byte(pingPayload), time.Time{}); err != nil {
				return err
			}
		}
	}
	return w.Close()
}

func (s *gorillaSocket) Receive() (bool, []byte, error) {
	kind, payload, err := s.ReadMessage()
	var closed *websocket.CloseError
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		err = closeError{code: websocket.CloseMessageTooBig} // what the peer was told
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		err = closeError{closed.Code, closed.Text}
	}
	return kind == websocket.TextMessage, payload, err
}

func (s *gorillaSocket) Close(code int, reason string) {
	s.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Time{})
}

func (s *gorillaSocket) Drop()   { s.Conn.Close() }
func (s *gorillaSocket) Finish() { s.Conn.Close() }
