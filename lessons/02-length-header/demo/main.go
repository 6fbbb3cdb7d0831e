// Command demo runs lesson 02: the time, pushed in messages with a header.
package main

import (
	"context"
	"net"

	lengthheader "example/websockets/lessons/02-length-header"

	"example/websockets/internal/demo"
)

// limit is the longest message that the client accepts, in bytes.
const limit = 64 << 10

func main() { demo.Main(serve, dial) }

func serve(ctx context.Context, ln net.Listener, o demo.Options) error {
	return demo.EachClient(ctx, ln, func(conn net.Conn) error {
		return demo.Updates(ctx, o, func(text string) error {
			return lengthheader.WriteMessage(conn, text)
		})
	})
}

func dial(_ context.Context, conn net.Conn) error {
	return lengthheader.ReadConversation(conn, limit, func(text string) {
		demo.Println("message:", text)
	})
}
