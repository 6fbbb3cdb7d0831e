//go:build !unix

package contest

import "net"

// setLowWater does nothing: this system knows no such thing.
func setLowWater(net.Conn, int) error { return nil }
