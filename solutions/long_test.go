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
	ran := 0
	fuzz := func(folder string, targets []string, overlay ...string) {
		for _, target := range targets {
			args := append([]string{"test", "-run=NONE", "-fuzz=^" + target + "$", "-fuzztime=" + fuzzFor.String()}, overlay...)
			out, status := run(t, nil, "go", append(args, folder)...)
			// When the time is over, go test sometimes stops a worker in the middle
			// of an input and reports that as a failure, with no input to show
			// (go.dev/issue/75804, mended in Go 1.27).
			cutOff := strings.Contains(out, "context deadline exceeded") && !strings.Contains(out, "Failing input written")
			assert.True(t, status == 0 || cutOff, out)
			say("%s: %s found nothing in %v", folder, target, *fuzzFor)
			ran++
		}
	}
	for _, l := range here.Lessons {
		file, err := solution(t, l).File()
		require.NoError(t, err)
		fuzz("./lessons/"+l.Name, targets(t, "./lessons/"+l.Name, "Fuzz"), "-overlay", file)
		// What is deeper than a lesson goes.
		fuzz("./solutions/"+l.Name, targets(t, "./solutions/"+l.Name, "Fuzz"))
	}
	assert.NotZero(t, ran)
}

func TestBenchmarksRun(t *testing.T) {
	if !*benchmarks {
		t.Skip("-benchmarks runs them")
	}
	ran := 0
	for _, l := range here.Lessons {
		if len(targets(t, "./lessons/"+l.Name, "Benchmark")) == 0 {
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

// targets returns the functions of a package's tests whose names begin like this.
func targets(t *testing.T, folder, prefix string) []string {
	t.Helper()
	out, status := run(t, nil, "go", "test", "-list=^"+prefix, folder)
	require.Zero(t, status, out)
	var names []string
	for line := range strings.Lines(out) {
		if name := strings.TrimSpace(line); strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	return names
}
