package desk

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/course"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	root    string // a small course in a module of its own, made once for all tests
	goldens string
)

// TestMain makes the course and starts the tests in it. As the child of a test it is the desk itself.
func TestMain(m *testing.M) {
	if args, ok := os.LookupEnv("DESK_ARGS"); ok {
		os.Exit(Main(strings.Fields(args), os.Stdout, os.Stderr))
	}
	flag.Parse()
	dir, err := os.MkdirTemp("", "course-")
	if err == nil {
		err = makeCourse(dir)
	}
	status := 1
	if err == nil {
		status = m.Run()
	} else {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Chdir(os.TempDir()) // Windows removes no folder that somebody is in
	os.RemoveAll(dir)
	os.Exit(status)
}

func makeCourse(dir string) (err error) {
	if goldens, err = filepath.Abs(filepath.Join("testdata", "golden")); err != nil {
		return err
	}
	if root, err = filepath.EvalSymlinks(dir); err != nil {
		return err
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		err = errors.Join(err, copyFile(filepath.Join(root, name), filepath.Join("..", "..", name)))
	}
	for _, name := range []string{"steps", "notwritten", "receipt", "wire"} {
		err = errors.Join(err, os.CopyFS(filepath.Join(root, "internal", name), os.DirFS(filepath.Join("..", name))))
	}
	err = errors.Join(err, os.CopyFS(root, os.DirFS(filepath.Join("testdata", "course"))), os.Chdir(root))
	if err != nil {
		return err
	}
	c, err := course.Open(root)
	if err != nil {
		return err
	}
	return c.WriteSums()
}

func copyFile(to, from string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o666)
}

const (
	words = "lessons/01-first-words/words.go"
	sums  = "lessons/02-second/sums.go"
)

// put writes files of the course, and puts them back when the test is over.
func put(t *testing.T, files map[string]string) {
	t.Helper()
	for path, text := range files {
		path = filepath.Join(root, filepath.FromSlash(path))
		before, err := os.ReadFile(path)
		t.Cleanup(func() {
			if err != nil {
				os.Remove(path)
			} else {
				os.WriteFile(path, before, 0o666)
			}
		})
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	}
}

// finished returns the finished version of a starter, after the replacements
// of old by new text.
func finished(t *testing.T, path string, oldNew ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(strings.Replace(path, "lessons", "solutions", 1))))
	require.NoError(t, err)
	out := strings.ReplaceAll(string(text), "\r\n", "\n")
	for i := 0; i < len(oldNew); i += 2 {
		require.Equal(t, 1, strings.Count(out, oldNew[i]), oldNew[i])
		out = strings.Replace(out, oldNew[i], oldNew[i+1], 1)
	}
	return out
}

// terminal is what both stdout and stderr write to.
type terminal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *terminal) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(b)
}

// runDesk runs the desk in the course and returns what a terminal shows.
func runDesk(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var w terminal
	status := Main(args, &w, &w)
	return w.text.String(), status
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	assert.NotContains(t, got, "\x1b", "no colour, with NO_COLOR or without, and nothing is cleared where there is no terminal")
	path := filepath.Join(goldens, strings.ReplaceAll(name, " ", "-")+".txt")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o666))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got)
}

func unhurried(t *testing.T) {
	before := patience
	patience = time.Hour
	t.Cleanup(func() { patience = before })
}

var goroot = regexp.MustCompile(`\([^(]*/src/`)

var bar = regexp.MustCompile(`^\d  \w.*\[.{10}\]`)

func TestProgress(t *testing.T) {
	unhurried(t)
	t.Setenv("STEPS", "")
	t.Setenv("STEPS_LIMIT", "")
	stepTwo := func(body string) map[string]string {
		return map[string]string{words: finished(t, words, "return append(b, b...)", body)}
	}
	for _, c := range []struct {
		name  string
		files map[string]string
	}{
		{"nothing done", nil},
		{"half done", stepTwo("notWritten(2)\n\treturn nil")},
		{"wrong", stepTwo("return b")},
		{"one lesson done", map[string]string{words: finished(t, words)}},
		{"second lesson first", map[string]string{sums: finished(t, sums)}},
		{"all done", map[string]string{words: finished(t, words), sums: finished(t, sums)}},
		{"build error", stepTwo("retrun append(b, b...)")},
		{"vet error", map[string]string{words: finished(t, words, "package firstwords", "package firstwords\n\nimport \"fmt\"", `return "bye " + name`, `return fmt.Sprintf("bye %d", name)`)}},
		{"import error", map[string]string{words: finished(t, words, "package firstwords", "package firstwords\n\nimport \"no/such\"")}},
		{"build error in a later lesson", map[string]string{sums: "package second\n\nfunc {\n"}},
		{"panic", stepTwo("return b[:99]")},
		{"panic in a goroutine", stepTwo("go func() { panic(\"boom\") }()\n\tselect {}")},
		{"hang", stepTwo("select {}")},
		{"prints", map[string]string{words: finished(t, words, "package firstwords", "package firstwords\n\nimport \"fmt\"",
			"return append(b, b...)", "for range 100 {\n\t\tfmt.Println(\"a line\")\n\t}\n\treturn b")}},
		{"own test fails", map[string]string{
			words: finished(t, words),
			"lessons/01-first-words/mine_test.go": "package firstwords\n\nimport \"testing\"\n\n" +
				"func TestMine(t *testing.T) {\n\tt.Run(\"part\", func(t *testing.T) { t.Error(\"not as I thought\") })\n}\n",
		}},
		{"a test is gone", map[string]string{
			words:                                  finished(t, words),
			"lessons/01-first-words/words_test.go": "package firstwords\n",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			put(t, c.files)
			if c.name == "hang" {
				t.Setenv("STEPS_LIMIT", "1s")
			}
			out, status := runDesk(t)
			assert.Equal(t, 0, status, "it did its job, whatever is red")
			out = goroot.ReplaceAllString(strings.ReplaceAll(out, `\`, "/"), "(GOROOT/src/")
			golden(t, "progress "+c.name, out)
			// What comes from a test is as wide as the test makes it, and a command
			// cannot be broken. The rest fits a terminal of 60 columns, and does not
			// change in a wider one.
			for line := range strings.Lines(out) {
				if bar.MatchString(line) {
					assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n"))+len("Chunked reassembly")-len("First words"), 60, line)
				}
			}
		})
	}
}

func TestATestsFileThatIsGoneComesBack(t *testing.T) {
	unhurried(t)
	name := "lessons/01-first-words/words_test.go"
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	put(t, map[string]string{name: string(text)}) // back when the test is over
	require.NoError(t, os.Remove(filepath.Join(root, name)))
	out, status := runDesk(t)
	assert.Equal(t, 0, status)
	assert.Contains(t, out, `The tests of this lesson are gone. Get them back:  git checkout -- "lessons/01-first-words/*_test.go"`)
}

// No harness is at work yet when a package's variables are set.
func TestAPanicBeforeTheFirstTest(t *testing.T) {
	unhurried(t)
	put(t, map[string]string{words: finished(t, words) + "\nvar early = []int{}[len(Greet(\"\"))]\n"})
	out, status := runDesk(t)
	assert.Equal(t, 0, status)
	assert.Contains(t, out, "panic: runtime error: index out of range [6] with length 0\n")
	assert.Contains(t, out, "words.go:19")
}

func TestWrongUse(t *testing.T) {
	for name, args := range map[string][]string{
		"wrong command":       {"dmeo", "1"},
		"demo without lesson": {"demo"},
		"demo unknown lesson": {"demo", "7", "serve"},
		"demo without verb":   {"demo", "2"},
		"demo wrong verb":     {"demo", "2", "sevre"},
	} {
		t.Run(name, func(t *testing.T) {
			out, status := runDesk(t, args...)
			assert.Equal(t, 2, status)
			golden(t, name, out)
		})
	}
}

func TestHelp(t *testing.T) {
	for _, arg := range []string{"help", "-h", "--help"} {
		out, status := runDesk(t, arg)
		assert.Equal(t, 0, status)
		golden(t, "help", out)
	}
}

func TestDemo(t *testing.T) {
	unhurried(t)
	for _, c := range []struct {
		name   string
		args   []string
		words  string // of the learner
		status int
	}{
		{"demo finished", []string{"1", "serve"}, "", 0},
		{"demo mine", []string{"1", "serve", "-mine"}, "", 0},
		{"demo mine by flag first", []string{"-mine", "01", "dial", "-addr", "127.0.0.1:0"}, "", 0},
		{"demo status", []string{"1", "dial", "-addr", "127.0.0.1:0", "-fail"}, "", 3},
		{"demo mine does not build", []string{"1", "serve", "-mine"}, "package firstwords\n\nfunc Greet(name string) strong {}\n", 1},
		{"demo finished though mine does not build", []string{"1", "serve"}, "no Go at all", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.words != "" {
				put(t, map[string]string{words: c.words})
			}
			out, status := runDesk(t, append([]string{"demo"}, c.args...)...)
			assert.Equal(t, c.status, status)
			golden(t, c.name, strings.ReplaceAll(out, `lessons\`, "lessons/"))
		})
	}
}

// A learner's own file is no part of the finished program, and of theirs it is.
func TestDemoAndALearnersOwnFile(t *testing.T) {
	unhurried(t)
	put(t, map[string]string{"lessons/01-first-words/mine.go": "package firstwords\n\nvar _ = Greet(1)\n"})
	out, status := runDesk(t, "demo", "1", "serve")
	assert.Equal(t, 0, status, out)
	out, status = runDesk(t, "demo", "1", "serve", "-mine")
	assert.Equal(t, 1, status, out)
}

func TestDemoWithoutSolutions(t *testing.T) {
	unhurried(t)
	path := filepath.Join(root, "solutions")
	require.NoError(t, os.Rename(path, path+"-away"))
	defer os.Rename(path+"-away", path)
	out, status := runDesk(t, "demo", "1", "serve")
	assert.Equal(t, 1, status)
	assert.Regexp(t, `^the finished files of lesson 1 cannot be used \(-mine runs your own code\): .*\n$`, out)
	out, status = runDesk(t, "demo", "1", "serve", "-mine")
	assert.Equal(t, 0, status, out)
}

// deskProcess prepares the desk as a process whose temporary files go to tmp.
func deskProcess(tmp string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "DESK_ARGS="+strings.Join(args, " "), "TMPDIR="+tmp, "TMP="+tmp)
	return cmd
}

func TestCtrlCReachesTheDemo(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a Windows process cannot send Ctrl-C to one other process")
	}
	tmp := t.TempDir()
	cmd := deskProcess(tmp, "demo", "1", "serve", "-stay")
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewReader(stdout)
	line, err := lines.ReadString('\n')
	assert.NoError(t, err)
	assert.Equal(t, "ready\n", line)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	rest, err := io.ReadAll(lines)
	assert.NoError(t, err)
	assert.Equal(t, "stopped in order\n", string(rest))
	cmd.Wait()
	assert.Equal(t, 4, cmd.ProcessState.ExitCode(), "the status is the demo's")
	left, err := os.ReadDir(tmp)
	assert.NoError(t, err)
	assert.Empty(t, left, "the temporary folder is gone")
}

func TestALongBuildIsExplained(t *testing.T) {
	patience = 0
	defer func() { patience = 2 * time.Second }()
	out, status := runDesk(t)
	assert.Equal(t, 0, status)
	assert.Regexp(t, `^building and running the tests of 01-first-words, 02-second; the first time takes longest \.\.\.\n1  First`, out)
}

func TestWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, args := range [][]string{nil, {"demo", "1", "serve"}} {
		out, status := runDesk(t, args...)
		assert.Equal(t, 1, status)
		assert.Regexp(t, `^the go command could not be run: .*\n$`, out)
	}
}

func TestAGoCommandThatFails(t *testing.T) {
	t.Setenv("GOFLAGS", "-no-such-flag")
	out, status := runDesk(t)
	assert.Equal(t, 1, status)
	assert.Regexp(t, `no-such-flag(.*\n)+go test says nothing of 01-first-words: exit status \d\n$`, out)
}

func TestOutsideTheCourse(t *testing.T) {
	t.Chdir(t.TempDir())
	out, status := runDesk(t)
	assert.Equal(t, 1, status)
	assert.Regexp(t, `^there is no course in .*\n$`, out)
}
