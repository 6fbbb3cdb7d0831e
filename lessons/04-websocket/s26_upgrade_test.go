package websocket

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example/websockets/internal/memconn"
	"example/websockets/internal/steps"
)

func TestStep26_Upgrade(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		upgradeAnswers(t)
		upgradeRefuses(t)
		upgradeKeepsEarlyBytes(t)
		upgradeTakesDeadlinesOff(t)
		upgradeWithoutTakingOver(t)
	})
}

// upgradeAnswers looks at the fields of the answer to a good request.
func upgradeAnswers(t *steps.T) {
	s := newUpgradeServer(t, &UpgradeOptions{Subprotocols: []string{"v2", "v1"}, Options: Options{MessageLimit: 10}}, func(w http.ResponseWriter) {
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header().Set("Sec-WebSocket-Protocol", "v1")
		w.Header().Set("Sec-WebSocket-Extensions", "x-none")
	})
	did := "a good request, offering v1 and v2, and an extension"
	conn := s.dial(t)
	conn.Write(upgradeRequest("Sec-WebSocket-Protocol: v1, v2", "Sec-WebSocket-Extensions: permessage-deflate"))
	t.Doing("waiting for Upgrade to return: %s", did)
	got := <-s.upgraded
	raw := upgradeRead(conn)
	upgradeSucceeded(t, did, got)
	head, behind, whole := strings.Cut(raw, "\r\n\r\n")
	if !strings.HasPrefix(raw, "HTTP/1.1 101 ") || !whole {
		t.Fail(did+": the answer", steps.WantGot(steps.Words(`HTTP/1.1 101 Switching Protocols, the fields, an empty line`), raw),
			steps.LooksLike(raw == "", "nothing was sent (a bufio.Writer keeps what it has until it is flushed)"),
			steps.LooksLike(!strings.HasPrefix(raw, "HTTP/1.1 101 "), "the first line is HTTP/1.1, the status 101 and a text (section 4.2.2)"),
			steps.LooksLike(!strings.Contains(raw, "\r\n"), `a line of HTTP ends with \r\n, and not with \n alone`),
			steps.LooksLike(true, "an empty line ends a header; the client still waits for it"))
	}
	for _, line := range strings.SplitAfter(head+"\r\n", "\n") {
		if line != "" && !strings.HasSuffix(line, "\r\n") {
			t.Fail(did+": the end of a line of the answer", steps.WantGot(strings.TrimRight(line, "\r\n")+"\r\n", line),
				steps.LooksLike(true, `a line of HTTP ends with \r\n, and not with \n alone (RFC 9112, section 2.2)`))
		}
	}
	if behind != "" {
		t.Fail(did+": what was sent behind the answer", steps.WantGot(steps.Words("nothing"), behind),
			steps.LooksLike(true, "from the empty line on there are only frames"))
	}
	answer, err := http.ReadResponse(bufio.NewReader(strings.NewReader(head+"\r\n\r\n")), nil)
	if err != nil {
		t.Fail(did+": the answer", steps.WantGot(steps.Words("a header that net/http can read"), err))
	}
	for _, f := range []struct {
		name  string
		want  []string
		looks []steps.Look
	}{
		{"Upgrade", []string{"websocket"}, nil},
		{"Connection", []string{"Upgrade"}, []steps.Look{
			steps.LooksLike(strings.Contains(strings.ToLower(strings.Join(answer.Header.Values("Connection"), ",")), "upgrade"), `it may have more values, but there are clients that compare the whole of it with "Upgrade"; the one of step 29 does`)}},
		{"Sec-WebSocket-Accept", []string{"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}, []steps.Look{
			steps.LooksLike(answer.Header.Get("Sec-WebSocket-Accept") == "", "without it a client cannot tell a WebSocket server from one that answers by chance (section 1.3)"),
			steps.LooksLike(answer.Header.Get("Sec-WebSocket-Accept") == AcceptKey(""), "it is the answer to no key at all: the key stands in the request"),
			steps.LooksLike(answer.Header.Get("Sec-WebSocket-Accept") == upgradeKey, "the client's key was sent back as it is; AcceptKey makes the answer to it")}},
		{"Sec-WebSocket-Protocol", []string{"v2"}, []steps.Look{
			steps.LooksLike(answer.Header.Get("Sec-WebSocket-Protocol") == "", "the client is not told which of its subprotocols was chosen"),
			steps.LooksLike(answer.Header.Get("Sec-WebSocket-Protocol") == "v1", "the handler had set v1 on w; but ChooseSubprotocol decides, and the field stands there once"),
			steps.LooksLike(slices.Equal(slices.Sorted(slices.Values(answer.Header.Values("Sec-WebSocket-Protocol"))), []string{"v1", "v2"}), "the handler had set v1 on w: of what was set there, the fields of the handshake itself do not go along"),
			steps.LooksLike(len(answer.Header.Values("Sec-WebSocket-Protocol")) > 1 || strings.Contains(answer.Header.Get("Sec-WebSocket-Protocol"), ","), "one subprotocol is chosen (section 4.2.2)")}},
		{"Sec-WebSocket-Extensions", nil, []steps.Look{
			steps.LooksLike(answer.Header.Get("Sec-WebSocket-Extensions") == "x-none", "the handler had set it on w: this field does not go along"),
			steps.LooksLike(true, "an extension that is agreed on changes the frames, and we know none (section 9.1)")}},
		{"Set-Cookie", []string{"a=1", "b=2"}, []steps.Look{
			steps.LooksLike(len(answer.Header.Values("Set-Cookie")) == 0, "the fields that were set on w are not in the answer"),
			steps.LooksLike(true, "a field may have several values: http.Header.Write sends all of them")}},
	} {
		if values := answer.Header.Values(f.name); !strings.EqualFold(strings.Join(f.want, "|"), strings.Join(values, "|")) || len(values) != len(f.want) {
			t.Fail(did+": the answer's "+f.name, steps.WantGot(upgradeField(f.want), upgradeField(values)), f.looks...)
		}
	}
	steps.Equal(t, did+": Subprotocol() of the Conn", "v2", got.conn.Subprotocol(),
		steps.LooksLike(true, "a Conn has a field for it"))

	t.Doing("reading on the server a message that is longer than Options.MessageLimit")
	conn.Write(upgradeFrame(OpBinary, "eleven byte"))
	_, payload, err := got.conn.ReadMessage(context.Background(), nil)
	if problem, _ := errors.AsType[*ProtocolError](err); problem == nil || problem.Code != CloseTooBig {
		t.Fail("a message of 11 bytes, Options.MessageLimit being 10", steps.WantGot(steps.Words("a ProtocolError with code 1009"), upgradeResult(payload, err)),
			steps.LooksLike(err == nil, "the Options of the UpgradeOptions were not handed on to NewConn"),
			steps.LooksLike(problem == nil, "the connection does not work; was it made by NewConn, for a server, with the connection that Hijack returned?"))
	}
	conn.Close()
	got.conn.CloseNow()

	t.Doing("upgrading with nil for the options")
	s = newUpgradeServer(t, nil, nil)
	conn = s.dial(t)
	conn.Write(upgradeRequest("Sec-WebSocket-Protocol: v1"))
	got = <-s.upgraded
	upgradeSucceeded(t, "a good request, and nil for the options", got)
	if raw := upgradeRead(conn); strings.Contains(strings.ToLower(raw), "sec-websocket-protocol") {
		t.Fail("a subprotocol is offered, and we support none: the answer", steps.WantGot(steps.Words("no Sec-WebSocket-Protocol"), raw),
			steps.LooksLike(true, "an empty subprotocol is none: the field is left out (section 4.2.2)"))
	}
	conn.Close()
	got.conn.CloseNow()

	did = "a good request that offers no subprotocol"
	t.Doing("waiting for Upgrade to return: %s", did)
	s = newUpgradeServer(t, &UpgradeOptions{Subprotocols: []string{"v2"}}, func(w http.ResponseWriter) {
		w.Header().Set("Sec-WebSocket-Protocol", "v1")
	})
	conn = s.dial(t)
	conn.Write(upgradeRequest())
	got = <-s.upgraded
	upgradeSucceeded(t, did, got)
	for line := range strings.Lines(upgradeRead(conn)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if !strings.EqualFold(name, "Sec-WebSocket-Protocol") {
			continue
		}
		t.Fail(did+": the answer's Sec-WebSocket-Protocol", steps.WantGot(steps.Words("no such field"), value),
			steps.LooksLike(value == "v1", "the handler had set v1 on w, and nobody took it away: a client that is told of a subprotocol it did not offer gives up (section 4.1)"),
			steps.LooksLike(true, "an empty subprotocol is none: the field is left out (section 4.2.2)"))
	}
	conn.Close()
	got.conn.CloseNow()

	did = `a request from a page of https://a.example, Origins being "https://a.example"`
	t.Doing("waiting for Upgrade to return: %s", did)
	s = newUpgradeServer(t, &UpgradeOptions{Origins: []string{"https://a.example"}}, nil)
	conn = s.dial(t)
	conn.Write(upgradeRequest("Origin: https://a.example"))
	got = <-s.upgraded
	if refusal, refused := errors.AsType[*HandshakeError](got.err); refused {
		t.Fail(did+": what Upgrade returned", steps.WantGot(steps.Words("a Conn and no error"), got.err),
			steps.LooksLike(refusal.Status == 403, "the Origins of the UpgradeOptions were not handed on to CheckRequest"))
	}
	upgradeSucceeded(t, did, got)
	conn.Close()
	got.conn.CloseNow()
}

// upgradeRefuses sends requests that CheckRequest refuses, and then a good one on
// the same connection.
func upgradeRefuses(t *steps.T) {
	for _, c := range []struct {
		did, old, new string
		status        int
		field, want   string
		look          string
		origins       []string
	}{
		{"a request with version 8", "Version: 13", "Version: 8", 426, "Sec-WebSocket-Version", "13",
			"a client that speaks another version is told which one we speak (section 4.4)", nil},
		{"a POST request", "GET", "POST", 405, "Allow", "GET",
			"with 405 go the methods that are allowed (RFC 9110, section 15.5.6)", nil},
		{"a request from the page of another host", "Host: x", "Host: x\r\nOrigin: http://evil.example", 403, "", "", "", nil},
		{`a request from a page of our own host, Origins being "https://a.example"`, "Host: x", "Host: x\r\nOrigin: http://x", 403, "", "", "", []string{"https://a.example"}},
		{"a request without Upgrade", "Upgrade: websocket\r\n", "", 400, "", "", "", nil},
	} {
		t.Doing("waiting for Upgrade to return: %s", c.did)
		s := newUpgradeServer(t, &UpgradeOptions{Origins: c.origins}, nil)
		conn := s.dial(t)
		conn.Write(bytes.Replace(upgradeRequest(), []byte(c.old), []byte(c.new), 1))
		got := <-s.upgraded
		raw := upgradeRead(conn)
		answer, err := http.ReadResponse(bufio.NewReader(strings.NewReader(raw)), nil)
		if err != nil {
			t.Fail(c.did+": the answer", steps.WantGot(steps.Words(fmt.Sprintf("status %d", c.status)), raw),
				steps.LooksLike(raw == "", "the connection was taken over, and then nobody answered"))
		}
		steps.Equal(t, c.did+": the status of the answer", c.status, answer.StatusCode,
			steps.LooksLike(answer.StatusCode == 101 && c.origins != nil, "the Origins of the UpgradeOptions were not handed on to CheckRequest"),
			steps.LooksLike(answer.StatusCode == 101, "the error of CheckRequest was not looked at"),
			steps.LooksLike(answer.StatusCode == 200, "nobody has answered: net/http says 200 when a handler returns without a word"),
			steps.LooksLike(true, "the status to answer with is in the HandshakeError"))
		if c.field != "" {
			steps.Equal(t, fmt.Sprintf("%s: %s in the answer, which is a %d", c.did, c.field, c.status), c.want, answer.Header.Get(c.field), steps.LooksLike(true, c.look))
		}
		refusal, _ := errors.AsType[*HandshakeError](got.err)
		if refusal == nil || refusal.Status != c.status || got.conn != nil {
			t.Fail(c.did+": what Upgrade returned", steps.WantGot(steps.Words(fmt.Sprintf("no Conn, and a HandshakeError with status %d", c.status)), got.err),
				steps.LooksLike(got.err == nil, "the caller has to know that there is no connection"),
				steps.LooksLike(refusal == nil && strings.Contains(fmt.Sprint(got.err), "HTTP status"), "only the text of the error was passed on; %w passes on the error itself"))
		}
		if problem, _ := io.ReadAll(answer.Body); !strings.Contains(string(problem), refusal.Problem) {
			t.Fail(c.did+": the text of the answer", steps.WantGot(refusal.Problem, problem),
				steps.LooksLike(len(problem) == 0, "somebody will look at this answer and want to know why"))
		}

		t.Doing("waiting for the answer to a second request on the connection: the first was refused, %s", c.did)
		conn.Write(upgradeRequest())
		synctest.Wait()
		raw = upgradeRead(conn)
		if !strings.HasPrefix(raw, "HTTP/1.1 101 ") {
			t.Fail("a good request after one that was refused, on the same connection: the answer", steps.WantGot("HTTP/1.1 101 Switching Protocols", raw),
				steps.LooksLike(true, "the connection was taken over before the request was checked; http.Error leaves it to net/http, for the next request"))
		}
		(<-s.upgraded).conn.CloseNow()
		conn.Close()
	}
}

// upgradeKeepsEarlyBytes sends frames right behind the request.
func upgradeKeepsEarlyBytes(t *steps.T) {
	long := strings.Repeat("x", 9000)
	frames := append(upgradeFrame(OpText, "early"), upgradeFrame(OpBinary, long)...)
	for _, n := range []int{0, 2, 5, 6, 11, 20, len(frames)} {
		did := fmt.Sprintf("a request, and with it %d bytes of two frames; the rest after the answer", n)
		t.Doing("upgrading: %s", did)
		s := newUpgradeServer(t, nil, nil)
		conn := s.dial(t)
		conn.Write(append(upgradeRequest(), frames[:n]...))
		got := <-s.upgraded
		upgradeSucceeded(t, did, got)
		conn.Write(frames[n:])
		for i, want := range []string{"early", long} {
			t.Doing("reading message %d of 2: %s", i+1, did)
			ctx, stop := context.WithTimeout(context.Background(), time.Minute)
			_, payload, err := got.conn.ReadMessage(ctx, nil)
			stop()
			if err != nil || string(payload) != want {
				t.Fail(fmt.Sprintf("%s: message %d", did, i+1), steps.WantGot(want, upgradeResult(payload, err)),
					steps.LooksLike(n > 0, "what came with the request was lost: it is in the bufio.Reader that Hijack returns"))
			}
		}
		conn.Close()
		got.conn.CloseNow()
	}
}

// upgradeTakesDeadlinesOff looks at what is left of the deadlines of the handshake.
func upgradeTakesDeadlinesOff(t *steps.T) {
	for _, set := range []string{"none", "for both directions", "for reading", "for writing"} {
		did := "the HTTP server has set a deadline " + set + ", and the client is silent for an hour"
		if set == "none" {
			did = "after the handshake the client is silent for an hour"
		}
		server, client := memconn.Pipe()
		h := &upgradeHijacker{conn: server}
		switch soon := time.Now().Add(time.Minute); set {
		case "for reading":
			server.SetReadDeadline(soon)
		case "for writing":
			server.SetWriteDeadline(soon)
		case "for both directions":
			server.SetDeadline(soon)
		}
		t.Doing("upgrading: %s", did)
		c, err := Upgrade(h, upgradeParsed(), nil)
		upgradeSucceeded(t, did, upgraded{c, err})
		time.Sleep(time.Hour)
		ctx, stop := context.WithTimeout(context.Background(), time.Minute)
		client.Write(upgradeFrame(OpText, "still here"))
		_, payload, err := c.ReadMessage(ctx, nil)
		if err != nil || string(payload) != "still here" {
			t.Fail(did+"; then it sends a text", steps.WantGot("still here", upgradeResult(payload, err)),
				steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded), "the deadline of the handshake is still set; SetDeadline(time.Time{}) takes off both"))
		}
		if err := c.WriteMessage(ctx, OpText, []byte("so am I")); err != nil {
			t.Fail(did+"; then we send a text", steps.WantGot(nil, err),
				steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded), "the deadline of the handshake is still set; SetDeadline(time.Time{}) takes off both"))
		}
		stop()
		client.Close()
		c.CloseNow()
	}

	t.Doing("waiting for Upgrade to return: the client takes nothing of the answer (a Write without a deadline waits for ever)")
	server, client := memconn.Pipe(memconn.Buffer(10))
	start := time.Now()
	c, err := Upgrade(&upgradeHijacker{conn: server}, upgradeParsed(), nil)
	did := "the client takes nothing of the answer"
	if err == nil || c != nil {
		sent := upgradeRead(client)
		t.Fail(did+": what Upgrade returned", steps.WantGot(steps.Words("an error"), upgradeConn(c, err)),
			steps.LooksLike(err == nil && sent == "", "whoever lets net/http send the 101 does not learn whether it was taken: write it to the connection"),
			steps.LooksLike(err == nil, "the error of the Write was not looked at"))
	}
	steps.Equal(t, did+": Upgrade returned after", HandshakeTimeout, time.Since(start))
	steps.Equal(t, did+": the connection was closed", true, server.Closed(),
		steps.LooksLike(true, "after Hijack nobody else closes it"))
	client.Close()
}

// upgradeWithoutTakingOver gives Upgrade writers that are not net/http's own.
func upgradeWithoutTakingOver(t *steps.T) {
	server, client := memconn.Pipe()
	t.Doing("upgrading with a ResponseWriter inside another one")
	c, err := Upgrade(upgradeWrapped{upgradeWrapped{&upgradeHijacker{conn: server}}}, upgradeParsed(), nil)
	if err != nil {
		t.Fail("a ResponseWriter inside another one, which has Unwrap", steps.WantGot(nil, err),
			steps.LooksLike(true, "w.(http.Hijacker) sees only the outer one; http.NewResponseController(w) sees through it"))
	}
	client.Close()
	c.CloseNow()

	t.Doing("upgrading with a ResponseWriter that cannot be taken over")
	w := httptest.NewRecorder()
	c, err = Upgrade(w, upgradeParsed(), nil)
	did := "a ResponseWriter that cannot be taken over"
	if err == nil || c != nil {
		t.Fail(did+": what Upgrade returned", steps.WantGot(steps.Words("an error"), err))
	}
	steps.Equal(t, did+": the status of the answer", 500, w.Code,
		steps.LooksLike(w.Code == 200, "the client waits for an answer, and a handler that says nothing says 200"))
	steps.Equal(t, did+": Sec-WebSocket-Accept in the answer", "", w.Header().Get("Sec-WebSocket-Accept"),
		steps.LooksLike(true, "w.Header() was changed for an answer that was never sent: change a copy (Header.Clone)"))
}

// upgradeKey is the one of section 1.3.
const upgradeKey = "dGhlIHNhbXBsZSBub25jZQ=="

// upgradeRequest is a client's opening handshake with more fields.
func upgradeRequest(fields ...string) []byte {
	fields = append([]string{
		"GET /chat HTTP/1.1",
		"Host: x",
		"Upgrade: websocket",
		"Connection: Upgrade",
		"Sec-WebSocket-Key: " + upgradeKey,
		"Sec-WebSocket-Version: 13",
	}, fields...)
	return []byte(strings.Join(fields, "\r\n") + "\r\n\r\n")
}

func upgradeParsed() *http.Request {
	r, _ := http.ReadRequest(bufio.NewReader(bytes.NewReader(upgradeRequest())))
	return r
}

// upgradeFrame is a frame as a client sends it, with a mask that changes nothing.
func upgradeFrame(op Opcode, payload string) []byte {
	b := []byte{0x80 | byte(op), 0x80 | byte(len(payload))}
	if len(payload) > 125 {
		b = []byte{0x80 | byte(op), 0x80 | 126, byte(len(payload) >> 8), byte(len(payload))}
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}

// upgraded is what Upgrade has returned.
type upgraded struct {
	conn *Conn
	err  error
}

// An upgradeServer is net/http's, in memory, with a handler that upgrades.
type upgradeServer struct {
	ln       *memconn.Listener
	upgraded chan upgraded
}

func newUpgradeServer(t *steps.T, opt *UpgradeOptions, before func(http.ResponseWriter)) *upgradeServer {
	s := &upgradeServer{memconn.Listen(), make(chan upgraded, 1)}
	server := NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if before != nil {
			before(w)
		}
		// In a goroutine of its own, because net/http swallows a panic of a handler.
		done := make(chan upgraded)
		go func() {
			c, err := Upgrade(w, r, opt)
			done <- upgraded{c, err}
		}()
		got := <-done
		s.upgraded <- got
	}))
	server.ErrorLog = log.New(io.Discard, "", 0)
	go server.Serve(s.ln)
	t.Cleanup(func() { server.Close() })
	return s
}

func (s *upgradeServer) dial(t *steps.T) *memconn.Conn {
	conn, err := s.ln.Dial()
	if err != nil {
		panic(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// upgradeRead returns what has come by now.
func upgradeRead(conn net.Conn) string {
	synctest.Wait()
	var all []byte
	conn.SetReadDeadline(time.Now().Add(time.Millisecond))
	for buf := make([]byte, 4096); ; {
		n, err := conn.Read(buf)
		if all = append(all, buf[:n]...); err != nil {
			conn.SetReadDeadline(time.Time{})
			return string(all)
		}
	}
}

func upgradeSucceeded(t *steps.T, did string, got upgraded) {
	if got.err != nil || got.conn == nil {
		t.Fail(did+": what Upgrade returned", steps.WantGot(steps.Words("a Conn and no error"), upgradeConn(got.conn, got.err)))
	}
}

func upgradeResult(payload []byte, err error) any {
	if err != nil {
		return err
	}
	return payload
}

// upgradeConn shows what a call returned that should have made a connection.
func upgradeConn(c *Conn, err error) any {
	switch {
	case err != nil:
		return err
	case c == nil:
		return steps.Words("neither a Conn nor an error")
	}
	return steps.Words("a Conn and no error")
}

func upgradeField(values []string) any {
	switch len(values) {
	case 0:
		return steps.Words("no such field")
	case 1:
		return values[0]
	}
	return steps.Words(fmt.Sprintf("%q", values))
}

// An upgradeHijacker is a ResponseWriter that gives away its connection.
type upgradeHijacker struct {
	conn   net.Conn
	header http.Header
}

func (h *upgradeHijacker) Header() http.Header {
	if h.header == nil {
		h.header = http.Header{}
	}
	return h.header
}

func (h *upgradeHijacker) Write(b []byte) (int, error) { return len(b), nil }

func (h *upgradeHijacker) WriteHeader(int) {}

func (h *upgradeHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.conn, bufio.NewReadWriter(bufio.NewReader(h.conn), bufio.NewWriter(h.conn)), nil
}

// upgradeWrapped is a ResponseWriter as middleware makes it.
type upgradeWrapped struct{ http.ResponseWriter }

func (w upgradeWrapped) Unwrap() http.ResponseWriter { return w.ResponseWriter }
