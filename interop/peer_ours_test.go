package main

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"

	websocket "example/websockets/lessons/04-websocket"
)

// The code under test, used as its documentation says.
var ours = goPeer{
	name: "ours",
	accept: func(w http.ResponseWriter, r *http.Request, limit int) (socket, error) {
		c, err := websocket.Upgrade(w, r, &websocket.UpgradeOptions{
			Options:      websocket.Options{MessageLimit: int64(limit), CloseTimeout: patience},
			Subprotocols: []string{protocol},
		})
		t, _ := connOf(r).(*tap)
		return &ourSocket{Conn: c, tap: t}, err
	},
	dial: func(conn net.Conn, url string, protocols []string) (socket, error) {
		c, err := websocket.Dial(context.Background(), url, &websocket.DialOptions{
			Options:      websocket.Options{MessageLimit: 2 << 20, CloseTimeout: patience},
			Subprotocols: protocols,
			TLS:          &tls.Config{RootCAs: roots},
			DialContext:  func(context.Context, string, string) (net.Conn, error) { return conn, nil },
		})
		// Under TLS there is nothing to see.
		t, _ := conn.(*tap)
		if len(url) > 3 && url[:3] == "wss" {
			t = nil
		}
		return &ourSocket{Conn: c, tap: t}, err
	},
}

type ourSocket struct {
	*websocket.Conn
	tap *tap
	err error // of Receive
}

var background = context.Background()

func opcode(isText bool) websocket.Opcode {
	if isText {
		return websocket.OpText
	}
	return websocket.OpBinary
}

func (s *ourSocket) Send(isText bool, payload []byte) error {
	return s.WriteMessage(background, opcode(isText), payload)
}

func (s *ourSocket) SendFragments(isText bool, pieces [][]byte, ping bool) error {
	w, err := s.Writer(background, opcode(isText))
	for i, p := range pieces {
		if err == nil {
			_, err = w.Write(p)
		}
		if ping && i == 0 && err == nil {
			err = s.Ping(background, []byte(pingPayload))
		}
	}
	if err == nil {
		err = w.Close()
	}
	return err
}

func (s *ourSocket) Receive() (bool, []byte, error) {
	op, payload, err := s.ReadMessage(background, nil)
	var closed *websocket.CloseError
	var broken *websocket.ProtocolError
	switch {
	case errors.As(err, &closed):
		s.err = closeError{int(closed.Code), closed.Reason}
	case errors.As(err, &broken):
		s.err = closeError{int(broken.Code), ""} // what the peer is told
	case errors.Is(err, net.ErrClosed):
		s.err = closeError{} // Close was faster than we, and took the answer
	default:
		s.err = err
	}
	return op == websocket.OpText, payload, s.err
}

func (s *ourSocket) Close(code int, reason string) {
	go s.Conn.Close(websocket.CloseCode(code), reason)
}

func (s *ourSocket) Drop() { s.CloseNow() }

func (s *ourSocket) Finish() {
	if errors.As(s.err, &closeError{}) {
		s.Conn.Close(websocket.CloseNormal, "") // ends the closing handshake that has begun
	} else {
		s.CloseNow()
	}
}
