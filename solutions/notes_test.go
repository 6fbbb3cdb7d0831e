package solutions

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/course"
)

// What a page shows is what happens: every cell of the notes and of the first
// page is run, or compiled, and compared.
//
//	```console STATE   lines "$ command", each with the output that follows it.
//	                   STATE is starter, solution or mistake=NAME (on the first
//	                   page mistake=LESSON/NAME) and holds for go test
//	```go              a program (then ```output may follow), or declarations as
//	                   they stand in a starter, or code for the lesson's package
//	```python          compiled
//	```text            a picture, or what only a person can try
//
// In output, "..." stands for anything, and alone on a line for any lines.
func TestNotes(t *testing.T) {
	t.Parallel()
	names := []string{}
	if _, err := os.Stat(in("README.md")); err == nil {
		names = append(names, "README.md")
	}
	for _, name := range append(names, notesPages()...) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &runner{page: readPage(t, name)}
			for _, l := range here.Lessons {
				if path.Dir(name) == "lessons/"+l.Name {
					r.lesson = l
				}
			}
			for i := range r.page.cells {
				r.cell(t, i)
			}
			if r.server != nil {
				t.Errorf("%s: a server was started, and nobody dials it", r.served.at())
			}
			count("notes cells", r.ran)
			say("%s: %d cells were run", name, r.ran)
		})
	}
}

// notesPages are the pages of the lessons' notes, from the root.
func notesPages() (names []string) {
	for _, l := range here.Lessons {
		for _, page := range l.Pages {
			names = append(names, path.Join("lessons", l.Name, page))
		}
	}
	return names
}

// runner runs the cells of one page, one after the other.
type runner struct {
	page   page
	lesson course.Lesson // none on the first page
	ran    int

	server *server // that waits for a client
	addr   string
	served cell   // what shows the server
	want   string // of it
}

func (r *runner) cell(t *testing.T, i int) {
	c := r.page.cells[i]
	ran := false
	switch c.language {
	case "console":
		ran = r.console(t, c)
	case "go":
		output := ""
		if i+1 < len(r.page.cells) && r.page.cells[i+1].language == "output" {
			output = r.page.cells[i+1].text
		}
		ran = r.goCode(t, c, output)
	case "python":
		ran = python(t, c)
	case "output":
		if i == 0 || r.page.cells[i-1].language != "go" {
			t.Errorf("%s: output of what? No go cell stands before it", c.at())
		}
	case "text":
	default:
		t.Errorf("%s: a cell is console, go, output, python or text, and not %q", c.at(), c.language)
	}
	if ran {
		r.ran++
	}
}

// console runs the commands of a cell and compares what they print. It says
// whether it did.
func (r *runner) console(t *testing.T, c cell) bool {
	if why := notPristine(""); c.state == "starter" && why != "" {
		leaveOut(t, "cells that show the starters", why)
		return false
	}
	if !strings.HasPrefix(c.state, "mistake=") && !slices.Contains([]string{"starter", "solution"}, c.state) {
		t.Errorf("%s: the state of a console cell is starter, solution or mistake=NAME, and not %q", c.at(), c.state)
		return false
	}
	commands := strings.Split("\n"+c.text, "\n$ ")
	assert.Empty(t, strings.TrimSpace(commands[0]), "%s: a command stands before its output", c.at())
	assert.Greater(t, len(commands), 1, "%s: there is no command", c.at())
	for _, command := range commands[1:] {
		line, want, _ := strings.Cut(command, "\n")
		args := strings.Fields(line)
		require.NotEmpty(t, args, c.at())
		if !slices.Contains([]string{"go", "python3"}, args[0]) {
			t.Errorf("%s: %s is no program that every reader has", c.at(), args[0])
			continue
		}
		if args[0] == "python3" && !hasPython() {
			leaveOut(t, "cells that need Python", "there is no python3")
			return false
		}
		if strings.HasPrefix(line, "go run . demo ") {
			if !canInterrupt {
				leaveOut(t, "cells that show a demo", "nothing can be interrupted here")
				return false
			}
			r.demo(t, c, args, want)
			continue
		}
		if strings.HasPrefix(line, "go test ") {
			args = slices.Insert(args, 2, r.overlay(t, c)...)
		}
		got, _ := run(t, nil, args[0], args[1:]...)
		same(t, c, line, want, got)
	}
	return true
}

// overlay returns the arguments that bring the lesson into a cell's state.
func (r *runner) overlay(t *testing.T, c cell) []string {
	t.Helper()
	if c.state == "starter" {
		return nil
	}
	l := r.lesson
	name, isMistake := strings.CutPrefix(c.state, "mistake=")
	if lesson, rest, ok := strings.Cut(name, "/"); ok {
		i := slices.IndexFunc(here.Lessons, func(l course.Lesson) bool { return l.Name == lesson })
		require.GreaterOrEqual(t, i, 0, "%s: there is no lesson %q", c.at(), lesson)
		l, name = here.Lessons[i], rest
	}
	o := solution(t, l)
	if isMistake {
		i := slices.IndexFunc(mistakes[l.Name], func(m mistake) bool { return m.name == name })
		require.GreaterOrEqual(t, i, 0, "%s: there is no mistake %q", c.at(), name)
		o = withMistake(t, l, mistakes[l.Name][i])
	}
	file, err := o.File()
	require.NoError(t, err)
	return []string{"-overlay", file}
}

// demo runs one side of a demo. A server stays until the client that the page
// shows next has ended. The two meet at a port that is free, whatever the page
// shows.
func (r *runner) demo(t *testing.T, c cell, args []string, want string) {
	t.Helper()
	require.Greater(t, len(args), 5, "%s: %q: serve or dial?", c.at(), args)
	if args[5] == "serve" {
		require.Nil(t, r.server, "%s: another server waits for a client", c.at())
		r.server, r.addr = start(t, desk(t), append(args[3:], "-addr", "127.0.0.1:0")...)
		r.served, r.want = c, want
		return
	}
	require.NotNil(t, r.server, "%s: a page shows the server before its client", c.at())
	got, _ := run(t, nil, args[0], append(args[1:], "-addr", r.addr)...)
	same(t, c, strings.Join(args, " "), want, got)
	same(t, r.served, "the server", r.want, r.server.stop(t))
	r.server = nil
}

// same compares what a page shows with what came.
func same(t *testing.T, c cell, what, want, got string) {
	t.Helper()
	want, got = withoutChance(strings.TrimRight(want, "\n")+"\n"), withoutChance(strings.TrimRight(got, "\n")+"\n")
	var pattern strings.Builder
	for line := range strings.Lines(want) {
		if line == "...\n" {
			pattern.WriteString(`(.*\n)*?`)
			continue
		}
		pattern.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), `\.\.\.`, `.*`))
	}
	if !regexp.MustCompile(`^` + pattern.String() + `$`).MatchString(got) {
		t.Errorf("%s: %s\n--- the page shows\n%s--- this came\n%s", c.at(), what, want, got)
	}
}

// goCode runs or compiles a cell. It says whether it did.
func (r *runner) goCode(t *testing.T, c cell, output string) bool {
	t.Helper()
	dir := t.TempDir()
	o := course.NewOverlay(dir)
	if r.lesson.Name != "" {
		o = solution(t, r.lesson)
	}
	if strings.HasPrefix(c.text, "package ") {
		// A folder that only the build sees.
		folder := path.Join(path.Dir(r.page.path), "cell"+strconv.Itoa(c.line))
		o.Set(in(filepath.FromSlash(folder), "main.go"), []byte(c.text))
		file, err := o.File()
		require.NoError(t, err)
		if output == "" {
			got, status := run(t, nil, "go", "build", "-overlay", file, "-o", filepath.Join(dir, "cell.exe"), "./"+folder)
			assert.Zero(t, status, "%s\n%s", c.at(), got)
			return true
		}
		got, _ := run(t, nil, "go", "run", "-overlay", file, "./"+folder)
		same(t, c, "the program", output, got)
		return true
	}
	require.NotEmpty(t, r.lesson.Name, "%s: code outside of a lesson is a whole program", c.at())
	if lines := signatures(c.text); lines != nil {
		return r.inStarters(t, c, lines)
	}
	src, err := asFile(t, r.lesson, c)
	require.NoError(t, err, c.at())
	o.Set(filepath.Join(r.lesson.Dir, "cell.go"), []byte(src))
	file, err := o.File()
	require.NoError(t, err)
	got, _ := run(t, nil, "go", "build", "-gcflags=-e", "-overlay", file, "./lessons/"+r.lesson.Name)
	for line := range strings.Lines(got) {
		// A piece of code need not use what the next piece will.
		if !strings.HasPrefix(line, "# ") && !strings.Contains(line, "declared and not used") {
			t.Errorf("%s: %s", c.at(), line)
		}
	}
	return true
}

var declaration = regexp.MustCompile(`^(func|type|const|var) [^{]*$`)

// signatures returns the lines of a cell that holds nothing but declarations
// without a body, and nil for every other cell.
func signatures(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "//"):
		case declaration.MatchString(line):
			lines = append(lines, line)
		default:
			return nil
		}
	}
	return lines
}

// inStarters checks that declarations stand in a starter as the page shows them.
func (r *runner) inStarters(t *testing.T, c cell, lines []string) bool {
	t.Helper()
	if why := notPristine(r.lesson.Name); why != "" {
		leaveOut(t, "cells that show the starters", why)
		return false
	}
	names, err := r.lesson.Starters()
	require.NoError(t, err)
	var all strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(r.lesson.Dir, name))
		require.NoError(t, err)
		all.WriteString("\n" + strings.ReplaceAll(string(text), "\r\n", "\n"))
	}
	for _, line := range lines {
		if s := all.String(); !strings.Contains(s, "\n"+line+"\n") && !strings.Contains(s, "\n"+line+" {\n") {
			t.Errorf("%s: no starter has this:\n%s", c.at(), line)
		}
	}
	return true
}

// asFile makes a file of the lesson's package out of a piece of code: as it is
// when it is declarations, and as the body of a function otherwise.
func asFile(t *testing.T, l course.Lesson, c cell) (string, error) {
	t.Helper()
	names, err := l.Starters()
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(l.Solution, names[0]))
	require.NoError(t, err)
	clause := regexp.MustCompile(`(?m)^package \w+$`).FindString(string(text))
	if src, err := withImports(clause + "\n" + c.text); err == nil {
		return src, nil
	}
	return withImports(clause + "\nfunc _() {\n" + c.text + "}\n")
}

// python compiles a cell. It says whether it did.
func python(t *testing.T, c cell) bool {
	t.Helper()
	if !hasPython() {
		leaveOut(t, "cells that need Python", "there is no python3")
		return false
	}
	cmd := exec.CommandContext(t.Context(), "python3", "-c", "import ast, sys; ast.parse(sys.stdin.read())")
	cmd.Stdin = strings.NewReader(c.text)
	out, err := cmd.CombinedOutput()
	assert.NoError(t, err, "%s\n%s", c.at(), out)
	return true
}

// hasPython says whether there is a Python 3 that runs: a file of that name may
// only lead to a shop.
var hasPython = sync.OnceValue(func() bool {
	return exec.Command("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 6))").Run() == nil
})
