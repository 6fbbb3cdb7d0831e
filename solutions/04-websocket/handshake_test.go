package websocket

import (
	"bufio"
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The example of section 1.3.
const (
	sampleKey    = "dGhlIHNhbXBsZSBub25jZQ=="
	sampleAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
)

func TestAcceptKey(t *testing.T) { require.Equal(t, sampleAccept, AcceptKey(sampleKey)) }

func TestTokens(t *testing.T) {
	for _, c := range []struct{ lines, want []string }{
		{nil, nil},
		{[]string{""}, nil},
		{[]string{" , ,"}, nil},
		{[]string{"a"}, []string{"a"}},
		{[]string{"keep-alive, Upgrade"}, []string{"keep-alive", "Upgrade"}},
		{[]string{"a,b", "\tc ,, d"}, []string{"a", "b", "c", "d"}},
	} {
		require.Equal(t, c.want, Tokens(c.lines), "%q", c.lines)
	}
}

const request = "GET /chat HTTP/1.1\nHost: example.com\nUpgrade: websocket\nConnection: Upgrade\n" +
	"Sec-WebSocket-Key: " + sampleKey + "\nSec-WebSocket-Version: 13\n\n"

func parseRequest(t testing.TB, text string) *http.Request {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(text, "\n", "\r\n"))))
	require.NoError(t, err, text)
	return r
}

func TestRequests(t *testing.T) {
	for _, c := range []struct {
		name     string
		old, new string // an edit of request
		origins  []string
		status   int // 0: accepted
	}{
		{"a good one", "", "", nil, 0},
		{"as Firefox sends it", "Connection: Upgrade", "Connection: keep-alive, Upgrade", nil, 0},
		{"over several lines", "Connection: Upgrade", "Connection: keep-alive\nConnection: foo,upgrade", nil, 0},
		{"in any case", "Upgrade: websocket\nConnection: Upgrade", "UPGRADE: WebSocket\nconnection: UPGRADE", nil, 0},
		{"among other protocols", "Upgrade: websocket", "Upgrade: h2c, websocket", nil, 0},
		{"with other fields", "\n\n", "\nCookie: a=b\nSec-WebSocket-Extensions: permessage-deflate\n\n", nil, 0},
		{"POST", "GET", "POST", nil, 405},
		{"HEAD", "GET", "HEAD", nil, 405},
		{"HTTP/1.0", "HTTP/1.1", "HTTP/1.0", nil, 400},
		{"without a host", "Host: example.com\n", "", nil, 400},
		{"no Upgrade", "Upgrade: websocket\n", "", nil, 400},
		{"a longer name", "Upgrade: websocket", "Upgrade: websockets", nil, 400},
		{"no Connection", "Connection: Upgrade\n", "", nil, 400},
		{"only keep-alive", "Connection: Upgrade", "Connection: keep-alive", nil, 400},
		{"a longer token", "Connection: Upgrade", "Connection: Upgrade-Insecure", nil, 400},
		{"no version", "Sec-WebSocket-Version: 13\n", "", nil, 426},
		{"an old version", "Version: 13", "Version: 8", nil, 426},
		{"version 13.0", "Version: 13", "Version: 13.0", nil, 426},
		{"two versions", "Version: 13", "Version: 13\nSec-WebSocket-Version: 8", nil, 426},
		{"no key", "Sec-WebSocket-Key: " + sampleKey + "\n", "", nil, 400},
		{"an empty key", sampleKey, "", nil, 400},
		{"a key of 15 bytes", sampleKey, "dGhlIHNhbXBsZSBub25j", nil, 400},
		{"a key of 17 bytes", sampleKey, "dGhlIHNhbXBsZSBub25jZSE=", nil, 400},
		{"no base64", sampleKey, "dGhlIHNhbXBsZSBub25jZQ!!", nil, 400},
		{"no padding", sampleKey, "dGhlIHNhbXBsZSBub25jZQ", nil, 400},
		{"two keys", sampleKey, sampleKey + "\nSec-WebSocket-Key: " + sampleKey, nil, 400},
		{"spaces around the key", sampleKey, "  " + sampleKey + " ", nil, 0},
		{"a body", "\n\n", "\nContent-Length: 3\n\nabc", nil, 400},
		{"a chunked body", "\n\n", "\nTransfer-Encoding: chunked\n\n0\n\n", nil, 400},

		{"own page", "\n\n", "\nOrigin: https://example.com\n\n", nil, 0},
		{"own page, in capitals", "\n\n", "\nOrigin: HTTPS://EXAMPLE.COM\n\n", nil, 0},
		{"own page, with the port", "example.com\n", "example.com:8080\nOrigin: http://example.com:8080\n", nil, 0},
		{"own host, another port", "\n\n", "\nOrigin: http://example.com:8080\n\n", nil, 403},
		{"own host, port missing", "example.com\n", "example.com:8080\nOrigin: http://example.com\n", nil, 403},
		{"another page", "\n\n", "\nOrigin: https://evil.example\n\n", nil, 403},
		{"a longer host", "\n\n", "\nOrigin: https://example.com.evil.example\n\n", nil, 403},
		{"a subdomain", "\n\n", "\nOrigin: https://www.example.com\n\n", nil, 403},
		{"the host as user", "\n\n", "\nOrigin: https://example.com@evil.example\n\n", nil, 403},
		{"a user at the host", "\n\n", "\nOrigin: https://evil.example@example.com\n\n", nil, 403},
		{"a path", "\n\n", "\nOrigin: https://example.com/\n\n", nil, 403},
		{"no page", "\n\n", "\nOrigin: null\n\n", nil, 403},
		{"an empty origin", "\n\n", "\nOrigin:\n\n", nil, 403},
		{"two origins", "\n\n", "\nOrigin: https://example.com\nOrigin: https://evil.example\n\n", nil, 403},
		{"from the list", "\n\n", "\nOrigin: https://other.example\n\n", []string{"https://a.example", "https://other.example"}, 0},
		{"not on the list", "\n\n", "\nOrigin: https://example.com\n\n", []string{"https://other.example"}, 403},
		{"the list has a scheme", "\n\n", "\nOrigin: http://other.example\n\n", []string{"https://other.example"}, 403},
		{"a prefix of the list", "\n\n", "\nOrigin: https://other.example.evil\n\n", []string{"https://other.example"}, 403},
		{"an empty list", "\n\n", "\nOrigin: https://example.com\n\n", []string{}, 403},
		{"no origin, a list", "", "", []string{"https://other.example"}, 0},
		{"all", "\n\n", "\nOrigin: null\n\n", []string{"*"}, 0},
	} {
		text := strings.Replace(request, c.old, c.new, 1)
		require.True(t, c.old == "" || text != request, c.name)
		err := CheckRequest(parseRequest(t, text), c.origins)
		if c.status == 0 {
			require.NoError(t, err, c.name)
			continue
		}
		var refused *HandshakeError
		require.ErrorAs(t, err, &refused, c.name)
		require.Equal(t, c.status, refused.Status, "%s: %v", c.name, err)
	}
}

func TestTheServerChoosesTheSubprotocol(t *testing.T) {
	for _, c := range []struct {
		offered   string
		supported []string
		want      string
	}{
		{"", nil, ""},
		{"", []string{"a"}, ""},
		{"a", nil, ""},
		{"a, b", []string{"b", "a"}, "b"},
		{"a\nSec-WebSocket-Protocol: b", []string{"c", "b"}, "b"},
		{"A", []string{"a"}, ""},
		{"ab", []string{"a"}, ""},
	} {
		text := request
		if c.offered != "" {
			text = strings.Replace(request, "\n\n", "\nSec-WebSocket-Protocol: "+c.offered+"\n\n", 1)
		}
		require.Equal(t, c.want, ChooseSubprotocol(parseRequest(t, text), c.supported), "%q", c.offered)
	}
}

const response = "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Accept: " + sampleAccept + "\n\n"

func TestResponses(t *testing.T) {
	for _, c := range []struct {
		name     string
		old, new string // an edit of response
		offered  []string
		protocol string
		ok       bool
	}{
		{"a good one", "", "", nil, "", true},
		{"in any case", "Upgrade: websocket\nConnection: Upgrade", "upgrade: WEBSOCKET\nConnection: UPGRADE", nil, "", true},
		{"a list", "Connection: Upgrade", "Connection: keep-alive\nConnection: x, upgrade", nil, "", true},
		{"a subprotocol", "\n\n", "\nSec-WebSocket-Protocol: b\n\n", []string{"a", "b"}, "b", true},
		{"no subprotocol", "", "", []string{"a"}, "", true},
		{"an empty list of extensions", "\n\n", "\nSec-WebSocket-Extensions:\n\n", nil, "", true},
		{"200", "101 Switching Protocols", "200 OK", nil, "", false},
		{"a redirect", "101 Switching Protocols", "302 Found", nil, "", false},
		{"401", "101 Switching Protocols", "401 Unauthorized", nil, "", false},
		{"HTTP/1.0", "HTTP/1.1", "HTTP/1.0", nil, "", false},
		{"no Upgrade", "Upgrade: websocket\n", "", nil, "", false},
		{"another Upgrade", "Upgrade: websocket", "Upgrade: h2c", nil, "", false},
		{"a choice of Upgrades", "Upgrade: websocket", "Upgrade: websocket, h2c", nil, "", false},
		{"no Connection", "Connection: Upgrade\n", "", nil, "", false},
		{"another Connection", "Connection: Upgrade", "Connection: close", nil, "", false},
		{"no accept key", "Sec-WebSocket-Accept: " + sampleAccept + "\n", "", nil, "", false},
		{"another accept key", sampleAccept, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", nil, "", false},
		{"the accept key in another case", sampleAccept, strings.ToLower(sampleAccept), nil, "", false},
		{"the accept key twice", sampleAccept, sampleAccept + "\nSec-WebSocket-Accept: " + sampleAccept, nil, "", false},
		{"spaces around the accept key", sampleAccept, "  " + sampleAccept + "  ", nil, "", true},
		{"an extension", "\n\n", "\nSec-WebSocket-Extensions: permessage-deflate\n\n", nil, "", false},
		{"a subprotocol that nobody offered", "\n\n", "\nSec-WebSocket-Protocol: a\n\n", nil, "", false},
		{"another subprotocol", "\n\n", "\nSec-WebSocket-Protocol: b\n\n", []string{"a"}, "", false},
		{"a subprotocol in another case", "\n\n", "\nSec-WebSocket-Protocol: A\n\n", []string{"a"}, "", false},
		{"two subprotocols", "\n\n", "\nSec-WebSocket-Protocol: a, b\n\n", []string{"a", "b"}, "", false},
		{"two lines of subprotocols", "\n\n", "\nSec-WebSocket-Protocol: a\nSec-WebSocket-Protocol: a\n\n", []string{"a"}, "", false},
	} {
		text := strings.ReplaceAll(strings.Replace(response, c.old, c.new, 1), "\n", "\r\n")
		r, err := http.ReadResponse(bufio.NewReader(strings.NewReader(text)), nil)
		require.NoError(t, err, c.name)
		protocol, err := CheckResponse(r, sampleKey, c.offered)
		require.Equal(t, c.protocol, protocol, c.name)
		if c.ok {
			require.NoError(t, err, c.name)
		} else {
			var refused *HandshakeError
			require.ErrorAs(t, err, &refused, c.name)
			require.Equal(t, r.StatusCode, refused.Status)
		}
	}
}

func FuzzRequest(f *testing.F) {
	f.Add([]byte(strings.ReplaceAll(request, "\n", "\r\n")))
	f.Add([]byte(strings.ReplaceAll(strings.Replace(request, "\n\n", "\nOrigin: http://example.com\nSec-WebSocket-Protocol: a, b\n\n", 1), "\n", "\r\n")))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(b)))
		if err != nil {
			return
		}
		if err := CheckRequest(r, nil); err != nil {
			var refused *HandshakeError
			require.True(t, errors.As(err, &refused))
			require.Contains(t, []int{400, 403, 405, 426}, refused.Status)
			return
		}
		require.Equal(t, "GET", r.Method)
		require.Len(t, r.Header.Values("Sec-WebSocket-Key"), 1)
		if origin := r.Header.Get("Origin"); origin != "" {
			require.True(t, strings.HasSuffix(strings.ToLower(origin), "://"+strings.ToLower(r.Host)))
		}
		for _, p := range []string{"a", ""} {
			chosen := ChooseSubprotocol(r, []string{p})
			require.True(t, chosen == "" || chosen == p)
		}
	})
}

func FuzzResponse(f *testing.F) {
	f.Add([]byte(strings.ReplaceAll(response, "\n", "\r\n")))
	f.Add([]byte(strings.ReplaceAll(strings.Replace(response, "\n\n", "\nSec-WebSocket-Protocol: a\n\n", 1), "\n", "\r\n")))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(b)), nil)
		if err != nil {
			return
		}
		protocol, err := CheckResponse(r, sampleKey, []string{"a", "b"})
		if err != nil {
			require.Empty(t, protocol)
			return
		}
		require.Equal(t, 101, r.StatusCode)
		require.Equal(t, sampleAccept, r.Header.Get("Sec-WebSocket-Accept"))
		require.Contains(t, []string{"", "a", "b"}, protocol)
	})
}
