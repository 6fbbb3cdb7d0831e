package websocket

import (
	"context"
	"net/http"
	"time"
)

// Write this file with the library, and the rest of the package without it:
//
//	import xnet "golang.org/x/net/websocket"

// LibraryTimeout is how long a client may take for one update.
const LibraryTimeout = 10 * time.Second

// Step 1
//
// LibraryServer returns a handler that answers requests for "/" with page, which is
// HTML, and is a WebSocket at "/time". Every client gets count updates there, one
// text message each:
//
//	The time is 1687187903.123456
//
// The first comes at once, each further one an interval, which may be 0, after the one
// before, with the time at which it is sent: seconds since 1970, a point, six digits.
// After the last, the connection is closed with a Close frame, at once. What clients
// send is read and thrown away.
//
// A client that leaves ends its handler at once, in the middle of a pause too. So does
// one that takes nothing for LibraryTimeout. What a handler started ends with it:
// Close ends a reading that waits, so close first, and then wait for the reader.
func LibraryServer(page []byte, count int, interval time.Duration) http.Handler {
	notWritten(1)
	return http.NotFoundHandler()
}

// Step 2
//
// LibraryClient connects to the WebSocket at rawURL ("ws://127.0.0.1:9092/time"), gives
// the text of every message to take, in order, and returns nil when the server has
// closed the connection (the library says so with io.EOF). Its Origin is the server's
// own: "http://" and the host and port of rawURL, and nothing behind them.
//
// Anything that goes wrong is an error. When ctx ends, LibraryClient returns ctx.Err()
// at once, while it connects and while it waits for a message. When it has returned,
// the connection is closed and nothing that it started is left.
func LibraryClient(ctx context.Context, rawURL string, take func(text string)) error {
	return notWritten(2)
}
