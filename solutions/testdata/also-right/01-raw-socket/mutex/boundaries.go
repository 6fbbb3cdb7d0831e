package rawsocket

// SameBytes returns two lists of messages that look the same on the wire.
func SameBytes() (first, second []string) {
	first = []string{"yes", "no"}
	second = []string{first[0] + first[1]}
	return first, second
}
