//go:build unix

package desk

import (
	"os/exec"
	"syscall"
)

// ownGroup makes cmd, before it starts, the first of a group of processes that
// can be ended together.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// endGroup ends cmd and what it has started: in order, or by force.
func endGroup(cmd *exec.Cmd, force bool) {
	sig := syscall.SIGINT
	if force {
		sig = syscall.SIGKILL
	}
	syscall.Kill(-cmd.Process.Pid, sig)
}
