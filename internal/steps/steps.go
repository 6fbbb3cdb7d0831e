// Package steps runs the tests of a lesson as numbered steps.
//
// A lesson's test file has one test a step, named TestStep3_WhatItIsAbout, and
// its TestMain calls [Main]. The first step that fails stops the lesson: the
// others wait, so there is one red at a time. Titles and the number of steps
// come from the headings of the lesson's notes ("## Step 3 · ...").
//
// Whatever the learner's code does, a step ends within a few seconds in a few
// lines of plain words. What can be caught inside the process is caught here:
// a panic, a call that never returns, a deadlock in a synctest bubble, a
// goroutine left behind. What cannot, Main watches from a parent process.
//
// With STEPS=all in the environment every step runs, whatever came before.
package steps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example/websockets/internal/notwritten"
	"example/websockets/internal/wire"
)

// limit is the time one step may take. Steps take milliseconds: the limit is
// there for code that would never end, and generous for a busy machine.
// STEPS_LIMIT (a duration) replaces it, for checks that wait for it often.
func limit() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("STEPS_LIMIT")); err == nil {
		return d
	}
	if raceDetector { // which makes code five to ten times as slow
		return 30 * time.Second
	}
	return 6 * time.Second
}

// T is what a step's body gets. It serves testify's require as well.
type T struct {
	mu     sync.Mutex
	doing  string
	bubble bool   // the body runs in a synctest bubble
	failed string // what is reported; the first failure counts
	over   bool   // the step's verdict is out: nothing is recorded any more
	after  []func()
	watch  *time.Timer // ends the step
}

// Cleanup has f called when the body has ended, the last one first.
func (t *T) Cleanup(f func()) { t.after = append(t.after, f) }

// Doing says what the step does from here on, in words that complete the
// sentence "it did not end while ...". A hang, a panic or a crash quotes it.
func (t *T) Doing(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return
	}
	t.doing = fmt.Sprintf(format, args...)
	tellParent("doing", t.doing)
}

// Anew gives the step its time once more, for one that asks the lesson's code for a lot
// of work in calls that have nothing to do with each other: each has the limit then, and
// who is thorough on a busy machine is not taken for somebody who hangs. It is for
// [Run]: in a bubble the clock is another one.
func (t *T) Anew() {
	if t.bubble {
		panic("steps: Anew in a bubble")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.over {
		t.watch.Reset(limit())
		tellParent("anew", "")
	}
}

// A Look is a mistake that a result may be recognised by.
type Look struct {
	Is    bool
	Words string
}

// LooksLike makes a Look: words are shown when is is true.
func LooksLike(is bool, words string) Look { return Look{is, words} }

// Fail ends the step. did is the call or the exchange in question, found what
// came of it (see [WantGot] and package wire). The first Look that holds is
// shown with it.
func (t *T) Fail(did, found string, looks ...Look) {
	var b strings.Builder
	b.WriteString(did)
	for line := range strings.Lines(found) {
		b.WriteString("\n  " + strings.TrimRight(line, "\n"))
	}
	for _, l := range looks {
		if l.Is {
			b.WriteString("\nlooks like: " + l.Words)
			break
		}
	}
	t.fail(b.String())
	runtime.Goexit()
}

// WantGot shows two values below each other, each cut to a line.
func WantGot(want, got any) string {
	return "want  " + show(want) + "\ngot   " + show(got)
}

// Equal fails the step when got is not want.
func Equal[V comparable](t *T, did string, want, got V, looks ...Look) {
	if want != got {
		t.Fail(did, WantGot(want, got), looks...)
	}
}

// show prints a value on one line. Texts and bytes are cut at 64 bytes.
func show(v any) string {
	var s string
	switch v := v.(type) {
	case nil:
		return "nil"
	case error:
		s = "error: " + v.Error()
		for name, known := range names {
			if v == known {
				s = name
			}
		}
	case string:
		return wire.Quote(v)
	case []byte:
		return wire.Quote(v)
	case fmt.Stringer:
		s = v.String()
	default:
		s = fmt.Sprintf("%#v", v)
		if fmt.Sprintf("%T", v) != "[]string" {
			s = fmt.Sprintf("%v", v)
		}
	}
	s = strings.NewReplacer("\r", `\r`, "\n", `\n`).Replace(strings.TrimSpace(s))
	if r := []rune(s); len(r) > 100 {
		s = string(r[:88]) + fmt.Sprintf("… (%d characters)", len(r))
	}
	return s
}

func (t *T) fail(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed == "" && !t.over {
		t.failed = text
	}
}

// Errorf, FailNow and Helper make T a testify TestingT.
func (t *T) Errorf(format string, args ...any) {
	t.fail(fromTestify(fmt.Sprintf(format, args...)))
}

// FailNow ends the calling goroutine, as testing.T.FailNow does.
func (t *T) FailNow() {
	t.fail("the check failed")
	runtime.Goexit()
}

// Helper does nothing: a failure here needs no file and line of the test.
func (t *T) Helper() {}

// fromTestify keeps what testify says about the values and drops where the
// test stands. Text that is not testify's is kept as it is.
func fromTestify(s string) string {
	_, after, ok := strings.Cut(s, "Error:")
	if !ok {
		return strings.TrimSpace(s)
	}
	body, messages, _ := strings.Cut(after, "Messages:")
	var lines []string
	if m := strings.TrimSpace(messages); m != "" {
		lines = append(lines, m)
	}
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "Test:") || strings.HasPrefix(line, "Diff:") {
			break
		}
		if line != "" {
			lines = append(lines, "  "+show(Words(line)))
		}
	}
	return strings.Join(lines[:min(len(lines), 8)], "\n")
}

// Words are prose in the place of a value: shown without quotes.
type Words string

func (w Words) String() string { return string(w) }

// WantError fails the step when errors.Is does not find want in got.
func WantError(t *T, did string, want, got error, looks ...Look) {
	if !errors.Is(got, want) {
		looks = append(looks, LooksLike(got != nil && strings.Contains(got.Error(), want.Error()),
			"only the text of the error was passed on; %w passes on the error itself"))
		t.Fail(did, WantGot(Words("an error in which errors.Is finds "+errorName(want)), got), looks...)
	}
}

// errorName is what Go code calls an error of the standard library, because its
// text ("i/o timeout") is not what one looks for. Other errors are their text.
func errorName(err error) string {
	for name, known := range names {
		if err == known {
			return name
		}
	}
	return fmt.Sprintf("the one that says %q", err)
}

var names = map[string]error{
	"context.Canceled":       context.Canceled,
	"io.EOF":                 io.EOF,
	"io.ErrShortWrite":       io.ErrShortWrite,
	"net.ErrClosed":          net.ErrClosed,
	"os.ErrDeadlineExceeded": os.ErrDeadlineExceeded,
}

// Names tells how a lesson calls its own errors. Its TestMain calls it, before
// [Main].
func Names(errs map[string]error) { maps.Copy(names, errs) }

// Run runs body as the step that the test's name says.
func Run(t *testing.T, body func(*T)) {
	t.Helper()
	run(t, func(st *T) { protect(st, func() { body(st) }) })
}

// Bubble runs body as a step inside a synctest bubble: time is the bubble's,
// and a deadlock is seen the moment it happens.
func Bubble(t *testing.T, body func(*T)) {
	t.Helper()
	run(t, func(st *T) {
		st.bubble = true
		defer func() {
			if r := recover(); r != nil {
				st.deadlock(fmt.Sprint(r))
			}
		}()
		synctest.Test(t, func(*testing.T) {
			// A failure ends the goroutine it happens in, and package testing
			// wants its own goroutine to come to its end.
			done := make(chan struct{})
			go func() {
				defer close(done)
				protect(st, func() { body(st) })
			}()
			<-done
		})
	})
}

// Fuzz says whether the seeds of a fuzz target may run: only when no step up to
// after is red. Otherwise it skips the target. It adds the [Seeds].
func Fuzz(f *testing.F, after int) {
	lesson.mu.Lock()
	red := lesson.red
	lesson.mu.Unlock()
	if red != 0 && red <= after {
		f.Skipf("waits for step %d", red)
	}
	Seeds(f)
}

// lesson is what is known of the run so far. One test binary is one lesson.
var lesson struct {
	mu   sync.Mutex
	red  int // the first step that failed in this round, 0 for none
	done int // steps passed one after the other from step 1
}

var stepName = regexp.MustCompile(`^TestStep(\d+)_(\w+)$`)

func run(t *testing.T, body func(*T)) {
	t.Helper()
	m := stepName.FindStringSubmatch(t.Name())
	if m == nil {
		t.Fatalf("%s: a step's test is named TestStep<number>_<what it is about>", t.Name())
	}
	n, _ := strconv.Atoi(m[1])
	notes := readNotes(".")
	t.Attr("step", strconv.Itoa(n))
	t.Attr("title", notes.title(n))

	lesson.mu.Lock()
	if n <= lesson.red || n == 1 {
		lesson.red, lesson.done = 0, 0 // a new round of -count
	}
	red := lesson.red
	lesson.mu.Unlock()
	if red != 0 && os.Getenv("STEPS") != "all" {
		t.Skipf("waits for step %d", red)
	}

	tellParent("start", t.Name())
	notwritten.Reset()
	before := goroutines()
	st := &T{watch: time.NewTimer(limit())}
	defer st.watch.Stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		body(st)
	}()
	select {
	case <-done:
		st.leaked(before)
	case <-st.watch.C:
		st.hung(before)
	}

	st.mu.Lock()
	st.over = true
	text := st.failed
	st.mu.Unlock()
	lesson.mu.Lock()
	defer lesson.mu.Unlock()
	if text == "" {
		if n == lesson.done+1 {
			lesson.done = n
		}
		tellParent("pass", t.Name())
		return
	}
	if lesson.red == 0 {
		lesson.red = n
	}
	if places := unwritten(n); len(places) > 0 {
		text = invitation(places, lesson.done)
	}
	text = report(notes, n, lesson.done, text)
	fmt.Fprint(t.Output(), text)
	tellParent("fail", t.Name()+" "+strconv.Quote(text))
	t.FailNow()
}

// unwritten returns the places that step n came through and that are still to be
// written: the step's own, or else those of other steps.
func unwritten(n int) []notwritten.Place {
	all := notwritten.Reached()
	own := slices.DeleteFunc(slices.Clone(all), func(p notwritten.Place) bool { return p.Step != n })
	if len(own) > 0 {
		return own
	}
	return all
}

func invitation(places []notwritten.Place, done int) string {
	var text string
	seen := map[string]bool{}
	for _, p := range places {
		if seen[p.Func] || len(seen) == 3 {
			continue
		}
		if text += "\n  and "; len(seen) == 0 {
			text = "not written yet: write "
		}
		text += fmt.Sprintf("%s in %s:%d", p.Func, shortPath(p.File), p.Line)
		seen[p.Func] = true
	}
	if done == 0 && places[0].Step == 1 {
		text += "\n  Everything is installed and works. A red step is a step to do."
	}
	return text
}

// report is the whole text of a failed step.
func report(notes notes, n, done int, text string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "step %d of %d · %s\n\n", n, notes.steps(), notes.title(n))
	for line := range strings.Lines(text) {
		b.WriteString("  " + strings.TrimRight(line, "\n") + "\n")
	}
	fmt.Fprintf(&b, "  read: %s, step %d", notes.page(n), n)
	if task := taskOf(n); task != "" {
		fmt.Fprintf(&b, "; the task: %s", task)
	}
	b.WriteString("\n")
	if done == n-1 {
		fmt.Fprintf(&b, "step %d of %d is next: %d done, %d waiting behind it\n", n, notes.steps(), done, max(notes.steps()-n, 0))
	}
	return b.String()
}

// protect runs f and reports a panic in it as the learner's, at their line.
func protect(t *T, f func()) {
	defer func() {
		for _, f := range slices.Backward(t.after) {
			f()
		}
	}()
	whole := false
	defer func() {
		if !whole { // a failure and a panic were recorded before, and the first counts
			t.fail("your code ended the goroutine that called it, as runtime.Goexit does")
		}
	}()
	defer func() {
		if r := recover(); r != nil {
			stack := make([]byte, 64<<10)
			stack = stack[:runtime.Stack(stack, false)]
			t.fail(panicText(fmt.Sprint(r), string(stack), t.now()))
		}
	}()
	f()
	whole = true
}

func (t *T) now() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.doing
}

// panicText says in words what a panic was and where in the lesson's own code
// it came from. stack is the text of the panicking goroutine.
func panicText(what, stack, doing string) string {
	text := "the test panicked: " + show(Words(what))
	if at := framesOf(stack); len(at) > 0 {
		text = saysPanic(what, "") + "\n  at " + at[0]
	}
	if doing != "" {
		text += "\n  while " + doing
	}
	return text
}

func saysPanic(what, where string) string {
	if strings.Contains(what, "unexpected call to os.Exit(0)") {
		return "your code called os.Exit(0), which would end the tests as if all were well"
	}
	return "your code panicked" + where + ": " + show(Words(what))
}

// hung fails a step that did not end within its limit.
func (t *T) hung(before map[string]bool) {
	text := fmt.Sprintf("it did not end within %v", limit())
	doing := t.now()
	if doing != "" {
		text += " while " + doing
	}
	// A loop of the test's own that calls the lesson's code over and over is not
	// always in it. But what has gone on after all is somewhere else by now.
	at := standing("your code is at", before)
	for tries := 0; at == "" && tries < 20; tries++ {
		time.Sleep(time.Millisecond)
		if at = standing("your code is at", before); t.now() != doing {
			at = ""
			break
		}
	}
	text += at
	if t.bubble {
		text += "\n  Time in this step moves only when everybody waits for a channel, a connection or a timer: not in a loop that polls, and not for a sync.Mutex or a sync.Once."
	}
	t.fail(text)
}

// deadlock fails a step whose bubble came to a halt.
func (t *T) deadlock(reason string) {
	if strings.Contains(reason, "main bubble goroutine has exited") {
		// The verdict on the step itself comes first: what a failed step leaves
		// behind is no second mistake.
		t.fail("a goroutine was left running after the step" + standing("it is at", nil))
		return
	}
	if !strings.Contains(reason, "deadlock") {
		t.fail(panicText(reason, "", t.now()))
		return
	}
	text := "deadlock: everybody waits for somebody else"
	if doing := t.now(); doing != "" {
		text += "\n  while " + doing
	}
	t.fail(text + standing("your code waits at", nil))
}

// leaked fails a step that left a goroutine of the lesson's own code running.
// A goroutine that is on its way out gets a moment to go.
func (t *T) leaked(before map[string]bool) {
	t.mu.Lock()
	failed := t.failed != ""
	t.mu.Unlock()
	if failed {
		return
	}
	for deadline := time.Now().Add(time.Second); ; time.Sleep(time.Millisecond) {
		left := lessonGoroutines(before)
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.fail("a goroutine was left running after the step" + standing("it is at", before))
			return
		}
	}
}

// standing lists where goroutines of the lesson's code are, two places at most.
func standing(intro string, before map[string]bool) string {
	text, places := "", map[string]bool{}
	for _, g := range lessonGoroutines(before) {
		place := fmt.Sprintf("%s (%s)", g.at, g.doing)
		if places[place] || len(places) == 2 {
			continue
		}
		places[place] = true
		text += "\n  " + intro + " " + place
		intro = "and at"
	}
	return text
}
