package websocket

import (
	"math/bits"
	"sync"
)

// Bytes on their way out stand in buffers that connections borrow for the time of
// a write, and bytes on their way in may, while many are waiting. So an idle connection
// has none, whatever has gone over it before. There is a pool for each power of two, so
// that a short message does not hold the buffer of a long one.
var buffers [bits.UintSize + 1]sync.Pool // of *[]byte

// borrow returns an empty buffer with room for n bytes, n at least 1.
func borrow(n int) *[]byte {
	power := bits.Len(uint(n - 1))
	if b, ok := buffers[power].Get().(*[]byte); ok {
		return b
	}
	b := make([]byte, 0, 1<<power)
	return &b
}

// giveBack ends the use of a buffer from borrow.
func giveBack(b *[]byte) { buffers[bits.Len(uint(cap(*b)-1))].Put(b) }
