package rawsocket

// Step 9
//
// SameBytes is a proof by example. It returns two lists of messages that differ,
// and yet put the same bytes on the wire when each message is sent with a Write
// of its own. Every list has at least one message and no message is empty.
func SameBytes() (first, second []string) {
	notWritten(9)
	return nil, nil
}
