// Package desk is the program in the course's root: go run . It says where a
// learner is and what comes next, helps, and runs the lessons' programs. It takes
// all it knows of the lessons from their folders. It keeps nothing of its own but
// which hints were shown.
package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"time"

	"example/websockets/internal/course"
	"example/websockets/internal/gotest"
	"example/websockets/internal/grade"
)

type desk struct {
	course         *course.Course
	stdout, stderr io.Writer
}

type command struct {
	name string
	args string // as a person would write them
	does string
	run  func(ctx context.Context, d *desk, args []string) error
}

func commands() []command {
	return []command{
		{"", "", "where you are and what comes next", progress},
		{"watch", "", "the same, again on every save", watch},
		{"hint", "[LESSON.STEP] [all]", "a hint for the next step or the named one, each time one more", hint},
		{"check", "[-json] [LESSON...]", "run every step; exit status 1 until all are green", check},
		{"solution", "LESSON.STEP [-yes]", "how the solution differs from your code; -yes while the step is red", solution},
		{"demo", "N serve|dial [-addr HOST:PORT] [-count N] [-interval D] [-mine]", "run the program of lesson N, finished; -mine with your code", demo},
		{"grade", "[-csv|-json] [-feedback DIR] [-same] [-lessons N,N] [-parallel N] DIR...", "for teachers: mark the hand-ins in a folder; see TEACHING.md", gradeHandIns},
		{"export", "[-without-solutions] [-lessons N,N] DIR", "for teachers: a copy of the course for a class", export},
		{"help", "", "this list", help},
	}
}

// Main runs one command and returns the exit status: 0 when it did its job, 1
// when it could not, 2 when there is no such command or lesson. check returns 1 until
// all steps are green, demo the status of the program it ran. Ctrl-C ends a command.
func Main(args []string, stdout, stderr io.Writer) int {
	if grade.IsMarker() {
		return grade.Marker()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, &desk{stdout: stdout, stderr: stderr}, args)
	if err == nil {
		return 0
	}
	if status := exitStatus(0); errors.As(err, &status) {
		return int(status)
	}
	fmt.Fprintln(stderr, err)
	if errors.As(err, new(wrongUse)) {
		return 2
	}
	return 1
}

func run(ctx context.Context, d *desk, args []string) error {
	name := ""
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	if name == "-h" || name == "-help" || name == "--help" {
		name = "help"
	}
	for _, c := range commands() {
		if c.name != name {
			continue
		}
		var err error
		if d.course, err = course.Open("."); err != nil {
			return err
		}
		return c.run(ctx, d, args)
	}
	return wrongUse{fmt.Sprintf("there is no command %q", name), commandList()}
}

// wrongUse is the error for what was asked in a way that the desk does not
// know: one sentence, and the list of what there is.
type wrongUse struct{ sentence, list string }

func (e wrongUse) Error() string { return e.sentence + "\n\n" + strings.TrimRight(e.list, "\n") }

// exitStatus is the error of a program that has said itself what went wrong.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

const (
	// At a terminal Ctrl-C reaches the program as well, and a second one could
	// cut its orderly end short. So it is passed on only to a program that is
	// still there after passOn.
	passOn = time.Second
	enough = 5 * time.Second // from Ctrl-C until a program is ended by force
)

// program prepares a program that ends when ctx does.
func program(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Cancel = func() error {
		time.AfterFunc(passOn, func() {
			// It fails for a program that has ended, and on Windows, where the
			// console has told the program.
			cmd.Process.Signal(os.Interrupt)
		})
		return nil
	}
	cmd.WaitDelay = enough
	return cmd
}

// goTest runs the tests of the lessons and returns the outcomes by their names.
func (d *desk) goTest(ctx context.Context, lessons []course.Lesson, env ...string) (map[string]*gotest.Outcome, error) {
	var names []string
	for _, l := range lessons {
		names = append(names, l.Name)
	}
	defer d.explainWait("building and running the tests of " + strings.Join(names, ", "))()
	return gotest.Run(ctx, d.course, lessons, d.stderr, env...)
}

// patience is how long a build may take before somebody who waits is told.
var patience = 1500 * time.Millisecond

// explainWait says on stderr what takes so long, if it does, until it is
// stopped.
func (d *desk) explainWait(what string) (stop func()) {
	t := time.AfterFunc(patience, func() {
		fmt.Fprintf(d.stderr, "%s; the first time takes longest ...\n", what)
	})
	return func() { t.Stop() }
}

// indent puts spaces before each line that is not blank.
func indent(text, spaces string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			b.WriteString(spaces)
		}
		b.WriteString(line)
	}
	return b.String()
}
