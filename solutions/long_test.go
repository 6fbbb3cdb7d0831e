package solutions

import (
	"flag"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/course"
)

// What takes minutes runs only when a flag asks for it; .ci/run does.
var (
	often      = flag.Int("often", 0, "run the solutions so many times with the race detector, on busy cores")
	fuzzFor    = flag.Duration("fuzzfor", 0, "fuzz the solutions for so long, each target")
	benchmarks = flag.Bool("benchmarks", false, "run each benchmark of the solutions once")
)

// A test that is green by luck shows it sooner or later, and sooner on a machine
// that has other things to do.
func TestOften(t *testing.T) {
	if *often == 0 {
		t.Skip("-often says how many times")
	}
	done := make(chan struct{})
	defer close(done)
	for range runtime.NumCPU() {
		go func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
			}
		}()
	}
	for _, l := range here.Lessons {
		start := time.Now()
		out, status := goTest(t, l, solution(t, l), nil, "-race", "-timeout=60m", fmt.Sprintf("-count=%d", *often))
		assert.Zero(t, status, out)
		say("%s: green %d times with -race and all cores busy, in %v", l.Name, *often, time.Since(start).Round(time.Second))
	}
}

func TestFuzz(t *testing.T) {
	if *fuzzFor == 0 {
		t.Skip("-fuzzfor says how long")
	}
	targets := 0
	for _, l := range here.Lessons {
		for _, target := range listed(t, l, "^Fuzz") {
			out, status := goTest(t, l, solution(t, l), nil, "-run=NONE", "-fuzz=^"+target+"$", "-fuzztime="+fuzzFor.String())
			// When the time is over, go test sometimes stops a worker in the middle
			// of an input and reports that as a failure, with no input to show
			// (go.dev/issue/75804, mended in Go 1.27).
			cutOff := strings.Contains(out, "context deadline exceeded") && !strings.Contains(out, "Failing input written")
			assert.True(t, status == 0 || cutOff, out)
			say("%s: %s found nothing in %v", l.Name, target, *fuzzFor)
			targets++
		}
	}
	assert.NotZero(t, targets)
}

func TestBenchmarksRun(t *testing.T) {
	if !*benchmarks {
		t.Skip("-benchmarks runs them")
	}
	ran := 0
	for _, l := range here.Lessons {
		if len(listed(t, l, "^Benchmark")) == 0 {
			continue
		}
		out, status := goTest(t, l, solution(t, l), nil, "-run=NONE", "-bench=.", "-benchtime=1x")
		assert.Zero(t, status, out)
		n := strings.Count(out, "ns/op")
		assert.NotZero(t, n, out)
		say("%s: %d benchmarks ran", l.Name, n)
		ran += n
	}
	assert.NotZero(t, ran)
}

// listed returns the tests of a lesson whose names match.
func listed(t *testing.T, l course.Lesson, match string) []string {
	t.Helper()
	out, status := goTest(t, l, nil, nil, "-list="+match)
	require.Zero(t, status, out)
	var names []string
	for line := range strings.Lines(out) {
		if name := strings.TrimSpace(line); strings.HasPrefix(name, match[1:]) {
			names = append(names, name)
		}
	}
	return names
}
