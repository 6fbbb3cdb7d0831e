// Command demo runs lesson 01: a server that pushes the time, and a client that
// shows the chunks it reads.
package main

import (
	"context"
	"fmt"
	"net"

	rawsocket "example/websockets/lessons/01-raw-socket"

	"example/websockets/internal/demo"
)

func main() { demo.Main(serve, dial) }

func serve(ctx context.Context, ln net.Listener, o demo.Options) error {
	return rawsocket.Serve(ctx, ln, func(ctx context.Context, conn net.Conn) {
		demo.Println(conn.RemoteAddr(), "connected")
		err := rawsocket.Greet(conn)
		if err == nil {
			err = rawsocket.Push(ctx, conn, o.Count, o.Interval)
		}
		demo.Println(conn.RemoteAddr(), demo.Ended(err))
	})
}

func dial(_ context.Context, conn net.Conn) error {
	return rawsocket.Receive(conn, 16, func(chunk []byte) {
		demo.Println(fmt.Sprintf("%2d bytes  %q", len(chunk), chunk))
	})
}
