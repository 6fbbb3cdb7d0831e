package websocket

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

// DialLibrary connects to a server that is written with golang.org/x/net/websocket.
// Its Handler accepts no client without an Origin, which programs need not send
// (section 4.1); ours is the origin of the server itself. And with several
// subprotocols in a request it refuses to choose, so there is one to ask for, or
// none if it is "".
func DialLibrary(ctx context.Context, rawURL, subprotocol string) (*Conn, error) {
	u, _, err := parseURL(rawURL)
	if err != nil {
		return nil, err
	}
	origin := strings.Replace(u.Scheme, "ws", "http", 1) + "://" + u.Host
	opt := &DialOptions{Header: http.Header{"Origin": {origin}}}
	if subprotocol != "" {
		opt.Subprotocols = []string{subprotocol}
	}
	return Dial(ctx, rawURL, opt)
}

// CloseLibrary closes a connection to such a server. When a Close frame comes, the
// library sends none back, whatever section 5.5.1 says, and its server goes: for
// this peer, and for a Close of ours, that is the end that was agreed on.
func CloseLibrary(c *Conn) error {
	err := c.Close(CloseNormal, "")
	if errors.Is(err, ErrNoClose) {
		return nil
	}
	return err
}
