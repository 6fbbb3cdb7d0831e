package course

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"example/websockets/internal/frontmatter"
)

// Matter is the front matter of a lesson: what those who plan and mark go by.
type Matter struct {
	Lesson        int
	Title         string
	Minutes       int
	From, To      int   // minutes: from those who have done such things to those who have not
	Points        []int // for each step
	Prerequisites []string
	Objectives    []string
	OutOfScope    []string
}

// Matter reads the front matter of the lesson's README.md. It is strict where the
// rest of this package is not: nobody should mark by numbers that were misread.
func (l Lesson) Matter() (Matter, error) {
	m, err := l.matter()
	if err != nil {
		err = fmt.Errorf("lessons/%s/README.md: front matter: %w", l.Name, err)
	}
	return m, err
}

func (l Lesson) matter() (m Matter, err error) {
	text, err := os.ReadFile(filepath.Join(l.Dir, "README.md"))
	if err != nil {
		return m, err
	}
	matter, _, ok := frontmatter.Split(string(text))
	if !ok {
		return m, fmt.Errorf("the page does not begin with it")
	}
	all, err := frontmatter.Parse(matter, 2)
	if err != nil {
		return m, err
	}
	err = all.Need("lesson: text", "title: text", "minutes: text", "minutes_range?: list", "points: list",
		"prerequisites?: list", "objectives: list", "out_of_scope: list")
	if err != nil {
		return m, err
	}
	numbers := func(key string, texts ...string) (numbers []int) {
		for _, t := range texts {
			n, e := frontmatter.Number(t)
			if e != nil && err == nil {
				err = fmt.Errorf("%q: %w", key, e)
			}
			numbers = append(numbers, n)
		}
		return numbers
	}
	m = Matter{
		Lesson:        numbers("lesson", all.Text("lesson"))[0],
		Title:         all.Text("title"),
		Minutes:       numbers("minutes", all.Text("minutes"))[0],
		Points:        numbers("points", all.List("points")...),
		Prerequisites: all.List("prerequisites"),
		Objectives:    all.List("objectives"),
		OutOfScope:    all.List("out_of_scope"),
	}
	span := numbers("minutes_range", all.List("minutes_range")...)
	switch {
	case err != nil:
		return m, err
	case m.Lesson != l.Number:
		return m, fmt.Errorf("the lesson is number %d, and this says %d", l.Number, m.Lesson)
	case len(span) != 0 && (len(span) != 2 || span[0] > m.Minutes || m.Minutes > span[1]):
		return m, fmt.Errorf("minutes_range is two numbers with the minutes between them")
	case len(m.Points) != len(l.Steps):
		return m, fmt.Errorf("there are points for %d steps, and the notes have %d", len(m.Points), len(l.Steps))
	}
	if len(span) == 2 {
		m.From, m.To = span[0], span[1]
	}
	return m, nil
}

// ToWrite returns the names of the lesson's files in which something is to be
// written, sorted. All others are given.
func (l Lesson) ToWrite() ([]string, error) {
	entries, err := os.ReadDir(l.Dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !isGo(e.Name()) || e.IsDir() || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(l.Dir, e.Name()))
		if err != nil {
			return nil, err
		}
		if s := string(text); strings.Contains(s, "notWritten(") && !strings.Contains(s, "func notWritten(") {
			names = append(names, e.Name())
		}
	}
	return names, nil
}
