package contest

import (
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"example/websockets/interop/lesson"
)

func TestMain(m *testing.M) {
	if err := lesson.Finished(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// What is timed is not looked at: the figures depend on the machine. All else of the page
// in the repository has to be what the command writes.
func TestTheBenchmarksRunAndThePageIsTheirs(t *testing.T) {
	var out strings.Builder
	if err := Bench(1, true, true, t.TempDir(), &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	names(t, out.String())
	text, err := os.ReadFile("../RESULTS.md")
	if err != nil {
		t.Fatal(err)
	}
	page := strings.ReplaceAll(string(text), "\r\n", "\n")
	names(t, page)
	want, got := strings.Split(withoutFigures(out.String()), "\n"), strings.Split(withoutFigures(page), "\n")
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			t.Fatalf("RESULTS.md, line %d, a number being #\n  says %s\n  and the command writes\n       %s", i+1, got[i], want[i])
		}
	}
	if len(want) != len(got) {
		t.Errorf("RESULTS.md has %d lines, and the command writes %d", len(got), len(want))
	}
}

// withoutFigures puts # in the place of numbers with their units, and says nothing of
// the machine and the versions: a program of go test does not know those.
func withoutFigures(page string) string {
	page = regexp.MustCompile(`(?m)^- (Machine:|With) .*$`).ReplaceAllString(page, "- $1")
	return regexp.MustCompile(`-?[0-9][0-9.]*( (ns|µs|B|KB)\b|ms\b)?`).ReplaceAllString(page, "#")
}

// The chart in the repository names who takes part.
func TestTheChartNamesWhoTakesPart(t *testing.T) {
	svg, err := os.ReadFile("../results.svg")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, c := range contests {
		if c.kind == echoCommon {
			want = append(append(want, c.String()), c.in()...)
		}
	}
	for _, m := range regexp.MustCompile(`(?:bold|class="name")[^>]*>([^<]+)</text>`).FindAllStringSubmatch(string(svg), -1) {
		got = append(got, m[1])
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("results.svg names\n%q\nand the command runs\n%q", got, want)
	}
}

// names compares the headings and rows of a page with what the command runs.
func names(t *testing.T, page string) {
	t.Helper()
	var want, got []string
	for _, kind := range kinds {
		for _, c := range contests {
			if c.kind == kind {
				for _, name := range c.in() {
					want = append(want, strings.ToLower(kind)+", "+c.String()+", "+name)
				}
			}
		}
	}
	kind, size := "", ""
	for line := range strings.Lines(page) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "## "); ok {
			kind = strings.ToLower(rest)
		} else if rest, ok := strings.CutPrefix(line, "### "); ok {
			size = rest
		} else if cells := strings.Split(line, "|"); len(cells) > 2 {
			if name := strings.TrimSpace(cells[1]); name != size && name != "---" {
				got = append(got, kind+", "+size+", "+name)
			}
		}
	}
	if !slices.Equal(want, got) {
		t.Errorf("the page names\n%s\nand the command runs\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// On the server's side this course allocates nothing for a message, whatever its size.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("with the race detector a sync.Pool forgets at random; run it without")
	}
	for _, c := range contests {
		if c.kind == echoCommon {
			t.Run(c.String(), func(t *testing.T) {
				const n = 200
				if got := allocations(t, ourName, c.size, n); got >= n/4 {
					t.Errorf("%d allocations for %d messages; want hardly any", got, n)
				}
			})
		}
	}
}

func allocations(t *testing.T, name string, size, n int) uint64 {
	t.Helper()
	_, p := play(t, contestantOf(name), size)
	var before, after runtime.MemStats
	for _, n := range []int{20, n} { // the first ones make buffers, which are kept
		runtime.ReadMemStats(&before)
		if err := p.trips(n, nil); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
	}
	return after.Mallocs - before.Mallocs
}

// A message is one write, and queued ones share writes.
func TestWrites(t *testing.T) {
	const n = 10*992 + 1 // the client reads 992 at once (64 KiB), asleep until many are there; and then there is one more
	for _, c := range []struct {
		name  string
		least int64
		most  int64
	}{{ourName, n, n}, {queuedName, 1, n / 10}} {
		t.Run(c.name, func(t *testing.T) {
			writes, p := play(t, contestantOf(c.name), 64)
			before := writes.Load()
			if err := p.pipeline(n); err != nil {
				t.Fatal(err)
			}
			if got := writes.Load() - before; got < c.least || got > c.most {
				t.Errorf("%d writes for %d messages; want %d to %d", got, n, c.least, c.most)
			}
		})
	}
}

// play starts a server whose writes are counted, and a client.
func play(t *testing.T, l contestant, size int) (*atomic.Int64, *common) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	counting := &countingListener{Listener: listener}
	a := arenaOn(counting, l)
	t.Cleanup(a.close)
	conn, err := net.Dial("tcp", a.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	p, err := newCommon(conn, a.url(), size, l.name == rawName)
	if err != nil {
		t.Fatal(err)
	}
	return &counting.writes, p
}

type countingListener struct {
	net.Listener
	writes atomic.Int64
}

func (l *countingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return countingConn{c, &l.writes}, err
}

type countingConn struct {
	net.Conn
	writes *atomic.Int64
}

func (c countingConn) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(p)
}
