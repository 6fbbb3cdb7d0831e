package websocket

import (
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const (
	Version = "13"
	guid    = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
)

type HandshakeError struct {
	Status  int
	Problem string
}

func (e *HandshakeError) Error() string {
	return fmt.Sprintf("%s (HTTP status %d)", e.Problem, e.Status)
}

func AcceptKey(key string) string {
	b := append([]byte(key), guid...)
	sum := sha1.Sum(b)
	out := make([]byte, 28)
	base64.StdEncoding.Encode(out, sum[:])
	return string(out)
}

func Tokens(lines []string) (tokens []string) {
	all := strings.Split(strings.Join(lines, ","), ",")
	for i := range all {
		all[i] = strings.Trim(all[i], "\t ")
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// A rule of the opening handshake, in words, and the status of who breaks it.
type rule struct {
	status int
	words  string
	keeps  func(r *http.Request, origins []string) bool
}

var rules = []rule{
	{405, "the method is GET", func(r *http.Request, _ []string) bool { return r.Method == "GET" }},
	{400, "HTTP/1.1", func(r *http.Request, _ []string) bool {
		return r.ProtoAtLeast(1, 1) && r.ProtoMajor < 2
	}},
	{400, "there is a host", func(r *http.Request, _ []string) bool { return r.Host != "" }},
	{400, "Upgrade: websocket", func(r *http.Request, _ []string) bool { return list(r.Header, "Upgrade")["websocket"] }},
	{400, "Connection: Upgrade", func(r *http.Request, _ []string) bool { return list(r.Header, "Connection")["upgrade"] }},
	{426, "version 13", func(r *http.Request, _ []string) bool {
		return strings.Join(r.Header.Values("Sec-WebSocket-Version"), ",") == Version
	}},
	{400, "one key of 16 bytes", func(r *http.Request, _ []string) bool {
		key, err := base64.StdEncoding.Strict().DecodeString(strings.Join(r.Header.Values("Sec-WebSocket-Key"), ","))
		return err == nil && len(key) == 16
	}},
	{400, "no body", func(r *http.Request, _ []string) bool { return r.ContentLength == 0 && len(r.TransferEncoding) == 0 }},
	{403, "an origin that may connect", allowed},
}

func list(h http.Header, name string) map[string]bool {
	m := map[string]bool{}
	for _, t := range Tokens(h.Values(name)) {
		m[lower(t)] = true
	}
	return m
}

// lower knows the letters of ASCII and no others.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

func CheckRequest(r *http.Request, origins []string) error {
	for _, rule := range rules {
		if !rule.keeps(r, origins) {
			return &HandshakeError{rule.status, "wanted: " + rule.words}
		}
	}
	return nil
}

// allowed compares hosts only, as most libraries do.
func allowed(r *http.Request, origins []string) bool {
	lines, ok := r.Header["Origin"]
	if !ok {
		return true
	}
	if len(lines) != 1 {
		return false
	}
	if origins == nil {
		u, err := url.Parse(lines[0])
		return err == nil && strings.EqualFold(u.Host, r.Host)
	}
	for _, o := range origins {
		if o == "*" || strings.EqualFold(o, lines[0]) {
			return true
		}
	}
	return false
}

func ChooseSubprotocol(r *http.Request, supported []string) string {
	offered := Tokens(r.Header.Values("Sec-WebSocket-Protocol"))
	i := slices.IndexFunc(supported, func(s string) bool { return slices.Contains(offered, s) })
	if i < 0 {
		return ""
	}
	return supported[i]
}

func CheckResponse(r *http.Response, key string, offered []string) (subprotocol string, err error) {
	defer func() {
		if err != nil {
			subprotocol, err = "", &HandshakeError{r.StatusCode, err.Error()}
		}
	}()
	if r.Status != "101 Switching Protocols" && r.StatusCode != 101 || r.ProtoMajor != 1 || r.ProtoMinor < 1 {
		return "", errors.New("the server does not switch")
	}
	if u := Tokens(r.Header.Values("Upgrade")); len(u) != 1 || lower(u[0]) != "websocket" {
		return "", errors.New("not to a WebSocket")
	}
	if !list(r.Header, "Connection")["upgrade"] {
		return "", errors.New("not an upgrade")
	}
	if a := r.Header.Values("Sec-WebSocket-Accept"); len(a) != 1 || a[0] != AcceptKey(key) {
		return "", errors.New("not the answer to this key")
	}
	if strings.Join(r.Header.Values("Sec-WebSocket-Extensions"), "") != "" {
		return "", errors.New("an extension")
	}
	p := r.Header.Values("Sec-WebSocket-Protocol")
	if len(p) > 1 || len(p) == 1 && !slices.Contains(offered, p[0]) {
		return "", errors.New("a subprotocol of its own")
	}
	return strings.Join(p, ""), nil
}
