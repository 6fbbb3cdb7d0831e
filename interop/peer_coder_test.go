package main

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/coder/websocket"
)

var coder = goPeer{
	name: "coder",
	accept: func(w http.ResponseWriter, r *http.Request, limit int) (socket, error) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{protocol}})
		if err == nil {
			c.SetReadLimit(int64(limit))
		}
		return &coderSocket{c}, err
	},
	dial: func(conn net.Conn, url string, protocols []string) (socket, error) {
		c, _, err := websocket.Dial(background, url, &websocket.DialOptions{
			Subprotocols: protocols,
			HTTPClient: &http.Client{Transport: &http.Transport{
				DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil },
			}},
		})
		if err == nil {
			c.SetReadLimit(2 << 20)
		}
		return &coderSocket{c}, err
	},
}

type coderSocket struct{ *websocket.Conn }

func coderType(isText bool) websocket.MessageType {
	if isText {
		return websocket.MessageText
	}
	return websocket.MessageBinary
}

func (s *coderSocket) Send(isText bool, payload []byte) error {
	return s.Write(background, coderType(isText), payload)
}

func (s *coderSocket) SendFragments(isText bool, pieces [][]byte, ping bool) error {
	w, err := s.Writer(background, coderType(isText))
	if err != nil {
		return err
	}
	for i, p := range pieces {
		if _, err := w.Write(p); err != nil {
			return err
		}
		if ping && i == 0 {
			if err := s.Ping(background); err != nil { // waits for the pong
				return err
			}
		}
	}
	return w.Close()
}

func (s *coderSocket) Receive() (bool, []byte, error) {
	kind, payload, err := s.Read(background)
	var closed websocket.CloseError
	switch {
	case errors.As(err, &closed):
		err = closeError{int(closed.Code), closed.Reason}
	case errors.Is(err, websocket.ErrMessageTooBig):
		err = closeError{code: int(websocket.StatusMessageTooBig)} // what the peer was told
	case errors.Is(err, net.ErrClosed):
		err = closeError{} // Close was faster than we, and took the answer
	}
	return kind == websocket.MessageText, payload, err
}

func (s *coderSocket) Close(code int, reason string) {
	go s.Conn.Close(websocket.StatusCode(code), reason)
}

func (s *coderSocket) Drop()   { s.CloseNow() }
func (s *coderSocket) Finish() { s.CloseNow() }
