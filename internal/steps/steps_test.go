package steps_test

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// goTest runs the lesson in testdata with code of the given kind, as a learner
// would, and returns what it printed and whether it passed.
func goTest(t *testing.T, env []string, args ...string) (string, bool) {
	t.Helper()
	args = append([]string{"test", "-count=1"}, args...)
	cmd := exec.Command("go", append(args, "./testdata/lesson")...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

var seconds = regexp.MustCompile(`\(?\d+\.\d\d+s\)?`)

// runBinary runs the lesson's compiled tests with the arguments that go test
// would give them. It saves linking them anew for every kind of failure.
func runBinary(t *testing.T, binary string, env, args []string) (string, bool) {
	t.Helper()
	cmd := exec.Command(binary, append([]string{"-test.paniconexit0", "-test.timeout=10m"}, args...)...)
	cmd.Dir = filepath.Join("testdata", "lesson")
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// The text of every kind of failure is a golden file, because it is what a
// learner reads.
func TestWhatALearnerReads(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "lesson.test.exe")
	out, err := exec.Command("go", "test", "-c", "-o", binary, "./testdata/lesson").CombinedOutput()
	require.NoError(t, err, "%s", out)
	for _, c := range []struct{ kind, env string }{
		{"start", ""},
		{"not written", ""},
		{"wrong bytes", ""},
		{"testify", ""},
		{"hang", ""},
		{"hang", "BUBBLE=1"},
		{"spin", ""},
		{"spin", "BUBBLE=1"},
		{"panic", ""},
		{"panic", "BUBBLE=1"},
		{"panic in a goroutine", ""},
		{"panic in a goroutine", "BUBBLE=1"},
		{"exit", ""},
		{"exit 0", ""},
		{"goexit", ""},
		{"goexit", "BUBBLE=1"},
		{"recursion", ""},
		{"memory", ""},
		{"goroutine left", ""},
		{"goroutine left", "BUBBLE=1"},
		{"sleeper left", "BUBBLE=1"},
		{"panic", "STEPS=all"},
		{"panic in a goroutine", "STEPS=all"},
	} {
		name := c.kind
		if c.env != "" {
			name += " " + strings.ToLower(strings.NewReplacer("=1", "", "=", " ").Replace(c.env))
		}
		name = strings.ReplaceAll(name, " ", "-")
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			args := []string{}
			if strings.HasPrefix(c.env, "STEPS") {
				args = append(args, "-test.v")
			}
			out, ok := runBinary(t, binary, []string{"CASE=" + c.kind, c.env, "STEPS_LIMIT=1s"}, args)
			require.False(t, ok, "this code must not pass:\n%s", out)
			assert.Less(t, time.Since(start), time.Minute)
			out = seconds.ReplaceAllString(out, "(0.00s)")
			golden := filepath.Join("testdata", "golden", name+".txt")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(out), 0o666))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), out)
			if c.env == "" {
				assert.LessOrEqual(t, strings.Count(out, "\n"), 15, "a failure is at most 15 lines")
				assert.Equal(t, 1, strings.Count(out, "--- FAIL"), "one red at a time")
			}
		})
	}
}

func TestRightCodePasses(t *testing.T) {
	for _, args := range [][]string{{}, {"-v"}, {"-race"}, {"-count=20"}, {"-shuffle=on"}, {"-run=TestStep3"}} {
		out, ok := goTest(t, []string{"CASE=right"}, args...)
		assert.True(t, ok, "%v\n%s", args, out)
	}
}

// Seven calls of a second each. Without a limit of its own for each, the step would be
// ended after three seconds; and by the parent, who waits three more, after six.
func TestEachCallHasALimitOfItsOwn(t *testing.T) {
	out, ok := goTest(t, []string{"CASE=slow", "STEPS_LIMIT=3s"})
	assert.True(t, ok, out)
}

func TestEndlessOutputIsCut(t *testing.T) {
	out, ok := goTest(t, []string{"CASE=output"})
	assert.False(t, ok)
	assert.Contains(t, out, "your code printed more than 256 kB in this step")
	assert.Less(t, len(out), 400<<10)
}

func TestWhatALearnerPrintsIsPassedOn(t *testing.T) {
	out, ok := goTest(t, []string{"CASE=debug print"}, "-v")
	assert.True(t, ok, out)
	assert.Contains(t, out, "a learner's own line, without an end\n")
	assert.NotContains(t, out, "steps-", "the lines between child and parent stay between them")
}

func TestAStepRunsByItself(t *testing.T) {
	out, ok := goTest(t, []string{"CASE=wrong bytes"}, "-run=TestStep3")
	assert.True(t, ok, out)
	out, ok = goTest(t, []string{"CASE=wrong bytes"}, "-run=TestStep2")
	assert.False(t, ok)
	assert.NotContains(t, out, "waiting behind it", "a step run by itself knows nothing of the others")
}

func TestStepsAllRunsEveryStep(t *testing.T) {
	out, _ := goTest(t, []string{"CASE=panic in a goroutine", "STEPS=all"}, "-v")
	assert.Contains(t, out, "--- PASS: TestStep1")
	assert.Contains(t, out, "--- FAIL: TestStep2")
	assert.Contains(t, out, "--- PASS: TestStep3", "a crash costs its own step only")
}

// A tool that reads go test -json must see every test end, and titles as attributes.
func TestJSONStaysWhole(t *testing.T) {
	for _, kind := range []string{"right", "wrong bytes", "panic in a goroutine", "exit 0"} {
		out, _ := goTest(t, []string{"CASE=" + kind, "STEPS_LIMIT=2s"}, "-json")
		ended := map[string]string{}
		var title string
		for line := range strings.Lines(out) {
			var e struct{ Action, Test, Key, Value string }
			require.NoError(t, json.Unmarshal([]byte(line), &e), "%s: %s", kind, line)
			if e.Test != "" && (e.Action == "pass" || e.Action == "fail" || e.Action == "skip") {
				ended[e.Test] = e.Action
			}
			if e.Action == "attr" && e.Key == "title" {
				title = e.Value
			}
		}
		assert.Equal(t, "pass", ended["TestStep1_TheFirstThing"], kind)
		if kind == "right" {
			assert.Equal(t, "pass", ended["TestStep2_TheSecondThing"])
			assert.Equal(t, "the third thing", title)
		} else {
			assert.Equal(t, "fail", ended["TestStep2_TheSecondThing"], kind)
		}
	}
}

func TestResultsAreCached(t *testing.T) {
	var out []byte
	for range 2 {
		cmd := exec.Command("go", "test", "./testdata/lesson")
		cmd.Env = append(os.Environ(), "CASE=right")
		out, _ = cmd.CombinedOutput()
	}
	assert.Contains(t, string(out), "(cached)")
}
