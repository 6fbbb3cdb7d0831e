package websocket

import (
	"bufio"
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example/websockets/internal/steps"
)

// The example of section 1.3.
const (
	sampleKey    = "dGhlIHNhbXBsZSBub25jZQ=="
	sampleAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
)

const request = "GET /chat HTTP/1.1\nHost: example.com\nUpgrade: websocket\nConnection: Upgrade\n" +
	"Sec-WebSocket-Key: " + sampleKey + "\nSec-WebSocket-Version: 13\n\n"

func parseRequest(t testing.TB, text string) *http.Request {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(text, "\n", "\r\n"))))
	require.NoError(t, err, text)
	return r
}

// What no browser sends, and the lesson leaves open.
func TestStrangeOrigins(t *testing.T) {
	for _, c := range []struct {
		origin  string
		origins []string
		ok      bool
	}{
		{"https://example.com", nil, true},
		{"https://example.com/", nil, false},
		{"https://evil.example@example.com", nil, false},
		{"//example.com", nil, false},
		{"example.com", nil, false},
		{"https://example.com:443", nil, false},
		{"", nil, false},
		{"", []string{"*"}, true},
		{"https://example.com", []string{}, false},
	} {
		r := parseRequest(t, strings.Replace(request, "\n\n", "\nOrigin: "+c.origin+"\n\n", 1))
		err := CheckRequest(r, c.origins)
		require.Equal(t, c.ok, err == nil, "%q, %q: %v", c.origin, c.origins, err)
	}
}

const response = "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Accept: " + sampleAccept + "\n\n"

func FuzzRequest(f *testing.F) {
	steps.Seeds(f)
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
	steps.Seeds(f)
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
