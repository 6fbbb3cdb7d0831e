package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"example/websockets/internal/course"
)

// progress shows how far each lesson is, and the next step.
func progress(ctx context.Context, d *desk, _ []string) error {
	outcomes, err := d.goTest(ctx, d.course.Lessons)
	if err != nil {
		return err
	}
	d.bars(outcomes)
	if l, ok := nextLesson(d.course.Lessons, outcomes); ok {
		d.next(l, outcomes[l.Name])
		return nil
	}
	fmt.Fprintf(d.stdout, "\nAll lessons are done.\n")
	return nil
}

// nextLesson finds where somebody who may begin with any lesson is: in the first
// one that is begun and not complete, or else before the one that follows the
// last complete one.
func nextLesson(lessons []course.Lesson, outcomes map[string]*outcome) (next course.Lesson, ok bool) {
	for _, l := range lessons {
		o := outcomes[l.Name]
		if complete(l, o) {
			ok = false // what stood before it was left out
			continue
		}
		if o.done() > 0 || o.build != "" {
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

func complete(l course.Lesson, o *outcome) bool {
	return o.passed && o.done() >= len(l.Steps)
}

func (d *desk) bars(outcomes map[string]*outcome) {
	title, steps := 0, 0
	for _, l := range d.course.Lessons {
		title = max(title, utf8.RuneCountInString(l.Title))
		steps = max(steps, len(l.Steps))
	}
	for _, l := range d.course.Lessons {
		o := outcomes[l.Name]
		done := min(o.done(), len(l.Steps))
		bar := strings.Repeat("#", done) + strings.Repeat(".", len(l.Steps)-done)
		count, note := strconv.Itoa(done), ""
		if o.build != "" { // how far it is cannot be known
			bar, count, note = strings.Repeat("?", len(l.Steps)), "?", "  does not build"
		}
		fmt.Fprintf(d.stdout, "%d  %-*s  %-*s %2s of %-2d  %4d min%s\n",
			l.Number, title, l.Title, steps+2, "["+bar+"]", count, len(l.Steps), l.Minutes, note)
	}
}

// next shows what is to be done in a lesson that is not complete.
func (d *desk) next(l course.Lesson, o *outcome) {
	fmt.Fprintf(d.stdout, "\nNext: lesson %d · %s\n\n", l.Number, l.Title)
	switch {
	case o.build != "":
		fmt.Fprintf(d.stdout, "  It does not build yet:\n\n%s", indent(o.build, "    "))
	case o.passed:
		fmt.Fprintf(d.stdout, "  go test passes, but no test of step %d ran.\n", o.done()+1)
	default:
		fmt.Fprint(d.stdout, strings.TrimRight(o.failure(), "\n")+"\n")
	}
	fmt.Fprintf(d.stdout, "\nRun it:  go test ./lessons/%s\nMore:    go run . help\n", l.Name)
}
