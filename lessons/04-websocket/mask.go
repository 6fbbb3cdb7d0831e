package websocket

// Step 11
//
// Mask applies a masking key to payload, in place (section 5.3): byte i of a
// frame's payload becomes itself XOR byte i modulo 4 of the key. To apply the same
// key again removes it.
//
// A payload may come in pieces, with one call for each. offset is how many bytes of
// the same payload came before this piece, 0 or more.
//
// It takes no memory, and touches nothing but payload[0:len(payload)].
//
//	"Hello" with the key 37 fa 21 3d    7f 9f 4d 51 58    (section 5.7)
func Mask(payload []byte, key [4]byte, offset int64) {
	notWritten(11)
}
