package rawsocket

// SameBytes returns two lists of messages that look the same on the wire.
func SameBytes() (first, second []string) {
	const stream = "buy 100 shares"
	for i := range stream {
		second = append(second, stream[i:i+1])
	}
	return []string{stream}, second
}
