package solutions

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var class = flag.Int("class", 0, "mark so many hand-ins of the full course, all different, and say how long it takes")

// A handIn of the corpus. Its folder in testdata/handins is laid over finished
// files and starters.
type handIn struct {
	all      bool          // lessons are finished, and green in every step
	finished []string      // or else these: "01-raw-socket", "02-length-header/header.go"
	green    map[int][]int // the steps of each lesson that it has earned; nil for all of them
	says     string        // on its page of feedback
	saysNot  string
	make     func(t *testing.T, dir string) error
}

// An attacker has written lesson 1 and two steps of lesson 2. That is what the
// marks have to say, whatever else the folder has in it.
func attack(says string) handIn {
	return handIn{
		finished: []string{"01-raw-socket", "02-length-header/header.go"},
		green:    map[int][]int{1: nil, 2: {1, 3}},
		says:     says,
	}
}

var handIns = map[string]handIn{
	"all-right":         {all: true},
	"nothing":           {says: "Nothing of this lesson was handed in."},
	"first-lesson-only": {finished: []string{"01-raw-socket"}, green: map[int][]int{1: nil}},
	"half-done": {
		finished: []string{"01-raw-socket/greet.go", "01-raw-socket/push.go", "02-length-header/header.go", "02-length-header/write.go", "03-chunked-reassembly/header.go", "03-chunked-reassembly/decoder.go"},
		green:    map[int][]int{1: {1, 2, 3, 4, 5}, 2: {1, 2, 3, 4}, 3: {1, 2, 3, 4, 5, 6, 7, 8}},
	},
	"one-mistake-each": {
		finished: []string{"01-raw-socket", "02-length-header", "03-chunked-reassembly"},
		green:    map[int][]int{1: {2, 3, 4, 5, 6, 7, 8, 9}, 2: nil, 3: nil},
		says:     "step 1 of 9 · greet a client",
		make: func(t *testing.T, dir string) error {
			return replaceIn(filepath.Join(dir, "lessons", "01-raw-socket", "greet.go"), "Greeting)", "Greeting+\"\\n\")")
		},
	},
	// Every step is marked, so the words of a step must be true of code that an
	// earlier step would have stopped.
	"push-does-nothing": {
		finished: []string{"01-raw-socket"},
		green:    map[int][]int{1: {1, 2, 6, 7, 9}},
		says:     "nothing was written; Push has to send updates",
		saysNot:  "Push went on after the stop",
		make: func(t *testing.T, dir string) error {
			return replaceIn(filepath.Join(dir, "lessons", "01-raw-socket", "push.go"), "	for i := range n {", "	for i := range 0 {")
		},
	},
	"one-lesson-does-not-build": {
		finished: []string{"01-raw-socket", "02-length-header", "03-chunked-reassembly"},
		green:    map[int][]int{1: nil, 2: {}, 3: nil},
		says:     "The lesson does not build, so no step could be run.",
		make: func(t *testing.T, dir string) error {
			return replaceIn(filepath.Join(dir, "lessons", "02-length-header", "check.go"), "return nil\n}", "return\n}")
		},
	},

	"attack-tests-deleted":    attack(""),
	"attack-tests-weakened":   attack(""),
	"attack-extra-testmain":   attack(`zz\_test.go: not taken.`),
	"attack-harness-replaced": attack(""),
	"attack-go-mod-replace":   attack(""),
	"attack-exit-in-init":     attack("it uses os.Exit"),
	"attack-exit-by-log":      attack("your code ended the whole program (exit status 1)"),
	"attack-forged-output":    attack("### Step 9 "),
	"attack-forged-json":      attack("### Step 9 "),
	"attack-stdout-closed":    attack("it calls os.Stdout.Close"),
	"attack-environment-read": attack("it uses os.Environ"),
	"attack-stdin-read":       attack("### Step 9 "),
	"attack-memory-read":      attack("it uses http.Dir"),
	"attack-linkname":         attack("it has the directive //go:linkname"),
	"attack-build-tag":        attack("it has the directive //go:build"),
	"attack-cgo":              attack(`it imports "C"`),
	"attack-embed":            attack("it has the directive //go:embed"),
	"attack-errors-replaced":  attack("it changes ErrHeader, which is given with the lesson"),
	"attack-len-replaced":     attack("it declares len for the whole package"),
	"attack-goroutine-ended":  attack("it uses runtime.Goexit"),
	"attack-children":         attack(`it imports "os/exec"`),
	"attack-endless-memory":   attack("your code took more than 1024 MB of memory in this step"),
	"attack-endless-loop":     attack("it did not end within"),
	"attack-huge-output":      attack("your code printed more than 256 kB in this step"),
	// Code that never lets the tests begin is nobody's honest part.
	"attack-endless-init": {
		finished: []string{"01-raw-socket", "02-length-header/header.go"},
		green:    map[int][]int{1: nil, 2: {}},
		says:     "Not all steps could be run",
	},
	"attack-link-out": {
		finished: []string{"01-raw-socket", "02-length-header/header.go"},
		green:    map[int][]int{1: nil, 2: {1, 3}},
		says:     "check.go was not taken, and the starter stands in its place: it is a link",
		make: func(t *testing.T, dir string) error {
			return os.Symlink(in("solutions", "02-length-header", "check.go"), filepath.Join(dir, "lessons", "02-length-header", "check.go"))
		},
	},
	"-attack with odd names": {
		finished: []string{"01-raw-socket", "02-length-header/header.go"},
		green:    map[int][]int{1: nil, 2: {1, 3}},
		says:     "- check.go, -run.go: not taken.",
		make: func(t *testing.T, dir string) error {
			dir = filepath.Join(dir, "lessons", "02-length-header")
			return errors.Join(
				os.WriteFile(filepath.Join(dir, "- check.go"), nil, 0o666),
				os.WriteFile(filepath.Join(dir, "-run.go"), nil, 0o666))
		},
	},
}

func replaceIn(file, old, new string) error {
	text, err := os.ReadFile(file)
	if err != nil || bytes.Count(text, []byte(old)) != 1 {
		return errors.Join(err, fmt.Errorf("%s has to hold %q once", file, old))
	}
	return os.WriteFile(file, bytes.Replace(text, []byte(old), []byte(new), 1), 0o666)
}

// makeHandIn puts a hand-in together in a folder, in the form of a clone.
func makeHandIn(t *testing.T, dir, name string, h handIn) {
	t.Helper()
	for _, l := range here.Lessons {
		to := filepath.Join(dir, "lessons", l.Name)
		require.NoError(t, os.MkdirAll(to, 0o777))
		names, err := l.ToWrite()
		require.NoError(t, err)
		for _, file := range names {
			if h.all || slices.Contains(h.finished, l.Name) || slices.Contains(h.finished, l.Name+"/"+file) {
				require.NoError(t, copyFile(filepath.Join(to, file), filepath.Join(l.Solution, file)))
			}
		}
	}
	own := in("solutions", "testdata", "handins", name)
	if _, err := os.Stat(own); err == nil {
		require.NoError(t, os.CopyFS(dir, os.DirFS(own)))
	}
	if h.make != nil {
		require.NoError(t, h.make(t, dir))
	}
}

func copyFile(to, from string) error {
	text, err := os.ReadFile(from)
	return errors.Join(err, os.WriteFile(to, text, 0o666))
}

// graded is what go run . grade -json says of a hand-in.
type graded struct {
	Name    string `json:"hand_in"`
	Lessons []struct {
		Lesson, Points, Of int
		Steps              []struct {
			Step  int
			State string
		}
	}
}

// gradeAll runs the desk on a folder of hand-ins and returns the marks and the
// pages of feedback. Nothing that it started is there when it has ended.
func gradeAll(t *testing.T, dir string, env ...string) (all map[string]graded, pages string) {
	t.Helper()
	pages, tmp := t.TempDir(), t.TempDir()
	cmd := exec.CommandContext(t.Context(), desk(t), "grade", "-json", "-feedback", pages, dir)
	cmd.Dir = here.Dir
	cmd.Env = append(os.Environ(), append(env, "TMPDIR="+tmp, "TMP="+tmp, "TEMP="+tmp)...)
	var says bytes.Buffer
	cmd.Stderr = &says
	out, err := cmd.Output()
	require.NoError(t, err, "%s", &says)

	left, err := os.ReadDir(tmp)
	require.NoError(t, err)
	assert.Empty(t, left, "files are left")
	environ, _ := filepath.Glob("/proc/[0-9]*/environ") // Linux tells
	for _, file := range environ {
		text, _ := os.ReadFile(file)
		assert.NotContains(t, string(text), "TMPDIR="+tmp, "a process is left: %s", file)
	}

	var list []graded
	require.NoError(t, json.Unmarshal(out, &list), "%s", out)
	all = map[string]graded{}
	for _, g := range list {
		all[g.Name] = g
	}
	return all, pages
}

// The corpus: what a hand-in has earned is exactly what it gets, whatever it tries.
func TestHandInsGetWhatTheyEarned(t *testing.T) {
	t.Parallel()
	if why := notPristine(""); why != "" {
		skip(t, "hand-ins", why)
	}
	dir := t.TempDir()
	for name, h := range handIns {
		if name == "attack-link-out" && runtime.GOOS == "windows" {
			continue // not everybody may make links there
		}
		makeHandIn(t, filepath.Join(dir, name), name, h)
	}
	all, pages := gradeAll(t, dir, "STEPS_LIMIT=2s")
	for name, h := range handIns {
		g, ok := all[name]
		if !ok {
			assert.Equal(t, "attack-link-out", name, "this hand-in was not marked")
			continue
		}
		t.Run(name, func(t *testing.T) {
			page, err := os.ReadFile(filepath.Join(pages, name+".md"))
			require.NoError(t, err)
			for _, m := range g.Lessons {
				l, _ := here.Lesson(m.Lesson)
				matter, err := l.Matter()
				require.NoError(t, err)
				want, some := h.green[m.Lesson]
				if !some {
					want = []int{}
				}
				if h.all || some && want == nil {
					want = nil
					for _, s := range l.Steps {
						want = append(want, s.Number)
					}
				}
				points, green := 0, []int{}
				for i, s := range m.Steps {
					if slices.Contains(want, s.Step) {
						points += matter.Points[i]
					}
					if s.State == "ok" {
						green = append(green, s.Step)
					}
				}
				assert.Equal(t, want, green, "lesson %d: the steps that are green\n%s", m.Lesson, page)
				assert.Equal(t, points, m.Points, "lesson %d: points", m.Lesson)
			}
			assert.Contains(t, string(page), h.says)
			if h.saysNot != "" {
				assert.NotContains(t, string(page), h.saysNot)
			}
			count("hand-ins", 1)
		})
	}
	say("the course: %d hand-ins got what they earned", len(all))
}

// Right is right in any style for the marks as well: nothing is refused that
// somebody would write.
func TestOtherStylesGetFullMarks(t *testing.T) {
	t.Parallel()
	if why := notPristine(""); why != "" {
		skip(t, "hand-ins in other styles", why)
	}
	dir := t.TempDir()
	for i := range leastAlsoRight {
		for _, l := range here.Lessons {
			styles, err := filepath.Glob(in("solutions", "testdata", "also-right", l.Name, "*"))
			require.NoError(t, err)
			require.Greater(t, len(styles), i)
			to := filepath.Join(dir, fmt.Sprint("style-", i), l.Name)
			require.NoError(t, os.CopyFS(to, os.DirFS(styles[i])))
			names, err := l.ToWrite()
			require.NoError(t, err)
			for _, name := range names {
				if _, err := os.Stat(filepath.Join(to, name)); err != nil {
					require.NoError(t, copyFile(filepath.Join(to, name), filepath.Join(l.Solution, name)))
				}
			}
		}
	}
	all, pages := gradeAll(t, dir)
	assert.Len(t, all, leastAlsoRight)
	for name, g := range all {
		for _, m := range g.Lessons {
			if m.Points != m.Of {
				page, _ := os.ReadFile(filepath.Join(pages, name+".md"))
				t.Errorf("lesson %d: %d of %d points\n%s", m.Lesson, m.Points, m.Of, page)
			}
		}
		count("hand-ins", 1)
	}
}

// A class takes minutes. The hand-ins differ in every file, so none is marked at
// the cost of another.
func TestAClassIsMarkedInMinutes(t *testing.T) {
	if *class == 0 {
		t.Skip("-class says how many hand-ins")
	}
	dir := t.TempDir()
	for i := range *class {
		name := fmt.Sprintf("hand-in-%02d", i)
		makeHandIn(t, filepath.Join(dir, name), name, handIn{all: true, make: func(t *testing.T, dir string) error {
			files, err := filepath.Glob(filepath.Join(dir, "lessons", "*", "*.go"))
			for _, file := range files {
				text, e := os.ReadFile(file)
				err = errors.Join(err, e, os.WriteFile(file, fmt.Appendf(text, "\nvar _ = %d\n", i), 0o666))
			}
			return err
		}})
	}
	began := time.Now()
	all, pages := gradeAll(t, dir)
	took := time.Since(began).Round(time.Second)
	assert.Len(t, all, *class)
	for name, g := range all {
		for _, m := range g.Lessons {
			if m.Points != m.Of {
				page, _ := os.ReadFile(filepath.Join(pages, name+".md"))
				t.Errorf("lesson %d: %d of %d points\n%s", m.Lesson, m.Points, m.Of, page)
			}
		}
	}
	say("the course: %d hand-ins of %d lessons were marked in %v, with %d processors", *class, len(here.Lessons), took, runtime.NumCPU())
}
