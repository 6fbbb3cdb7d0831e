package desk

import (
	"context"
	"fmt"

	"example/websockets/internal/course"
)

// export copies the course for a class.
func export(_ context.Context, d *desk, args []string) error {
	var o course.ExportOptions
	f := newFlags("export")
	f.BoolVar(&o.WithoutSolutions, "without-solutions", false, "")
	f.Func("lessons", "", numbers(&o.Lessons))
	rest, err := f.parse(args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return wrongUse{"export needs one folder, which it makes", f.usage()}
	}
	if err := d.haveLessons(o.Lessons); err != nil {
		return err
	}
	n, err := d.course.Export(rest[0], o)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.stdout, "%d files are in %s. Try it there:  go test -C solutions\n", n, rest[0])
	return nil
}
