// Package notwritten marks the places of a lesson that a learner has still to
// fill in. A starter calls its lesson's notWritten(step) there; the step
// harness asks afterwards which of these places the code came through, so that
// an unwritten step is told apart from a wrong one.
package notwritten

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	_ "example/websockets/internal/receipt" // which has to be initialised before any lesson is
)

// Place is one spot in a starter that is not written yet.
type Place struct {
	Step int
	Func string // "Greet", "Decoder.Next"
	File string // as the compiler knows it; usually an absolute path
	Line int
}

// Error is what a starter returns in place of a result.
type Error struct{ Place }

func (e *Error) Error() string {
	return fmt.Sprintf("step %d is not written yet: write %s in %s, line %d",
		e.Step, e.Func, filepath.Base(e.File), e.Line)
}

var (
	mu      sync.Mutex
	reached []Place
)

// Step records that the code came to a place that step n asks for, and returns
// an error that names the place. The place is the caller of Step's caller: each
// lesson wraps Step in a function of its own.
func Step(n int) error {
	pc, file, line, _ := runtime.Caller(2)
	p := Place{Step: n, Func: funcName(runtime.FuncForPC(pc).Name()), File: file, Line: line}
	mu.Lock()
	defer mu.Unlock()
	// A loop may come through the same place for ever; one record is enough.
	if len(reached) == 0 || reached[len(reached)-1] != p {
		if len(reached) < 64 {
			reached = append(reached, p)
		}
	}
	return &Error{p}
}

// Reached returns the places reached since the last Reset, oldest first.
func Reached() []Place {
	mu.Lock()
	defer mu.Unlock()
	return append([]Place(nil), reached...)
}

// Reset forgets all places reached so far.
func Reset() {
	mu.Lock()
	defer mu.Unlock()
	reached = nil
}

// funcName turns "example/lessons/03-x.(*Decoder).Next" into "Decoder.Next".
func funcName(full string) string {
	name := full[strings.LastIndexByte(full, '/')+1:]
	if _, after, ok := strings.Cut(name, "."); ok {
		name = after
	}
	return strings.NewReplacer("(*", "", ")", "", "(", "").Replace(name)
}
