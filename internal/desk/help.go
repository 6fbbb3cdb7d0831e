package desk

import (
	"context"
	"fmt"
	"strings"
)

func help(_ context.Context, d *desk, _ []string) error {
	fmt.Fprint(d.stdout, commandList())
	return nil
}

func commandList() string {
	var b strings.Builder
	for _, c := range commands() {
		fmt.Fprintf(&b, "%s\n    %s\n", strings.TrimRight("go run . "+c.name+" "+c.args, " "), c.does)
	}
	return b.String()
}

func (d *desk) lessonList() string {
	var b strings.Builder
	for _, l := range d.course.Lessons {
		fmt.Fprintf(&b, "%d  %s\n", l.Number, l.Title)
	}
	return b.String()
}
