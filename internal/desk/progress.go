package desk

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"example/websockets/internal/course"
	"example/websockets/internal/gotest"
)

// progress shows how far each lesson is, and the next step.
func progress(ctx context.Context, d *desk, _ []string) error {
	outcomes, err := d.goTest(ctx, d.course.Lessons)
	if err != nil {
		return err
	}
	d.bars(outcomes)
	l, more := nextLesson(d.course.Lessons, outcomes)
	before := len(d.course.Lessons)
	if more {
		before = slices.IndexFunc(d.course.Lessons, func(b course.Lesson) bool { return b.Number == l.Number })
	}
	if before > 0 && (!more || outcomes[l.Name].Done() == 0) {
		if b := d.course.Lessons[before-1]; complete(b, outcomes[b.Name]) {
			d.learnt(b)
		}
	}
	if more {
		d.next(l, outcomes[l.Name])
		return nil
	}
	fmt.Fprint(d.stdout, "\nAll lessons are done. What comes next:\n\n")
	if _, err := os.Stat(filepath.Join(d.course.Dir, "interop")); err == nil {
		fmt.Fprintln(d.stdout, "  interop/README.md                       your code meets the rest of the world")
	}
	fmt.Fprintln(d.stdout, "  go test -run=NONE -bench=. ./lessons/...  how fast it is, and beside what")
	return nil
}

// learnt says what somebody who has completed a lesson can do now.
func (d *desk) learnt(l course.Lesson) {
	fmt.Fprintf(d.stdout, "\nLesson %d is done. You can now:\n\n", l.Number)
	for _, o := range l.Objectives {
		fmt.Fprintf(d.stdout, "  - %s\n", o)
	}
}

// nextLesson finds where somebody who may begin with any lesson is: in the first
// one that is begun and not complete, or else before the one that follows the
// last complete one.
func nextLesson(lessons []course.Lesson, outcomes map[string]*gotest.Outcome) (next course.Lesson, ok bool) {
	for _, l := range lessons {
		o := outcomes[l.Name]
		if complete(l, o) {
			ok = false // what stood before it was left out
			continue
		}
		if o.Done() > 0 || o.Build != "" {
			return l, true
		}
		if !ok {
			next, ok = l, true
		}
	}
	if !ok {
		for _, l := range lessons {
			if !complete(l, outcomes[l.Name]) {
				return l, true
			}
		}
	}
	return next, ok
}

func complete(l course.Lesson, o *gotest.Outcome) bool {
	return o.Passed && o.Done() >= len(l.Steps)
}

// barLen is the same for long lessons and short ones, so that a line fits a narrow
// terminal. A bar is full only when all is done.
const barLen = 10

func (d *desk) bars(outcomes map[string]*gotest.Outcome) {
	title := 0
	for _, l := range d.course.Lessons {
		title = max(title, utf8.RuneCountInString(l.Title))
	}
	for _, l := range d.course.Lessons {
		o := outcomes[l.Name]
		done := min(o.Done(), len(l.Steps))
		full := barLen * done / max(len(l.Steps), 1)
		bar := strings.Repeat("#", full) + strings.Repeat(".", barLen-full)
		count, time := strconv.Itoa(done), fmt.Sprintf("%4d min", l.Minutes)
		if o.Build != "" { // how far it is cannot be known
			bar, count, time = strings.Repeat("?", barLen), "?", "does not build"
		}
		fmt.Fprintf(d.stdout, "%d  %-*s  [%s] %2s of %-2d  %s\n", l.Number, title, l.Title, bar, count, len(l.Steps), time)
	}
}

// hasTests says whether a lesson has any tests in its folder.
func hasTests(l course.Lesson) bool {
	tests, _ := filepath.Glob(filepath.Join(l.Dir, "*_test.go"))
	return len(tests) > 0
}

// taskLine finds the place of a step's task in its failure.
var taskLine = regexp.MustCompile(`; the task: (\S+:\d+)`)

// next shows what is to be done in a lesson that is not complete.
func (d *desk) next(l course.Lesson, o *gotest.Outcome) {
	fmt.Fprintf(d.stdout, "\nNext: lesson %d · %s\n\n", l.Number, l.Title)
	switch {
	case o.Build != "":
		fmt.Fprintf(d.stdout, "  It does not build yet:\n\n%s", indent(o.Build, "    "))
	case !hasTests(l):
		// Named by a pattern: the learner's own files in the folder stay as they are.
		fmt.Fprintf(d.stdout, "  The tests of this lesson are gone. Get them back:  git checkout -- \"lessons/%s/*_test.go\"\n", l.Name)
	case o.Passed:
		fmt.Fprintf(d.stdout, "  go test passes, but no test of step %d ran.\n", o.Done()+1)
	default:
		fmt.Fprint(d.stdout, strings.TrimRight(o.Failure(), "\n")+"\n")
	}
	fmt.Fprintf(d.stdout, "\nRun it:  go test ./lessons/%s\n", l.Name)
	if o.Build == "" && o.Done() < len(l.Steps) {
		s := l.Steps[o.Done()]
		fmt.Fprintf(d.stdout, "Alone:   go test -run TestStep%d_ ./lessons/%s\n", s.Number, l.Name)
		fmt.Fprintf(d.stdout, "Read:    lessons/%s/%s:%d\n", l.Name, s.Page, s.Line)
		if m := taskLine.FindStringSubmatch(o.Failure()); m != nil {
			fmt.Fprintf(d.stdout, "Write:   lessons/%s/%s\n", l.Name, m[1])
		}
	}
	fmt.Fprintf(d.stdout, "More:    go run . help\n")
}
