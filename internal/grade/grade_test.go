package grade

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/course"
)

var small *course.Course // a course of one lesson, in a module of its own

func TestMain(m *testing.M) {
	if IsMarker() {
		os.Exit(Marker())
	}
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
	os.RemoveAll(dir)
	os.Exit(status)
}

func makeCourse(dir string) error {
	err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "course")))
	for _, name := range []string{"go.mod", "go.sum"} {
		text, e := os.ReadFile(filepath.Join("..", "..", name))
		err = errors.Join(err, e, os.WriteFile(filepath.Join(dir, name), text, 0o666))
	}
	for _, name := range []string{"steps", "notwritten", "receipt", "wire"} {
		err = errors.Join(err, os.CopyFS(filepath.Join(dir, "internal", name), os.DirFS(filepath.Join("..", name))))
	}
	if err != nil {
		return err
	}
	if small, err = course.Open(dir); err != nil {
		return err
	}
	return small.WriteSums()
}

// right returns a finished file after edits, each of a text that is there once.
func right(t *testing.T, name string, oldNew ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "course", "solutions", "01-numbers", name))
	require.NoError(t, err)
	out := strings.ReplaceAll(string(text), "\r\n", "\n")
	for i := 0; i < len(oldNew); i += 2 {
		require.Equal(t, 1, strings.Count(out, oldNew[i]), oldNew[i])
		out = strings.Replace(out, oldNew[i], oldNew[i+1], 1)
	}
	return out
}

// put writes files below a folder.
func put(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(dir, 0o777))
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	}
}

// marked marks hand-ins, by name, checks that nothing of them is left, and returns
// them by name.
func marked(t *testing.T, handIns map[string]map[string]string) map[string]*HandIn {
	t.Helper()
	dir, tmp := t.TempDir(), t.TempDir()
	for name, files := range handIns {
		put(t, filepath.Join(dir, name), files)
	}
	found := map[string]*HandIn{}
	for _, h := range nothingLeft(t, tmp, func() []*HandIn {
		all, err := Run(t.Context(), small, []string{dir}, Options{})
		require.NoError(t, err)
		return all
	}) {
		found[h.Name] = h
	}
	return found
}

// nothingLeft gives what run starts a folder for temporary files of its own, and
// looks for what is left of it on disk and among the processes.
func nothingLeft(t *testing.T, tmp string, run func() []*HandIn) []*HandIn {
	t.Helper()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, tmp)
	}
	t.Setenv("STEPS_LIMIT", "2s")
	all := run()
	left, err := os.ReadDir(tmp)
	require.NoError(t, err)
	assert.Empty(t, left, "files are left")
	assert.Empty(t, processesIn(tmp), "processes are left")
	return all
}

// processesIn returns the processes whose temporary files are in a folder, by what
// Linux tells of them. Elsewhere nothing tells.
func processesIn(tmp string) (found []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		if file == fmt.Sprintf("/proc/%d/environ", os.Getpid()) {
			continue
		}
		if env, _ := os.ReadFile(file); bytes.Contains(env, []byte("TMPDIR="+tmp)) {
			found = append(found, file)
		}
	}
	return found
}

// Points are 1, 2 and 4, so that a sum says which steps were green.
func TestMarksAreWhatTheHonestPartEarned(t *testing.T) {
	sums, root := right(t, "sums.go"), right(t, "root.go")
	edit := func(oldNew ...string) string { return right(t, "root.go", oldNew...) }
	cases := []struct {
		name  string
		files map[string]string
		want  int
		says  string // on the page
	}{
		{"all right", map[string]string{"sums.go": sums, "root.go": root}, 7, "| 7 of 7 | 1–3 |  |  |  |"},
		{"as a clone", map[string]string{"lessons/01-numbers/sums.go": sums, "lessons/01-numbers/root.go": root}, 7, ""},
		{"as a folder of lessons", map[string]string{"01-numbers/sums.go": sums, "01-numbers/root.go": root}, 7, ""},
		{"wrapped by an archive", map[string]string{"my-course-main/lessons/01-numbers/sums.go": sums, "__MACOSX/x": ""}, 3, "stands in its place: root.go."},
		{"line ends of Windows", map[string]string{"sums.go": strings.ReplaceAll(sums, "\n", "\r\n")}, 3, ""},
		{"nothing", nil, 0, "Nothing of this lesson was handed in."},
		{"a step in the middle is wrong", map[string]string{"sums.go": right(t, "sums.go", "a - b }", "b - a }"), "root.go": root}, 5, "want  1\n    got   -1"},
		{"another lesson's file of that name", map[string]string{"sums.go": strings.Replace(sums, "package numbers", "package letters", 1), "root.go": root}, 4, ""},
		{"does not build", map[string]string{"sums.go": sums, "root.go": edit("return r, nil", "return r, nill")}, 0, "undefined: nill"},
		{"is no Go", map[string]string{"sums.go": sums, "root.go": edit("return r, nil", "return r,, nil")}, 0, "lessons/01-numbers/root.go:20:11: expected operand"},
		{"a helper in a file of its own", map[string]string{"01-numbers/sums.go": sums, "01-numbers/more.go": "package numbers\n"}, 3, "more.go: not taken."},
		{"hangs", map[string]string{"sums.go": sums, "root.go": edit("r := 0", "r := 0\n\tselect {}")}, 3, "it did not end within 2s"},
		{"panics where nothing can catch it", map[string]string{"sums.go": right(t, "sums.go", "return a + b", `go func() { panic("ow") }(); select {}`), "root.go": root}, 6, "your code panicked in a goroutine it had started"},
		{"ends its goroutine", map[string]string{"root.go": root, "sums.go": "package numbers\n\nimport \"context\"\n\nvar _ = context.Background\n\nfunc Sum(a, b int) int { panic(nil) }\n\nfunc Difference(a, b int) int { return a - b }\n"}, 6, "your code panicked"},
		{"too much output", map[string]string{"sums.go": sums, "root.go": edit("r := 0", "r := 0\n\tfor { print(\"all the same\") }")}, 3, "your code printed more than 256 kB"},
		{"endless memory", map[string]string{"sums.go": sums, "root.go": edit("r := 0", "r := 0\n\tvar b [][]byte\n\tfor { b = append(b, make([]byte, 1<<20)) }")}, 3, "### Step 3 "},

		{"a package that no lesson needs", map[string]string{"sums.go": sums, "root.go": edit(`import "errors"`, "import \"errors\"\nimport _ \"os/exec\"")}, 3, `it imports "os/exec", which no lesson needs`},
		{"unsafe", map[string]string{"sums.go": sums, "root.go": edit(`import "errors"`, "import \"errors\"\nimport _ \"unsafe\"")}, 3, `it imports "unsafe"`},
		{"cgo", map[string]string{"sums.go": sums, "root.go": edit(`import "errors"`, "import \"errors\"\nimport \"C\"")}, 3, `it imports "C"`},
		{"the harness", map[string]string{"sums.go": sums, "root.go": edit(`import "errors"`, "import \"errors\"\nimport _ \"example/websockets/internal/receipt\"")}, 3, `it imports "example/websockets/internal/receipt"`},
		{"names of another package", map[string]string{"sums.go": sums, "root.go": edit(`import "errors"`, "import \"errors\"\nimport . \"os\"\nfunc init() { Exit(0) }")}, 3, `import . "os"`},
		{"os under another name", map[string]string{"sums.go": sums, "root.go": edit(`import "errors"`, "import \"errors\"\nimport so \"os\"\nfunc init() { so.Exit(0) }")}, 3, "it uses os.Exit, which no lesson needs"},
		{"stdout closed", map[string]string{"sums.go": sums, "root.go": edit(`import "errors"`, "import \"errors\"\nimport \"os\"\nfunc init() { os.Stdout.Close() }")}, 3, "it calls os.Stdout.Close"},
		{"what honest code may use of such packages", map[string]string{"sums.go": sums, "root.go": edit(`import "errors"`, "import \"errors\"\nimport (\n\"reflect\"\n\"syscall\"\n)\nvar _ = reflect.DeepEqual(1, syscall.EPIPE)")}, 7, ""},
		{"more of such packages", map[string]string{"sums.go": sums, "root.go": edit(`import "errors"`, "import \"errors\"\nimport \"reflect\"\nvar p = reflect.ValueOf(1).UnsafePointer()")}, 3, "it uses reflect.ValueOf"},
		{"a print is no crime", map[string]string{"sums.go": sums, "root.go": edit(`import "errors"`, "import \"errors\"\nimport (\n\"os\"\n\"fmt\"\n)\nfunc init() { fmt.Fprintln(os.Stderr, 1); os.Stdout.WriteString(\"1\") }")}, 7, ""},
		{"another package's variable", map[string]string{"sums.go": sums, "root.go": edit(`import "errors"`, "import \"errors\"\nimport \"io\"\nfunc init() { (io.EOF) = nil }")}, 3, "it changes io.EOF, which is another package"},
		{"a look at another package's variable", map[string]string{"sums.go": sums, "root.go": edit(`import "errors"`, "import \"errors\"\nimport \"net/http\"\nvar p = &http.DefaultClient")}, 3, "it takes the address of http.DefaultClient"},
		{"a given error taken away", map[string]string{"sums.go": sums, "root.go": edit("const Most", "func init() { ErrNegative = nil }\n\nconst Most")}, 3, "it changes ErrNegative, which is given with the lesson"},
		{"a local of that name", map[string]string{"sums.go": sums, "root.go": edit("r := 0", "r := 0\n\tvar ErrNegative, Most int\n\tMost = 1\n\tErrNegative++\n\t_, _ = ErrNegative, Most")}, 7, ""},
		{"a given number changed", map[string]string{"sums.go": sums, "root.go": edit("= 100", "= 0")}, 3, "Most is given with the lesson, and here it has another value"},
		{"the tests' data", map[string]string{"sums.go": sums, "root.go": edit("const Most", "func init() { clear(roots) }\n\nconst Most")}, 3, "it uses roots, which only the tests declare"},
		{"a field of that name", map[string]string{"sums.go": sums, "root.go": edit("const Most", "var _ = struct{ roots int }{roots: 1}\n\nconst Most")}, 7, ""},
		{"Go's own len replaced", map[string]string{"sums.go": sums, "root.go": edit("const Most", "func len(any) int { return 0 }\n\nconst Most")}, 3, "it declares len for the whole package"},
		{"a build tag", map[string]string{"sums.go": sums, "root.go": "//go:build never\n\n" + root}, 3, "it has the directive //go:build"},
		{"an old build tag", map[string]string{"sums.go": sums, "root.go": "// +build never\n\n" + root}, 3, "it has the directive // +build"},
		{"linkname", map[string]string{"sums.go": sums, "root.go": edit("const Most", "//go:linkname secret example/websockets/internal/steps.token\nvar secret string\n\nconst Most")}, 3, "it has the directive //go:linkname"},
		{"another line's number", map[string]string{"sums.go": sums, "root.go": edit("const Most", "//line x_test.go:1\nconst Most")}, 3, "it has the directive //line"},
		{"too large", map[string]string{"sums.go": sums, "root.go": root + strings.Repeat("// more\n", 40000)}, 3, "it has more than 256 kB"},
		{"a folder in place of a file", map[string]string{"sums.go": sums, "root.go/x": ""}, 3, "it is not a regular file"},
		{"a tests' file, a go.mod, a vendor folder", map[string]string{
			"lessons/01-numbers/sums.go":         sums,
			"lessons/01-numbers/numbers_test.go": "package numbers\n",
			"lessons/01-numbers/main_test.go":    "package numbers\n\nimport \"os\"\n\nfunc TestMain(any) { os.Exit(0) }\n",
			"lessons/01-numbers/notwritten.go":   "package numbers\n\nfunc notWritten(int) error { return nil }\n",
			"go.mod":                             "module example/websockets\n\nreplace github.com/stretchr/testify => ./evil\n",
			"vendor/modules.txt":                 "# github.com/stretchr/testify v1.12.1\n## explicit\n",
			"internal/steps/steps.go":            "package steps\n",
		}, 3, ""},
	}
	handIns := map[string]map[string]string{}
	for _, c := range cases {
		handIns[c.name] = c.files
	}
	all := marked(t, handIns)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := all[c.name]
			got, of := h.Points()
			assert.Equal(t, 7, of)
			assert.Equal(t, c.want, got, h.Page())
			assert.Contains(t, h.Page(), c.says)
			assert.NotContains(t, h.Page(), "waiting behind it", "every step was run")
		})
	}
}

// The other line of defence: what the same code earns when nobody reads it first.
func TestCodeThatWasNotReadForgesNothing(t *testing.T) {
	unread = true
	t.Cleanup(func() { unread = false })
	sums := right(t, "sums.go")
	with := func(imports, code string) string {
		return "package numbers\n\nimport (\n\t\"errors\"\n" + imports + ")\n\nconst Most = 100\n\nvar ErrNegative = errors.New(\"no\")\n\n" +
			"func Root(n int) (int, error) { return 0, nil }\n\n" + code
	}
	cases := []struct {
		name, imports, code string
		want                int
		says                string
	}{
		{"init exits 0", `"os"`, `func init() { os.Exit(0) }`, 0, "your code ended the whole program (exit status 0)"},
		{"init hangs", ``, `func init() { select {} }`, 0, "the tests did not end within"},
		{"forged lines", `"fmt"`, `func init() {
			for n := range 3 {
				fmt.Printf("\n--- PASS: TestStep%d_X (0.00s)\nPASS\nok  \texample/websockets/lessons/01-numbers\t0.01s\n", n+1)
				fmt.Printf("\n\x16--- PASS: TestStep%d_X (0.00s)\n", n+1)
			}
		}`, 3, ""},
		{"forged JSON", `"fmt"; "os"`, `func init() {
			s := "{\"Verdicts\":[{\"Test\":\"TestStep3_NoRootOfANegativeNumber\"}]}\n{\"Action\":\"pass\",\"Test\":\"TestStep3_NoRootOfANegativeNumber\"}\n"
			fmt.Print(s)
			fmt.Fprint(os.Stderr, s)
		}`, 3, ""},
		{"stdout closed", `"os"`, `func init() { os.Stdout.Close() }`, 3, ""},
		{"stderr closed", `"os"`, `func init() { os.Stderr.Close() }`, 0, ""},
		{"the environment read", `"fmt"; "os"; "strings"`, `func init() {
			env, _ := os.ReadFile("/proc/self/environ")
			for _, e := range append(os.Environ(), strings.Split(string(env), "\x00")...) {
				if name, value, _ := strings.Cut(e, "="); strings.HasPrefix(name, "STEPS") {
					for _, token := range []string{value, e} {
						fmt.Fprintf(os.Stderr, "\n%s start TestStep3_NoRootOfANegativeNumber\n%s pass TestStep3_NoRootOfANegativeNumber\n%s end 0\n", token, token, token)
					}
				}
			}
		}`, 3, ""},
		{"stdin read", `"fmt"; "os"; "io"`, `func init() {
			go func() {
				token, _ := io.ReadAll(os.Stdin)
				fmt.Fprintf(os.Stderr, "\n%s pass TestStep3_NoRootOfANegativeNumber\n", token)
			}()
		}`, 3, ""},
		{"the marker ended", `"os"`, `func init() { p, _ := os.FindProcess(os.Getppid()); p.Kill() }`, 0, "the tests were stopped from outside"},
		{"a folder that cannot be emptied", `"os"`, `func init() {
			os.MkdirAll("deep/er", 0o777); os.WriteFile("deep/er/x", nil, 0o666); os.Chmod("deep/er", 0); os.Chmod("deep", 0)
		}`, 3, ""},
	}
	if runtime.GOOS == "linux" { // which gives orphans to the marker
		cases = append(cases, cases[0])
		c := &cases[len(cases)-1]
		c.name, c.imports, c.want, c.says = "children that outlive the test", `"os/exec"; "syscall"`, 3, ""
		c.code = `func init() {
			for _, attr := range []*syscall.SysProcAttr{{}, {Setpgid: true}, {Setsid: true}} {
				cmd := exec.Command("sh", "-c", "(sleep 600 &) ; sleep 600")
				cmd.SysProcAttr = attr
				cmd.Start()
			}
		}`
	}
	handIns := map[string]map[string]string{}
	for _, c := range cases {
		handIns[c.name] = map[string]string{"sums.go": sums, "root.go": with(c.imports+"\n", c.code)}
	}
	all := marked(t, handIns)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := all[c.name]
			got, _ := h.Points()
			assert.Equal(t, c.want, got, h.Page())
			assert.Contains(t, h.Page(), c.says)
		})
	}
}

func TestLinksAreNotFollowed(t *testing.T) {
	dir, tmp := t.TempDir(), t.TempDir()
	put(t, dir, map[string]string{"elsewhere/sums.go": right(t, "sums.go"), "elsewhere/root.go": right(t, "root.go")})
	put(t, filepath.Join(dir, "in", "a file"), map[string]string{"root.go": right(t, "root.go")})
	put(t, filepath.Join(dir, "in", "folders"), map[string]string{"x": ""})
	for link, to := range map[string]string{
		"in/a file/sums.go":  "../../elsewhere/sums.go",
		"in/folders/lessons": "../../elsewhere",
		"in/itself":          "../elsewhere",
		"in/folders/loop":    ".",
	} {
		if err := os.Symlink(filepath.FromSlash(to), filepath.Join(dir, filepath.FromSlash(link))); err != nil {
			t.Skip("no links here: ", err)
		}
	}
	all := nothingLeft(t, tmp, func() []*HandIn {
		all, err := Run(t.Context(), small, []string{filepath.Join(dir, "in")}, Options{})
		require.NoError(t, err)
		return all
	})
	require.Len(t, all, 3)
	for i, want := range []int{4, 0, 0} {
		got, _ := all[i].Points()
		assert.Equal(t, want, got, all[i].Name)
	}
	assert.Contains(t, all[0].Page(), "it is a link, and links are not followed")
	assert.Contains(t, all[2].Page(), "The hand-in is a link and not a folder.")
}

func TestTheSameInputGivesTheSameOutput(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"-dash", "with spaces", "=1+1", "<b>|`x`", "ünïcödé"} {
		if runtime.GOOS == "windows" && strings.ContainsAny(name, "<|") {
			continue
		}
		put(t, filepath.Join(dir, name), map[string]string{"sums.go": right(t, "sums.go", "a - b }", "0 }"), "root.go": right(t, "root.go", "ErrNegative\n", "errors.New(\"```no\")\n")})
	}
	put(t, filepath.Join(dir, "other"), map[string]string{"sums.go": "// mine\n" + right(t, "sums.go", "func Sum(a, b int) int { return a + b }", "func Sum(a, b int) int {\n\n\treturn a+b\n}")})
	all := func(parallel int) string {
		h, err := Run(t.Context(), small, []string{dir}, Options{Parallel: parallel})
		require.NoError(t, err)
		var b strings.Builder
		for _, write := range []func(*strings.Builder) error{
			func(b *strings.Builder) error { return Table(b, h) },
			func(b *strings.Builder) error { return CSV(b, h) },
			func(b *strings.Builder) error { return JSON(b, h) },
		} {
			require.NoError(t, write(&b))
		}
		pages := t.TempDir()
		require.NoError(t, Pages(pages, h))
		fs.WalkDir(os.DirFS(pages), ".", func(path string, e fs.DirEntry, err error) error {
			text, _ := os.ReadFile(filepath.Join(pages, path))
			b.WriteString(path + "\n" + string(text))
			return err
		})
		fmt.Fprintln(&b, Same(h))
		return b.String()
	}
	one := all(1)
	assert.Equal(t, one, all(4))
	assert.Contains(t, one, "'=1+1,1,7,1,1,0,0\n")
	assert.Contains(t, one, "-dash")
	assert.Contains(t, one, "# Feedback for ünïcödé\n")
	assert.Contains(t, one, "\n````text\n", "a fence that the text cannot close")
}

func TestSame(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a"), map[string]string{"sums.go": right(t, "sums.go"), "root.go": right(t, "root.go")})
	put(t, filepath.Join(dir, "b"), map[string]string{"sums.go": "// mine\n" + right(t, "sums.go", "func Sum(a, b int) int { return a + b }", "func Sum(a,b int) int {\n\n\treturn a+b /* sum */\n}")})
	put(t, filepath.Join(dir, "c"), map[string]string{"sums.go": right(t, "sums.go", "return a + b", "return b + a")})
	starter, err := os.ReadFile(filepath.Join("testdata", "course", "lessons", "01-numbers", "root.go"))
	require.NoError(t, err)
	for _, name := range []string{"b", "c"} {
		put(t, filepath.Join(dir, name), map[string]string{"root.go": string(starter)})
	}
	all, err := Run(t.Context(), small, []string{dir}, Options{})
	require.NoError(t, err)
	assert.Equal(t, []Pair{{A: "a", B: "b", Files: []string{"1: sums.go"}, Of: 2}}, Same(all))
}

// One stray file must not make one learner of a whole class, silently.
func TestAFolderThatIsHandInAndClass(t *testing.T) {
	dir := t.TempDir()
	sums := right(t, "sums.go")
	put(t, dir, map[string]string{"one/sums.go": sums, "two/course-main/lessons/01-numbers/sums.go": sums, "notes/x": "", "sums.go": sums})
	_, err := Run(t.Context(), small, []string{dir}, Options{})
	assert.ErrorContains(t, err, "folders that look like hand-ins (one, two): take out what does not belong there")

	// A whole course is one hand-in, with what it has beside the lessons.
	dir = t.TempDir()
	put(t, dir, map[string]string{"lessons/01-numbers/sums.go": sums, "solutions/01-numbers/sums.go": sums, ".old/sums.go": sums})
	all, err := Run(t.Context(), small, []string{dir}, Options{})
	require.NoError(t, err)
	assert.Len(t, all, 1)
}

func TestArchivesAreNamed(t *testing.T) {
	dir := t.TempDir()
	sums := right(t, "sums.go")
	put(t, dir, map[string]string{
		"packed.zip":            "",
		"unpacked.tar.gz":       "",
		"unpacked/sums.go":      sums,
		"inside/Course.ZIP":     "",
		"list.txt":              "",
		"both/lesson.7z":        "",
		"both/lessons/numbers":  "",
		"both/sums.go":          sums,
		"both/course/deep.zip":  "",
		"inside/x/unrelated.go": "",
	})
	var says bytes.Buffer
	all, err := Run(t.Context(), small, []string{dir}, Options{Progress: &says})
	require.NoError(t, err)
	assert.Equal(t, "packed.zip is not marked: it is an archive and not a folder; unpack it\n", says.String())
	var table strings.Builder
	require.NoError(t, Table(&table, all))
	assert.Equal(t, `hand-in   lesson 1     sum
both        3 of 7  3 of 7  lesson.7z was not marked
inside      0 of 7  0 of 7  Course.ZIP was not marked
unpacked    3 of 7  3 of 7
`, table.String())
	assert.Contains(t, all[1].Page(), "Course.ZIP was not marked: it is an archive and has to be unpacked.")

	dir = t.TempDir()
	put(t, dir, map[string]string{"packed.zip": ""})
	_, err = Run(t.Context(), small, []string{dir}, Options{})
	assert.ErrorContains(t, err, "packed.zip is not marked: it is an archive and not a folder; unpack it\nthere are no hand-ins in ")
}

func TestWhatCannotBeMarked(t *testing.T) {
	dir := t.TempDir()
	_, err := Run(t.Context(), small, []string{dir}, Options{})
	assert.ErrorContains(t, err, "there are no hand-ins in ")
	put(t, filepath.Join(dir, "x", "same"), map[string]string{"sums.go": right(t, "sums.go")})
	put(t, filepath.Join(dir, "y", "same"), map[string]string{"sums.go": right(t, "sums.go")})
	_, err = Run(t.Context(), small, []string{filepath.Join(dir, "x"), filepath.Join(dir, "y", "same")}, Options{})
	assert.ErrorContains(t, err, `two hand-ins are called "same"`)
	_, err = Run(t.Context(), small, []string{dir}, Options{Lessons: []int{2}})
	assert.ErrorContains(t, err, "there is no lesson 2")

	mine := filepath.Join(small.Dir, "lessons", "01-numbers", "sums.go")
	before, err := os.ReadFile(mine)
	require.NoError(t, err)
	put(t, filepath.Dir(mine), map[string]string{"sums.go": right(t, "sums.go")})
	_, err = Run(t.Context(), small, []string{dir}, Options{})
	assert.EqualError(t, err, "hand-ins are marked by a course as it was shipped: lessons/01-numbers/sums.go is not; "+
		"put your own code aside with  git stash push -u -- lessons  or use a fresh clone")
	put(t, filepath.Dir(mine), map[string]string{"mine.go": "package numbers\n"})
	_, err = Run(t.Context(), small, []string{dir}, Options{})
	assert.ErrorContains(t, err, "lessons/01-numbers/sums.go is not (nor is 1 other file); put")
	require.NoError(t, os.Remove(filepath.Join(filepath.Dir(mine), "mine.go")))
	require.NoError(t, os.WriteFile(mine, before, 0o666))
}

// Whoever stops the marking stops all of it.
func TestAStopLeavesNothing(t *testing.T) {
	unread = true
	t.Cleanup(func() { unread = false })
	dir, tmp := t.TempDir(), t.TempDir()
	// The hand-in says that it runs, and holds the connection as long as it does.
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	put(t, filepath.Join(dir, "somebody"), map[string]string{"sums.go": "package numbers\n\nimport \"net\"\n\n" +
		fmt.Sprintf("func init() {\n\tc, _ := net.Dial(\"tcp\", %q)\n\tc.Read(make([]byte, 1))\n\tselect {}\n}\n\n", ln.Addr()) +
		"func Sum(a, b int) int { return 0 }\nfunc Difference(a, b int) int { return 0 }\n"})
	nothingLeft(t, tmp, func() []*HandIn {
		t.Setenv("STEPS_LIMIT", "1h")
		ctx, cancel := contextOf(t)
		go func() {
			defer cancel()
			if conn, err := ln.Accept(); err == nil {
				t.Cleanup(func() {
					_, err := conn.Read(make([]byte, 1))
					assert.Error(t, err, "the hand-in is gone, and its end of the connection with it")
				})
			}
		}()
		_, err := Run(ctx, small, []string{dir}, Options{})
		assert.ErrorIs(t, err, ctx.Err())
		return nil
	})
}

func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), 2*time.Minute)
}
