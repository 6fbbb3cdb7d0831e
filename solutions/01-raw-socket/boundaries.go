package rawsocket

// SameBytes returns two different lists of messages that put the same bytes on
// the wire: TCP carries a stream of bytes and forgets where a Write began.
func SameBytes() (first, second []string) {
	return []string{"time is money"}, []string{"time ", "is ", "money"}
}
