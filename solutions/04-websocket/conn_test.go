package websocket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example/websockets/internal/memconn"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/nettest"
)

var bg = context.Background()

// pair returns both ends of a connection in memory, without an opening handshake.
func pair(options ...memconn.Option) (server, client *Conn) {
	a, b := memconn.Pipe(options...)
	return NewConn(a, Server, nil, nil), NewConn(b, Client, nil, nil)
}

// receive reads everything until an error and says what it was. It is the driver
// of every echo server.
func receive(c *Conn, take func(op Opcode, payload []byte)) (err error) {
	for buf := []byte(nil); ; {
		var op Opcode
		if op, buf, err = c.ReadMessage(bg, buf); err != nil {
			return err
		}
		take(op, buf)
	}
}

func TestMessagesOfAllLengthsHoweverTheReadsAreCut(t *testing.T) {
	for name, options := range map[string][]memconn.Option{
		"whole":           nil,
		"one byte":        {memconn.ReadSizes(1)},
		"odd sizes":       {memconn.ReadSizes(1, 2000, 3, 70000)},
		"a small buffer":  {memconn.Buffer(100)},
		"short writes":    {memconn.ShortWrites(777)},
		"cut at a header": {memconn.CutAt(1, 2, 3, 4, 5, 6, 7, 8, 9)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, client := pair(options...)
				for _, ends := range [][2]*Conn{{server, client}, {client, server}} {
					var sent, got []string
					for _, n := range []int{0, 1, 125, 126, readBuffer - 10, readBuffer, readBuffer + 1, 5000, 65535, 65536} {
						sent = append(sent, strings.Repeat("é", n/2)+strings.Repeat("x", n%2))
					}
					var wg sync.WaitGroup
					wg.Go(func() {
						for _, text := range sent {
							require.NoError(t, ends[0].WriteMessage(bg, OpText, []byte(text)))
						}
					})
					buf := []byte(nil)
					for range sent {
						op, payload, err := ends[1].ReadMessage(bg, buf)
						require.NoError(t, err)
						require.Equal(t, OpText, op)
						got, buf = append(got, string(payload)), payload
					}
					wg.Wait()
					require.True(t, fmt.Sprint(sent) == fmt.Sprint(got), "the messages are not those that were sent")
				}
				closeBoth(t, server, client)
			})
		})
	}
}

// TestTheSameStreamsOverAConnection is the first driver of the core, a Conn, with
// what the second and third are tested with.
func TestTheSameStreamsOverAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range streams {
			var messages, answers []string
			for _, w := range c.want {
				switch {
				case strings.HasPrefix(w, "sent"):
					answers = append(answers, w)
				case w != "more" && !strings.HasPrefix(w, "ping") && !strings.HasPrefix(w, "pong"):
					messages = append(messages, w)
				}
			}
			for role, from := range map[Role]Role{Server: Client, Client: Server} {
				for _, options := range [][]memconn.Option{nil, {memconn.ReadSizes(1)}, {memconn.ReadSizes(3, 1, 7)}} {
					conn, peer := memconn.Pipe(options...)
					ws := NewConn(conn, role, nil, &Options{MessageLimit: testLimit})
					peer.Write(wireOf(t, from, c.frames))
					peer.CloseWrite()
					var got []string
					err := receive(ws, func(op Opcode, p []byte) { got = append(got, fmt.Sprintf("%s %q", op, p)) })
					if err != ErrNoClose {
						got = append(got, "error: "+err.Error())
					}
					conn.CloseWrite()
					out, err := io.ReadAll(peer)
					require.NoError(t, err)
					require.Equal(t, messages, got, c.name)
					require.Equal(t, answers, sent(role, out), c.name)
					ws.CloseNow()
					peer.Close()
				}
			}
		}
	})
}

// closeBoth closes from both sides at once.
func closeBoth(t *testing.T, server, client *Conn) {
	var wg sync.WaitGroup
	for _, c := range []*Conn{server, client} {
		wg.Go(func() { require.NoError(t, c.Close(CloseNormal, "")) })
	}
	wg.Wait()
}

func TestStreamsOfAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := pair()
		w, err := server.Writer(bg, OpText)
		require.NoError(t, err)
		var others sync.WaitGroup
		others.Go(func() { require.NoError(t, server.WriteMessage(bg, OpText, []byte("second"))) })
		for _, part := range []string{"fi", "", "r\xc3", "\xa9st"} {
			_, err := io.WriteString(w, part)
			require.NoError(t, err)
			require.NoError(t, server.Ping(bg, []byte("between"))) // control frames may pass
		}
		synctest.Wait()
		require.NoError(t, w.Close())
		require.ErrorIs(t, w.Close(), errWriterClosed)
		_, err = w.Write(nil)
		require.ErrorIs(t, err, errWriterClosed)
		others.Wait()
		require.NoError(t, server.WriteMessage(bg, OpBinary, make([]byte, 10000)))
		require.NoError(t, server.WriteMessage(bg, OpBinary, nil))
		require.NoError(t, server.WriteMessage(bg, OpText, []byte("last")))

		op, r, err := client.Reader(bg)
		require.NoError(t, err)
		require.Equal(t, OpText, op)
		text, err := io.ReadAll(io.MultiReader(io.LimitReader(r, 1), r))
		require.NoError(t, err)
		require.Equal(t, "fir\u00e9st", string(text))
		_, old, err := client.Reader(bg)
		require.NoError(t, err)
		_, err = io.ReadFull(old, make([]byte, 3))
		require.NoError(t, err)
		op, r, err = client.Reader(bg) // skips "ond"
		require.NoError(t, err)
		require.Equal(t, OpBinary, op)
		n, err := old.Read(make([]byte, 3))
		require.Equal(t, io.EOF, err)
		require.Zero(t, n)
		_, err = io.ReadFull(r, make([]byte, 100))
		require.NoError(t, err)
		_, r, err = client.Reader(bg)
		require.NoError(t, err)
		text, err = io.ReadAll(r)
		require.NoError(t, err)
		require.Empty(t, text)
		_, text, err = client.ReadMessage(bg, nil)
		require.NoError(t, err)
		require.Equal(t, "last", string(text))
		closeBoth(t, server, client)
	})
}

func TestALongMessageInManyFragments(t *testing.T) {
	const size, count = 64, 1 << 14
	a, b := memconn.Pipe(memconn.Buffer(4 << 20))
	server, client := NewConn(a, Server, nil, nil), NewConn(b, Client, nil, nil)
	var wire []byte
	for i := range count {
		op := OpContinuation
		if i == 0 {
			op = OpText
		}
		wire = append(wire, frame(Client, i == count-1, op, strings.Repeat("x", size))...)
		wire = append(wire, frame(Client, true, OpPong, "")...)
	}
	b.Write(wire)
	before := totalAlloc()
	_, payload, err := server.ReadMessage(bg, nil)
	require.NoError(t, err)
	require.Len(t, payload, size*count)
	require.Less(t, totalAlloc()-before, uint64(4*size*count), "memory is doubled, not added for each fragment")
	require.NoError(t, client.CloseNow())
	require.NoError(t, server.CloseNow())
}

func TestACloseInTheMiddleOfAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := pair()
		w, err := server.Writer(bg, OpText)
		require.NoError(t, err)
		_, err = io.WriteString(w, "half a mess")
		require.NoError(t, err)
		var wg sync.WaitGroup
		wg.Go(func() { require.ErrorIs(t, server.WriteMessage(bg, OpText, []byte("waits")), net.ErrClosed) })
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(bg, time.Second)
			defer cancel()
			require.Equal(t, context.DeadlineExceeded, server.WriteMessage(ctx, OpText, []byte("does not wait")))
		})
		time.Sleep(2 * time.Second)
		closeBoth(t, server, client)
		_, err = io.WriteString(w, "age")
		require.ErrorIs(t, err, net.ErrClosed)
		require.ErrorIs(t, w.Close(), net.ErrClosed)
		wg.Wait()

		// A writer that is told so lets the others go, before anybody calls Close.
		server, client = pair()
		w, err = server.Writer(bg, OpText)
		require.NoError(t, err)
		wg.Go(func() { require.NoError(t, client.Close(CloseNormal, "")) })
		require.Equal(t, &CloseError{CloseNormal, ""}, receive(server, func(Opcode, []byte) {}))
		wg.Go(func() { require.ErrorIs(t, server.WriteMessage(bg, OpText, nil), ErrCloseSent) })
		synctest.Wait()
		require.ErrorIs(t, w.Close(), ErrCloseSent)
		require.NoError(t, server.Close(CloseNormal, ""))
		wg.Wait()
	})
}

func TestPingsAreAnsweredByWhoReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, peer := memconn.Pipe()
		server := NewConn(conn, Server, nil, nil)
		var wg sync.WaitGroup
		wg.Go(func() { receive(server, func(Opcode, []byte) {}) })
		var want []byte
		for i := range 10 { // ten at once are ten answers, as long as they can be sent
			payload := fmt.Sprint("ping ", i)
			peer.Write(frame(Client, true, OpPing, payload))
			want = append(want, frame(Server, true, OpPong, payload)...)
		}
		got := make([]byte, len(want))
		_, err := io.ReadFull(peer, got)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.NoError(t, peer.Close())
		wg.Wait()
	})
}

func TestWhileAWriterIsStuckPingsAreReadAndTheNewestIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, peer := memconn.Pipe(memconn.Buffer(1000))
		server := NewConn(conn, Server, nil, nil)
		var wg sync.WaitGroup
		wg.Go(func() { require.NoError(t, server.WriteMessage(bg, OpBinary, make([]byte, 5000))) })
		var texts []string
		wg.Go(func() { receive(server, func(_ Opcode, p []byte) { texts = append(texts, string(p)) }) })
		synctest.Wait() // the writer holds the middle of a frame
		for i := range 100 {
			peer.Write(frame(Client, true, OpPing, fmt.Sprint(i)))
			peer.Write(frame(Client, true, OpText, fmt.Sprint(i)))
			synctest.Wait()
		}
		require.Len(t, texts, 100, "a reader waits for no writer")
		want := append(frame(Server, true, OpBinary, string(make([]byte, 5000))), frame(Server, true, OpPong, "99")...)
		got := make([]byte, len(want))
		_, err := io.ReadFull(peer, got)
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got))
		require.NoError(t, peer.Close())
		wg.Wait()
	})
}

func TestManyWritersDoNotMix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := pair(memconn.Buffer(64), memconn.ReadSizes(7))
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				text := strings.Repeat(string(rune('a'+i)), 50*i+1)
				for range 10 {
					if i%3 == 0 {
						w, err := client.Writer(bg, OpText)
						require.NoError(t, err)
						for _, half := range []string{text[:len(text)/2], text[len(text)/2:]} {
							_, err := io.WriteString(w, half)
							require.NoError(t, err)
						}
						require.NoError(t, w.Close())
					} else {
						require.NoError(t, client.WriteMessage(bg, OpText, []byte(text)))
					}
					require.NoError(t, client.Ping(bg, []byte(text[:1])))
				}
			})
		}
		counts := map[string]int{}
		var reading sync.WaitGroup
		reading.Go(func() {
			require.Equal(t, &CloseError{CloseNormal, ""}, receive(client, func(Opcode, []byte) {}))
		})
		for range 100 {
			_, payload, err := server.ReadMessage(bg, nil)
			require.NoError(t, err)
			counts[string(payload)]++
		}
		for i := range 10 {
			require.Equal(t, 10, counts[strings.Repeat(string(rune('a'+i)), 50*i+1)], i)
		}
		wg.Wait()
		require.NoError(t, server.Close(CloseNormal, ""))
		reading.Wait()
		client.Close(CloseNormal, "")
	})
}

func TestAReadThatTimesOutGoesOnWhereItStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream := slicesConcat(frame(Client, false, OpText, strings.Repeat("é", 4000)), frame(Client, true, OpPing, "p"), frame(Client, true, OpContinuation, "end"))
		for cut := 1; cut < len(stream); cut += 1 + cut/7 {
			conn, peer := memconn.Pipe()
			server := NewConn(conn, Server, nil, nil)
			peer.Write(stream[:cut])
			buf := make([]byte, 0, 100)
			switch cut % 3 {
			case 0:
				ctx, cancel := context.WithTimeout(bg, time.Second)
				_, _, err := server.ReadMessage(ctx, buf)
				require.Equal(t, context.DeadlineExceeded, err)
				cancel()
			case 1:
				server.SetReadDeadline(time.Now().Add(time.Second))
				_, _, err := server.ReadMessage(bg, buf)
				require.ErrorIs(t, err, os.ErrDeadlineExceeded)
				server.SetReadDeadline(time.Time{})
			case 2:
				ctx, cancel := context.WithCancel(bg)
				time.AfterFunc(time.Second, cancel)
				_, _, err := server.ReadMessage(ctx, buf)
				require.Equal(t, context.Canceled, err)
			}
			clear(buf[:cap(buf)])
			peer.Write(stream[cut:])
			_, payload, err := server.ReadMessage(bg, nil)
			require.NoError(t, err)
			require.True(t, string(payload) == strings.Repeat("é", 4000)+"end", "cut at %d", cut)
			require.NoError(t, peer.Close())
			server.Close(CloseNormal, "")
		}
	})
}

func TestAWriteThatTimesOutLeavesTheConnectionWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, limit := range []string{"context", "deadline"} {
			server, client := pair(memconn.Buffer(1000))
			send := func(text string) error {
				ctx, cancel := bg, func() {}
				if limit == "context" {
					ctx, cancel = context.WithTimeout(bg, time.Second)
				} else {
					client.SetWriteDeadline(time.Now().Add(time.Second))
				}
				defer cancel()
				err := client.WriteMessage(ctx, OpText, []byte(text))
				if limit == "context" && err != nil {
					require.ErrorIs(t, err, context.DeadlineExceeded)
				} else if err != nil {
					require.ErrorIs(t, err, os.ErrDeadlineExceeded)
				}
				return err
			}
			require.NoError(t, send("first"))
			require.ErrorIs(t, send(strings.Repeat("x", 3000)), ErrUnsent)
			for range 3 {
				err := send("not sent")
				require.Error(t, err)
				require.NotErrorIs(t, err, ErrUnsent)
			}
			client.SetWriteDeadline(time.Time{})
			var wg sync.WaitGroup
			wg.Go(func() { require.NoError(t, client.WriteMessage(bg, OpText, []byte("last"))) })
			for _, want := range []string{"first", strings.Repeat("x", 3000), "last"} {
				_, payload, err := server.ReadMessage(bg, nil)
				require.NoError(t, err)
				require.True(t, string(payload) == want)
			}
			wg.Wait()
			closeBoth(t, server, client)
		}
	})
}

func TestTheRestOfAFrameIsSentByAnyWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, write := range map[string]func(c *Conn) error{
			"flush": func(c *Conn) error { return c.Flush(bg) },
			"ping":  func(c *Conn) error { return c.Ping(bg, nil) },
			"close": func(c *Conn) error { return c.Close(CloseNormal, "") },
		} {
			server, client := pair(memconn.Buffer(1000))
			ctx, cancel := context.WithTimeout(bg, time.Second)
			require.ErrorIs(t, client.WriteMessage(ctx, OpBinary, make([]byte, 3000)), ErrUnsent)
			cancel()
			var wg sync.WaitGroup
			wg.Go(func() { require.NoError(t, write(client), name) })
			_, payload, err := server.ReadMessage(bg, nil)
			require.NoError(t, err, name)
			require.Len(t, payload, 3000)
			closeBoth(t, server, client)
			wg.Wait()
		}
	})
}

func TestAReaderDoesNotWaitLongToAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, peer := memconn.Pipe(memconn.Buffer(100))
		server := NewConn(conn, Server, nil, nil)
		go func() { // a peer that pings and does not read, and then sends a message
			for range 100 {
				peer.Write(frame(Client, true, OpPing, "ping"))
			}
			peer.Write(frame(Client, true, OpText, "Hello"))
		}()
		start := time.Now()
		ctx, cancel := context.WithTimeout(bg, answerTime/4)
		defer cancel()
		_, _, err := server.ReadMessage(ctx, nil)
		require.Equal(t, context.DeadlineExceeded, err)
		server.SetReadDeadline(time.Now().Add(answerTime / 4))
		_, _, err = server.ReadMessage(bg, nil)
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		require.Equal(t, answerTime/2, time.Since(start), "its own deadline comes first")
		server.SetReadDeadline(time.Time{})
		_, payload, err := server.ReadMessage(bg, nil)
		require.NoError(t, err)
		require.Equal(t, "Hello", string(payload))
		server.CloseNow()
		peer.Close()
	})
}

func TestAContextThatHasEndedSendsAndTakesNothing(t *testing.T) {
	server, client := pair()
	ctx, cancel := context.WithCancel(bg)
	cancel()
	require.Equal(t, context.Canceled, client.WriteMessage(ctx, OpText, []byte("a")))
	require.Equal(t, context.Canceled, client.Ping(ctx, nil))
	require.NoError(t, client.WriteMessage(bg, OpText, []byte("b")))
	_, _, err := server.ReadMessage(ctx, nil)
	require.Equal(t, context.Canceled, err)
	_, payload, err := server.ReadMessage(bg, nil)
	require.NoError(t, err)
	require.Equal(t, "b", string(payload))
}

func TestQueuedMessagesShareAWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memconn.Pipe(memconn.Buffer(1 << 20))
		client, server := NewConn(a, Client, nil, nil), NewConn(b, Server, nil, nil)
		for i := range 100 {
			require.NoError(t, client.Queue(bg, OpText, fmt.Append(nil, i)))
		}
		require.Zero(t, a.Writes())
		require.NoError(t, client.Flush(bg))
		require.NoError(t, client.Flush(bg))
		require.Equal(t, 1, a.Writes())
		require.NoError(t, client.Queue(bg, OpText, []byte("100")))
		require.NoError(t, client.WriteMessage(bg, OpText, []byte("101")))
		require.Equal(t, 2, a.Writes())
		for range 10 { // what is queued is bounded
			require.NoError(t, client.Queue(bg, OpBinary, make([]byte, 10_000)))
		}
		require.Equal(t, 3, a.Writes())
		for i := range 102 {
			_, payload, err := server.ReadMessage(bg, nil)
			require.NoError(t, err)
			require.Equal(t, fmt.Sprint(i), string(payload))
		}
		var wg sync.WaitGroup
		wg.Go(func() { require.NoError(t, client.Close(CloseNormal, "")) }) // sends what is queued
		n := 0
		require.Equal(t, &CloseError{CloseNormal, ""}, receive(server, func(_ Opcode, p []byte) { n += len(p) }))
		require.Equal(t, 100_000, n)
		require.NoError(t, server.Close(CloseNormal, ""))
		wg.Wait()
	})
}

func TestOneWriteForEachFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, n := range []int{0, 16, 1 << 10, 64 << 10, 1 << 20} {
			a, b := memconn.Pipe(memconn.Buffer(4 << 20))
			client, server := NewConn(a, Client, nil, nil), NewConn(b, Server, nil, nil)
			require.NoError(t, client.WriteMessage(bg, OpBinary, make([]byte, n)))
			require.Equal(t, 1, a.Writes())
			_, payload, err := server.ReadMessage(bg, nil)
			require.NoError(t, err)
			require.Len(t, payload, n)
			require.NoError(t, server.WriteMessage(bg, OpBinary, payload))
			require.Equal(t, 1, b.Writes())
			require.LessOrEqual(t, b.Reads(), 2)
		}
	})
}

func TestMessagesDoNotAllocate(t *testing.T) {
	for _, n := range []int{16, 1 << 10, 64 << 10} {
		a, b := memconn.Pipe(memconn.Buffer(1 << 20))
		client, server := NewConn(a, Client, nil, nil), NewConn(b, Server, nil, nil)
		payload := bytes.Repeat([]byte("x"), n)
		var inServer, inClient []byte
		echo := func(reuse bool) func() {
			return func() {
				if !reuse {
					inServer, inClient = nil, nil
				}
				err1 := client.WriteMessage(bg, OpText, payload)
				_, got, err2 := server.ReadMessage(bg, inServer)
				err3 := server.WriteMessage(bg, OpText, got)
				_, back, err4 := client.ReadMessage(bg, inClient)
				if err := errors.Join(err1, err2, err3, err4); err != nil || len(back) != n {
					t.Fatal(err)
				}
				inServer, inClient = got, back
			}
		}
		if !raceEnabled { // the race detector lets sync.Pool forget
			require.Zero(t, testing.AllocsPerRun(100, echo(true)), "%d bytes, buffers reused", n)
			require.LessOrEqual(t, testing.AllocsPerRun(100, echo(false)), 2.0, "%d bytes, two reads without a buffer", n)
		}
	}
}

func TestNothingLargeIsKept(t *testing.T) {
	server, client := pair(memconn.Buffer(4 << 20))
	require.NoError(t, client.WriteMessage(bg, OpBinary, make([]byte, 1<<20)))
	_, payload, err := server.ReadMessage(bg, nil)
	require.NoError(t, err)
	require.NoError(t, server.WriteMessage(bg, OpBinary, payload))
	for _, c := range []*Conn{server, client} {
		require.Nil(t, c.lent)
		require.Nil(t, c.out)
		require.Nil(t, c.partial)
		require.Empty(t, c.event.Payload)
		require.Equal(t, readBuffer, cap(c.buf))
	}
}

func TestAFrameClaimsNoMemoryThatItDoesNotFill(t *testing.T) {
	conn, peer := memconn.Pipe()
	client := NewConn(conn, Client, nil, &Options{MessageLimit: 1 << 40})
	peer.Write(unhex(t, "82 7f 000000ffffffffff 00"))
	client.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	var before, after struct{ bytes uint64 }
	before.bytes = totalAlloc()
	_, _, err := client.ReadMessage(bg, nil)
	after.bytes = totalAlloc()
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.Less(t, after.bytes-before.bytes, uint64(4<<20))
}

func TestEarlyBytesAreNotLost(t *testing.T) {
	early := slicesConcat(frame(Client, true, OpText, "early"), frame(Client, true, OpBinary, string(make([]byte, 10000))), frame(Client, true, OpText, "later"))
	for cut := range early {
		conn, peer := memconn.Pipe()
		server := NewConn(conn, Server, early[:cut], nil)
		peer.Write(early[cut:])
		for _, n := range []int{5, 10000, 5} {
			_, payload, err := server.ReadMessage(bg, nil)
			require.NoError(t, err)
			require.Len(t, payload, n)
		}
		if cut > 50 {
			return // the rest is the same
		}
	}
}

func TestClosingFromEitherSideAndFromBoth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, who := range []string{"server", "client"} {
			server, client := pair()
			first, second := server, client
			if who == "client" {
				first, second = client, server
			}
			var wg sync.WaitGroup
			wg.Go(func() {
				err := receive(second, func(Opcode, []byte) {})
				require.Equal(t, &CloseError{CloseGoingAway, "bye"}, err)
				require.ErrorIs(t, second.WriteMessage(bg, OpText, nil), net.ErrClosed)
				require.NoError(t, second.Close(CloseNormal, "too late"))
			})
			start := time.Now()
			require.NoError(t, first.Close(CloseGoingAway, "bye"))
			require.Zero(t, time.Since(start), "nobody had to be waited for")
			require.NoError(t, first.Close(CloseNormal, ""), "again")
			_, _, err := first.ReadMessage(bg, nil)
			require.ErrorIs(t, err, net.ErrClosed)
			require.ErrorIs(t, first.WriteMessage(bg, OpText, nil), net.ErrClosed)
			require.ErrorIs(t, first.Ping(bg, nil), net.ErrClosed)
			wg.Wait()
		}
		server, client := pair()
		closeBoth(t, server, client)
	})
}

func TestCloseWhileOthersReadAndWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := pair(memconn.Buffer(100))
		var wg sync.WaitGroup
		var count atomic.Int32
		busy := make(chan struct{})
		for _, c := range []*Conn{server, client} {
			for range 3 {
				wg.Go(func() {
					for c.WriteMessage(bg, OpBinary, make([]byte, 300)) == nil {
					}
				})
				wg.Go(func() {
					receive(c, func(Opcode, []byte) {
						if count.Add(1) == 50 {
							close(busy)
						}
					})
				})
			}
		}
		<-busy // time stands still as long as they are: there is nothing to sleep for
		for range 2 {
			wg.Go(func() { server.Close(CloseNormal, "") })
			wg.Go(func() { client.Close(CloseNormal, "") })
		}
		wg.Wait()
	})
}

func TestAPeerThatDoesNotPlayItsPartIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, peerDoes := range map[string]func(peer *memconn.Conn){
			"it never answers": func(*memconn.Conn) {},
			"it pings for ever": func(peer *memconn.Conn) {
				for {
					time.Sleep(time.Second)
					if _, err := peer.Write(frame(Client, true, OpPing, "")); err != nil {
						return
					}
				}
			},
			"it answers and does not go": func(peer *memconn.Conn) { peer.Write(frame(Client, true, OpClose, "")) },
		} {
			conn, peer := memconn.Pipe()
			server := NewConn(conn, Server, nil, &Options{CloseTimeout: 3 * time.Second})
			start := time.Now()
			go peerDoes(peer)
			err := server.Close(CloseNormal, "")
			require.Equal(t, 3*time.Second, time.Since(start), name)
			if name == "it answers and does not go" {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, os.ErrDeadlineExceeded, name)
			}
			require.True(t, conn.Closed())
			peer.Close()
		}

		// Nor may a writer in the middle of a frame hold it up.
		server, client := pair(memconn.Buffer(100))
		var wg sync.WaitGroup
		wg.Go(func() { require.Error(t, server.WriteMessage(bg, OpBinary, make([]byte, 1000))) })
		synctest.Wait()
		start := time.Now()
		require.ErrorIs(t, server.Close(CloseNormal, ""), os.ErrDeadlineExceeded)
		require.Equal(t, DefaultCloseTimeout, time.Since(start))
		wg.Wait()
		client.CloseNow()
	})
}

func TestTheReasonIsSentBeforeTheConnectionIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for code, bad := range map[CloseCode][]byte{
			CloseProtocolError:  frame(Server, true, OpText, "not masked"),
			CloseInvalidPayload: frame(Client, true, OpText, "\xff"),
			CloseTooBig:         frame(Client, true, OpBinary, string(make([]byte, 101))),
		} {
			conn, peer := memconn.Pipe()
			server := NewConn(conn, Server, nil, &Options{MessageLimit: 100})
			peer.Write(slicesConcat(bad, make([]byte, 5000)))
			err := receive(server, func(Opcode, []byte) {})
			requireViolation(t, err, code, map[CloseCode]string{1002: "5.1", 1007: "8.1", 1009: "7.4.1"}[code])
			var wg sync.WaitGroup
			wg.Go(func() { require.NoError(t, server.Close(CloseNormal, "")) })
			sent, err := io.ReadAll(peer)
			require.NoError(t, err)
			require.NoError(t, peer.Close())
			wg.Wait()
			h, n, err := ParseHeader(sent)
			require.NoError(t, err)
			require.Equal(t, OpClose, h.Opcode)
			require.Len(t, sent, n+int(h.Length), "one Close frame and nothing else")
			got, _, err := ParseClosePayload(sent[n:])
			require.NoError(t, err)
			require.Equal(t, code, got)
			require.True(t, conn.Closed())
		}
	})
}

func TestTheEndOfTheConnectionIsNotAClose(t *testing.T) {
	for _, sent := range [][]byte{nil, frame(Client, true, OpText, "abc")[:7], frame(Client, false, OpText, "abc")} {
		conn, peer := memconn.Pipe()
		server := NewConn(conn, Server, nil, nil)
		peer.Write(sent)
		peer.Close()
		_, _, err := server.ReadMessage(bg, nil)
		require.ErrorIs(t, err, ErrNoClose)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		server.Close(CloseNormal, "")

		conn, peer = memconn.Pipe()
		server = NewConn(conn, Server, nil, nil)
		peer.Write(sent)
		peer.Reset()
		_, _, err = server.ReadMessage(bg, nil)
		require.ErrorIs(t, err, memconn.ErrReset)
		require.Error(t, server.Close(CloseNormal, ""))
	}
}

func TestWhatIsNotAMessageIsNotSent(t *testing.T) {
	server, _ := pair()
	for _, op := range []Opcode{OpContinuation, OpClose, OpPing, OpPong, 3} {
		require.Error(t, server.WriteMessage(bg, op, nil))
		_, err := server.Writer(bg, op)
		require.Error(t, err)
	}
	require.Error(t, server.Ping(bg, make([]byte, 126)))
	require.NoError(t, server.WriteMessage(bg, OpText, nil), "and nothing stays locked")
}

func TestAsANetConn(t *testing.T) {
	for _, network := range []string{"memory", "TCP"} {
		for _, first := range []string{"server", "client"} {
			t.Run(network+", from the "+first, func(t *testing.T) {
				t.Parallel() // one of its tests waits for a whole CloseTimeout
				nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
					var a, b net.Conn
					if network == "memory" {
						a, b = memconn.Pipe()
					} else {
						a, b = tcpPair(t)
					}
					server, client := NetConn(NewConn(a, Server, nil, nil)), NetConn(NewConn(b, Client, nil, nil))
					stop := func() { a.Close(); b.Close() }
					if first == "server" {
						return server, client, stop, nil
					}
					return client, server, stop, nil
				})
			})
		}
	}
}

func tcpPair(t testing.TB) (a, b net.Conn) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	b, err = net.Dial("tcp", ln.Addr().String())
	require.NoError(t, err)
	a, err = ln.Accept()
	require.NoError(t, err)
	return a, b
}

func TestANetConnEndsWithTheCodesOfSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, code := range []CloseCode{CloseNormal, CloseGoingAway, CloseNoStatus, CloseInternalError} {
			server, client := pair()
			var wg sync.WaitGroup
			wg.Go(func() {
				server.WriteMessage(bg, OpText, []byte("te"))
				server.WriteMessage(bg, OpText, nil)
				server.WriteMessage(bg, OpBinary, []byte("xt"))
				require.NoError(t, server.Close(code, ""))
			})
			conn := NetConn(client)
			text, err := io.ReadAll(conn)
			require.Equal(t, "text", string(text))
			if code == CloseInternalError {
				require.Equal(t, &CloseError{code, ""}, err)
			} else {
				require.NoError(t, err)
			}
			require.NoError(t, conn.Close())
			wg.Wait()
		}
	})
}

// totalAlloc is how many bytes were allocated so far.
func totalAlloc() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
