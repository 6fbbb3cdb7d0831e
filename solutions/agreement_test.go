package solutions

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/course"
)

// A step is a heading, a test and a task in a starter: the same steps in all.
func TestStepsAgree(t *testing.T) {
	eachLesson(t, func(t *testing.T, l course.Lesson) {
		var headings []int
		for _, s := range l.Steps {
			headings = append(headings, s.Number)
		}
		var wanted []int
		for n := range l.Steps {
			wanted = append(wanted, n+1)
		}
		assert.Equal(t, wanted, headings, "the headings of the notes")
		assert.Equal(t, wanted, numbersIn(t, l, true, `(?m)^func TestStep(\d+)_`), "the tests")
		if why := notPristine(l.Name); why != "" {
			skip(t, "tasks in the starters of "+l.Name, why)
		}
		assert.Equal(t, wanted, numbersIn(t, l, false, `//\s*Step (\d+)\b`), "the tasks in the starters")
	})
}

// A file that is given to the learner, with nothing to write in it, is the same
// in the lesson and in the solution; the overlay would hide it if they drifted.
func TestGivenFilesAreTheSame(t *testing.T) {
	eachLesson(t, func(t *testing.T, l course.Lesson) {
		if why := notPristine(l.Name); why != "" {
			skip(t, "files given in "+l.Name, why)
		}
		names, err := l.Starters()
		require.NoError(t, err)
		for _, name := range names {
			starter, err := os.ReadFile(filepath.Join(l.Dir, name))
			require.NoError(t, err)
			if strings.Contains(string(starter), "notWritten(") {
				continue
			}
			finished, err := os.ReadFile(filepath.Join(l.Solution, name))
			require.NoError(t, err)
			assert.Equal(t, string(starter), string(finished), "%s has nothing to write in it", name)
		}
	})
}

// numbersIn returns the numbers that a pattern finds in the shipped Go files of a
// lesson, each once.
func numbersIn(t *testing.T, l course.Lesson, tests bool, pattern string) []int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(l.Dir, "*.go"))
	require.NoError(t, err)
	var found []int
	for _, file := range files {
		name := path.Join("lessons", l.Name, filepath.Base(file))
		if strings.HasSuffix(name, "_test.go") != tests || slices.Contains(unshipped, name) {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
			n, _ := strconv.Atoi(m[1])
			found = append(found, n)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// What the front matter has to say, for those who plan with it.
func TestFrontMatter(t *testing.T) {
	eachLesson(t, func(t *testing.T, l course.Lesson) {
		text := strings.Join(readPage(t, path.Join("lessons", l.Name, "README.md")).prose, "\n")
		after, ok := strings.CutPrefix(text, "---\n")
		require.True(t, ok, "the page begins with front matter")
		matter, _, ok := strings.Cut(after, "\n---\n")
		require.True(t, ok, "the front matter ends")
		for _, pattern := range []string{
			fmt.Sprintf(`lesson: %d`, l.Number),
			`title: \S.*`,
			`minutes: [1-9]\d*`,
			fmt.Sprintf(`points: \[\d+(, \d+){%d}\]`, len(l.Steps)-1), // one number for each step
			`objectives:(\n  - .+)+`,
			`out_of_scope:(\n  - .+)+`,
		} {
			assert.Regexp(t, `(?m)^`+pattern+`$`, matter)
		}
	})
}

// Long enough to explain something, short enough to be read. What counts is the
// prose that a learner reads from the heading on, opened hints included, without
// the cells.
const leastWords, mostWords = 150, 350

func TestStepSectionsAreReadable(t *testing.T) {
	eachLesson(t, func(t *testing.T, l course.Lesson) {
		var sections []section
		for _, name := range l.Pages {
			sections = append(sections, readPage(t, path.Join("lessons", l.Name, name)).sections()...)
		}
		for _, s := range sections {
			if !strings.HasPrefix(s.heading, "Step ") {
				continue
			}
			text := strings.Join(s.lines, "\n")
			hints := strings.Count(text, "<summary>Hint ")
			assert.True(t, 1 <= hints && hints <= 3, "%s: one to three hints, not %d", s.heading, hints)
			assert.Equal(t, strings.Count(text, "<details>"), strings.Count(text, "</details>"), "%s: what is folded has an end", s.heading)
			words := len(strings.Fields(frame.ReplaceAllString(text, "")))
			assert.True(t, leastWords <= words && words <= mostWords, "%s: %d words, wanted are %d to %d", s.heading, words, leastWords, mostWords)
		}
	})
}

// frame is what folds a hint or a long failure, and is not part of it.
var frame = regexp.MustCompile(`<summary>.*</summary>|</?details>`)

// Every link leads somewhere.
func TestLinksResolve(t *testing.T) {
	links := 0
	for _, name := range pages(t) {
		p := readPage(t, name)
		for line, targets := range p.links() {
			for _, target := range targets {
				links++
				if why := p.broken(t, target); why != "" {
					t.Errorf("%s:%d: %s: %s", name, line, target, why)
				}
			}
		}
	}
	assert.NotZero(t, links)
	say("the course: %d links lead somewhere", links)
}

// pages are the Markdown files of the course. A learner's own are none of them;
// in the repository itself nobody else's are there.
func pages(t *testing.T) []string {
	t.Helper()
	found, notes := []string(nil), notesPages()
	err := fs.WalkDir(os.DirFS(here.Dir), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && name != "." && (name[0] == '.' || e.Name() == "node_modules"):
			return fs.SkipDir
		case e.IsDir() || path.Ext(name) != ".md":
			return nil
		}
		own := path.Dir(name) == "." || path.Base(name) == "README.md" || slices.Contains(notes, name)
		if strict || own {
			found = append(found, name)
		}
		return nil
	})
	require.NoError(t, err)
	return found
}

// The list of shipped files is what tells a learner's files from the course's.
func TestShippedFilesAreListed(t *testing.T) {
	if all := slices.Concat(changed, unshipped); len(all) > 0 {
		leaveOut(t, "files.sum", fmt.Sprintf("%s is not as it was shipped, nor are %d other files; maintainers run go test -C solutions -update", all[0], len(all)-1))
	}
}
