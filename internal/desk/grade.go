package desk

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"example/websockets/internal/grade"
)

// gradeHandIns marks hand-ins. Marks that are low are no error.
func gradeHandIns(ctx context.Context, d *desk, args []string) error {
	o := grade.Options{Progress: d.stderr}
	f := newFlags("grade")
	asCSV := f.Bool("csv", false, "")
	asJSON := f.Bool("json", false, "")
	feedback := f.String("feedback", "", "")
	same := f.Bool("same", false, "")
	f.IntVar(&o.Parallel, "parallel", 0, "")
	f.Func("lessons", "", numbers(&o.Lessons))
	dirs, err := f.parse(args)
	switch {
	case err != nil:
		return err
	case len(dirs) == 0:
		return wrongUse{"grade needs the folder that the hand-ins are in", f.usage()}
	case *asCSV && *asJSON:
		return wrongUse{"it is -csv or -json", f.usage()}
	}
	if err := d.haveLessons(o.Lessons); err != nil {
		return err
	}
	all, err := grade.Run(ctx, d.course, dirs, o)
	if errors.Is(err, context.Canceled) {
		return errors.New("stopped")
	}
	if err != nil {
		return err
	}
	write := grade.Table
	switch {
	case *asCSV:
		write = grade.CSV
	case *asJSON:
		write = grade.JSON
	}
	err = write(d.stdout, all)
	if *feedback != "" {
		err = errors.Join(err, grade.Pages(*feedback, all))
	}
	if !*same {
		return err
	}
	// Beside CSV and JSON it is not for the same reader.
	out := d.stdout
	if *asCSV || *asJSON {
		out = d.stderr
	}
	fmt.Fprint(out, pairsText(grade.Same(all)))
	return err
}

func pairsText(pairs []grade.Pair) string {
	var b strings.Builder
	count := fmt.Sprintf("%d pairs of hand-ins share", len(pairs))
	if len(pairs) == 1 {
		count = "1 pair of hand-ins shares"
	}
	fmt.Fprintf(&b, "\n%s files (without comments and layout)\n", count)
	for _, p := range pairs {
		fmt.Fprintf(&b, "%s and %s: %d of %d files: %s\n", p.A, p.B, len(p.Files), p.Of, strings.Join(p.Files, ", "))
	}
	return b.String()
}

// haveLessons is an error when a lesson does not exist.
func (d *desk) haveLessons(numbers []int) error {
	for _, n := range numbers {
		if _, err := d.lesson(strconv.Itoa(n)); err != nil {
			return err
		}
	}
	return nil
}

// numbers reads "1,2" for a flag.
func numbers(to *[]int) func(string) error {
	return func(text string) error {
		for part := range strings.SplitSeq(text, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(part))
			if err != nil {
				return errors.New("lessons are numbers with commas between them, as in 1,2")
			}
			*to = append(*to, n)
		}
		return nil
	}
}

// flags are those of a command that has more than one.
type flags struct{ *flag.FlagSet }

func newFlags(command string) flags {
	f := flags{flag.NewFlagSet(command, flag.ContinueOnError)}
	f.SetOutput(io.Discard)
	return f
}

// parse returns what is no flag. Flags may stand before it, between and behind;
// after -- there are none.
func (f flags) parse(args []string) (rest []string, err error) {
	for {
		if err := f.FlagSet.Parse(args); err != nil {
			return nil, wrongUse{err.Error(), f.usage()}
		}
		ended := len(args) > f.NArg() && args[len(args)-f.NArg()-1] == "--"
		args = f.Args()
		if len(args) == 0 || ended {
			return append(rest, args...), nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

// usage is the command's part of the list.
func (f flags) usage() string {
	for part := range strings.SplitSeq(commandList(), "go run . ") {
		if strings.HasPrefix(part, f.Name()+" ") {
			return "go run . " + part
		}
	}
	return ""
}
