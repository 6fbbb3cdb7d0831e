package steps

import (
	"io"
	"os"
	"regexp"
	"slices"
	"time"
)

// A Verdict is what a lesson's tests say of one step.
type Verdict struct {
	Test   string
	Report string // what the learner reads of a step that failed; "" when it passed
}

// nextLine is the line of a report that holds only where a red step stops the ones
// behind it.
var nextLine = regexp.MustCompile(`(?m)^step \d+ of \d+ is next: .*\n`)

// Judge runs every step of a lesson's compiled test, whatever came before, and
// returns the verdicts: one for each step that was begun. They come from the step
// harness itself, over a line that the code under judgement cannot speak on (see
// package receipt); what that code prints, and how it ends its process, is no
// verdict. trouble says in words what kept further steps from being run.
//
// The process that calls Judge stands in the lesson's folder and must not be one
// that has the judged code in it.
func Judge(binary string) (verdicts []Verdict, trouble string) {
	os.Setenv("STEPS", "all")
	var begun []string
	for {
		p := newParent(binary, []string{"-test.paniconexit0", `-test.run=^TestStep\d+_`})
		p.stdout, p.stderr = io.Discard, io.Discard
		p.idle = limit() + 3*time.Second
		p.runChild(begun)
		for _, v := range p.verdicts {
			v.Report = nextLine.ReplaceAllString(v.Report, "")
			verdicts = append(verdicts, v)
		}
		switch {
		case p.ended:
			return verdicts, ""
		case len(p.started) == 0:
			return verdicts, p.words()
		}
		begun = slices.Concat(begun, p.started)
	}
}
