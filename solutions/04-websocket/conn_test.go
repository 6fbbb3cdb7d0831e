package websocket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
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

// A message of which a Reader has taken the beginning is not what ReadMessage
// returns, nor the other way round; and who goes on with their own loses nothing.
func TestReaderAndReadMessageDoNotShareAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, peer := memconn.Pipe()
		server := NewConn(conn, Server, nil, nil)
		short := func(call func(ctx context.Context) error) {
			ctx, cancel := context.WithTimeout(bg, time.Second)
			defer cancel()
			require.Equal(t, context.DeadlineExceeded, call(ctx))
		}
		one, rest, two := frame(Client, false, OpText, "one and"), frame(Client, true, OpContinuation, " more"), frame(Client, true, OpText, "two")
		readMessage := func(want string) {
			_, payload, err := server.ReadMessage(bg, nil)
			require.NoError(t, err)
			require.Equal(t, want, string(payload))
		}
		p := make([]byte, 100)

		peer.Write(one)
		_, r, err := server.Reader(bg)
		require.NoError(t, err)
		_, err = io.ReadFull(r, p[:3])
		require.NoError(t, err)
		short(func(ctx context.Context) error { _, _, err := server.ReadMessage(ctx, nil); return err })
		peer.Write(slicesConcat(rest, two))
		readMessage("two")
		_, err = r.Read(p)
		require.Equal(t, io.EOF, err, "its message is over")

		peer.Write(one)
		short(func(ctx context.Context) error { _, _, err := server.ReadMessage(ctx, nil); return err })
		short(func(ctx context.Context) error { _, _, err := server.Reader(ctx); return err })
		peer.Write(slicesConcat(rest, two, one))
		_, r, err = server.Reader(bg)
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, "two", string(text))

		short(func(ctx context.Context) error { _, _, err := server.ReadMessage(ctx, nil); return err })
		peer.Write(slicesConcat(rest, two))
		readMessage("one and more")
		readMessage("two")
		server.CloseNow()
		peer.Close()
	})
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
		synctest.Wait()
		require.NoError(t, server.Close(CloseNormal, ""))
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
		require.Nil(t, c.busyBuf)
		require.Nil(t, c.out)
		require.Nil(t, c.partial)
		require.Empty(t, c.piece.Payload)
		require.Equal(t, readBuffer, cap(c.buf))
	}
}

func TestABusyConnectionReadsMuchAtOnce(t *testing.T) {
	a, b := memconn.Pipe(memconn.Buffer(1 << 20))
	counted := &countedReads{Conn: b}
	client, server := NewConn(a, Client, nil, nil), NewConn(counted, Server, nil, nil)
	const messages, size = 1000, 64
	for range messages {
		require.NoError(t, client.Queue(bg, OpBinary, make([]byte, size)))
	}
	require.NoError(t, client.Flush(bg))
	for buf := []byte(nil); counted.messages < messages; counted.messages++ {
		var err error
		_, buf, err = server.ReadMessage(bg, buf)
		require.NoError(t, err)
	}
	require.LessOrEqual(t, counted.reads, messages*(size+MaxHeaderLen)/busyBuffer+2)

	require.NoError(t, server.SetReadDeadline(time.Now().Add(-time.Second)))
	_, _, err := server.ReadMessage(bg, nil)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.Nil(t, server.busyBuf, "a connection that waits has borrowed nothing")

	// A message that ends where the buffer does says nothing of another one.
	client.WriteMessage(bg, OpBinary, make([]byte, readBuffer-8))
	require.NoError(t, server.SetReadDeadline(time.Time{}))
	_, _, err = server.ReadMessage(bg, nil)
	require.NoError(t, err)
	require.NoError(t, server.SetReadDeadline(time.Now().Add(-time.Second)))
	_, _, err = server.ReadMessage(bg, nil)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.Nil(t, server.busyBuf, "a connection that waits has borrowed nothing")
}

type countedReads struct {
	net.Conn
	reads, messages int
}

func (c *countedReads) Read(p []byte) (int, error) {
	c.reads++
	return c.Conn.Read(p)
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
