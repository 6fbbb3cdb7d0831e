package websocket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/websocket"

	"example/websockets/internal/memconn"
	"example/websockets/internal/steps"
)

func TestStep29_MeetTheLibrary(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		// It is over in milliseconds, or it hangs: this makes it an error then.
		ctx, stop := context.WithTimeout(context.Background(), 4*time.Second)
		defer stop()
		libraryServes(t, ctx)
		libraryEnds(t, ctx)
		libraryDials(t)
	})
}

// libraryLengths are those where the form of a header changes, and a long one.
var libraryLengths = []int{0, 1, 125, 126, 65535, 65536, 200_000}

// libraryServes has the library for a server and our code for a client.
func libraryServes(t *steps.T, ctx context.Context) {
	for _, subprotocol := range []string{"", "chat"} {
		did := fmt.Sprintf("DialLibrary(ctx, url, %q)", subprotocol)
		var origins, offered []string
		handler := websocket.Handler(libraryEcho)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			origins, offered = r.Header["Origin"], r.Header["Sec-Websocket-Protocol"]
			handler.ServeHTTP(w, r)
		}))
		t.Cleanup(server.Close)
		t.Doing("waiting for %s to return", did)
		c, err := DialLibrary(ctx, "ws"+strings.TrimPrefix(server.URL, "http")+"/path", subprotocol)
		if c == nil {
			refused, _ := errors.AsType[*HandshakeError](err)
			status := 0
			if refused != nil {
				status = refused.Status
			}
			t.Fail(did+", towards a Handler of the library", steps.WantGot(steps.Words("a Conn and no error"), upgradeConn(c, err)),
				steps.LooksLike(status == 403 && len(origins) == 0, "there was no Origin in the request: the library takes every client for a browser"),
				steps.LooksLike(status == 403, fmt.Sprintf("the Origin was %q: the library wants a URL", origins)),
				steps.LooksLike(status == 400 && len(offered) > 0, fmt.Sprintf("the subprotocols offered were %q: the library does not choose, and refuses when there is not exactly one", offered)))
		}
		if want := []string{server.URL}; fmt.Sprint(origins) != fmt.Sprint(want) {
			t.Fail(did+": the Origin of the request", steps.WantGot(upgradeField(want), upgradeField(origins)),
				steps.LooksLike(strings.HasPrefix(strings.Join(origins, ""), "ws"), "an origin is where a page comes from, by http or https"),
				steps.LooksLike(strings.HasPrefix(strings.Join(origins, ""), server.URL+"/"), "an origin is a scheme, a host and a port, and nothing else"))
		}
		var chosen []string
		if subprotocol != "" {
			chosen = []string{subprotocol}
		}
		if fmt.Sprintf("%q", offered) != fmt.Sprintf("%q", chosen) {
			t.Fail(did+": the Sec-WebSocket-Protocol of the request", steps.WantGot(upgradeField(chosen), upgradeField(offered)),
				steps.LooksLike(subprotocol == "" && strings.Join(offered, "") == "", "a list that holds \"\" is not empty: a subprotocol without a name was offered"))
		}
		steps.Equal(t, did+": the Conn's Subprotocol()", subprotocol, c.Subprotocol())
		for _, n := range libraryLengths {
			for _, op := range []Opcode{OpText, OpBinary} {
				sent := strings.Repeat("x", n)
				t.Doing("echoing a %v of %d bytes with the library", op, n)
				err := c.WriteMessage(ctx, op, []byte(sent))
				var got []byte
				var gotOp Opcode
				if err == nil {
					gotOp, got, err = c.ReadMessage(ctx, nil)
				}
				if err != nil || string(got) != sent || gotOp != op {
					t.Fail(fmt.Sprintf("a %v of %d bytes, and its echo from the library", op, n), steps.WantGot(steps.Words(fmt.Sprintf("%v, %d bytes", op, n)), libraryResult(gotOp, got, err)),
						steps.LooksLike(err != nil && n == 0, "the connection did not outlive DialLibrary: its context is for dialing alone"))
				}
			}
		}
		t.Doing("closing a connection with CloseLibrary; the library answers no Close frame, and goes")
		err = CloseLibrary(c)
		steps.Equal(t, "CloseLibrary; the library sends no Close frame and ends the connection", nil, err,
			steps.LooksLike(errors.Is(err, ErrNoClose), "for a Conn this is an abnormal end; here it is the only one that there is. The error is wrapped: errors.Is finds ErrNoClose in it, == does not"))
		if err := c.WriteMessage(ctx, OpText, nil); err == nil {
			t.Fail("a message that is sent after CloseLibrary", steps.WantGot(steps.Words("an error: the connection is closed"), err))
		}
	}

	t.Doing("calling DialLibrary with an address that is no WebSocket URL")
	if c, err := DialLibrary(ctx, "http://127.0.0.1:1", ""); err == nil || c != nil {
		t.Fail(`DialLibrary(ctx, "http://127.0.0.1:1", "")`, steps.WantGot(steps.Words("an error"), err))
	}
}

// libraryEnds has the other ends that a connection to the library can come to.
func libraryEnds(t *steps.T, ctx context.Context) {
	did := "CloseLibrary; the server's handler ends with ws.Close(), which does send a Close frame"
	server := httptest.NewServer(websocket.Handler(func(ws *websocket.Conn) {
		libraryEcho(ws)
		ws.Close()
	}))
	t.Cleanup(server.Close)
	t.Doing("waiting for it to return: %s", did)
	c, err := DialLibrary(ctx, "ws"+strings.TrimPrefix(server.URL, "http"), "")
	if err == nil {
		err = CloseLibrary(c)
	}
	steps.Equal(t, did, nil, err)

	did = "CloseLibrary; the server goes when the Close frame has come"
	peer, conn := memconn.Pipe()
	sent := make([]byte, 8)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		n, _ := io.ReadFull(peer, sent)
		sent = sent[:n]
		peer.Close()
	}()
	t.Doing("waiting for it to return: %s", did)
	err = CloseLibrary(NewConn(conn, Client, nil, nil))
	conn.Close()
	<-gone
	if frame := closeFrame(sent); frame != "a Close frame with code 1000" {
		t.Fail(did+": what was sent", steps.WantGot(steps.Words("a Close frame with code 1000"), steps.Words(frame)),
			steps.LooksLike(len(sent) == 0, "nothing was sent: closing begins with a Close frame (section 7.1.2), whatever the other side makes of it"))
	}
	steps.Equal(t, did, nil, err)

	did = "CloseLibrary; the server neither answers nor goes"
	_, conn = memconn.Pipe()
	t.Doing("waiting for it to return: %s", did)
	err = CloseLibrary(NewConn(conn, Client, nil, &Options{CloseTimeout: time.Millisecond}))
	steps.WantError(t, did, os.ErrDeadlineExceeded, err,
		steps.LooksLike(err == nil, "every error was passed over; ErrNoClose is the one that this library makes of a good end"))

	did = "CloseLibrary; the net.Conn reports io.ErrUnexpectedEOF, as that of TLS does when it is cut off"
	_, conn = memconn.Pipe()
	t.Doing("waiting for it to return: %s", did)
	_, _, read := NewConn(cutOff{conn}, Client, nil, nil).ReadMessage(ctx, nil)
	err = CloseLibrary(NewConn(cutOff{conn}, Client, nil, nil))
	steps.WantError(t, did, io.ErrUnexpectedEOF, err,
		steps.LooksLike(errors.Is(read, ErrNoClose), "ReadMessage already says ErrNoClose for it (advance, step 20): io.EOF alone is the end of a stream, and this is a Read that failed"),
		steps.LooksLike(err == nil, "ErrNoClose wraps io.ErrUnexpectedEOF, and is not the only one: ask for ErrNoClose itself"))
}

// cutOff is a connection that somebody has cut.
type cutOff struct{ net.Conn }

func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// closeFrame tells what the first eight bytes from a client are, if they begin a
// Close frame: its code lies under the mask.
func closeFrame(sent []byte) string {
	switch {
	case len(sent) >= 2 && sent[0] == 0x88 && sent[1] == 0x80:
		return "a Close frame without a code"
	case len(sent) == 8 && sent[0] == 0x88:
		return fmt.Sprintf("a Close frame with code %d", CloseCode(sent[6]^sent[2])<<8|CloseCode(sent[7]^sent[3]))
	}
	return fmt.Sprintf("[% x]", sent)
}

// libraryDials has our code for a server and the library for a client.
func libraryDials(t *steps.T) {
	var result error
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(done)
		c, err := Upgrade(w, r, &UpgradeOptions{Subprotocols: []string{"chat"}})
		if err != nil {
			result = err
			return
		}
		for result == nil {
			var op Opcode
			var payload []byte
			if op, payload, result = c.ReadMessage(context.Background(), nil); result == nil {
				result = c.WriteMessage(context.Background(), op, payload)
			}
		}
		c.Close(CloseNormal, "")
	}))
	t.Cleanup(server.Close)
	did := "the library dials our server"
	config, err := websocket.NewConfig("ws"+strings.TrimPrefix(server.URL, "http"), server.URL)
	if err != nil {
		panic(err)
	}
	config.Protocol = []string{"chat"}
	t.Doing("waiting for its handshake: %s", did)
	ctx, stop := context.WithTimeout(context.Background(), 4*time.Second)
	defer stop()
	ws, err := config.DialContext(ctx)
	if err != nil {
		t.Fail(did, steps.WantGot(nil, err))
	}
	ws.SetDeadline(time.Now().Add(4 * time.Second))
	for _, n := range libraryLengths {
		text, binary := strings.Repeat("x", n), bytes.Repeat([]byte{0xff}, n)
		t.Doing("echoing %d bytes, for the library", n)
		var gotText string
		var gotBinary []byte
		err := errors.Join(
			websocket.Message.Send(ws, text), websocket.Message.Receive(ws, &gotText),
			websocket.Message.Send(ws, binary), websocket.Message.Receive(ws, &gotBinary))
		if err != nil || gotText != text || !bytes.Equal(gotBinary, binary) {
			t.Fail(fmt.Sprintf("%s: the echo of a text and a binary of %d bytes", did, n), steps.WantGot(steps.Words(fmt.Sprintf("%d and %d bytes", n, n)), libraryResult(0, gotBinary, err)))
		}
	}
	t.Doing("waiting for our server to see the library's Close")
	ws.Close()
	<-done
	closed, _ := errors.AsType[*CloseError](result)
	if closed == nil || closed.Code != CloseNormal {
		t.Fail(did+", and closes: what our ReadMessage returned", steps.WantGot(steps.Words("a CloseError with code 1000"), result))
	}
}

// libraryFrames tells the library's texts from its binary messages, which
// websocket.Message does not.
var libraryFrames = websocket.Codec{
	Marshal:   func(v any) ([]byte, byte, error) { f := v.(libraryFrame); return f.payload, f.op, nil },
	Unmarshal: func(b []byte, op byte, v any) error { *v.(*libraryFrame) = libraryFrame{b, op}; return nil },
}

type libraryFrame struct {
	payload []byte
	op      byte
}

func libraryEcho(ws *websocket.Conn) {
	for {
		var f libraryFrame
		if libraryFrames.Receive(ws, &f) != nil || libraryFrames.Send(ws, f) != nil {
			return
		}
	}
}

func libraryResult(op Opcode, payload []byte, err error) any {
	if err != nil {
		return err
	}
	if op == 0 {
		return steps.Words(fmt.Sprintf("%d bytes", len(payload)))
	}
	return steps.Words(fmt.Sprintf("%v, %d bytes", op, len(payload)))
}
