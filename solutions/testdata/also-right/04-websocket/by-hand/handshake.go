package websocket

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
)

const Version = "13"

type HandshakeError struct {
	Status  int
	Problem string
}

func (e *HandshakeError) Error() string {
	return fmt.Sprintf("%s (HTTP status %d)", e.Problem, e.Status)
}

func AcceptKey(key string) string {
	h := sha1.New()
	io.WriteString(h, key)
	io.WriteString(h, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
	var b strings.Builder
	e := base64.NewEncoder(base64.StdEncoding, &b)
	e.Write(h.Sum(nil))
	e.Close()
	return b.String()
}

// Tokens goes through the bytes one by one.
func Tokens(lines []string) (tokens []string) {
	tokens = []string{}
	for _, line := range lines {
		token := ""
		space := ""
		for i := 0; i < len(line); i++ {
			switch c := line[i]; {
			case c == ',':
				if token != "" {
					tokens = append(tokens, token)
				}
				token, space = "", ""
			case c == ' ' || c == '\t':
				if token != "" {
					space += string(c)
				}
			default:
				token += space + string(line[i:i+1])
				space = ""
			}
		}
		if token != "" {
			tokens = append(tokens, token)
		}
	}
	return tokens
}

func names(h http.Header, field, token string) bool {
	for _, t := range Tokens(h.Values(field)) {
		if len(t) == len(token) && strings.ToLower(t) == token { // ASCII alone: the others are longer
			return true
		}
	}
	return false
}

func CheckRequest(r *http.Request, origins []string) error {
	if r.Method != "GET" {
		return &HandshakeError{405, "GET is the only method"}
	}
	if r.ProtoMajor != 1 || r.ProtoMinor == 0 {
		return &HandshakeError{400, "HTTP/1.1 is needed"}
	}
	if len(r.Host) == 0 {
		return &HandshakeError{400, "which host?"}
	}
	if !names(r.Header, "Upgrade", "websocket") || !names(r.Header, "Connection", "upgrade") {
		return &HandshakeError{400, "no upgrade to a WebSocket"}
	}
	versions := r.Header.Values("Sec-WebSocket-Version")
	if len(versions) != 1 || versions[0] != Version {
		return &HandshakeError{426, "version 13 is needed"}
	}
	keys := r.Header.Values("Sec-WebSocket-Key")
	if len(keys) != 1 {
		return &HandshakeError{400, "one key is needed"}
	}
	var key [16]byte
	n, err := io.ReadFull(base64.NewDecoder(base64.StdEncoding, strings.NewReader(keys[0])), key[:])
	if err != nil || n != 16 || len(keys[0]) != 24 || keys[0][22:] != "==" {
		return &HandshakeError{400, "the key is not 16 bytes"}
	}
	if r.ContentLength != 0 || r.TransferEncoding != nil {
		return &HandshakeError{400, "a body"}
	}
	return checkOrigin(r, origins)
}

func checkOrigin(r *http.Request, origins []string) error {
	lines := r.Header.Values("Origin")
	if len(lines) == 0 {
		return nil
	}
	forbidden := &HandshakeError{403, "not from this page"}
	if len(lines) > 1 {
		return forbidden
	}
	origin := strings.ToLower(lines[0])
	if origins == nil {
		host := strings.ToLower(r.Host)
		if origin == "http://"+host || origin == "https://"+host {
			return nil
		}
		return forbidden
	}
	for _, o := range origins {
		if o == "*" || strings.ToLower(o) == origin {
			return nil
		}
	}
	return forbidden
}

func ChooseSubprotocol(r *http.Request, supported []string) string {
	offered := map[string]bool{}
	for _, p := range Tokens(r.Header.Values("Sec-WebSocket-Protocol")) {
		offered[p] = true
	}
	for i := range supported {
		if offered[supported[i]] {
			return supported[i]
		}
	}
	return ""
}

func CheckResponse(r *http.Response, key string, offered []string) (subprotocol string, err error) {
	bad := func(problem string) error { return &HandshakeError{r.StatusCode, problem} }
	if r.StatusCode != 101 {
		return "", bad("no 101")
	}
	if r.ProtoMajor != 1 || r.ProtoMinor == 0 {
		return "", bad("no HTTP/1.1")
	}
	if u := strings.Join(r.Header.Values("Upgrade"), ","); len(u) != len("websocket") || strings.ToLower(u) != "websocket" {
		return "", bad("no WebSocket")
	}
	if !names(r.Header, "Connection", "upgrade") {
		return "", bad("no upgrade")
	}
	if strings.Join(r.Header.Values("Sec-WebSocket-Accept"), ",") != AcceptKey(key) {
		return "", bad("another key was answered")
	}
	if strings.Join(r.Header.Values("Sec-WebSocket-Extensions"), "") != "" {
		return "", bad("an extension")
	}
	lines := r.Header.Values("Sec-WebSocket-Protocol")
	if len(lines) == 0 {
		return "", nil
	}
	for _, o := range offered {
		if len(lines) == 1 && o == lines[0] {
			return o, nil
		}
	}
	return "", bad("a subprotocol that was not offered")
}
