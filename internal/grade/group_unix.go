//go:build unix

package grade

import (
	"os/exec"
	"syscall"
)

// ownGroup makes cmd, before it starts, the first of a group of processes that can
// be ended together.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// endGroup ends what is left of cmd's group.
func endGroup(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
