//go:build !unix

// Package group ends a program together with everything that it has started.
package group

import (
	"os/exec"
	"strconv"
)

// Own does nothing here: Windows knows who has started whom.
func Own(*exec.Cmd) {}

// End ends cmd and what it has started, as long as it has not ended itself.
// taskkill knows only force.
func End(cmd *exec.Cmd, force bool) {
	exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run()
}
