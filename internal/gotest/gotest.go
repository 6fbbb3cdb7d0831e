// Package gotest runs the tests of lessons and reads what go test says of them.
package gotest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example/websockets/internal/course"
	"example/websockets/internal/group"
)

// An Outcome is what go test said of one lesson.
type Outcome struct {
	Passed   bool
	Verdicts map[string]string   // "pass", "fail" or "skip", by test
	Failed   []string            // tests, in the order they ended
	Output   map[string][]string // lines, by test; "" for those of no test
	Build    string              // what the go command said when it did not build
}

// event is a line of go test -json.
type event struct {
	Action      string
	Package     string
	Test        string
	Output      string
	ImportPath  string // of build output
	FailedBuild string // the ImportPath that kept Package from running
}

// patience is how long go test has to end in order after ctx has.
const patience = 5 * time.Second

// Run runs the tests of lessons of c, and returns the outcomes by the lessons'
// names. Tests that fail are no error. env is added to the environment. What the go
// command itself says goes to stderr. When ctx ends, so does all that was started.
func Run(ctx context.Context, c *course.Course, lessons []course.Lesson, stderr io.Writer, env ...string) (map[string]*Outcome, error) {
	args := []string{"test", "-json"}
	for _, l := range lessons {
		args = append(args, "./lessons/"+l.Name)
	}
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...)
	group.Own(cmd)
	cmd.Cancel = func() error {
		group.End(cmd, false)
		return nil
	}
	cmd.WaitDelay = patience
	cmd.Dir = c.Dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout = &out
	cmd.Stderr = stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		if cmd.Process != nil {
			group.End(cmd, true)
		}
		return nil, errors.New("stopped")
	}
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		return nil, fmt.Errorf("the go command could not be run: %w", err)
	}
	outcomes := read(out.String())
	for _, l := range lessons {
		if outcomes[l.Name] == nil {
			return nil, fmt.Errorf("go test says nothing of %s: %w", l.Name, cmp.Or(err, errors.New("no reason given")))
		}
	}
	return outcomes, nil
}

// read reads what go test -json has printed.
func read(text string) map[string]*Outcome {
	outcomes := map[string]*Outcome{}
	builds := map[string]string{} // output by ImportPath
	for line := range strings.Lines(text) {
		var e event
		if json.Unmarshal([]byte(line), &e) != nil {
			continue
		}
		if e.Action == "build-output" && !strings.HasPrefix(e.Output, "# ") {
			builds[e.ImportPath] += e.Output
		}
		if e.Package == "" {
			continue
		}
		o := outcomes[path.Base(e.Package)]
		if o == nil {
			o = &Outcome{Verdicts: map[string]string{}, Output: map[string][]string{}}
			outcomes[path.Base(e.Package)] = o
		}
		o.add(e, builds)
	}
	return outcomes
}

// frame recognises the lines that go test puts around what a test prints.
var frame = regexp.MustCompile(`^\s*(=== (RUN|PAUSE|CONT|NAME|ATTR) |--- (PASS|FAIL|SKIP): |FAIL[\t\n])`)

func (o *Outcome) add(e event, builds map[string]string) {
	test, _, isPart := strings.Cut(e.Test, "/")
	switch e.Action {
	case "output":
		if !frame.MatchString(e.Output) {
			o.Output[test] = append(o.Output[test], e.Output)
		}
	case "pass", "fail", "skip":
		switch {
		case isPart:
		case test != "":
			o.Verdicts[test] = e.Action
			if e.Action == "fail" {
				o.Failed = append(o.Failed, test)
			}
		default:
			o.Passed = e.Action == "pass"
			o.Build = builds[e.FailedBuild]
		}
	}
}

var stepTest = regexp.MustCompile(`^TestStep(\d+)_`)

// StepOf returns the number of the step that a test is for, 0 for none.
func StepOf(test string) int {
	m := stepTest.FindStringSubmatch(test)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// Test returns the name of the test for step n, "" when none has ended.
func (o *Outcome) Test(n int) string {
	for test := range o.Verdicts {
		if StepOf(test) == n {
			return test
		}
	}
	return ""
}

// Done returns how many steps pass, counted from step 1 to the first that does
// not.
func (o *Outcome) Done() int {
	n := 1
	for o.Verdicts[o.Test(n)] == "pass" {
		n++
	}
	return n - 1
}

// mostLines is how much of a failure is shown, from its end: what the learner's
// code prints comes before the report.
const mostLines = 40

// Failure returns what is to be read of a lesson that is not complete: of the
// step that is next, or else of the first test that failed.
func (o *Outcome) Failure() string {
	test := ""
	if len(o.Failed) > 0 {
		test = o.Failed[0]
		next := func(test string) bool { return StepOf(test) == o.Done()+1 }
		if i := slices.IndexFunc(o.Failed, next); i >= 0 {
			test = o.Failed[i]
		}
	}
	lines := o.Output[test]
	if more := len(lines) - mostLines; more > 0 {
		lines = slices.Concat([]string{fmt.Sprintf("    (%d lines before this)\n", more)}, lines[more:])
	}
	return strings.Join(lines, "")
}
