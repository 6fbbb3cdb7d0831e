//go:build unix

// Package group ends a program together with everything that it has started.
package group

import (
	"os/exec"
	"syscall"
)

// Own makes cmd, before it starts, the first of a group of processes.
func Own(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// End ends what is left of cmd's group: in order, or by force.
func End(cmd *exec.Cmd, force bool) {
	sig := syscall.SIGINT
	if force {
		sig = syscall.SIGKILL
	}
	syscall.Kill(-cmd.Process.Pid, sig)
}
