package rawsocket

// SameBytes returns two lists of messages that look the same on the wire.
func SameBytes() (first, second []string) {
	return []string{"ab", "c"}, []string{"a", "bc"}
}
