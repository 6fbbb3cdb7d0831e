package reassembly

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
)

// BenchmarkReassembly compares ways to make messages out of the same chunks.
// Every way counts the payload bytes it delivered, so none can win by losing some.
//
//	go test -run=NONE -bench=Reassembly ./lessons/03-chunked-reassembly
func BenchmarkReassembly(b *testing.B) {
	for _, payload := range []int{16, 1 << 10, 64 << 10} {
		for _, chunk := range []int{16, 64 << 10} {
			count := max(4, (1<<20)/(payload+HeaderLen))
			in := bytes.Repeat(message(strings.Repeat("x", payload)), count)
			for _, w := range ways {
				if w.name == "notes" && payload == 64<<10 && chunk == 16 {
					in = in[:len(in)/count] // one message takes it long enough
				}
				b.Run(fmt.Sprintf("payload=%d/chunk=%d/%s", payload, chunk, w.name), func(b *testing.B) {
					b.SetBytes(int64(len(in)))
					b.ReportAllocs()
					run := w.start(payload)
					for b.Loop() {
						if got, want := run(in, chunk), len(in)/(payload+HeaderLen)*payload; got != want {
							b.Fatalf("%d bytes of payload were delivered, want %d", got, want)
						}
					}
				})
			}
		}
	}
}

// BenchmarkLongMessages is the time per byte of ever longer messages in chunks of
// 16 bytes: it has to stay the same.
func BenchmarkLongMessages(b *testing.B) {
	for _, payload := range []int{1 << 10, 64 << 10, 1 << 20, 16 << 20} {
		b.Run(fmt.Sprintf("payload=%d", payload), func(b *testing.B) {
			in := message(strings.Repeat("x", payload))
			b.SetBytes(int64(len(in)))
			run := ways[0].start(payload)
			for b.Loop() {
				if got := run(in, 16); got != payload {
					b.Fatalf("%d bytes of payload were delivered, want %d", got, payload)
				}
			}
		})
	}
}

// Each way keeps its buffers from run to run: the steady state of a long stream.
// The decoder is given chunks where they lie; bufio reads them through an
// io.Reader, which copies them once, as a connection would.
var ways = []struct {
	name  string
	start func(limit int) func(in []byte, chunk int) (delivered int)
}{
	{"decoder", func(limit int) func([]byte, int) int {
		d := NewDecoder(limit)
		return func(in []byte, chunk int) (delivered int) {
			for len(in) > 0 {
				n := min(chunk, len(in))
				d.Feed(in[:n])
				in = in[n:]
				for {
					p, err := d.Next()
					if err != nil {
						if err != ErrMore {
							return -1
						}
						break
					}
					delivered += len(p)
				}
			}
			return delivered
		}
	}},
	{"bufio", func(limit int) func([]byte, int) int {
		r := bufio.NewReaderSize(nil, 64<<10)
		payload := make([]byte, limit)
		var h [HeaderLen]byte
		return func(in []byte, chunk int) (delivered int) {
			r.Reset(&chunks{in, chunk})
			for {
				if _, err := io.ReadFull(r, h[:]); err != nil {
					return delivered
				}
				length, err := parseHeader(h[:])
				if err != nil {
					return -1
				}
				if _, err := io.ReadFull(r, payload[:length]); err != nil {
					return -1
				}
				delivered += length
			}
		}
	}},
	{"notes", func(int) func([]byte, int) int {
		return func(in []byte, chunk int) (delivered int) {
			r := chunks{in, chunk}
			buf := make([]byte, chunk)
			full, length := "", -1
			for {
				n, err := r.Read(buf)
				full += string(buf[:n])
				for len(full) >= HeaderLen {
					if length < 0 {
						length, _ = strconv.Atoi(strings.TrimRight(full[:HeaderLen], " "))
					}
					if len(full) < HeaderLen+length {
						break
					}
					delivered += length
					full, length = full[HeaderLen+length:], -1
				}
				if err != nil {
					return delivered
				}
			}
		}
	}},
}

// chunks is a connection that hands out at most size bytes with each Read.
type chunks struct {
	rest []byte
	size int
}

func (c *chunks) Read(b []byte) (int, error) {
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), c.size)], c.rest)
	c.rest = c.rest[n:]
	return n, nil
}
