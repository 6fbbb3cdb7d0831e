package desk

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"example/websockets/internal/course"
)

// hint shows the hints of a step, one more each time.
func hint(ctx context.Context, d *desk, args []string) error {
	all := len(args) > 0 && args[len(args)-1] == "all"
	if all {
		args = args[:len(args)-1]
	}
	l, s, err := d.namedOrNext(ctx, args)
	if err != nil {
		return err
	}
	hints, err := hintsOf(l, s)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("%d.%d", l.Number, s.Number)
	if len(hints) == 0 {
		fmt.Fprintf(d.stdout, "There are no hints for step %s; the notes are in lessons/%s/%s.\n", id, l.Name, s.Page)
		return nil
	}
	shown, end := len(hints), "There are no more hints for this step."
	if !all {
		n, err := d.countHint(id)
		shown = min(shown, n)
		switch {
		case shown == len(hints):
		case err != nil:
			end = "Which hints you have seen cannot be kept here. All of them:  go run . hint " + id + " all"
		default:
			end = "One more:  go run . hint " + id
		}
	}
	fmt.Fprintf(d.stdout, "step %s · %s\n\n", id, s.Title)
	for i, text := range hints[:shown] {
		fmt.Fprintf(d.stdout, "hint %d of %d\n\n%s\n\n", i+1, len(hints), indent(text, "    "))
	}
	fmt.Fprintln(d.stdout, end)
	return nil
}

// hintsOf reads the hints of a step from the notes: what is folded under the
// word Hint.
func hintsOf(l course.Lesson, s course.Step) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(l.Dir, s.Page))
	if err != nil {
		return nil, err
	}
	var hints []string
	code, inside := false, false
	for _, line := range splitLines(string(text))[s.Line:] {
		if strings.HasPrefix(line, "```") {
			code = !code
		}
		switch {
		case !code && strings.HasPrefix(line, "## "):
			return hints, nil
		case !code && strings.HasPrefix(line, "<details><summary>Hint"):
			hints, inside = append(hints, ""), true
		case !code && line == "</details>" && inside:
			hints[len(hints)-1], inside = strings.Trim(hints[len(hints)-1], "\n"), false
		case inside:
			hints[len(hints)-1] += line + "\n"
		}
	}
	return hints, nil
}

var userCacheDir = os.UserCacheDir

// countHint returns how many hints of a step are to be shown now, and keeps the
// number outside the course. With an error it is 1.
func (d *desk) countHint(step string) (int, error) {
	cache, err := userCacheDir()
	if err != nil {
		return 1, err
	}
	sum := fnv.New64a()
	sum.Write([]byte(d.course.Dir))
	dir := filepath.Join(cache, "example-websockets", strconv.FormatUint(sum.Sum64(), 16))
	text, _ := os.ReadFile(filepath.Join(dir, step)) // none yet is none shown
	n, _ := strconv.Atoi(string(text))
	n = max(n, 0) + 1
	if err = os.MkdirAll(dir, 0o777); err == nil {
		err = os.WriteFile(filepath.Join(dir, step), []byte(strconv.Itoa(n)), 0o666)
	}
	if err != nil {
		return 1, err
	}
	return n, nil
}
