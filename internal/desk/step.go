package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example/websockets/internal/course"
)

// lesson finds the lesson that somebody named by its number.
func (d *desk) lesson(arg string) (course.Lesson, error) {
	number, _ := strconv.Atoi(arg)
	l, ok := d.course.Lesson(number)
	if !ok {
		return l, wrongUse{fmt.Sprintf("there is no lesson %q", arg), d.lessonList()}
	}
	return l, nil
}

// namedOrNext finds the step that somebody named as LESSON.STEP, or without a
// name the next one.
func (d *desk) namedOrNext(ctx context.Context, args []string) (l course.Lesson, s course.Step, err error) {
	if len(args) == 0 {
		return d.nextStep(ctx)
	}
	lesson, step, ok := strings.Cut(args[0], ".")
	if !ok || len(args) > 1 {
		return l, s, wrongUse{fmt.Sprintf("%q is not a lesson and a step, as in 1.2", strings.Join(args, " ")), d.lessonList()}
	}
	if l, err = d.lesson(lesson); err != nil {
		return l, s, err
	}
	number, _ := strconv.Atoi(step)
	var list strings.Builder
	for _, s := range l.Steps {
		if s.Number == number {
			return l, s, nil
		}
		fmt.Fprintf(&list, "%d.%d  %s\n", l.Number, s.Number, s.Title)
	}
	return l, s, wrongUse{fmt.Sprintf("lesson %d has no step %q", l.Number, step), list.String()}
}

func (d *desk) nextStep(ctx context.Context) (l course.Lesson, s course.Step, err error) {
	outcomes, err := d.goTest(ctx, d.course.Lessons)
	if err != nil {
		return l, s, err
	}
	l, ok := nextLesson(d.course.Lessons, outcomes)
	if o := outcomes[l.Name]; ok && o.Build == "" && o.Done() < len(l.Steps) {
		return l, l.Steps[o.Done()], nil
	}
	return l, s, errors.New("no step can be told to be the next (see go run .); name one, as in 1.2")
}

// takeFlag says whether a flag is among args, and returns the others.
func takeFlag(args []string, name string) (bool, []string) {
	is := func(arg string) bool { return arg == "-"+name || arg == "--"+name }
	return slices.ContainsFunc(args, is), slices.DeleteFunc(slices.Clone(args), is)
}

// splitLines returns the lines of a text without their ends.
func splitLines(text string) []string {
	text = strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
