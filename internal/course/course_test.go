package course_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/course"
)

const first = `---
lesson: 1
title: not the one that is shown
minutes: 75
objectives:
  - say a word
  - say two
out_of_scope:
  - sentences
---
# Lesson 1 · First words

## Step 1 · one

# Lesson 9 · this is only mentioned

## Step 2 · two
## Steps and other headings
`

// shipped is a small course as it would be shipped.
var shipped = map[string]string{
	"go.mod":                        "module example/websockets\n",
	"lessons/README.md":             "the map\n",
	"lessons/01-first/README.md":    first,
	"lessons/01-first/a-more.md":    "---\npart: A\n---\n# Lesson 1 · Part A\n## Step 3 · three\n",
	"lessons/01-first/mine.md":      "## Step 4 · of a learner\n",
	"lessons/01-first/a.go":         "package first // starter\n",
	"lessons/01-first/a_test.go":    "package first\n",
	"lessons/01-first/demo/main.go": "package main\n",
	"lessons/02-second/README.md":   "# Lesson 2 · Second\r\n\r\n## Step 1 · only\r\n",
	"lessons/02-second/b.go":        "package second\n",
	"solutions/01-first/a.go":       "package first // finished\n",
	"solutions/01-first/a_test.go":  "package first\n",
	"solutions/01-first/notes.txt":  "no Go\n",
	"solutions/02-second/README.md": "nothing finished\n",
}

func newCourse(t *testing.T) *course.Course {
	t.Helper()
	root := t.TempDir()
	for path, text := range shipped {
		write(t, root, path, text)
	}
	c, err := course.Open(root)
	require.NoError(t, err)
	require.NoError(t, c.WriteSums())
	return c
}

func write(t *testing.T, root, path, text string) {
	t.Helper()
	path = filepath.Join(root, filepath.FromSlash(path))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
}

func TestOpenReadsTheLessons(t *testing.T) {
	c := newCourse(t)
	assert.Equal(t, []course.Lesson{
		{
			Number: 1, Name: "01-first", Title: "First words", Minutes: 75,
			Dir:        filepath.Join(c.Dir, "lessons", "01-first"),
			Solution:   filepath.Join(c.Dir, "solutions", "01-first"),
			Objectives: []string{"say a word", "say two"},
			Pages:      []string{"README.md", "a-more.md"},
			Steps:      []course.Step{{1, "one", "README.md", 13}, {2, "two", "README.md", 17}, {3, "three", "a-more.md", 5}},
		},
		{
			Number: 2, Name: "02-second", Title: "Second",
			Dir:      filepath.Join(c.Dir, "lessons", "02-second"),
			Solution: filepath.Join(c.Dir, "solutions", "02-second"),
			Pages:    []string{"README.md"},
			Steps:    []course.Step{{1, "only", "README.md", 3}},
		},
	}, c.Lessons)

	l, ok := c.Lesson(2)
	assert.True(t, ok)
	assert.Equal(t, "02-second", l.Name)
	_, ok = c.Lesson(3)
	assert.False(t, ok)
}

func TestOpenFindsTheCourseFromAnyFolderOfIt(t *testing.T) {
	c := newCourse(t)
	for _, dir := range []string{"lessons", "lessons/01-first/demo", "solutions/01-first"} {
		again, err := course.Open(filepath.Join(c.Dir, filepath.FromSlash(dir)))
		require.NoError(t, err)
		assert.Equal(t, c.Dir, again.Dir)
	}
	_, err := course.Open(t.TempDir())
	assert.ErrorContains(t, err, "there is no course in ")
}

func TestChangedAndExtra(t *testing.T) {
	c := newCourse(t)
	check := func(wantChanged, wantExtra []string) {
		t.Helper()
		changed, err := c.Changed()
		require.NoError(t, err)
		assert.Equal(t, wantChanged, changed)
		extra, err := c.Extra()
		require.NoError(t, err)
		assert.ElementsMatch(t, wantExtra, extra)
	}
	check(nil, nil)

	write(t, c.Dir, "lessons/01-first/a.go", "package first // starter\r\n")
	write(t, c.Dir, "lessons/01-first/.#a.go", "an editor's own")
	write(t, c.Dir, "lessons/01-first/notes.md", "no Go")
	check(nil, nil)

	write(t, c.Dir, "lessons/01-first/a.go", "package first // written\n")
	require.NoError(t, os.Remove(filepath.Join(c.Dir, "lessons", "02-second", "b.go")))
	write(t, c.Dir, "lessons/02-second/c.go", "package second\n")
	write(t, c.Dir, "lessons/02-second/mine_test.go", "package second\n")
	check([]string{"lessons/01-first/a.go", "lessons/02-second/b.go"},
		[]string{"lessons/02-second/c.go", "lessons/02-second/mine_test.go"})

	require.NoError(t, c.WriteSums())
	check(nil, nil)
}

func TestSumsThatAreMissingAreAnError(t *testing.T) {
	c := newCourse(t)
	require.NoError(t, os.Remove(filepath.Join(c.Dir, "solutions", "files.sum")))
	_, err := c.Changed()
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = c.Extra()
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestStarters(t *testing.T) {
	c := newCourse(t)
	names, err := c.Lessons[0].Starters()
	require.NoError(t, err)
	assert.Equal(t, []string{"a.go"}, names)
	_, err = c.Lessons[1].Starters()
	assert.ErrorContains(t, err, "there are no .go files in ")
	require.NoError(t, os.RemoveAll(c.Lessons[1].Solution))
	_, err = c.Lessons[1].Starters()
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestSolutionOverlay(t *testing.T) {
	c := newCourse(t)
	l := c.Lessons[0]
	write(t, c.Dir, "lessons/01-first/mine.go", "package first\n")
	write(t, c.Dir, "lessons/01-first/mine_test.go", "package first\n")
	write(t, c.Dir, "lessons/02-second/other.go", "package second\n")
	in := func(parts ...string) string { return filepath.Join(append([]string{c.Dir}, parts...)...) }

	dir := t.TempDir()
	o, err := c.SolutionOverlay(l, dir)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{
		in("lessons", "01-first", "a.go"):         in("solutions", "01-first", "a.go"),
		in("lessons", "01-first", "mine.go"):      "",
		in("lessons", "01-first", "mine_test.go"): "",
	}, replaced(t, o))

	edited, added := in("lessons", "01-first", "a.go"), in("lessons", "01-first", "b.go")
	o.Set(edited, []byte("package first // a mistake\n"))
	o.Set(added, []byte("package first // more\n"))
	all := replaced(t, o)
	assert.Len(t, all, 4)
	for path, want := range map[string]string{edited: "package first // a mistake\n", added: "package first // more\n"} {
		assert.Equal(t, dir, filepath.Dir(all[path]))
		text, err := os.ReadFile(all[path])
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
	}

	o.Map(edited, "")
	assert.Equal(t, "", replaced(t, o)[edited], "the last word on a path counts")

	_, err = c.SolutionOverlay(c.Lessons[1], t.TempDir())
	assert.Error(t, err, "a lesson without finished files has no solution")
}

// replaced returns what the go command would read.
func replaced(t *testing.T, o *course.Overlay) map[string]string {
	t.Helper()
	file, err := o.File()
	require.NoError(t, err)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var overlay struct{ Replace map[string]string }
	require.NoError(t, json.Unmarshal(text, &overlay))
	return overlay.Replace
}
