package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"example/websockets/internal/gotest"
)

// The states of a step.
const (
	green     = "ok"
	red       = "red"
	unwritten = "not written"
)

// check runs every step, whatever came before. The exit status is 0 when all are
// green: one that is not written yet is no more done than one that is wrong.
func check(ctx context.Context, d *desk, args []string) error {
	asJSON, args := takeFlag(args, "json")
	lessons := d.course.Lessons
	if len(args) > 0 {
		lessons = nil
	}
	for _, arg := range args {
		l, err := d.lesson(arg)
		if err != nil {
			return err
		}
		lessons = append(lessons, l)
	}
	outcomes, err := d.goTest(ctx, lessons, "STEPS=all")
	if err != nil {
		return err
	}
	text := d.stdout
	if asJSON {
		text = d.stderr
	}
	count := map[string]int{}
	for _, l := range lessons {
		o := outcomes[l.Name]
		if !asJSON || o.Build != "" {
			fmt.Fprintf(text, "lesson %d · %s\n", l.Number, l.Title)
		}
		if o.Build != "" {
			fmt.Fprintf(text, "  does not build:\n\n%s\n", indent(o.Build, "    "))
		}
		for _, s := range l.Steps {
			state := state(o, s.Number)
			count[state]++
			if asJSON {
				line, _ := json.Marshal(map[string]any{"lesson": l.Number, "step": s.Number, "title": s.Title, "state": state})
				fmt.Fprintf(d.stdout, "%s\n", line)
			} else {
				fmt.Fprintf(text, "  %-11s  %d.%d  %s\n", state, l.Number, s.Number, s.Title)
			}
		}
		for _, test := range o.Failed {
			if gotest.StepOf(test) == 0 {
				count[red]++
				fmt.Fprintf(text, "  %-11s  %s\n", red, test)
			}
		}
	}
	if !asJSON {
		fmt.Fprintf(text, "\n%d %s, %d %s, %d %s\n", count[green], green, count[red], red, count[unwritten], unwritten)
	}
	if count[red]+count[unwritten] > 0 {
		return exitStatus(1)
	}
	return nil
}

// state returns the state of step n. A step that did not come to its end is red.
func state(o *gotest.Outcome, n int) string {
	test := o.Test(n)
	switch {
	case o.Verdicts[test] == "pass":
		return green
	case o.Verdicts[test] == "fail" && strings.Contains(strings.Join(o.Output[test], ""), "\n      not written yet: write "):
		return unwritten
	}
	return red
}
