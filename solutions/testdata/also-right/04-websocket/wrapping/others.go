package websocket

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

// DialLibrary says where it comes from.
func DialLibrary(ctx context.Context, rawURL, subprotocol string) (*Conn, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, err
	}
	var opt DialOptions
	opt.Header = make(http.Header)
	switch u.Scheme {
	case "ws":
		opt.Header.Add("origin", "http://"+u.Host)
	case "wss":
		opt.Header.Add("origin", "https://"+u.Host)
	default:
		return nil, errors.New("neither ws nor wss")
	}
	if len(subprotocol) != 0 {
		opt.Subprotocols = append(opt.Subprotocols, subprotocol)
	}
	return Dial(ctx, u.String(), &opt)
}

// CloseLibrary expects no answer.
func CloseLibrary(c *Conn) error {
	switch err := c.Close(CloseNormal, "bye"); {
	case err == nil, errors.Is(err, ErrNoClose):
		return nil
	default:
		return err
	}
}
