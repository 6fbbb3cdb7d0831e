package course_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/course"
)

const matter = `---
lesson: 1
title: First words
minutes: 75
minutes_range: [60, 90]
points: [1, 2, 3]
prerequisites:
  - letters
objectives:
  - say a word
out_of_scope:
  - sentences
---
# Lesson 1 · First words

## Step 1 · one
## Step 2 · two
`

func TestMatter(t *testing.T) {
	c := newCourse(t)
	write(t, c.Dir, "lessons/01-first/README.md", matter)
	m, err := c.Lessons[0].Matter()
	require.NoError(t, err)
	assert.Equal(t, course.Matter{
		Lesson: 1, Title: "First words", Minutes: 75, From: 60, To: 90, Points: []int{1, 2, 3},
		Prerequisites: []string{"letters"}, Objectives: []string{"say a word"}, OutOfScope: []string{"sentences"},
	}, m)
	for _, e := range []struct{ old, new, want string }{
		{"lesson: 1", "lesson: 2", "the lesson is number 1, and this says 2"},
		{"minutes: 75", "minutes: soon", `"minutes": "soon" is no whole number`},
		{"[60, 90]", "[80, 90]", "minutes_range is two numbers with the minutes between them"},
		{"[1, 2, 3]", "[1, 2]", "there are points for 2 steps, and the notes have 3"},
		{"title: First", "titel: First", `there is no "title"`},
		{"  - letters", "  letters", `line 8: "prerequisites" has no value`},
		{"---\n#", "#", "the page does not begin with it"},
	} {
		write(t, c.Dir, "lessons/01-first/README.md", strings.Replace(matter, e.old, e.new, 1))
		_, err := c.Lessons[0].Matter()
		assert.ErrorContains(t, err, "lessons/01-first/README.md: front matter: ")
		assert.ErrorContains(t, err, e.want)
	}
}

func TestToWrite(t *testing.T) {
	c := newCourse(t)
	for name, text := range map[string]string{
		"notwritten.go": "package first\n\nfunc notWritten(int) error { return nil }\n",
		"b.go":          "package first\n\nfunc B() { notWritten(2) }\n",
		"b_test.go":     "package first\n\nvar _ = notWritten(1)\n",
		"given.go":      "package first\n",
		".#b.go":        "notWritten(3)",
	} {
		write(t, c.Dir, "lessons/01-first/"+name, text)
	}
	names, err := c.Lessons[0].ToWrite()
	require.NoError(t, err)
	assert.Equal(t, []string{"b.go"}, names)
}
