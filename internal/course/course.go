// Package course knows where the parts of the course are: its lessons, their
// steps, the finished versions, and which files belong to a lesson as shipped.
package course

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Course is the course in one folder.
type Course struct {
	Dir     string // the root, absolute
	Lessons []Lesson
}

// Lesson is one folder below lessons/.
type Lesson struct {
	Number     int
	Name       string   // "01-raw-socket"
	Dir        string   // absolute
	Solution   string   // the folder of the finished versions, absolute
	Title      string   // without "Lesson 1 · "
	Minutes    int      // 0 when README.md does not say
	Objectives []string // what one can do after it
	Pages      []string // of the notes: README.md, and those of its parts ("b-handshake.md")
	Steps      []Step   // in the order of the pages
}

// Step is a heading "## Step 3 · title" of a lesson's notes.
type Step struct {
	Number int
	Title  string
	Page   string // "README.md"
	Line   int    // of the heading, from 1
}

// Open finds the course that dir is part of: the nearest folder, dir itself or
// above it, that has lessons.
func Open(dir string) (*Course, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	for root := dir; ; root = filepath.Dir(root) {
		readmes, _ := fs.Glob(os.DirFS(root), "lessons/[0-9][0-9]-*/README.md")
		if len(readmes) > 0 {
			return open(root, readmes)
		}
		if root == filepath.Dir(root) {
			return nil, fmt.Errorf("there is no course in %s or a folder above it", dir)
		}
	}
}

func open(root string, readmes []string) (*Course, error) {
	c := &Course{Dir: root}
	for _, readme := range readmes {
		dir := filepath.Join(root, filepath.Dir(filepath.FromSlash(readme)))
		name := filepath.Base(dir)
		l := Lesson{Name: name, Dir: dir, Solution: filepath.Join(root, "solutions", name), Title: name}
		l.Number, _ = strconv.Atoi(name[:2])
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		l.Pages = []string{"README.md"}
		for _, e := range entries {
			if partPage.MatchString(e.Name()) {
				l.Pages = append(l.Pages, e.Name())
			}
		}
		for _, page := range l.Pages {
			text, err := os.ReadFile(filepath.Join(dir, page))
			if err != nil {
				return nil, err
			}
			l.read(page, string(text))
		}
		c.Lessons = append(c.Lessons, l)
	}
	return c, nil
}

var (
	minutesLine   = regexp.MustCompile(`^minutes:\s*(\d+)\s*$`)
	lessonHeading = regexp.MustCompile(`^# Lesson \d+ · (.+?)\s*$`)
	partPage      = regexp.MustCompile(`^[a-z]-[a-z-]+\.md$`)
	stepHeading   = regexp.MustCompile(`^## Step (\d+) · (.+?)\s*$`)
)

// isPage says whether a file in a lesson's folder is a page of its notes. Whatever
// else a learner writes down there is their own.
func isPage(name string) bool { return name == "README.md" || partPage.MatchString(name) }

// read takes from the text of a page what a Lesson tells of it.
func (l *Lesson) read(page, text string) {
	frontMatter, headed := false, false
	key := "" // the line of the front matter that a list belongs to
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "---" && (n == 1 || frontMatter) {
			frontMatter = n == 1
			continue
		}
		if frontMatter {
			if m := minutesLine.FindStringSubmatch(line); m != nil {
				l.Minutes, _ = strconv.Atoi(m[1])
			}
			if line[:min(1, len(line))] != " " {
				key = line
			} else if item, ok := strings.CutPrefix(line, "  - "); ok && key == "objectives:" {
				l.Objectives = append(l.Objectives, item)
			}
			continue
		}
		if m := lessonHeading.FindStringSubmatch(line); m != nil && !headed && page == "README.md" {
			l.Title, headed = m[1], true
		}
		if m := stepHeading.FindStringSubmatch(line); m != nil {
			k, _ := strconv.Atoi(m[1])
			l.Steps = append(l.Steps, Step{Number: k, Title: m[2], Page: page, Line: n})
		}
	}
}

// Lesson returns the lesson with number n, and whether there is one.
func (c *Course) Lesson(n int) (Lesson, bool) {
	for _, l := range c.Lessons {
		if l.Number == n {
			return l, true
		}
	}
	return Lesson{}, false
}

// Starters returns the names of the lesson's files that have a finished
// version, sorted. Tests that the finished versions have besides are none. That there are none is an error; when the folder of the
// finished versions is missing it is fs.ErrNotExist.
func (l Lesson) Starters() ([]string, error) {
	entries, err := os.ReadDir(l.Solution)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if isGo(e.Name()) && !e.IsDir() && !strings.HasSuffix(e.Name(), "_test.go") {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("there are no .go files in %s", l.Solution)
	}
	return names, nil
}

// isGo tells Go files from others. Like the go command it passes over names
// that begin with "." or "_": editors keep such files beside those they edit.
func isGo(name string) bool {
	return strings.HasSuffix(name, ".go") && !hidden(name)
}

func hidden(name string) bool { return name[0] == '.' || name[0] == '_' }
