package websocket

import (
	"net/http"
	"time"
)

// UpgradeOptions are for a server. The zero value is good.
type UpgradeOptions struct {
	Options

	// Origins are those whose pages may connect, as a browser writes them:
	// "https://example.com", with the port if it is not the usual one; "*" is all.
	// When nil, pages from the host that they connect to may.
	Origins []string

	// Subprotocols that are supported, the best first.
	Subprotocols []string
}

// Limits of the opening handshake, on both sides.
const (
	// MaxHandshake is the length of the longest header, in bytes.
	MaxHandshake = 16 << 10

	// HandshakeTimeout is how long a peer may take.
	HandshakeTimeout = 10 * time.Second
)

// NewServer returns an HTTP server that keeps the limits of the opening handshake.
// The zero http.Server waits for ever for the end of a request.
func NewServer(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ReadHeaderTimeout: HandshakeTimeout, MaxHeaderBytes: MaxHandshake}
}

// Step 26
//
// Upgrade answers a client's opening handshake (section 4.2.2) and returns the
// connection. opt may be nil, which is like a pointer to the zero value.
//
// A request that [CheckRequest] refuses is answered with the status and the problem
// of its [HandshakeError], which is also what Upgrade returns. With 405 go the
// methods that are allowed (Allow: GET), with 426 the version that we speak
// (Sec-WebSocket-Version: 13, section 4.4). The connection stays with net/http, and
// the client may send another request on it.
//
// Otherwise Upgrade takes over the connection, through whatever wrappers w stands
// behind (http.NewResponseController sees through them). If that cannot be done, the
// answer is 500, and Upgrade returns an error. If it can, this is sent:
//
//	HTTP/1.1 101 Switching Protocols
//	Upgrade: websocket
//	Connection: Upgrade
//	Sec-WebSocket-Accept: (what AcceptKey returns)
//	Sec-WebSocket-Protocol: (what ChooseSubprotocol returns, if anything)
//
// every line with \r\n at its end, an empty line behind them, and among them the
// header fields that were set on w, but for those of the handshake itself. There is no
// Sec-WebSocket-Extensions.
//
// A client that has not taken the answer after [HandshakeTimeout] is an error, and
// the connection is closed. On the connection that is returned no deadline is set
// any more, neither ours nor one of the HTTP server, and what the client has sent
// behind its request is read first. The Conn has opt.Options and the subprotocol.
func Upgrade(w http.ResponseWriter, r *http.Request, opt *UpgradeOptions) (*Conn, error) {
	return nil, notWritten(26)
}
