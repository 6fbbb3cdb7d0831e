package steps

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"example/websockets/internal/receipt"
)

// Some ends cannot be caught by the process that meets them: a panic in a
// goroutine the learner started, a stack or a heap that grows without end,
// os.Exit. So under go test the binary runs itself as a child with the same
// arguments, passes the child's output on, and tells in words what became of
// it. The child reports what it is doing on stderr, in lines that begin with a
// token nobody can guess: see package receipt.
//
// A debugger, a benchmark or a fuzz run gets the plain process: only go test
// itself passes -test.paniconexit0.

const (
	mostPrint = 256 << 10 // bytes a step may print
	mostLine  = 1 << 20   // bytes of a line that are kept until its end comes
	mostHeap  = 1 << 30   // bytes a step's heap may grow to
)

// Main runs the tests of a lesson. It is all that a lesson's TestMain does.
func Main(m *testing.M) {
	if token = receipt.Take(); token != "" {
		becomeChild()
		code := m.Run()
		tellParent("end", strconv.Itoa(code))
		os.Exit(code)
	}
	if plainRun(os.Args) {
		os.Exit(m.Run())
	}
	os.Exit(supervise())
}

var flagsOfPlainRuns = regexp.MustCompile(`^-test\.(bench|list|fuzz|fuzzworker)(=.+)?$`)

func plainRun(args []string) bool {
	return !slices.Contains(args, "-test.paniconexit0") || slices.ContainsFunc(args, flagsOfPlainRuns.MatchString)
}

var (
	token    string                // marks the child's lines to its parent; "" in a plain run
	toParent io.Writer = os.Stderr // kept here: for -json, package testing points os.Stderr elsewhere
)

func tellParent(what, value string) {
	if token != "" {
		value = strings.ReplaceAll(value, "\n", " ")
		fmt.Fprintf(toParent, "\n%s %s %s\n", token, what, value)
	}
}

// becomeChild ends the process when its parent is gone, and keeps endless
// recursion and endless appending from taking the whole machine.
func becomeChild() {
	parent := os.Stdin
	if null, err := os.Open(os.DevNull); err == nil {
		os.Stdin = null
	}
	go func() {
		io.Copy(io.Discard, parent)
		os.Exit(2)
	}()
	debug.SetMaxStack(64 << 20)
	go func() {
		for ; ; time.Sleep(20 * time.Millisecond) {
			if heapInUse() > mostHeap {
				tellParent("heap", "")
				os.Exit(2)
			}
		}
	}()
}

// supervise runs the child and returns the exit status for the parent.
func supervise() int {
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, "steps:", err)
		return 1
	}
	var crashed []string
	code := 0
	for {
		p := newParent(self, os.Args[1:])
		c := p.runChild(crashed)
		code = max(code, c)
		if p.crashedIn == "" || os.Getenv("STEPS") != "all" {
			return code
		}
		// Every step counts here: run those that the crash kept from running.
		crashed = append(crashed, p.started...)
	}
}

// parent follows one child.
type parent struct {
	binary         string
	args           []string
	stdout, stderr io.Writer     // for what the child prints
	idle           time.Duration // that the child may take between steps; 0 for any time

	token string
	cmd   *exec.Cmd

	mu        sync.Mutex
	started   []string // tests started, in order
	running   string   // the test under way, "" between tests
	doing     string
	done      int // steps passed from step 1 on
	ended     bool
	printed   int
	newline   bool // the child's last byte on stdout ended a line
	why       string
	dump      bytes.Buffer // stderr from the first line of a crash on
	crashedIn string
	verdicts  []Verdict
	watch     *time.Timer
}

func newParent(binary string, args []string) *parent {
	return &parent{binary: binary, args: args, stdout: os.Stdout, stderr: os.Stderr,
		token: "steps-" + rand.Text(), newline: true}
}

func (p *parent) runChild(skip []string) int {
	args := slices.Clone(p.args)
	if len(skip) > 0 {
		args = append(args, "-test.skip=^("+strings.Join(skip, "|")+")$")
	}
	p.cmd = exec.Command(p.binary, args...)
	p.cmd.Env = append(os.Environ(), receipt.Env+"=1")
	p.cmd.WaitDelay = time.Second
	keepAlive, err := p.cmd.StdinPipe() // closes when this process ends, however it ends
	if err != nil {
		fmt.Fprintln(p.stderr, "steps:", err)
		return 1
	}
	defer keepAlive.Close()
	p.cmd.Stdout = writerFunc(p.fromStdout)
	lines := &lineWriter{each: p.fromStderr}
	p.cmd.Stderr = lines
	p.watch = time.AfterFunc(time.Hour, func() { p.kill("") })
	p.rest()
	if err := p.cmd.Start(); err != nil {
		p.watch.Stop()
		p.why = "the tests could not be started: " + err.Error()
		fmt.Fprintln(p.stderr, "steps:", err)
		return 1
	}
	io.WriteString(keepAlive, p.token+"\n") // it fails for a child that is gone, and Wait says so
	err = p.cmd.Wait()
	lines.flush()
	p.watch.Stop()

	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		p.stderr.Write(p.dump.Bytes())
		return p.cmd.ProcessState.ExitCode()
	}
	p.crashedIn = p.running
	if p.running == "" {
		// Outside any step: say everything, there is nothing to attach it to.
		p.stderr.Write(p.dump.Bytes())
		fmt.Fprintln(p.stderr, "the tests ended outside any step:", errors.Join(err, errors.New(p.why)))
		return 1
	}
	p.report()
	return 1
}

// rest is for the time in which no step runs.
func (p *parent) rest() {
	p.watch.Stop()
	if p.idle > 0 {
		p.watch.Reset(p.idle)
	}
}

// kill ends a child that is past helping itself.
func (p *parent) kill(why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.why == "" {
		p.why = why
	}
	p.cmd.Process.Kill()
}

func (p *parent) fromStdout(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passOn(p.stdout, b)
	return len(b), nil
}

// passOn prints what the child printed, up to a limit for each step.
func (p *parent) passOn(to io.Writer, b []byte) {
	if p.printed += len(b); p.printed > mostPrint {
		if p.why == "" {
			p.why = fmt.Sprintf("your code printed more than %d kB in this step", mostPrint>>10)
			p.cmd.Process.Kill()
		}
		return
	}
	to.Write(b)
	p.newline = b[len(b)-1] == '\n'
}

var tooMuchMemory = fmt.Sprintf("your code took more than %d MB of memory in this step", mostHeap>>20)

// crash recognises the first line of what the Go runtime prints when it ends a
// program.
var crash = regexp.MustCompile(`^(panic: |fatal error: |runtime: goroutine stack exceeds )`)

func (p *parent) fromStderr(line []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	what, value, mine := strings.Cut(strings.TrimPrefix(strings.TrimRight(string(line), "\r\n"), p.token+" "), " ")
	mine = mine && bytes.HasPrefix(line, []byte(p.token))
	switch {
	case mine:
		p.event(what, value)
	case p.dump.Len() > 0 || crash.Match(line):
		if p.dump.Len() < 256<<10 {
			p.dump.Write(line)
		}
	case len(bytes.TrimSpace(line)) > 0:
		p.passOn(p.stderr, line)
	}
}

// begin begins the time of a step.
func (p *parent) begin() { p.watch.Reset(limit() + 3*time.Second) }

func (p *parent) event(what, value string) {
	switch what {
	case "start":
		p.running, p.doing = value, ""
		p.started = append(p.started, value)
		p.begin()
		if stepNumber(value) == 1 {
			p.done = 0
		}
	case "anew":
		p.begin()
	case "doing":
		p.doing = value
	case "pass":
		if n := stepNumber(value); n == p.done+1 {
			p.done = n
		}
		p.verdict(value, "")
	case "fail":
		test, quoted, _ := strings.Cut(value, " ")
		report, _ := strconv.Unquote(quoted)
		p.verdict(test, cmp.Or(report, "it failed"))
	case "heap":
		p.why = tooMuchMemory
	case "end":
		p.ended = true
	}
}

// verdict takes down what became of the step that runs. Nothing else has one.
func (p *parent) verdict(test, report string) {
	if test == p.running && test != "" {
		p.verdicts = append(p.verdicts, Verdict{test, report})
	}
	p.running, p.printed = "", 0
	p.rest()
}

func stepNumber(test string) int {
	m := stepName.FindStringSubmatch(test)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// report prints, in the form that go test and its tools expect, the failure of
// the step in which the child ended.
func (p *parent) report() {
	mark := ""
	if slices.Contains(p.args, "-test.v=test2json") {
		mark = "\x16" // what test2json looks for before a line of the testing package
	}
	if !p.newline {
		fmt.Fprintln(p.stdout)
	}
	n := stepNumber(p.running)
	text := report(readNotes("."), n, p.done, p.words())
	fmt.Fprintf(p.stdout, "%s--- FAIL: %s (0.00s)\n", mark, p.running)
	for line := range strings.Lines(text) {
		fmt.Fprint(p.stdout, "    "+line)
	}
	fmt.Fprintf(p.stdout, "%sFAIL\n", mark)
	p.verdict(p.running, text)
}

// words say how the child ended.
func (p *parent) words() string {
	while := ""
	if p.doing != "" {
		while = "\n  while " + p.doing
	}
	dump := p.dump.String()
	first, rest, _ := strings.Cut(dump, "\n")
	at := ""
	if frames := framesOf(firstStack(rest)); len(frames) > 0 {
		at = "\n  at " + frames[0]
	}
	switch {
	case p.why != "":
		return p.why + while
	case strings.HasPrefix(first, "runtime: goroutine stack exceeds"):
		return "your code calls itself without end (stack overflow)" + at + while
	case strings.HasPrefix(first, "panic: "):
		what, _, _ := strings.Cut(strings.TrimPrefix(first, "panic: "), " [recovered")
		where := " in a goroutine it had started"
		if startedByTest(firstStack(rest)) {
			where = ""
		}
		return saysPanic(what, where) + at + while
	case strings.HasPrefix(first, "fatal error: ") && strings.Contains(first, "out of memory"):
		return tooMuchMemory + while // which of the two limits comes first is chance
	case strings.HasPrefix(first, "fatal error: "):
		return "the Go runtime gave up: " + show(Words(strings.TrimPrefix(first, "fatal error: "))) + at + while
	case p.cmd.ProcessState.ExitCode() >= 0:
		return fmt.Sprintf("your code ended the whole program (exit status %d), for instance by os.Exit or log.Fatal", p.cmd.ProcessState.ExitCode()) + while
	}
	return fmt.Sprintf("the tests did not end within %v and were stopped", limit()+3*time.Second) + while
}

// firstStack returns the stack of the goroutine that crashed: the first one.
func firstStack(dump string) string {
	for s := range strings.SplitSeq(dump, "\n\n") {
		if header.MatchString(s) {
			return s
		}
	}
	return dump
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// lineWriter calls each with one whole line at a time, its end included.
type lineWriter struct {
	each func([]byte)
	part []byte
}

func (w *lineWriter) Write(b []byte) (int, error) {
	n := len(b)
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			w.part = append(w.part, b...)
			if len(w.part) > mostLine {
				w.flush()
			}
			return n, nil
		}
		w.part = append(w.part, b[:i+1]...)
		w.each(w.part)
		w.part = w.part[:0]
		b = b[i+1:]
	}
}

func (w *lineWriter) flush() {
	if len(w.part) > 0 {
		w.each(append(w.part, '\n'))
		w.part = nil
	}
}
