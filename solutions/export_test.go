package solutions

import (
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/course"
)

// A copy for a class tests itself, its links lead somewhere, and it gives no
// solution away.
func TestCopiesForAClass(t *testing.T) {
	t.Parallel()
	if why := notPristine(""); why != "" {
		skip(t, "copies for a class", why)
	}
	for name, c := range map[string]struct {
		options course.ExportOptions
		says    string
	}{
		"without solutions": {course.ExportOptions{WithoutSolutions: true}, "skipped: the solutions of " + here.Lessons[0].Name + " are not part of this copy"},
		"two lessons":       {course.ExportOptions{Lessons: []int{1, 2}}, "checked: 2 lessons, "},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "class")
			n, err := here.Export(dir, c.options)
			require.NoError(t, err)
			assert.NotZero(t, n)
			for name, text := range textsIn(t, dir) {
				if path.Ext(name) != ".md" {
					continue
				}
				for _, m := range linkTarget.FindAllStringSubmatch(codeSpan.ReplaceAllString(text, ""), -1) {
					to, _, _ := strings.Cut(m[1]+m[2], "#")
					if _, err := os.Stat(filepath.Join(dir, path.Dir(name), to)); err != nil && !strings.Contains(to, ":") {
						t.Errorf("%s: %s leads nowhere", name, to)
					}
				}
			}
			if c.options.WithoutSolutions {
				givesNothingAway(t, dir)
				readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
				require.NoError(t, err)
				assert.NotContains(t, string(readme), "go run . solution")
				assert.NotContains(t, string(readme), "(solutions)")
				assert.NotContains(t, string(readme), "the finished program")
				assert.Contains(t, string(readme), "\n- Try your program: `go run . demo 1 serve -mine`")
			}
			for _, args := range []string{"vet ./...", "run .", "test -C solutions -count=1 -v"} {
				cmd := exec.CommandContext(t.Context(), "go", strings.Fields(args)...)
				cmd.Dir = dir
				out, err := cmd.CombinedOutput()
				assert.NoError(t, err, "go %s\n%s", args, out)
				if strings.HasPrefix(args, "test ") {
					assert.Contains(t, string(out), c.says)
				}
			}
		})
	}
}

func TestExportRefuses(t *testing.T) {
	if why := notPristine(""); why != "" {
		skip(t, "refused exports", why)
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mine.txt"), nil, 0o666))
	_, err := here.Export(dir, course.ExportOptions{})
	assert.ErrorContains(t, err, "is not empty")
	_, err = here.Export(in("lessons", "copy"), course.ExportOptions{})
	assert.ErrorContains(t, err, "is inside the course")
}

// textsIn returns the files below a folder by their paths with forward slashes.
func textsIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		all[name] = string(text)
		return err
	})
	require.NoError(t, err)
	return all
}

// codeLines are the lines of a text that say something, without indentation.
func codeLines(text string) (lines []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "//") {
			lines = append(lines, line)
		}
	}
	return lines
}

// givesNothingAway looks for the solutions' lines in a copy. A line that a starter
// or a test has may be there. So may one that the course's machinery happens to
// share ("if n > 0 {"), or that a hint in the notes tells on purpose; but the notes
// have no three in a row.
func givesNothingAway(t *testing.T, dir string) {
	t.Helper()
	texts := textsIn(t, dir)
	known, idioms := map[string]bool{}, map[string]bool{}
	for name, text := range texts {
		inLesson := strings.HasPrefix(name, "lessons/") && strings.Count(name, "/") == 2
		for _, line := range codeLines(text) {
			switch {
			case inLesson && path.Ext(name) == ".go":
				known[line] = true
			case strings.HasPrefix(name, "internal/"), strings.HasPrefix(name, "lessons/"):
				idioms[line] = true
			}
		}
	}
	looked := 0
	for _, l := range here.Lessons {
		names, err := l.Starters()
		require.NoError(t, err)
		for _, name := range names {
			finished, err := os.ReadFile(filepath.Join(l.Solution, name))
			require.NoError(t, err)
			lines := codeLines(string(finished))
			for i, line := range lines {
				if known[line] {
					continue
				}
				looked++
				row := strings.Join(lines[i:min(i+3, len(lines))], "\n")
				for name, text := range texts {
					all := codeLines(text)
					if !idioms[line] && slices.Contains(all, line) {
						t.Errorf("%s gives a line of %s away: %s", name, l.Name, line)
					}
					if strings.Count(row, "\n") == 2 && !strings.HasPrefix(name, "internal/") && strings.Contains(strings.Join(all, "\n"), row) {
						t.Errorf("%s gives three lines of %s away:\n%s", name, l.Name, row)
					}
				}
			}
		}
	}
	assert.Greater(t, looked, 100, "lines of solutions that were looked for")
	for name := range texts {
		if strings.HasPrefix(name, "solutions/") {
			assert.Contains(t, []string{"solutions/README.md", "solutions/files.sum", "solutions/solutions_test.go"}, name)
		}
		assert.False(t, strings.HasPrefix(name, ".git/"), "the history has the solutions: %s", name)
	}
}
