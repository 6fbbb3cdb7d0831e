package solutions

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
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
	saves      = flag.Int("saves", 0, "save files under go run . watch, so many times, and say how long the answers take")
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

// The whole course is done, so every save is followed by all steps of a lesson.
// Times are said and decide nothing.
func TestSavesUnderWatch(t *testing.T) {
	if *saves == 0 || !canInterrupt {
		t.Skip("-saves says how many times; not on Windows")
	}
	dir := filepath.Join(t.TempDir(), "course")
	_, err := here.Export(dir, course.ExportOptions{})
	require.NoError(t, err)
	var files []string // one of each lesson
	for _, l := range here.Lessons {
		names, err := l.Starters()
		require.NoError(t, err)
		for _, name := range names {
			require.NoError(t, copyFile(filepath.Join(dir, "lessons", l.Name, name), filepath.Join(l.Solution, name)))
		}
		files = append(files, filepath.Join(dir, "lessons", l.Name, names[0]))
	}
	watch := exec.CommandContext(t.Context(), desk(t), "watch")
	watch.Dir = dir
	watch.Env = append(os.Environ(), "PWD="+dir)
	out, err := watch.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, watch.Start())
	screens := bufio.NewScanner(out)
	shown := func() {
		text := ""
		for screens.Scan() {
			if strings.HasPrefix(screens.Text(), "Watching:") {
				assert.Contains(t, text, "All lessons are done.")
				return
			}
			text += screens.Text() + "\n"
		}
		t.Fatalf("watch has ended: %v", screens.Err())
	}
	shown()
	var all []time.Duration
	for i, file := range files {
		var took []time.Duration
		for n := i; n < *saves; n += len(files) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			began := time.Now()
			require.NoError(t, os.WriteFile(file, fmt.Appendf(text, "\n// save %d\n", n), 0o666))
			shown()
			took = append(took, time.Since(began))
		}
		if all = append(all, took...); len(took) > 0 {
			say("%s: a save was answered in %.2f s, the median of %d", here.Lessons[i].Name, median(took).Seconds(), len(took))
		}
	}
	say("the course: a save was answered in %.2f s, the median of %d", median(all).Seconds(), len(all))
	require.NoError(t, watch.Process.Signal(os.Interrupt))
	assert.NoError(t, watch.Wait())
}

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
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
