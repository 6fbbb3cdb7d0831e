package websocket

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	xnet "golang.org/x/net/websocket"
)

var benchContext = context.Background()

// BenchmarkEcho is the time of a message there and back, over loopback TCP: raw is
// the same bytes behind the ten-byte header of lesson 02, xnet the library of the
// course. Times are ratios to raw; they decide nothing.
//
//	go test -run=NONE -bench=Echo ./lessons/04-websocket
func BenchmarkEcho(b *testing.B) {
	for _, c := range []struct {
		name string
		op   Opcode
		n    int
	}{
		{"16B", OpBinary, 16}, {"1KiB", OpBinary, 1 << 10}, {"64KiB", OpBinary, 64 << 10},
		{"64KiB-text", OpText, 64 << 10}, {"1MiB", OpBinary, 1 << 20},
	} {
		payload := bytes.Repeat([]byte("x"), c.n)
		run := func(name string, trip func(b *testing.B) func()) {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				once := trip(b)
				b.SetBytes(int64(2 * c.n))
				b.ReportAllocs()
				for b.Loop() {
					once()
				}
			})
		}
		run("raw", func(b *testing.B) func() {
			server, client := twoEnds(b)
			b.Cleanup(func() { server.Close(); client.Close() })
			go func() {
				s := &rawPeer{conn: server, r: bufio.NewReader(server)}
				for {
					p, err := s.read()
					if err != nil {
						return
					}
					s.write(p)
				}
			}()
			peer := &rawPeer{conn: client, r: bufio.NewReader(client)}
			return func() {
				peer.write(payload)
				if p, err := peer.read(); err != nil || len(p) != c.n {
					b.Fatal(err)
				}
			}
		})
		run("ours", func(b *testing.B) func() {
			s, conn := twoEnds(b)
			server, client := NewConn(s, Server, nil, nil), NewConn(conn, Client, nil, nil)
			b.Cleanup(func() { s.Close(); conn.Close() })
			go benchEcho(server, math.MaxInt)
			var buf []byte
			return func() {
				err := client.WriteMessage(benchContext, c.op, payload)
				if err == nil {
					_, buf, err = client.ReadMessage(benchContext, buf)
				}
				if err != nil || len(buf) != c.n {
					b.Fatal(err)
				}
			}
		})
		run("xnet", func(b *testing.B) func() {
			server := httptest.NewServer(xnet.Handler(func(c *xnet.Conn) {
				for {
					var p []byte
					if xnet.Message.Receive(c, &p) != nil || xnet.Message.Send(c, p) != nil {
						return
					}
				}
			}))
			client, err := xnet.Dial("ws"+strings.TrimPrefix(server.URL, "http"), "", server.URL)
			require.NoError(b, err)
			b.Cleanup(func() { client.Close(); server.Close() })
			return func() {
				var p []byte
				if xnet.Message.Send(client, payload) != nil || xnet.Message.Receive(client, &p) != nil || len(p) != c.n {
					b.Fatal("no echo")
				}
			}
		})
	}
}

// rawPeer writes messages as lesson 02 does, and reads them with a buffer, which
// is the best that this header allows.
type rawPeer struct {
	conn    net.Conn
	r       *bufio.Reader
	out, in []byte
}

func (p *rawPeer) write(payload []byte) {
	p.out = strconv.AppendInt(p.out[:0], int64(len(payload)), 10)
	for len(p.out) < 10 {
		p.out = append(p.out, ' ')
	}
	p.out = append(p.out, payload...)
	p.conn.Write(p.out)
}

func (p *rawPeer) read() ([]byte, error) {
	var h [10]byte
	if _, err := io.ReadFull(p.r, h[:]); err != nil {
		return nil, err
	}
	n := 0
	for _, d := range h {
		if d != ' ' {
			n = 10*n + int(d-'0')
		}
	}
	if cap(p.in) < n {
		p.in = make([]byte, n)
	}
	p.in = p.in[:n]
	_, err := io.ReadFull(p.r, p.in)
	return p.in, err
}

// BenchmarkPipelined sends many messages of 64 bytes one way: each with a write of
// its own, and queued with a flush after every hundred.
func BenchmarkPipelined(b *testing.B) {
	for _, way := range []string{"write", "queue"} {
		b.Run(way, func(b *testing.B) {
			s, conn := twoEnds(b)
			server, client := NewConn(s, Server, nil, nil), NewConn(conn, Client, nil, nil)
			b.Cleanup(func() { s.Close(); conn.Close() })
			go func() {
				for buf, err := []byte(nil), error(nil); err == nil; {
					_, buf, err = server.ReadMessage(benchContext, buf)
				}
			}()
			payload := make([]byte, 64)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				var err error
				if way == "write" {
					err = client.WriteMessage(benchContext, OpBinary, payload)
				} else if err = client.Queue(benchContext, OpBinary, payload); err == nil && i%100 == 99 {
					err = client.Flush(benchContext)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFrameWrites compares ways to bring header and payload to the system.
func BenchmarkFrameWrites(b *testing.B) {
	for _, n := range []int{16, 1 << 10, 64 << 10} {
		payload := make([]byte, n)
		header := AppendHeader(nil, Header{Fin: true, Opcode: OpBinary, Length: int64(n)})
		var out []byte
		for name, write := range map[string]func(c net.Conn){
			"copied": func(c net.Conn) {
				out = append(append(out[:0], header...), payload...)
				c.Write(out)
			},
			"two-writes":  func(c net.Conn) { c.Write(header); c.Write(payload) },
			"net.Buffers": func(c net.Conn) { (&net.Buffers{header, payload}).WriteTo(c) },
		} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				s, conn := twoEnds(b)
				b.Cleanup(func() { s.Close(); conn.Close() })
				back := make([]byte, 1)
				go func() {
					in := make([]byte, len(header)+n)
					for {
						if _, err := io.ReadFull(s, in); err != nil {
							return
						}
						s.Write(in[:1])
					}
				}()
				for b.Loop() {
					write(conn)
					conn.Read(back)
				}
			})
		}
	}
}

// BenchmarkMemory is what a connection on a server holds while it waits, heap and
// stack: when it is new, and when it has echoed 64 KiB. What the clients hold,
// which are plain TCP connections, is measured first and subtracted.
func BenchmarkMemory(b *testing.B) {
	const conns = 1000
	for _, n := range []int{0, 64 << 10} {
		b.Run(fmt.Sprintf("after %d bytes", n), func(b *testing.B) {
			for b.Loop() {
				var plain []net.Conn
				before := benchMemory()
				for range conns {
					s, c := twoEnds(b)
					plain = append(plain, s, c)
				}
				onePlain := (benchMemory() - before) / conns / 2
				for _, c := range plain {
					c.Close()
				}
				plain = nil

				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if c, err := Upgrade(w, r, nil); err == nil {
						go benchEcho(c, 4<<10) // and the handler returns
					}
				}))
				before = benchMemory()
				clients := make([]net.Conn, conns)
				message := append(AppendHeader(nil, Header{Fin: true, Opcode: OpBinary, Masked: true, Length: int64(n)}), make([]byte, n)...)
				answer := make([]byte, max(n+10, 4096))
				for i := range clients {
					c, err := net.Dial("tcp", server.Listener.Addr().String())
					require.NoError(b, err)
					io.WriteString(c, benchRequest)
					_, err = c.Read(answer)
					require.NoError(b, err)
					if n > 0 {
						c.Write(message)
						_, err = io.ReadFull(c, answer[:n+10])
						require.NoError(b, err)
					}
					clients[i] = c
				}
				b.ReportMetric(float64(benchMemory()-before)/conns-float64(onePlain), "B/conn")
				for _, c := range clients {
					c.Close()
				}
				server.Close()
			}
		})
	}
}

const benchRequest = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

// benchEcho sends back what comes, until the connection ends. Between two messages
// it keeps a buffer of at most keep bytes.
func benchEcho(c *Conn, keep int) {
	for buf := []byte(nil); ; {
		op, p, err := c.ReadMessage(benchContext, buf)
		if err != nil || c.WriteMessage(benchContext, op, p) != nil {
			c.Close(CloseNormal, "")
			return
		}
		if buf = p; cap(buf) > keep {
			buf = nil // who waits shall not hold the memory of its longest message
		}
	}
}

// twoEnds returns the ends of a TCP connection over loopback.
func twoEnds(b *testing.B) (server, client net.Conn) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	defer ln.Close()
	client, err = net.Dial("tcp", ln.Addr().String())
	require.NoError(b, err)
	server, err = ln.Accept()
	require.NoError(b, err)
	return server, client
}

// benchMemory is what is in use, heap and stacks, when all that can be freed is.
func benchMemory() int64 {
	var m runtime.MemStats
	for range 3 { // what a sync.Pool holds survives two collections
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
