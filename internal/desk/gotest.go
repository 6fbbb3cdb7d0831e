package desk

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example/websockets/internal/course"
)

// outcome is what go test said of one lesson.
type outcome struct {
	passed   bool
	verdicts map[string]string   // "pass", "fail" or "skip", by test
	failed   []string            // tests, in the order they ended
	output   map[string][]string // lines, by test; "" for those of no test
	build    string              // what the go command said when it did not build
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

// goTest runs the tests of the lessons and returns the outcomes by the lessons'
// names. Tests that fail are no error. env is added to the environment.
func (d *desk) goTest(ctx context.Context, lessons []course.Lesson, env ...string) (map[string]*outcome, error) {
	args := []string{"test", "-json"}
	var names []string
	for _, l := range lessons {
		args = append(args, "./lessons/"+l.Name)
		names = append(names, l.Name)
	}
	var out bytes.Buffer
	cmd := program(ctx, "go", args...)
	ownGroup(cmd)
	cmd.Cancel = func() error {
		endGroup(cmd, false)
		return nil
	}
	cmd.Dir = d.course.Dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout = &out
	cmd.Stderr = d.stderr
	stop := d.explainWait("building and running the tests of " + strings.Join(names, ", "))
	err := cmd.Run()
	stop()
	if ctx.Err() != nil {
		if cmd.Process != nil {
			endGroup(cmd, true)
		}
		return nil, errors.New("stopped")
	}
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		return nil, goFailed(err)
	}
	outcomes := readEvents(out.String())
	for _, name := range names {
		if outcomes[name] == nil {
			return nil, fmt.Errorf("go test says nothing of %s: %w", name, cmp.Or(err, errors.New("no reason given")))
		}
	}
	return outcomes, nil
}

func readEvents(text string) map[string]*outcome {
	outcomes := map[string]*outcome{}
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
			o = &outcome{verdicts: map[string]string{}, output: map[string][]string{}}
			outcomes[path.Base(e.Package)] = o
		}
		o.add(e, builds)
	}
	return outcomes
}

// frame recognises the lines that go test puts around what a test prints.
var frame = regexp.MustCompile(`^\s*(=== (RUN|PAUSE|CONT|NAME|ATTR) |--- (PASS|FAIL|SKIP): |FAIL[\t\n])`)

func (o *outcome) add(e event, builds map[string]string) {
	test, _, isPart := strings.Cut(e.Test, "/")
	switch e.Action {
	case "output":
		if !frame.MatchString(e.Output) {
			o.output[test] = append(o.output[test], e.Output)
		}
	case "pass", "fail", "skip":
		switch {
		case isPart:
		case test != "":
			o.verdicts[test] = e.Action
			if e.Action == "fail" {
				o.failed = append(o.failed, test)
			}
		default:
			o.passed = e.Action == "pass"
			o.build = builds[e.FailedBuild]
		}
	}
}

var stepTest = regexp.MustCompile(`^TestStep(\d+)_`)

// stepOf returns the number of the step that a test is for, 0 for none.
func stepOf(test string) int {
	m := stepTest.FindStringSubmatch(test)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// test returns the name of the test for step n, "" when none has ended.
func (o *outcome) test(n int) string {
	for test := range o.verdicts {
		if stepOf(test) == n {
			return test
		}
	}
	return ""
}

// done returns how many steps pass, counted from step 1 to the first that does
// not.
func (o *outcome) done() int {
	n := 1
	for o.verdicts[o.test(n)] == "pass" {
		n++
	}
	return n - 1
}

// mostLines is how much of a failure is shown, from its end: what the learner's
// code prints comes before the report.
const mostLines = 40

// failure returns what is to be read of a lesson that is not complete: of the
// step that is next, or else of the first test that failed.
func (o *outcome) failure() string {
	test := ""
	if len(o.failed) > 0 {
		test = o.failed[0]
		next := func(test string) bool { return stepOf(test) == o.done()+1 }
		if i := slices.IndexFunc(o.failed, next); i >= 0 {
			test = o.failed[i]
		}
	}
	lines := o.output[test]
	if more := len(lines) - mostLines; more > 0 {
		lines = slices.Concat([]string{fmt.Sprintf("    (%d lines before this)\n", more)}, lines[more:])
	}
	return strings.Join(lines, "")
}
