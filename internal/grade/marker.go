package grade

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"example/websockets/internal/group"
	"example/websockets/internal/steps"
)

// job is what a marker is told to do.
type job struct {
	Course, Lesson string
	Overlay        string // the file for go test -overlay
	Dir            string // of the hand-in: nothing outside is written to
	Work           string // where the tests run
	Steps          int
	WithoutTests   bool // build once without the tests first
}

// outcome is what a marker found.
type outcome struct {
	Verdicts     []steps.Verdict
	Build        string // what the compiler said when it did not build
	WithoutTests string // the same, of the lesson without its tests
	Trouble      string // why steps were not run
	Failed       string // why the marker could not do its work
}

// markerEnv in the environment makes a program a marker, see [IsMarker].
const markerEnv = "COURSE_MARKER"

const (
	buildLimit = 3 * time.Minute // for machines that build everything for the first time
	stepLimit  = 20 * time.Second
	mostBuild  = 20 // lines of a compiler's output that are shown
)

// IsMarker says whether this process was started as a marker.
func IsMarker() bool { return os.Getenv(markerEnv) != "" }

// Marker reads a job from stdin, does it, and writes the outcome to stdout. It ends
// when stdin closes, and nothing that it started is left then.
func Marker() int {
	limitProcess()
	var j job
	in := json.NewDecoder(os.Stdin)
	if err := in.Decode(&j); err != nil {
		return 1
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		sweep()
		os.Exit(1)
	}()
	o := j.do()
	sweep()
	if err := json.NewEncoder(os.Stdout).Encode(o); err != nil {
		return 1
	}
	return 0
}

func (j job) do() (o outcome) {
	tmp := filepath.Join(j.Dir, "tmp")
	os.Setenv("GOTMPDIR", tmp)
	os.Unsetenv(markerEnv)
	if j.WithoutTests {
		out, err := j.build("build", "-o", os.DevNull)
		if err != nil {
			return outcome{Failed: err.Error()}
		}
		// Without the tests something else may be wrong as well; that shows below.
		if o.WithoutTests = out; out != "" {
			return o
		}
	}
	binary := filepath.Join(j.Dir, "lesson.test.exe")
	out, err := j.build("test", "-c", "-o", binary)
	switch {
	case err != nil:
		return outcome{Failed: err.Error()}
	case out != "":
		o.Build = out
		return o
	}
	if err := os.Chdir(j.Work); err != nil {
		return outcome{Failed: err.Error()}
	}
	limitHandIn()
	keep := []string{"STEPS_LIMIT", "PATH", "SYSTEMROOT"}
	var env []string
	for _, name := range keep {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name, value)
		}
	}
	os.Clearenv()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP", "HOME", "USERPROFILE"} {
		env = append(env, name, tmp)
	}
	for i := 0; i < len(env); i += 2 {
		os.Setenv(env[i], env[i+1])
	}
	o.Verdicts, o.Trouble = steps.Judge(binary)
	return o
}

var heading = regexp.MustCompile(`(?m)^# .*\n`)

// build runs the go command and returns what it says of a lesson that does not
// build, or "".
func (j job) build(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), buildLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", append(args, "-overlay", j.Overlay, "./lessons/"+j.Lesson)...)
	cmd.Dir = j.Course
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	switch {
	case err == nil:
		return "", nil
	case ctx.Err() != nil:
		return fmt.Sprintf("it was not built within %v\n", buildLimit), nil
	case !errors.As(err, new(*exec.ExitError)):
		return "", fmt.Errorf("the go command could not be run: %w", err)
	}
	text := heading.ReplaceAllString(out.String(), "")
	text = strings.ReplaceAll(text, j.Work+string(filepath.Separator), filepath.ToSlash(filepath.Join("lessons", j.Lesson))+"/")
	lines := strings.SplitAfter(text, "\n")
	if len(lines) > mostBuild {
		lines = append(lines[:mostBuild], "...\n")
	}
	return strings.Join(lines, ""), nil
}

// runMarker has a job done by a process of its own, in a group of its own.
func runMarker(ctx context.Context, j job) (o outcome, err error) {
	self, err := os.Executable()
	if err != nil {
		return o, err
	}
	text, err := json.Marshal(j)
	if err != nil {
		return o, err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), markerEnv+"=1")
	var out, says bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &says
	cmd.WaitDelay = time.Second
	group.Own(cmd)
	in, err := cmd.StdinPipe() // closes when this process ends, however it ends
	if err != nil {
		return o, err
	}
	if err := cmd.Start(); err != nil {
		return o, err
	}
	// The marker bounds each step by itself, and there is a step that has its time for
	// each of about forty calls. This is for a marker in trouble.
	limit := 2*buildLimit + time.Duration(j.Steps+41)*stepLimit
	overdue := time.AfterFunc(limit, func() { group.End(cmd, true) })
	defer overdue.Stop()
	stop := context.AfterFunc(ctx, func() { in.Close() })
	defer stop()
	in.Write(append(text, '\n'))
	err = cmd.Wait()
	group.End(cmd, true)
	if json.Unmarshal(out.Bytes(), &o) != nil {
		if ctx.Err() != nil {
			return o, ctx.Err()
		}
		// Something has ended the marker. It was not told to end, so the hand-in
		// did it, or the machine is out of memory: the lesson pays.
		return outcome{Trouble: "the tests were stopped from outside"}, nil
	}
	if o.Failed != "" {
		return o, errors.New(o.Failed)
	}
	return o, nil
}
