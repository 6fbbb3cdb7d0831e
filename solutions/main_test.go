package solutions

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example/websockets/internal/course"
)

var update = flag.Bool("update", false, "write the golden files and files.sum anew")

// strict is for the repository itself: what cannot be checked is a failure.
var strict = os.Getenv("COURSE_PRISTINE") == "1"

var (
	here      *course.Course
	changed   []string // shipped files that are different now
	unshipped []string // Go files of the lessons that were not shipped
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(func() int {
		if err := open(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		code := m.Run()
		isPart := func(name string) bool { return flag.Lookup(name).Value.String() != "" }
		if slices.ContainsFunc([]string{"test.run", "test.skip", "test.list"}, isPart) {
			return code
		}
		return max(code, summary())
	}())
}

func open() (err error) {
	// A learner may have set these for the tests that they run by themselves.
	os.Unsetenv("STEPS")
	os.Unsetenv("STEPS_LIMIT")
	// Each of the tests that run at once is a compiler and a linker at work.
	flag.Set("test.parallel", "3")
	if here, err = course.Open("."); err != nil {
		return err
	}
	if *update {
		if err := here.WriteSums(); err != nil {
			return err
		}
	}
	changed, err = here.Changed()
	if err != nil {
		return fmt.Errorf("which files are as shipped cannot be known: %w", err)
	}
	unshipped, err = here.Extra()
	return err
}

// notPristine says why the code of a lesson is not what was shipped, "" when it
// is. Without a name it asks for all lessons.
func notPristine(lesson string) string {
	for _, path := range slices.Concat(changed, unshipped) {
		isCode := strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go")
		if strings.HasPrefix(path, "lessons/"+lesson) && (isCode || slices.Contains(unshipped, path)) {
			return path + " is not as it was shipped"
		}
	}
	return ""
}

// checked counts what was checked, for the summary.
var checked struct {
	sync.Mutex
	count   map[string]int
	skipped []string
}

// count adds to what was checked and returns how much that is by now.
func count(what string, n int) int {
	checked.Lock()
	defer checked.Unlock()
	if checked.count == nil {
		checked.count = map[string]int{}
	}
	checked.count[what] += n
	return checked.count[what]
}

// say tells whoever waits how far the tests are.
func say(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// skip ends a test that cannot run here, visibly: where nothing may be skipped
// it is a failure.
func skip(t *testing.T, what, why string) {
	t.Helper()
	leaveOut(t, what, why)
	t.SkipNow()
}

// leaveOut is skip for a part of a test.
func leaveOut(t *testing.T, what, why string) {
	t.Helper()
	checked.Lock()
	defer checked.Unlock()
	if text := what + " (" + why + ")"; !slices.Contains(checked.skipped, text) {
		checked.skipped = append(checked.skipped, text)
	}
	if strict {
		t.Fatalf("%s: skipped, and with COURSE_PRISTINE=1 nothing may be: %s", what, why)
	}
}

// summary prints what was checked. It returns 1 when that is too little to be
// true: a loop over nothing is green as well.
func summary() int {
	n := checked.count
	slices.Sort(checked.skipped)
	fmt.Printf("checked: %d solution steps, %d starter steps, %d of %d mistakes (%d of the study notes; -all tries all), %d also right, %d notes cells, %d Python conversations, %d pages in a browser, %d hand-ins; skipped: %s\n",
		n["solution steps"], n["starter steps"], n["mistakes"], n["mistakes in the table"], n["mistakes of the notes"], n["also right"],
		n["notes cells"], n["Python conversations"], n["pages in a browser"], n["hand-ins"], cmp.Or(strings.Join(checked.skipped, ", "), "nothing"))
	code := 0
	for _, least := range []struct {
		what   string
		n      int
		always bool // whatever had to be skipped
	}{
		{"solution steps", 58, true},
		{"starter steps", 58, false},
		{"mistakes", 100, true},
		{"mistakes in the table", 600, true},
		{"mistakes of the notes", mistakesOfTheNotes, true},
		{"also right", 12, true},
		{"notes cells", 80, false},
		{"Python conversations", 4, false},
		{"pages in a browser", 2, false},
		{"hand-ins", 30, false},
	} {
		if n[least.what] < least.n && (least.always || len(checked.skipped) == 0) {
			fmt.Printf("FAIL: %d %s were checked; there are at least %d\n", n[least.what], least.what, least.n)
			code = 1
		}
	}
	return code
}

// goTest runs the tests of a lesson as its learner would, in the root of the
// repository, with the files of an overlay. It returns what a terminal would
// show, and the exit status.
func goTest(t *testing.T, l course.Lesson, o *course.Overlay, env []string, flags ...string) (out string, status int) {
	t.Helper()
	args := append([]string{"test"}, flags...)
	if o != nil {
		file, err := o.File()
		require.NoError(t, err)
		args = append(args, "-overlay", file)
	}
	return run(t, env, "go", append(args, "./lessons/"+l.Name)...)
}

// run runs a program in the root of the repository, see [goTest].
func run(t *testing.T, env []string, name string, args ...string) (out string, status int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = here.Dir
	cmd.Env = append(os.Environ(), env...)
	b, err := cmd.CombinedOutput()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		require.NoError(t, err, "running %s %q", name, args)
	}
	return string(b), cmd.ProcessState.ExitCode()
}

// What differs from run to run, as go test and the demos print it.
var chance = []struct {
	pattern *regexp.Regexp
	same    string
}{
	{regexp.MustCompile(`\r\n`), "\n"},
	{regexp.MustCompile(`(?m)^(go: downloading .*|building .*; the first time takes longest \.\.\.)\n`), ""},
	{regexp.MustCompile(`[ \t]+\n`), "\n"},
	{regexp.MustCompile(`(?m)^(\s*--- .*) \(\d+\.\d+s\)$`), "$1 (0.00s)"},
	{regexp.MustCompile(`(?m)^(ok|FAIL)[ \t]+(\S+)[ \t]+(\d+\.\d+s|\(cached\))$`), "$1\t$2\t0.000s"},
	{regexp.MustCompile(`The time is \d{10}\.\d{6}`), "The time is 1687187903.123456"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:9092"},
}

func withoutChance(out string) string {
	for _, c := range chance {
		out = c.pattern.ReplaceAllString(out, c.same)
	}
	if notPristine("") != "" {
		out = task.ReplaceAllString(out, "")
	}
	return out
}

// task is where the harness found the comment that sets a step's task. It looks
// into the files as they lie there, and a learner changes those.
var task = regexp.MustCompile(`; the task: \S+`)

// in is a path below the root of the repository.
func in(parts ...string) string { return filepath.Join(append([]string{here.Dir}, parts...)...) }
