// Command demo runs lesson 03: the time, pushed in messages with a header, read
// 16 bytes at a time and put together again.
package main

import (
	"context"
	"fmt"
	"io"
	"net"

	reassembly "example/websockets/lessons/03-chunked-reassembly"

	"example/websockets/internal/demo"
)

const (
	chunk = 16       // bytes a Read, as in the study notes
	limit = 64 << 10 // bytes of the longest message accepted
)

func main() { demo.Main(serve, dial) }

func serve(ctx context.Context, ln net.Listener, o demo.Options) error {
	return demo.EachClient(ctx, ln, func(conn net.Conn) error {
		return demo.Updates(ctx, o, func(text string) error {
			_, err := io.WriteString(conn, fmt.Sprintf("%-10d%s", len(text), text))
			return err
		})
	})
}

func dial(ctx context.Context, conn net.Conn) error {
	return reassembly.Receive(ctx, conn, chunk, limit, func(payload []byte) {
		demo.Println("message:", string(payload))
	})
}
