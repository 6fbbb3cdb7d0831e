package lengthheader

import (
	"os/exec"
	"syscall"
)

func CheckEncoder(encode func(text string) []byte) error {
	cmd := exec.Command("sleep", "600")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd.Start()
}
