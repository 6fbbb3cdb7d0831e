//go:build !unix

package grade

import (
	"os/exec"
	"strconv"
)

func ownGroup(*exec.Cmd) {}

// endGroup ends cmd and what it has started, as long as it has not ended itself.
func endGroup(cmd *exec.Cmd) {
	exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run()
}
