package websocket

import (
	"bytes"
	"errors"
	"fmt"
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

// Upgrade answers a client's opening handshake (section 4.2.2) and returns the
// connection. Header fields that were set on w are sent along. opt may be nil.
//
// A request that [CheckRequest] refuses is answered with an error, and the handler
// only has to return. After success, w and r are of no use any more: a handler
// that leaves the connection to a goroutine and returns sets free what net/http
// holds for a request, about 12 KB.
func Upgrade(w http.ResponseWriter, r *http.Request, opt *UpgradeOptions) (*Conn, error) {
	if opt == nil {
		opt = &UpgradeOptions{}
	}
	if err := CheckRequest(r, opt.Origins); err != nil {
		refusal, _ := errors.AsType[*HandshakeError](err)
		switch refusal.Status {
		case http.StatusMethodNotAllowed:
			w.Header().Set("Allow", http.MethodGet)
		case http.StatusUpgradeRequired:
			w.Header().Set("Sec-WebSocket-Version", Version) // section 4.4
		}
		http.Error(w, refusal.Problem, refusal.Status)
		return nil, err
	}
	header := w.Header().Clone()
	header.Set("Upgrade", "websocket")
	header.Set("Connection", "Upgrade")
	header.Set("Sec-WebSocket-Accept", AcceptKey(r.Header.Get("Sec-WebSocket-Key")))
	header.Del("Sec-WebSocket-Extensions") // we know none
	header.Del("Sec-WebSocket-Protocol")
	subprotocol := ChooseSubprotocol(r, opt.Subprotocols)
	if subprotocol != "" {
		header.Set("Sec-WebSocket-Protocol", subprotocol)
	}
	var response bytes.Buffer
	response.WriteString("HTTP/1.1 101 Switching Protocols\r\n")
	header.Write(&response)
	response.WriteString("\r\n")

	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "this server cannot switch protocols", http.StatusInternalServerError)
		return nil, fmt.Errorf("websocket: taking over the connection: %w", err)
	}
	conn.SetWriteDeadline(time.Now().Add(HandshakeTimeout))
	_, err = conn.Write(response.Bytes())
	// The deadlines of the handshake, ours and those that the HTTP server may have
	// set, are not those of the connection.
	if err = errors.Join(err, conn.SetDeadline(time.Time{})); err != nil {
		conn.Close()
		return nil, fmt.Errorf("websocket: answering the opening handshake: %w", err)
	}
	// A client has to wait for our answer (section 4.1). Of one that does not, net/http
	// has perhaps read the first frames already, or a part of them.
	early, _ := buffered.Reader.Peek(buffered.Reader.Buffered())
	c := NewConn(conn, Server, early, &opt.Options)
	c.subprotocol = subprotocol
	return c, nil
}
