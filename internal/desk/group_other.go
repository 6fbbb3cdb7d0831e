//go:build !unix

package desk

import (
	"os/exec"
	"strconv"
)

func ownGroup(*exec.Cmd) {}

// endGroup ends cmd and what it has started. taskkill knows only force, so once
// is enough.
func endGroup(cmd *exec.Cmd, force bool) {
	if !force {
		exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run()
	}
}
