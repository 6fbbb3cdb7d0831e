package websocket

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"example/websockets/internal/memconn"

	"github.com/stretchr/testify/require"
	xnet "golang.org/x/net/websocket"
)

// unchanged is a masking key that leaves the payload as it is.
const unchanged = "\x00\x00\x00\x00"

// withLibrary does the opening handshake with a server that is written with
// golang.org/x/net/websocket, sends it frames, and returns what the server received
// with its message codec and which bytes it sent back. Then the server leaves without
// a word, or with ws.Close().
func withLibrary(t *testing.T, frames string, politely bool) (received []string, back []byte) {
	ln := memconn.Listen()
	server := &http.Server{Handler: xnet.Handler(func(ws *xnet.Conn) {
		for {
			var text string
			if err := xnet.Message.Receive(ws, &text); err != nil {
				received = append(received, "error: "+err.Error())
				break
			}
			received = append(received, text)
		}
		if politely {
			ws.Close()
		}
	})}
	go server.Serve(ln)
	defer server.Close()
	conn, err := ln.Dial()
	require.NoError(t, err)
	defer conn.Close()
	io.WriteString(conn, strings.ReplaceAll(strings.Replace(request, "\n\n", "\nOrigin: http://example.com\n\n", 1), "\n", "\r\n"))
	r := bufio.NewReader(conn)
	answer, err := http.ReadResponse(r, nil)
	require.NoError(t, err)
	require.Equal(t, 101, answer.StatusCode)
	io.WriteString(conn, frames)
	conn.CloseWrite()
	back, err = io.ReadAll(r)
	require.NoError(t, err)
	synctest.Wait()
	return received, back
}

// The notes say what the library leaves out. This notices when that changes.
func TestWhatTheLibraryMakesOfFrames(t *testing.T) {
	for _, c := range []struct {
		name, frames string
		received     string
		back         string
		ours         CloseCode // what our Core says to the same bytes; 0 is nothing
	}{
		{"a text in two fragments is two messages", "\x01\x83" + unchanged + "Hel\x80\x82" + unchanged + "lo", `["Hel" "lo" "error: EOF"]`, "", 0},
		{"a text that is not UTF-8", "\x81\x82" + unchanged + "\xffa", `["\xffa" "error: EOF"]`, "", CloseInvalidPayload},
		{"a reserved bit", "\xc1\x82" + unchanged + "hi", `["hi" "error: EOF"]`, "", CloseProtocolError},
		{"a reserved opcode", "\x83\x82" + unchanged + "hi", `["hi" "error: EOF"]`, "", CloseProtocolError},
		{"a continuation of nothing", "\x80\x82" + unchanged + "hi", `["hi" "error: EOF"]`, "", CloseProtocolError},
		{"a length in more bytes than needed", "\x81\xfe\x00\x02" + unchanged + "hi", `["hi" "error: EOF"]`, "", CloseProtocolError},
		{"a ping in a fragment", "\x09\x82" + unchanged + "hi", `["error: EOF"]`, "\x8a\x02hi", CloseProtocolError},
		{"a ping of 126 bytes", "\x89\xfe\x00\x7e" + unchanged + strings.Repeat("x", 126), `["error: EOF"]`, "\x8a\x7d" + strings.Repeat("x", 125), CloseProtocolError},
		{"a ping", "\x89\x82" + unchanged + "hi", `["error: EOF"]`, "\x8a\x02hi", 0},
		{"a frame without a mask", "\x81\x02hi", `["error: EOF"]`, "\x88\x02\x03\xea", CloseProtocolError},
		{"a Close frame: its code is lost, and none is sent back", "\x88\x82" + unchanged + "\x03\xe9", `["error: EOF"]`, "", CloseGoingAway},
		{"a Close frame with a code that is never sent", "\x88\x82" + unchanged + "\x03\xed", `["error: EOF"]`, "", CloseProtocolError},
		{"the end without a Close frame looks the same", "", `["error: EOF"]`, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				received, back := withLibrary(t, c.frames, false)
				require.Equal(t, c.received, fmt.Sprintf("%q", received))
				require.Equal(t, c.back, string(back))
				_, back = withLibrary(t, c.frames, true)
				require.Equal(t, c.back+"\x88\x02\x03\xe8", string(back), "ws.Close sends 1000, whatever came before")

				core := NewCore(Server, testLimit)
				core.Feed([]byte(c.frames))
				var err error
				for err == nil {
					_, err = core.Next()
				}
				want := ""
				if c.ours != 0 {
					want = fmt.Sprintf("sent close %d <nil>", c.ours)
				}
				if answers := sent(Server, core.AppendPending(nil)); len(answers) > 0 && strings.HasPrefix(answers[0], "sent close") || want != "" {
					require.Equal(t, []string{want}, answers)
				}
			})
		})
	}
}

// It has no function that sends a ping. A codec of one's own can; its answer is read
// and dropped, so that nobody hears of it.
func TestThePingsOfTheLibrary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := memconn.Pipe()
		config, err := xnet.NewConfig("ws://example.com", "http://example.com")
		require.NoError(t, err)
		go func() {
			r := bufio.NewReader(ours)
			request, _ := http.ReadRequest(r)
			io.WriteString(ours, strings.ReplaceAll(strings.Replace(response, sampleAccept, AcceptKey(request.Header.Get("Sec-WebSocket-Key")), 1), "\n", "\r\n"))
		}()
		ws, err := xnet.NewClient(config, theirs)
		require.NoError(t, err)
		ping := xnet.Codec{Marshal: func(v any) ([]byte, byte, error) { return v.([]byte), xnet.PingFrame, nil }}
		require.NoError(t, ping.Send(ws, []byte("are you there?")))
		head := make([]byte, 6+14)
		_, err = io.ReadFull(ours, head)
		require.NoError(t, err)
		require.Equal(t, []byte{0x89, 0x8e}, head[:2])
		require.NoError(t, ping.Send(ws, make([]byte, 126)), "longer than a control frame may be")

		// The answer is for nobody: the next that is received is the text behind it.
		ours.Write(append(frame(Server, true, OpPong, "yes"), frame(Server, true, OpText, "a text")...))
		var text string
		require.NoError(t, xnet.Message.Receive(ws, &text))
		require.Equal(t, "a text", text)

		// And a ping of ours is answered by whoever reads, and by nobody else.
		ours.SetReadDeadline(longAgo)
		io.Copy(io.Discard, ours)
		writes := theirs.Writes()
		ours.Write(frame(Server, true, OpPing, "and you?"))
		synctest.Wait()
		require.Equal(t, writes, theirs.Writes(), "nobody reads")
		go xnet.Message.Receive(ws, &text)
		synctest.Wait()
		require.Equal(t, writes+1, theirs.Writes())
		ours.Close()
	})
}
