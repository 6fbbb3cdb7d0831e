package websocket

import "context"

// Step 29: dial
//
// DialLibrary is [Dial] for servers that are written with golang.org/x/net/websocket.
// Its Handler refuses a client without an Origin, so an Origin is sent: that of the
// server itself, "http://host:port" for ws and "https://host:port" for wss, with the
// port only if rawURL has one. The subprotocol is offered if it is not "";
// if it is, there is no Sec-WebSocket-Protocol.
func DialLibrary(ctx context.Context, rawURL, subprotocol string) (*Conn, error) {
	return nil, notWritten(29)
}

// Step 29: close
//
// CloseLibrary closes such a connection with [CloseNormal]. The library sends no Close
// frame back, and its server just goes: [ErrNoClose], and only that, is no error here.
func CloseLibrary(c *Conn) error {
	return notWritten(29)
}
