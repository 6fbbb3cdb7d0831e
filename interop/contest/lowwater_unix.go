//go:build unix

package contest

import (
	"errors"
	"net"
	"syscall"
)

// setLowWater makes whoever waits to read from conn wait until n bytes are there.
func setLowWater(conn net.Conn, n int) error {
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVLOWAT, n)
	})
	return errors.Join(err, failed)
}
