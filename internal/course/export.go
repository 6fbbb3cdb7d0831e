package course

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// ExportOptions say what a copy of the course leaves out.
type ExportOptions struct {
	WithoutSolutions bool
	Lessons          []int // all when empty
}

// What a copy for a class has in place of what it leaves out.
//
//go:embed export
var stand embed.FS

// Export writes a copy of the course to a folder that is new or empty, and returns
// how many files that are. Anything but the whole course is a copy for a class: the
// checks that need all of it stay behind, and small ones stand in for them.
func (c *Course) Export(dir string, o ExportOptions) (files int, err error) {
	if err := c.AsShipped(); err != nil {
		return 0, fmt.Errorf("a copy is made of a course as it was shipped: %w", err)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return 0, err
	}
	if rel, err := filepath.Rel(c.Dir, dir); err == nil && filepath.IsLocal(rel) {
		return 0, fmt.Errorf("%s is inside the course", dir)
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return 0, fmt.Errorf("%s is not empty", dir)
	}
	e := exporter{course: c, ExportOptions: o}
	for _, l := range c.Lessons {
		if len(o.Lessons) > 0 && !slices.Contains(o.Lessons, l.Number) {
			e.missing = append(e.missing, l)
		}
	}
	e.forClass = o.WithoutSolutions || len(e.missing) > 0
	err = fs.WalkDir(os.DirFS(c.Dir), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && e.leavesOut(name):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !entry.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(c.abs(name))
		if err != nil {
			return err
		}
		files++
		return write(dir, name, e.edited(name, text))
	})
	if err != nil || !e.forClass {
		return files, err
	}
	for name, from := range map[string]string{
		"TEACHING.md":                    "export/teaching.md",
		"solutions/README.md":            "export/solutions.md",
		"solutions/solutions_test.go":    "export/solutions_test.go.txt",
		".github/workflows/progress.yml": "",
	} {
		if name == "solutions/README.md" && !o.WithoutSolutions {
			continue
		}
		var text []byte
		if from != "" {
			text, err = stand.ReadFile(from)
		} else if text, err = os.ReadFile(c.abs("workflows/learner.yml")); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return files, err
		}
		files++
		if err := write(dir, name, text); err != nil {
			return files, err
		}
	}
	return files, nil
}

func write(dir, name string, text []byte) error {
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o666)
}

type exporter struct {
	ExportOptions
	course   *Course
	missing  []Lesson
	forClass bool
}

// junk is what a build, an editor or a test leaves behind.
var junk = regexp.MustCompile(`\.(test|exe|out|prof|orig|rej)$|~$`)

func (e *exporter) leavesOut(name string) bool {
	top, below, _ := strings.Cut(name, "/")
	if name == ".git" || junk.MatchString(name) || strings.Contains(name, "testdata/fuzz") {
		return true
	}
	if hidden(path.Base(name)) && path.Dir(name) == "." && !slices.Contains([]string{".gitignore", ".gitattributes", ".ci", ".github"}, name) {
		return true
	}
	if !e.forClass {
		return false
	}
	for _, l := range e.missing {
		if name == "lessons/"+l.Name || name == "solutions/"+l.Name {
			return true
		}
	}
	switch top {
	case ".ci", ".github", "interop", "workflows", "TEACHING.md":
		return true
	case "solutions":
		return below != "" && below != "files.sum" && (e.WithoutSolutions || !lessonFolder.MatchString(below))
	}
	return false
}

var lessonFolder = regexp.MustCompile(`^\d\d-`)

// edited is a file without what it says of lessons that are left out.
func (e *exporter) edited(name string, text []byte) []byte {
	var about *regexp.Regexp
	switch name {
	case "solutions/files.sum":
		about = e.lines(`^\S+  lessons/%s/`)
	case "README.md": // rows of the table of lessons, and of what the desk shows
		about = e.lines(`^\|.*\(lessons/%s/`, `^%d  `)
		if e.forClass {
			text = withoutInterop.ReplaceAll(text, nil)
		}
		if e.WithoutSolutions {
			text = aboutSolutions.ReplaceAll(text, nil)
			text = finishedDemo.ReplaceAll(text, []byte("- Try your program: `go run . demo 1 serve -mine` in one terminal, `go run . demo 1 dial -mine` in\n  another.\n"))
		}
	}
	if about == nil {
		return text
	}
	var kept bytes.Buffer
	for line := range bytes.Lines(text) {
		if !about.Match(line) {
			kept.Write(line)
		}
	}
	return kept.Bytes()
}

// withoutInterop is the README's line about a folder that no copy for a class has.
var withoutInterop = regexp.MustCompile(`(?m)^.*\(interop/README\.md\).*\n\n`)

// The README's lines about solutions, and those about demos of the finished program.
var (
	aboutSolutions = regexp.MustCompile("(?m)^- (Compare with the solution|The solutions are in) .*\n")
	finishedDemo   = regexp.MustCompile("(?m)^- Try the finished program: .*\n  another\\..*\n")
)

// lines matches what lessons that are left out make of patterns; %s is a lesson's
// name and %d its number.
func (e *exporter) lines(patterns ...string) *regexp.Regexp {
	if len(e.missing) == 0 {
		return nil
	}
	var all []string
	for _, p := range patterns {
		for _, l := range e.missing {
			all = append(all, strings.NewReplacer("%s", l.Name, "%d", fmt.Sprint(l.Number)).Replace(p))
		}
	}
	return regexp.MustCompile(strings.Join(all, "|"))
}
