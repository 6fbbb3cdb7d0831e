// Package contest measures lesson 4 beside other WebSocket libraries and raw TCP.
package contest

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/gobwas/ws"

	ours "example/websockets/lessons/04-websocket"
)

// A contest is one column of a table: contestants do the same thing.
type contest struct {
	kind string // echoCommon, ...
	size int    // of a message, in bytes
}

// The kinds of contests.
const (
	echoCommon = "echo, one client for all"
	echoItself = "echo, each with its own client"
	pipelined  = "pipelined echo, one client for all"
	masking    = "masking"
	memory     = "memory of an idle connection"
)

var kinds = []string{echoCommon, echoItself, pipelined, masking, memory}

var contests = func() (all []contest) {
	for _, kind := range []string{echoCommon, echoItself, masking} {
		for _, size := range []int{16, 1 << 10, 64 << 10, 1 << 20} {
			all = append(all, contest{kind, size})
		}
	}
	return append(all, contest{pipelined, 64}, contest{pipelined, 1 << 10}, contest{memory, 1 << 10})
}()

// in are the names of those who take part.
func (c contest) in() (names []string) {
	if c.kind == masking {
		return []string{"byte by byte", ourName, "gobwas"}
	}
	for _, l := range contestants {
		if l.name != rawName || c.kind != memory {
			names = append(names, l.name)
		}
	}
	if c.kind == pipelined {
		names = append(names, queuedName)
	}
	return names
}

// floor is the one that nobody can be much better than, "" if there is none.
func (c contest) floor() string {
	if c.kind == masking || c.kind == memory {
		return ""
	}
	return rawName
}

// isLibrary tells other people's code from the floor, and from ours.
func isLibrary(name string) bool {
	return slices.ContainsFunc(contestants, func(l contestant) bool { return l.name == name && l.module != "" })
}

func (c contest) String() string {
	switch {
	case c.kind == memory:
		return fmt.Sprintf("after an echo of %d bytes", c.size)
	case c.size >= 1<<20:
		return fmt.Sprintf("%d MiB", c.size>>20)
	case c.size >= 1<<10:
		return fmt.Sprintf("%d KiB", c.size>>10)
	default:
		return fmt.Sprintf("%d B", c.size)
	}
}

// A sample is one measurement: nanoseconds for a message there and back, or for a
// masking; bytes for memory.
type sample struct {
	value  float64
	allocs float64 // for a message, on both sides
	bytes  float64 // of those
}

// A key says what was measured.
type key struct {
	contest contest
	name    string
}

// effort is how much is measured.
type effort struct {
	rounds int
	time   time.Duration // for a sample
	conns  int           // that are idle
}

var shortEffort = effort{rounds: 1, time: 2 * time.Millisecond, conns: 50}

// Rounds is how many samples are taken of everything, unless it is said otherwise.
const Rounds = 11

// Bench measures, prints the page to out, and writes it with its chart to dir. A short
// run shows that all of it works; its figures say nothing and are not written.
// What is not the finished version has a page of its own.
func Bench(rounds int, short, solution bool, dir string, out, progress io.Writer) error {
	e := effort{rounds: rounds, time: 100 * time.Millisecond, conns: 1000}
	if short {
		e = shortEffort
	}
	samples, err := measure(e, progress)
	if err != nil {
		return err
	}
	name := pageName(solution)
	text := page(samples, e, solution)
	if _, err := io.WriteString(out, text); err != nil || short {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, name+".md"), []byte(text), 0o666),
		os.WriteFile(filepath.Join(dir, strings.ToLower(name)+".svg"), []byte(chart(samples)), 0o666))
}

// measure takes a sample of everything in every round: what slows the machine down
// for a while slows down all of them.
func measure(e effort, progress io.Writer) (map[key][]sample, error) {
	samples := map[key][]sample{}
	for round := range e.rounds {
		fmt.Fprintf(progress, "round %d of %d\n", round+1, e.rounds)
		for _, c := range contests {
			names := c.in()
			// Nobody is always the first, or always behind the same one.
			slices.SortFunc(names, func(a, b string) int { return cmp.Compare(turn(a, round), turn(b, round)) })
			for _, name := range names {
				s, err := c.sample(name, e)
				if err != nil {
					return nil, fmt.Errorf("%s, %s, %s: %w", c.kind, c, name, err)
				}
				samples[key{c, name}] = append(samples[key{c, name}], s)
			}
		}
	}
	return samples, nil
}

// turn mixes names anew in every round, always in the same way.
func turn(name string, round int) (h uint32) {
	for _, b := range fmt.Appendf(nil, "%d %s", round, name) {
		h = (h ^ uint32(b)) * 16777619
	}
	return h
}

func (c contest) sample(name string, e effort) (sample, error) {
	switch c.kind {
	case masking:
		payload, key := make([]byte, c.size), [4]byte{1, 2, 3, 4}
		return timed(e.time, func(n int) error {
			for range n {
				mask(name, payload, key)
			}
			return nil
		})
	case memory:
		return idle(contestantOf(name), c.size, e.conns)
	}
	l := contestantOf(name)
	s, err := newArena(l)
	if err != nil {
		return sample{}, err
	}
	defer s.close()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		return sample{}, err
	}
	defer conn.Close()
	if c.kind == echoItself {
		p, err := l.dial(conn, s.url())
		if err != nil {
			return sample{}, err
		}
		payload := pattern(c.size)
		return timed(e.time, func(n int) error { return p.trips(n, payload) })
	}
	p, err := newCommon(conn, s.url(), c.size, l.name == rawName)
	if err != nil {
		return sample{}, err
	}
	if c.kind == pipelined {
		return timed(e.time, p.pipeline)
	}
	return timed(e.time, func(n int) error { return p.trips(n, nil) })
}

func mask(name string, payload []byte, key [4]byte) {
	switch name {
	case ourName:
		ours.Mask(payload, key, 0)
	case "gobwas":
		ws.Cipher(payload, key, 0)
	default:
		for i := range payload {
			payload[i] ^= key[i%4]
		}
	}
}

// timed does something ever more times until that takes as long as it should.
func timed(d time.Duration, do func(n int) error) (sample, error) {
	var before, after runtime.MemStats
	runtime.GC()
	for n := 1; ; {
		runtime.ReadMemStats(&before)
		start := time.Now()
		if err := do(n); err != nil {
			return sample{}, err
		}
		took := time.Since(start)
		if took >= d {
			runtime.ReadMemStats(&after)
			return sample{
				value:  float64(took) / float64(n),
				allocs: float64(after.Mallocs-before.Mallocs) / float64(n),
				bytes:  float64(after.TotalAlloc-before.TotalAlloc) / float64(n),
			}, nil
		}
		// As many as it should take, but no leap on the word of a short run.
		n = max(n+1, min(100*n, int(1.2*float64(n)*float64(d)/float64(max(took, 1)))))
	}
}

func contestantOf(name string) contestant {
	for _, l := range append(contestants, queued) {
		if l.name == name {
			return l
		}
	}
	panic("no contestant " + name)
}

// An arena is a server of a contestant.
type arena struct {
	address string
	server  *http.Server
	done    chan struct{}
}

func newArena(l contestant) (*arena, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return arenaOn(listener, l), nil
}

func arenaOn(listener net.Listener, l contestant) *arena {
	a := &arena{address: listener.Addr().String(), server: &http.Server{Handler: l.serve}, done: make(chan struct{})}
	go func() {
		defer close(a.done)
		a.server.Serve(listener)
	}()
	return a
}

func (a *arena) url() string { return "ws://" + a.address + "/" }

func (a *arena) close() {
	a.server.Close()
	<-a.done
}

// A common is the client for all contestants: its frames are made before, and it
// only counts what comes back, so it costs all of them the same little.
type common struct {
	conn  net.Conn
	r     *bufio.Reader
	frame []byte // that is sent
	want  []byte // its echo
	back  []byte // room for that
}

func newCommon(conn net.Conn, to string, size int, raw bool) (*common, error) {
	r, err := handshake(conn, to)
	if err != nil {
		return nil, err
	}
	c := &common{conn: conn, r: r}
	if raw {
		c.frame = append(binary.BigEndian.AppendUint32(nil, uint32(size)), pattern(size)...)
		c.want = c.frame
	} else {
		h := ws.Header{Fin: true, OpCode: ws.OpBinary, Length: int64(size)}
		var b bytes.Buffer
		ws.WriteHeader(&b, h)
		c.want = append(b.Bytes(), pattern(size)...)
		h.Masked, h.Mask = true, [4]byte{1, 2, 3, 4}
		b = bytes.Buffer{}
		ws.WriteHeader(&b, h)
		c.frame = append(b.Bytes(), pattern(size)...)
		ws.Cipher(c.frame[len(c.frame)-size:], h.Mask, 0)
	}
	c.back = make([]byte, len(c.want))
	return c, nil
}

// pattern is a payload in which bytes that were moved or masked wrongly show.
func pattern(size int) []byte {
	p := make([]byte, size)
	for i := range p {
		p[i] = byte(i*7 + i>>8)
	}
	return p
}

// handshake opens a connection and returns a reader of what is behind it.
func handshake(conn net.Conn, to string) (*bufio.Reader, error) {
	host := strings.TrimSuffix(strings.TrimPrefix(to, "ws://"), "/")
	_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: "+host+"\r\nOrigin: http://"+host+"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
	r := bufio.NewReader(conn)
	for err == nil {
		var line string
		if line, err = r.ReadString('\n'); line == "\r\n" {
			return r, nil
		}
	}
	return nil, err
}

func (c *common) trips(n int, _ []byte) error {
	for range n {
		if _, err := c.conn.Write(c.frame); err != nil {
			return err
		}
		if _, err := io.ReadFull(c.r, c.back); err != nil {
			return err
		}
	}
	return c.check()
}

// check looks at the newest echo.
func (c *common) check() error {
	if !bytes.Equal(c.back, c.want) {
		return errors.New("the echo is not what was sent")
	}
	return nil
}

// pipeline sends n messages without waiting, and receives n echoes.
func (c *common) pipeline(n int) error {
	sent := make(chan error, 1)
	go func() {
		batch := max(1, (64<<10)/len(c.frame))
		frames := slices.Repeat(c.frame, batch)
		for left := n; left > 0; left -= batch {
			if _, err := c.conn.Write(frames[:min(left, batch)*len(c.frame)]); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	err := c.echoes(n)
	if err != nil {
		c.conn.Close() // ends the sender too
	}
	return errors.Join(err, <-sent)
}

// wakeAt is how many bytes of echoes have to be there before the client of the pipelined
// contest is woken; the page says why. Not many more: when the receive buffer is full, of
// short segments above all, the kernel joins the writes of a server that made one for each.
const wakeAt = 4 << 10

// echoes receives n of them, many at a time, and looks at the first of each read.
func (c *common) echoes(n int) error {
	many := slices.Repeat(c.back, max(1, (64<<10)/len(c.back)))
	for n > 0 {
		low := wakeAt
		if n*len(c.back) <= 2*len(many) {
			low = 1 // it ends soon, and behind the last echo nothing would come to wake us
		}
		if err := setLowWater(c.conn, low); err != nil {
			return err
		}
		some := many[:min(len(many), n*len(c.back))]
		if _, err := io.ReadFull(c.r, some); err != nil {
			return err
		}
		n -= len(some) / len(c.back)
		copy(c.back, some)
		if err := c.check(); err != nil {
			return err
		}
	}
	return nil
}

// idle is what the server's side of a connection holds while it waits, heap and
// stack, after it has echoed a message. What the client holds, which is a plain TCP
// connection and no buffer, is subtracted.
func idle(l contestant, size, n int) (sample, error) {
	before := inUse()
	plain, err := tcp(n)
	onePlain := float64(inUse()-before) / float64(2*n)
	closeAll(plain)
	if err != nil {
		return sample{}, err
	}

	a, err := newArena(l)
	if err != nil {
		return sample{}, err
	}
	defer a.close()
	before = inUse()
	clients := make([]net.Conn, 0, n)
	defer func() { closeAll(clients) }()
	for range n {
		conn, err := net.Dial("tcp", a.address)
		if err != nil {
			return sample{}, err
		}
		clients = append(clients, conn)
		c, err := newCommon(conn, a.url(), size, false)
		if err != nil {
			return sample{}, err
		}
		if err := c.trips(1, nil); err != nil {
			return sample{}, err
		}
	}
	return sample{value: float64(inUse()-before)/float64(n) - onePlain}, nil
}

// tcp makes n plain connections over loopback and returns both ends of each.
func tcp(n int) (conns []net.Conn, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer listener.Close()
	for range n {
		for _, open := range []func() (net.Conn, error){
			func() (net.Conn, error) { return net.Dial("tcp", listener.Addr().String()) }, listener.Accept,
		} {
			c, err := open()
			if err != nil {
				return conns, err
			}
			conns = append(conns, c)
		}
	}
	return conns, nil
}

func closeAll(conns []net.Conn) {
	for _, c := range conns {
		c.Close()
	}
}

// inUse is the heap and the stacks.
func inUse() int64 {
	var m runtime.MemStats
	for range 3 { // what a sync.Pool holds survives two collections
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
