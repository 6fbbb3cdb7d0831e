package desk

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example/websockets/internal/course"
	"example/websockets/internal/unified"
)

// solution shows what differs between the learner's files and the finished ones,
// as far as it concerns a step.
func solution(ctx context.Context, d *desk, args []string) error {
	yes, args := takeFlag(args, "yes")
	if len(args) == 0 {
		return wrongUse{"solution needs a lesson and a step, as in 1.2", d.lessonList()}
	}
	l, s, err := d.namedOrNext(ctx, args)
	if err != nil {
		return err
	}
	if !yes {
		outcomes, err := d.goTest(ctx, []course.Lesson{l}, "STEPS=all")
		if err != nil {
			return err
		}
		if state(outcomes[l.Name], s.Number) != green {
			fmt.Fprintf(d.stdout, "Step %[1]d.%[2]d is still red; to see its solution all the same:  go run . solution %[1]d.%[2]d -yes\n", l.Number, s.Number)
			return nil
		}
	}
	names, err := l.Starters()
	if err != nil {
		return fmt.Errorf("the solution of lesson %d is not there: %w", l.Number, err)
	}
	// A file that the learner removed is empty. Somebody who took the step's
	// comment away gets to see all files.
	var held, all strings.Builder
	holds := false
	for _, name := range names {
		mine, _ := os.ReadFile(filepath.Join(l.Dir, name))
		finished, err := os.ReadFile(filepath.Join(l.Solution, name))
		if err != nil {
			return err
		}
		diff := diffOfStep(splitLines(string(mine)), splitLines(string(finished)), s.Number)
		if diff != "" {
			diff = fmt.Sprintf("--- lessons/%s/%s\n+++ solutions/%[1]s/%[2]s\n%s", l.Name, name, diff)
		}
		if slices.Contains(stepsIn(string(mine)), s.Number) {
			holds = true
			held.WriteString(diff)
		}
		if !strings.HasSuffix(name, "_test.go") {
			all.WriteString(diff)
		}
	}
	diff := all.String()
	if holds {
		diff = held.String()
	}
	if diff == "" {
		diff = fmt.Sprintf("Your step %d.%d is the solution, line by line.\n", l.Number, s.Number)
	}
	fmt.Fprint(d.stdout, diff)
	return nil
}

// diffOfStep compares a learner's file with the finished one. It leaves out the
// functions that the learner's comments assign to other steps only. Imports follow
// from what a file uses: where nothing but they differ, nothing does.
func diffOfStep(mine, finished []string, step int) string {
	inMine, inFinished := functions(mine), functions(finished)
	maps.DeleteFunc(inMine, func(_ string, at lines) bool {
		steps := stepsIn(strings.Join(mine[at.from:at.to], "\n"))
		return len(steps) == 0 || slices.Contains(steps, step)
	})
	importsOfMine, importsOfFinished := imports(mine), imports(finished)
	differs := false
	var out strings.Builder
	var part []unified.Line
	for _, line := range unified.Compare(mine, finished) {
		other := false
		for name, at := range inMine {
			other = other || line.Mark != '+' && at.has(line.A) || line.Mark != '-' && inFinished[name].has(line.B)
		}
		if !other {
			differs = differs || line.Text != "" &&
				(line.Mark == '-' && !importsOfMine.has(line.A) || line.Mark == '+' && !importsOfFinished.has(line.B))
			part = append(part, line)
			continue
		}
		out.WriteString(unified.Hunks(part))
		part = nil
	}
	if !differs {
		return ""
	}
	return out.String() + unified.Hunks(part)
}

// imports finds the imports of a formatted Go file that has at most one group.
func imports(text []string) lines {
	from := slices.IndexFunc(text, func(line string) bool { return strings.HasPrefix(line, "import ") })
	if from < 0 {
		return lines{}
	}
	if n := slices.Index(text[from:], ")"); text[from] == "import (" && n > 0 {
		return lines{from, from + n + 1}
	}
	return lines{from, from + 1}
}

type lines struct{ from, to int } // from 0; to is behind the last

func (l lines) has(n int) bool { return l.from <= n && n < l.to }

var funcLine = regexp.MustCompile(`^func (?:\((?:\w+ )?\*?(\w+).*?\) )?(\w+)`)

// functions finds the functions of a formatted Go file, with their comments. It
// does so in a file that does not build as well.
func functions(text []string) map[string]lines {
	found := map[string]lines{}
	begin, name := 0, ""
	for i, line := range text {
		m := funcLine.FindStringSubmatch(line)
		if m != nil {
			name = m[1] + "." + m[2]
		}
		if name != "" && (line == "}" || m != nil && strings.HasSuffix(line, "}")) {
			found[name] = lines{begin, i + 1}
			name = ""
		}
		if name == "" && !strings.HasPrefix(line, "//") {
			begin = i + 1
		}
	}
	return found
}

var stepComment = regexp.MustCompile(`(?m)^\s*// Step (\d+)\b`)

// stepsIn returns the steps that the comments of a text name.
func stepsIn(text string) (steps []int) {
	for _, m := range stepComment.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		steps = append(steps, n)
	}
	return steps
}
