package desk

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// forgetful gives hints a memory of their own for a test.
func forgetful(t *testing.T) (cache string) {
	t.Helper()
	cache = t.TempDir()
	before := userCacheDir
	userCacheDir = func() (string, error) { return cache, nil }
	t.Cleanup(func() { userCacheDir = before })
	return cache
}

func TestHintsComeOneByOne(t *testing.T) {
	unhurried(t)
	forgetful(t)
	for i, name := range []string{"hint first", "hint second", "hint second"} {
		args := [][]string{{"hint", "1.1"}, {"hint"}, {"hint", "01.1"}}[i] // without a name it is the next step
		out, status := runDesk(t, args...)
		assert.Equal(t, 0, status)
		golden(t, name, out)
	}
	out, _ := runDesk(t, "hint", "1.2")
	golden(t, "hint of another step", out)
	out, _ = runDesk(t, "hint", "1.3")
	golden(t, "hint of a step without", out)
}

func TestHintsThatCannotBeRemembered(t *testing.T) {
	cache := filepath.Join(forgetful(t), "file")
	require.NoError(t, os.WriteFile(cache, nil, 0o666))
	userCacheDir = func() (string, error) { return cache, nil }
	for range 2 {
		out, status := runDesk(t, "hint", "1.1")
		assert.Equal(t, 0, status)
		golden(t, "hint not remembered", out)
	}
	out, status := runDesk(t, "hint", "1.1", "all")
	assert.Equal(t, 0, status)
	golden(t, "hint second", out)
	userCacheDir = func() (string, error) { return "", fmt.Errorf("no home") }
	out, _ = runDesk(t, "hint", "1.1")
	golden(t, "hint not remembered", out)
}

func TestTheNextStepIsNotKnown(t *testing.T) {
	unhurried(t)
	forgetful(t)
	put(t, map[string]string{words: "no Go"})
	out, status := runDesk(t, "hint")
	assert.Equal(t, 1, status)
	golden(t, "hint does not build", out)
	put(t, map[string]string{words: finished(t, words), sums: finished(t, sums)})
	out, status = runDesk(t, "hint")
	assert.Equal(t, 1, status)
	golden(t, "hint all done", out)
}

func TestCheck(t *testing.T) {
	unhurried(t)
	t.Setenv("STEPS", "")
	half := finished(t, words, "return append(b, b...)", "return b", "return \"bye \" + name", "notWritten(3)\n\treturn \"\"")
	for _, c := range []struct {
		name   string
		args   []string
		files  map[string]string
		status int
	}{
		{"nothing done", nil, nil, 1},
		{"half done", nil, map[string]string{words: half}, 1},
		{"json", []string{"-json"}, map[string]string{words: half}, 1},
		{"one lesson", []string{"2"}, map[string]string{words: half, sums: finished(t, sums)}, 0},
		{"build error", nil, map[string]string{words: "package firstwords\n\nfunc {\n"}, 1},
		{"panic in a goroutine", []string{"1"}, map[string]string{words: finished(t, words, "return append(b, b...)", "go func() { panic(1) }()\n\tselect {}")}, 1},
		{"own test fails", []string{"2"}, map[string]string{
			sums:                          finished(t, sums),
			"lessons/02-second/m_test.go": "package second\n\nimport \"testing\"\n\nfunc TestMine(t *testing.T) { t.Fail() }\n",
		}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			put(t, c.files)
			out, status := runDesk(t, append([]string{"check"}, c.args...)...)
			assert.Equal(t, c.status, status)
			golden(t, "check "+c.name, strings.ReplaceAll(out, `\`, "/"))
			for line := range strings.Lines(out) {
				assert.Equal(t, c.name == "json", json.Valid([]byte(line)), line)
			}
		})
	}
}

func TestSolution(t *testing.T) {
	unhurried(t)
	starter, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(words)))
	require.NoError(t, err)
	text := strings.ReplaceAll(string(starter), "\r\n", "\n")
	written := strings.Replace(text, "\tnotWritten(1)\n\treturn \"\"", "\tgreeting := \"hello \"\n\treturn greeting + name", 1)
	for _, c := range []struct {
		name  string
		args  []string
		words string
	}{
		{"red", []string{"1.1"}, text},
		{"red does not build", []string{"1.1"}, "no Go"},
		{"red yes", []string{"1.2", "-yes"}, written},
		{"green", []string{"1.1"}, written},
		{"line ends of Windows", []string{"1.1", "-yes"}, strings.ReplaceAll(written, "\n", "\r\n")},
		{"without comments", []string{"1.2", "--yes"}, finished(t, words, "append(b, b...)", "nil")},
		{"without comments and Go", []string{"1.2", "-yes"}, "no Go\n"},
		{"the same", []string{"1.2"}, finished(t, words)},
	} {
		t.Run(c.name, func(t *testing.T) {
			put(t, map[string]string{words: c.words})
			out, status := runDesk(t, append([]string{"solution"}, c.args...)...)
			assert.Equal(t, 0, status)
			golden(t, "solution "+c.name, out)
		})
	}
}

func TestImportsAloneAreNoDifference(t *testing.T) {
	mine := "package p\n\nimport \"io\"\n\n// Step 2\nfunc F() {\n}\n"
	finished := "package p\n\nimport (\n\t\"fmt\"\n\t\"io\"\n)\n\nfunc F() {\n\tfmt.Println()\n}\n"
	assert.Empty(t, diffOfStep(splitLines(mine), splitLines(finished), 1))
	diff := diffOfStep(splitLines(mine), splitLines(finished), 2)
	assert.Contains(t, diff, "+\t\"fmt\"\n")
	assert.Contains(t, diff, "+\tfmt.Println()\n")
}

func TestWrongUseOfCommands(t *testing.T) {
	for name, args := range map[string][]string{
		"hint wrong step":         {"hint", "1.4"},
		"hint no step":            {"hint", "1"},
		"hint unknown lesson":     {"hint", "7.1"},
		"check unknown lesson":    {"check", "1", "7"},
		"solution without a step": {"solution", "-yes"},
		"watch with an argument":  {"watch", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			out, status := runDesk(t, args...)
			assert.Equal(t, 2, status)
			golden(t, name, out)
		})
	}
}

// watched runs a watcher in a bubble. The test says what the looks see, one for
// each tick, and gets to know what was shown and what was stale.
func watched(t *testing.T, looks ...string) (log string) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		tick := make(chan time.Time)
		now, shows := "a", 0
		over := make(chan struct{})
		go func() {
			defer close(over)
			watcher{tick, func() string { return now }, func(ctx context.Context) {
				shows++
				log += fmt.Sprintf("show %d of %s\n", shows, now)
				<-ctx.Done()
				log += fmt.Sprintf("end of %d\n", shows)
			}}.run(ctx)
		}()
		synctest.Wait()
		for _, now = range looks {
			log += "look " + now + "\n"
			tick <- time.Time{}
			synctest.Wait()
		}
		stop()
		<-over
	})
	return log
}

func TestWatch(t *testing.T) {
	assert.Equal(t, "look a\nlook a\nend of 1\n", strings.TrimPrefix(watched(t, "a", "a"), "show 1 of a\n"), "nothing is saved")
	golden(t, "watch one save", watched(t, "a", "b", "b", "b"))
	golden(t, "watch a burst", watched(t, "b", "c", "d", "d"))
	golden(t, "watch away and back", watched(t, "", "a", "a"))
}

func TestSavedSeesWhatALearnerEdits(t *testing.T) {
	before := saved(root)
	assert.Contains(t, before, "lessons/01-first-words/README.md")
	put(t, map[string]string{"lessons/02-second/notes.txt": "", "lessons/02-second/.#sums.go": ""})
	assert.Equal(t, before, saved(root))
	put(t, map[string]string{"lessons/02-second/mine.go": "package second\n"})
	assert.NotEqual(t, before, saved(root))
}

// A learner's code that hangs holds a connection to the test: when it breaks, the
// process is gone.
func TestWatchAsAProcess(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a Windows process cannot send Ctrl-C to one other process")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	require.NoError(t, ln.(*net.TCPListener).SetDeadline(time.Now().Add(time.Minute)))
	hang := finished(t, words, "package firstwords", "package firstwords\n\nimport \"net\"", "return append(b, b...)",
		fmt.Sprintf("c, _ := net.Dial(\"tcp\", %q)\n\tc.Read(b)\n\tselect {}", ln.Addr()))
	hanging := func() {
		t.Helper()
		c, err := ln.Accept()
		require.NoError(t, err)
		t.Cleanup(func() { c.Close() })
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			c.Read(make([]byte, 1))
		}()
		t.Cleanup(func() { <-gone })
	}
	put(t, map[string]string{words: hang})
	cmd := deskProcess(t.TempDir(), "watch")
	cmd.Env = append(cmd.Env, "STEPS_LIMIT=10m")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	defer cmd.Process.Kill()
	lines := bufio.NewReader(out)
	hanging()

	put(t, map[string]string{words: finished(t, words)}) // cancels the run
	line, err := lines.ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "1  First words  [##########]  3 of 3     20 min\n", line)
	for !strings.HasPrefix(line, "Watching") {
		line, err = lines.ReadString('\n')
		require.NoError(t, err)
	}

	put(t, map[string]string{words: hang})
	hanging()
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	rest, err := io.ReadAll(lines)
	assert.NoError(t, err)
	assert.Empty(t, string(rest))
	assert.NoError(t, cmd.Wait(), "Ctrl-C is how it ends")
}

// The commands of the other tests are calls; these are processes, as a learner's
// are, with stdout for what was asked and stderr for what went wrong.
func TestCommandsAsProcesses(t *testing.T) {
	t.Setenv("STEPS", "")
	t.Setenv("STEPS_LIMIT", "")
	put(t, map[string]string{words: finished(t, words, "return append(b, b...)", "return b")})
	for _, c := range []struct {
		args, golden string
		status       int
	}{
		{"", "progress wrong", 0},
		{"hint 1.1 all", "hint second", 0},
		{"check 2", "process check", 1},
		{"solution 1.1", "process solution", 0},
		{"demo 1 serve", "demo finished", 0},
		{"help", "help", 0},
		{"dmeo 1", "wrong command", 2},
	} {
		t.Run(c.args, func(t *testing.T) {
			cmd := deskProcess(t.TempDir(), c.args)
			cmd.Env = append(cmd.Env, "NO_COLOR=1")
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			cmd.Run()
			assert.Equal(t, c.status, cmd.ProcessState.ExitCode())
			out := stdout
			if c.status == 2 {
				assert.Empty(t, stdout.String())
				out = stderr
			}
			golden(t, c.golden, strings.ReplaceAll(out.String(), `\`, "/"))
		})
	}
}
