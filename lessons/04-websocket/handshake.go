package websocket

import (
	"fmt"
	"net/http"
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

// Step 3
//
// AcceptKey returns the answer to a client's Sec-WebSocket-Key (section 4.2.2): the
// text of the key with
//
//	258EAFA5-E914-47DA-95CA-C5AB0DC85B11
//
// behind it, of that the SHA-1, and of that the base64, with padding. Whether the
// key is a good one is not asked here.
//
//	AcceptKey("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
func AcceptKey(key string) string {
	notWritten(3)
	return ""
}

// Step 4
//
// Tokens returns the elements of a header field that is a list of tokens (RFC 9110,
// sections 5.3 and 5.6.1). The lines are the values that came under the field's name:
// together they are one list, in their order. Commas separate the elements; spaces
// and tabs around an element do not belong to it, and an element with nothing in it
// is none. Otherwise they stay as they are written: their case, and spaces inside.
//
//	Tokens([]string{"keep-alive, Upgrade", "x"})   "keep-alive", "Upgrade", "x"
//	Tokens([]string{" , "})                        nothing
func Tokens(lines []string) (tokens []string) {
	notWritten(4)
	return nil
}

// CheckRequest says what is wrong with a client's opening handshake (section
// 4.2.1): nil if nothing is, and otherwise a *[HandshakeError] with the status for
// the response, and the problem in words.
//
// Step 5: the first of these that does not hold decides.
//
//	405   the method is GET
//	400   the protocol is HTTP/1.1, or a later 1.x; HTTP/2 has another handshake
//	400   there is a host: r.Host, where net/http puts it
//	400   Upgrade has the token "websocket", in any case of ASCII, perhaps among others
//	400   Connection has the token "upgrade", in any case of ASCII, perhaps among others
//	426   Sec-WebSocket-Version has one line, and it says 13
//	400   Sec-WebSocket-Key has one line, and it is 16 bytes in base64
//	400   there is no body: r.ContentLength is 0, r.TransferEncoding is empty
//
// All other fields are none of its business.
//
// Step 6: and last,
//
//	403   the origin is allowed
//
// A request without Origin is allowed: it is not from a browser. With several Origin
// lines it is refused, whatever origins are. When origins is nil, the host of the origin
// must be r.Host: the same name and the same port or lack of one, in any case; an empty
// Origin names no host. Otherwise origins are those that may connect, whole, as
// "https://example.com", in any case, or "*", which stands for all; the request's own
// host is not among them by itself, and an empty list that is not nil allows none.
func CheckRequest(r *http.Request, origins []string) error {
	return notWritten(5)
}

// Step 7
//
// ChooseSubprotocol returns the first of the server's subprotocols that the client
// offers in Sec-WebSocket-Protocol, and "" if there is none (section 4.2.2). They are
// compared in the case in which they are written.
func ChooseSubprotocol(r *http.Request, supported []string) string {
	notWritten(7)
	return ""
}

// Step 7
//
// CheckResponse says what is wrong with a server's answer to an opening handshake
// with the given key and offered subprotocols (section 4.1). If nothing is, it
// returns the subprotocol that the server chose, "" if none; otherwise "" and a
// *[HandshakeError] with the status of the response. All of this must hold:
//
//	the status is 101
//	the protocol is HTTP/1.1, or a later 1.x
//	Upgrade is "websocket", in any case of ASCII, and nothing else
//	Connection has the token "upgrade", in any case of ASCII, perhaps among others
//	Sec-WebSocket-Accept has one line, and it is the AcceptKey of key
//	Sec-WebSocket-Extensions names nothing: we offer none
//	Sec-WebSocket-Protocol is not there, or has one line, which is one of offered
func CheckResponse(r *http.Response, key string, offered []string) (subprotocol string, err error) {
	return "", notWritten(7)
}
