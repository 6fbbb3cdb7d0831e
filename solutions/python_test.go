package solutions

import (
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	pythonClient = "solutions/testdata/python/client.py"
	pythonServer = "solutions/testdata/python/server.py"
	sent         = 20 // messages of each conversation
)

// The wire of lessons 2 and 3 is that of the study notes: their programs, in
// Python, talk to ours, and no message is lost.
func TestPythonPeers(t *testing.T) {
	t.Parallel()
	if !hasPython() {
		skip(t, "Python conversations", "there is no python3")
	}
	t.Cleanup(func() { say("the course: Python 3 has talked to its demos") })
	for _, lesson := range []string{"2", "3"} {
		t.Run("demo "+lesson+" serves Python", func(t *testing.T) {
			t.Parallel()
			demo, addr := start(t, desk(t), "demo", lesson, "serve", "-addr", "127.0.0.1:0", "-count", strconv.Itoa(sent), "-interval", "0")
			_, port, err := net.SplitHostPort(addr)
			require.NoError(t, err)
			out, status := run(t, nil, "python3", pythonClient, port, strconv.Itoa(sent))
			require.Zero(t, status, out)
			got := linesOf(out)
			assert.Len(t, got, sent)
			for _, text := range got {
				assert.Regexp(t, theTime, text)
			}
			assert.True(t, slices.IsSorted(got), "in the order in which they were sent:\n%s", out)
			if canInterrupt {
				assert.Contains(t, demo.stop(t), "done\n")
			}
			count("Python conversations", 1)
		})
		t.Run("Python serves demo "+lesson, func(t *testing.T) {
			t.Parallel()
			python, addr := start(t, "python3", pythonServer, strconv.Itoa(sent))
			out, status := run(t, nil, "go", "run", ".", "demo", lesson, "dial", "-addr", addr)
			require.Zero(t, status, out)
			_, printed, _ := strings.Cut(python.wait(t), "\n") // behind where it listens
			var want []string
			for _, text := range linesOf(printed) {
				want = append(want, "message: "+text)
			}
			assert.Len(t, want, sent)
			assert.Equal(t, want, linesOf(out))
			count("Python conversations", 1)
		})
	}
}

var theTime = regexp.MustCompile(`^The time is \d+\.\d{6}$`)

func linesOf(out string) []string {
	return strings.Split(strings.TrimRight(strings.ReplaceAll(out, "\r\n", "\n"), "\n"), "\n")
}
