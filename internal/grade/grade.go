// Package grade marks hand-ins: the files that learners have written, under the
// tests of this repository.
//
// Each lesson of each hand-in is marked by a process of its own, the marker, which
// has no code of the hand-in in it. It builds the lesson's tests with the hand-in's
// files in place of the starters (an overlay), runs them as its child, and takes
// down what the step harness reports over a line that only the harness can speak
// on (see package receipt). What the hand-in prints, and how it ends its process,
// decides nothing.
//
// Code that shares a process with its judge could still reach for the judge's
// memory. That is why sources are read before they are built: see source.go.
package grade

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"example/websockets/internal/course"
)

// Options say how to mark.
type Options struct {
	Lessons  []int     // all when empty
	Parallel int       // hand-ins' lessons at once; 0 for as many as there are processors
	Progress io.Writer // for warnings, and how far it is now and then; may be nil
}

// HandIn is one learner's marks.
type HandIn struct {
	Name    string
	Lessons []*Mark
	Notes   []string // on the hand-in as a whole
}

// Mark is what one lesson of a hand-in has earned.
type Mark struct {
	Lesson  course.Lesson
	Steps   []Step
	Build   string   // what the compiler said when it does not build
	Trouble string   // why steps could not be run
	Notes   []string // on its files
	files   files    // as they were taken
	starter files
}

// Step is one step of a Mark.
type Step struct {
	course.Step
	Of     int // points that it can earn
	State  State
	Report string // of a red step, as its learner would read it
}

// State says what became of a step.
type State string

// Only a step that is OK earns its points.
const (
	OK         State = "ok"
	Red        State = "red"
	NotWritten State = "not written"
	NotRun     State = "not run"
)

// Points returns what the step has earned.
func (s Step) Points() int {
	if s.State == OK {
		return s.Of
	}
	return 0
}

// Points returns what the lesson has earned, and what it could have.
func (m *Mark) Points() (points, of int) {
	for _, s := range m.Steps {
		points += s.Points()
		of += s.Of
	}
	return points, of
}

// Points returns the sum over the lessons.
func (h *HandIn) Points() (points, of int) {
	for _, m := range h.Lessons {
		p, o := m.Points()
		points += p
		of += o
	}
	return points, of
}

// Run marks the hand-ins in the given folders and returns them sorted by name.
func Run(ctx context.Context, c *course.Course, dirs []string, o Options) ([]*HandIn, error) {
	if err := pristine(c); err != nil {
		return nil, err
	}
	lessons, err := prepare(c, o.Lessons)
	if err != nil {
		return nil, err
	}
	found, warnings, err := find(lessons, dirs)
	if err != nil {
		return nil, err
	}
	if o.Progress != nil {
		for _, w := range warnings {
			fmt.Fprintln(o.Progress, w)
		}
	}
	tmp, err := os.MkdirTemp("", "grade-")
	if err != nil {
		return nil, err
	}
	defer removeAll(tmp)

	g := &grader{course: c, tmp: tmp, progress: o.Progress, began: time.Now(), total: len(found), same: map[string]func() (outcome, error){}}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if o.Parallel < 1 {
		o.Parallel = runtime.NumCPU()
	}
	slots := make(chan struct{}, o.Parallel)
	var wg sync.WaitGroup
	handIns := make([]*HandIn, len(found))
	for i, f := range found {
		h := &HandIn{Name: f.name, Notes: f.notes, Lessons: make([]*Mark, len(lessons))}
		handIns[i] = h
		left := len(lessons)
		var mu sync.Mutex
		for j, l := range lessons {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				if ctx.Err() != nil {
					return
				}
				m, err := g.mark(ctx, l, f)
				if err != nil {
					cancel(fmt.Errorf("%s: lesson %d: %w", f.name, l.Number, err))
					return
				}
				mu.Lock()
				defer mu.Unlock()
				h.Lessons[j] = m
				if left--; left == 0 {
					g.done()
				}
			})
		}
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return handIns, nil
}

// pristine is an error when the course is not as it was shipped: its tests are the
// measure, and its starters stand in for files that are missing.
func pristine(c *course.Course) error {
	if err := c.AsShipped(); err != nil {
		return fmt.Errorf("hand-ins are marked by a course as it was shipped: %w", err)
	}
	return nil
}

// A lesson is what is known of a lesson before any hand-in is looked at.
type lesson struct {
	course.Lesson
	points  []int
	pkg     string   // the package's name
	names   []string // of the files that learners write
	starter files
	rules   rules
}

func prepare(c *course.Course, numbers []int) ([]lesson, error) {
	for _, n := range numbers {
		if _, ok := c.Lesson(n); !ok {
			return nil, fmt.Errorf("there is no lesson %d", n)
		}
	}
	var all []lesson
	for _, l := range c.Lessons {
		if len(numbers) > 0 && !slices.Contains(numbers, l.Number) {
			continue
		}
		matter, err := l.Matter()
		if err != nil {
			return nil, err
		}
		p := lesson{Lesson: l, points: matter.Points, starter: files{}}
		if p.names, err = l.ToWrite(); err != nil {
			return nil, err
		}
		if len(p.names) == 0 {
			return nil, fmt.Errorf("lesson %d has no files to write in", l.Number)
		}
		for _, name := range p.names {
			if p.starter[name], err = os.ReadFile(filepath.Join(l.Dir, name)); err != nil {
				return nil, err
			}
		}
		if p.rules, err = rulesOf(l, p.names); err != nil {
			return nil, err
		}
		p.pkg = p.rules.pkg
		all = append(all, p)
	}
	return all, nil
}

// unread is for tests: sources are built without having been read.
var unread bool

type grader struct {
	course   *course.Course
	tmp      string
	progress io.Writer
	began    time.Time

	mu     sync.Mutex
	total  int // hand-ins
	ready  int
	spoke  time.Time
	folder int
	same   map[string]func() (outcome, error) // by lesson and contents
}

// every is how often somebody who waits is told how far it is.
const every = 5 * time.Second

func (g *grader) done() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ready++
	if g.progress != nil && time.Since(g.began) > every && (time.Since(g.spoke) > every || g.ready == g.total) {
		g.spoke = time.Now()
		fmt.Fprintf(g.progress, "%d of %d hand-ins are marked\n", g.ready, g.total)
	}
}

// mark marks one lesson of one hand-in.
func (g *grader) mark(ctx context.Context, l lesson, f found) (*Mark, error) {
	m := &Mark{Lesson: l.Lesson, starter: l.starter}
	taken, notes := f.take(l)
	m.Notes = notes
	m.files = taken
	handedIn := files{}
	for name, text := range l.starter {
		handedIn[name] = text
	}
	for _, name := range l.names {
		text, ok := taken[name]
		if !ok {
			continue
		}
		if syntax(name, text) != "" {
			handedIn[name] = text
			continue
		}
		if why := l.rules.refuse(name, text); why != "" && !unread {
			m.Notes = append(m.Notes, fmt.Sprintf("%s was not marked, and the starter stands in its place: %s.", name, why))
			continue
		}
		handedIn[name] = text
	}
	var o outcome
	for _, name := range handedIn.names() {
		o.Build += syntax("lessons/"+l.Name+"/"+name, handedIn[name])
	}
	var err error
	if o.Build == "" { // nothing that was not read is built
		if o, err = g.judged(ctx, l, handedIn); err != nil {
			return nil, err
		}
	}
	// A file that uses what only the tests declare is found by building it
	// without them. Names alone do not tell.
	if o.WithoutTests != "" {
		for name, idents := range l.rules.suspects(handedIn) {
			m.Notes = append(m.Notes, fmt.Sprintf("%s was not marked, and the starter stands in its place: it uses %s, which only the tests declare.", name, strings.Join(idents, ", ")))
			handedIn[name] = l.starter[name]
		}
		slices.Sort(m.Notes)
		if o, err = g.judged(ctx, l, handedIn); err != nil {
			return nil, err
		}
	}
	m.Build, m.Trouble = o.Build, o.Trouble
	for i, s := range l.Steps {
		m.Steps = append(m.Steps, o.step(s, l.points[i]))
	}
	return m, nil
}

// judged marks files, or returns what came of the same files before.
func (g *grader) judged(ctx context.Context, l lesson, f files) (outcome, error) {
	key := l.Name + f.sum()
	g.mu.Lock()
	once := g.same[key]
	if once == nil {
		g.folder++
		dir := filepath.Join(g.tmp, fmt.Sprint(g.folder))
		once = sync.OnceValues(func() (outcome, error) { return g.judge(ctx, l, f, dir) })
		g.same[key] = once
	}
	g.mu.Unlock()
	return once()
}

// judge puts the files of a hand-in into a folder and has a marker mark them.
func (g *grader) judge(ctx context.Context, l lesson, f files, dir string) (outcome, error) {
	defer removeAll(dir)
	work := filepath.Join(dir, "course", "lessons", l.Name)
	if err := errors.Join(
		os.MkdirAll(filepath.Dir(work), 0o777),
		os.MkdirAll(filepath.Join(dir, "tmp"), 0o777),
		os.CopyFS(work, os.DirFS(l.Dir)),
		// The tests show paths from the module's root.
		os.WriteFile(filepath.Join(dir, "course", "go.mod"), []byte("module hand-in\n"), 0o666),
	); err != nil {
		return outcome{}, err
	}
	overlay := course.NewOverlay(dir)
	for name, text := range f {
		if err := os.WriteFile(filepath.Join(work, name), text, 0o666); err != nil {
			return outcome{}, err
		}
		overlay.Map(filepath.Join(l.Dir, name), filepath.Join(work, name))
	}
	file, err := overlay.File()
	if err != nil {
		return outcome{}, err
	}
	return runMarker(ctx, job{
		Course: g.course.Dir, Lesson: l.Name, Overlay: file, Dir: dir, Work: work,
		Steps: len(l.Steps), WithoutTests: len(l.rules.suspects(f)) > 0,
	})
}

// step finds what became of a step. A pass is one verdict, and no other beside it.
func (o outcome) step(s course.Step, of int) Step {
	step := Step{Step: s, Of: of, State: NotRun}
	prefix := fmt.Sprintf("TestStep%d_", s.Number)
	for _, v := range o.Verdicts {
		switch {
		case !strings.HasPrefix(v.Test, prefix):
		case step.State != NotRun || v.Report != "":
			step.State, step.Report = Red, v.Report
			if strings.Contains(v.Report, "\n  not written yet: write ") {
				step.State = NotWritten
			}
		default:
			step.State = OK
		}
	}
	return step
}

// files are the contents of Go files by their names.
type files map[string][]byte

func (f files) sum() string {
	h := sha256.New()
	for _, name := range f.names() {
		fmt.Fprintf(h, "%s %d\n%s", name, len(f[name]), f[name])
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func (f files) names() []string {
	var names []string
	for name := range f {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// removeAll removes a folder whatever rights its parts have lost.
func removeAll(dir string) {
	if os.RemoveAll(dir) == nil {
		return
	}
	filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if e != nil && e.IsDir() {
			os.Chmod(path, 0o700)
		}
		return nil
	})
	os.RemoveAll(dir)
}
