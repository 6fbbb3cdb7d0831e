package main

import (
	"context"
	"net"
	"strings"
	"sync"
	"time"

	websocket "example/websockets/lessons/04-websocket"

	"example/websockets/internal/demo"
)

// clients prints who came, who left and why, and how many there are.
type clients struct {
	serving sync.WaitGroup
	mu      sync.Mutex
	here    int
}

// expect announces a client, before it is known whether it will be one.
func (c *clients) expect() { c.serving.Add(1) }

// refused takes that back.
func (c *clients) refused(addr string, err error) {
	demo.Println(addr, "was refused:", reason(err))
	c.serving.Done()
}

// wait returns when all that were announced have left.
func (c *clients) wait() { c.serving.Wait() }

// serve is for one client. What it sends is sent back to it.
func (c *clients) serve(hub *websocket.Hub, conn *websocket.Conn) {
	defer c.serving.Done()
	c.change(1, conn.RemoteAddr(), "came")
	err := hub.Serve(conn, func(op websocket.Opcode, payload []byte) {
		if op == websocket.OpText {
			payload = append([]byte("you said: "), payload...)
		}
		// A client that sends and does not read is not one to wait for.
		conn.SetWriteDeadline(time.Now().Add(patience))
		if conn.WriteMessage(context.Background(), op, payload) != nil {
			conn.CloseNow()
		}
	})
	c.change(-1, conn.RemoteAddr(), "left: "+reason(err))
}

func (c *clients) change(by int, addr net.Addr, what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.here += by
	demo.Println(addr, what+";", c.here, "here")
}

func reason(err error) string {
	return strings.TrimPrefix(demo.Ended(err), "websocket: ")
}
