package websocket

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Version is the only version of the protocol in use (section 4.1).
const Version = "13"

// A HandshakeError says why there was no connection.
type HandshakeError struct {
	// Status is the status of the HTTP response: the one to send when a request
	// was refused, the one that came when a response was.
	Status  int
	Problem string
}

func (e *HandshakeError) Error() string {
	return fmt.Sprintf("%s (HTTP status %d)", e.Problem, e.Status)
}

// AcceptKey returns the answer to a client's Sec-WebSocket-Key (section 4.2.2).
// It proves that the server speaks WebSocket and did not answer by chance.
func AcceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// Tokens returns the elements of a header field that is a list of tokens: separated
// by commas, over any number of lines (RFC 9110, sections 5.3 and 5.6.1). A token
// has no quotes, so a comma between quotes is nothing to look out for.
func Tokens(lines []string) (tokens []string) {
	for _, line := range lines {
		for token := range strings.SplitSeq(line, ",") {
			if token = strings.Trim(token, " \t"); token != "" {
				tokens = append(tokens, token)
			}
		}
	}
	return tokens
}

// hasToken looks for a token in a list, in any case.
func hasToken(lines []string, token string) bool {
	return slices.ContainsFunc(Tokens(lines), func(t string) bool { return isToken(t, token) })
}

// isToken compares in any case of ASCII (section 4.2.1). EqualFold alone also takes
// the Kelvin sign for a k; but that is three bytes long, and so the length tells.
func isToken(t, token string) bool { return len(t) == len(token) && strings.EqualFold(t, token) }

// CheckRequest says what is wrong with a client's opening handshake (section
// 4.2.1). The error is nil or a [HandshakeError] with status 400, 403, 405 or 426.
// Origins are those of [UpgradeOptions].
func CheckRequest(r *http.Request, origins []string) error {
	refuse := func(status int, format string, args ...any) error {
		return &HandshakeError{status, fmt.Sprintf(format, args...)}
	}
	key := r.Header["Sec-Websocket-Key"] // in the spelling of net/http
	switch {
	// What would make any request wrong comes before what only ours has, and who
	// may connect comes last: only a good request has an origin to be judged.
	case r.Method != http.MethodGet:
		return refuse(http.StatusMethodNotAllowed, "the method is %.20q, not GET", r.Method)
	case r.ProtoMajor != 1 || r.ProtoMinor < 1:
		return refuse(http.StatusBadRequest, "the protocol is %.20q, not HTTP/1.1", r.Proto)
	case r.Host == "":
		return refuse(http.StatusBadRequest, "there is no Host")
	case !hasToken(r.Header["Upgrade"], "websocket"):
		return refuse(http.StatusBadRequest, "Upgrade does not name websocket: this address is for WebSocket clients")
	case !hasToken(r.Header["Connection"], "upgrade"):
		return refuse(http.StatusBadRequest, "Connection does not name Upgrade")
	case !slices.Equal(r.Header["Sec-Websocket-Version"], []string{Version}):
		return refuse(http.StatusUpgradeRequired, "Sec-WebSocket-Version is not %s", Version)
	case len(key) != 1 || !isKey(key[0]):
		return refuse(http.StatusBadRequest, "Sec-WebSocket-Key is not 16 bytes in base64, once")
	case r.ContentLength != 0 || len(r.TransferEncoding) != 0:
		// A body would be taken for frames: what one program says is data,
		// another would obey.
		return refuse(http.StatusBadRequest, "the request has a body")
	case !originAllowed(r, origins):
		return refuse(http.StatusForbidden, "the origin %.80q is not allowed", r.Header["Origin"])
	}
	return nil
}

// isKey says whether s is 16 bytes in base64, which are 24 characters.
func isKey(s string) bool {
	key, err := base64.StdEncoding.DecodeString(s)
	return err == nil && len(key) == 16 && len(s) == 24
}

// originAllowed decides about the page that opens the connection (section 10.2).
// Browsers let every page connect everywhere, with the user's cookies; so without
// a list only pages from this host may. Programs send no Origin, or any they like:
// the rule is there for users of browsers, and no login.
func originAllowed(r *http.Request, allowed []string) bool {
	origin := r.Header["Origin"]
	switch {
	case len(origin) == 0:
		return true
	case len(origin) > 1:
		return false
	case allowed != nil:
		return slices.ContainsFunc(allowed, func(a string) bool { return a == "*" || strings.EqualFold(a, origin[0]) })
	}
	u, err := url.Parse(origin[0])
	// Nothing but scheme and host: what else could be in there is not from a browser.
	return err == nil && strings.EqualFold(origin[0], u.Scheme+"://"+u.Host) && strings.EqualFold(u.Host, r.Host)
}

// ChooseSubprotocol returns the first of the server's subprotocols that the client
// offers, and "" if there is none (section 4.2.2).
func ChooseSubprotocol(r *http.Request, supported []string) string {
	offered := Tokens(r.Header["Sec-Websocket-Protocol"])
	for _, p := range supported {
		if slices.Contains(offered, p) { // unlike other tokens, in the same case
			return p
		}
	}
	return ""
}

// CheckResponse says what is wrong with a server's answer to an opening handshake
// with the given key and subprotocols (section 4.1), and otherwise returns the
// subprotocol that the server chose, "" if none. The error is a [HandshakeError].
func CheckResponse(r *http.Response, key string, offered []string) (subprotocol string, err error) {
	refuse := func(format string, args ...any) (string, error) {
		return "", &HandshakeError{r.StatusCode, fmt.Sprintf(format, args...)}
	}
	upgrade := Tokens(r.Header["Upgrade"])
	chosen := r.Header["Sec-Websocket-Protocol"]
	switch {
	case r.StatusCode != http.StatusSwitchingProtocols:
		return refuse("the server does not switch protocols")
	case r.ProtoMajor != 1 || r.ProtoMinor < 1:
		return refuse("the protocol is %.20q, not HTTP/1.1", r.Proto)
	case len(upgrade) != 1 || !isToken(upgrade[0], "websocket"):
		return refuse("Upgrade is %.80q, not websocket", r.Header["Upgrade"])
	case !hasToken(r.Header["Connection"], "upgrade"):
		return refuse("Connection does not name Upgrade")
	case !slices.Equal(r.Header["Sec-Websocket-Accept"], []string{AcceptKey(key)}):
		return refuse("Sec-WebSocket-Accept does not belong to our key")
	case len(Tokens(r.Header["Sec-Websocket-Extensions"])) != 0:
		return refuse("the server chose an extension that was not offered: %.80q", r.Header["Sec-Websocket-Extensions"])
	case len(chosen) == 0:
		return "", nil
	case len(chosen) != 1 || !slices.Contains(offered, chosen[0]):
		return refuse("the server chose a subprotocol that was not offered: %.80q", chosen)
	}
	return chosen[0], nil
}
