package websocket

import (
	"bufio"
	"errors"
	"fmt"
	"net"
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

// Upgrade writes the answer line by line into the buffer that comes with the
// connection, and leaves in the other buffer what is there: reads go through it.
func Upgrade(w http.ResponseWriter, r *http.Request, opt *UpgradeOptions) (*Conn, error) {
	var options UpgradeOptions
	if opt != nil {
		options = *opt
	}
	if err := CheckRequest(r, options.Origins); err != nil {
		var refused *HandshakeError
		errors.As(err, &refused)
		w.Header().Set("Sec-WebSocket-Version", "13") // on every refusal: it is true
		if refused.Status == 405 {
			w.Header().Set("Allow", "GET")
		}
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(refused.Status)
		fmt.Fprintln(w, refused.Problem)
		return nil, fmt.Errorf("websocket: refused: %w", err)
	}
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		w.WriteHeader(500)
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(HandshakeTimeout)); err != nil {
		conn.Close()
		return nil, err
	}
	rw.WriteString("HTTP/1.1 101 Welcome\r\n")
	rw.WriteString("upgrade: WebSocket\r\n")
	rw.WriteString("connection: upgrade\r\n")
	rw.WriteString("sec-websocket-accept: " + AcceptKey(r.Header.Get("Sec-WebSocket-Key")) + "\r\n")
	chosen := ChooseSubprotocol(r, options.Subprotocols)
	if chosen != "" {
		rw.WriteString("sec-websocket-protocol: " + chosen + "\r\n")
	}
	w.Header().WriteSubset(rw, map[string]bool{
		"Upgrade": true, "Connection": true, "Sec-Websocket-Accept": true,
		"Sec-Websocket-Protocol": true, "Sec-Websocket-Extensions": true,
	})
	rw.WriteString("\r\n")
	if err := rw.Flush(); err != nil {
		conn.Close()
		return nil, err
	}
	conn.SetReadDeadline(time.Time{})
	conn.SetWriteDeadline(time.Time{})
	c := NewConn(&buffered{conn, rw.Reader}, Server, nil, &options.Options)
	c.subprotocol = chosen
	return c, nil
}

type buffered struct {
	net.Conn
	r *bufio.Reader
}

func (b *buffered) Read(p []byte) (int, error) { return b.r.Read(p) }
