package websocket

import "crypto/rand"

// maskingKeys gives keys that nobody can predict, a fresh one for each frame
// (section 10.3: who could guess the next key could choose the bytes on the wire).
// It asks the system for many at a time, because asking costs more than a key.
type maskingKeys struct {
	random [64]byte
	left   int // bytes of random that were not used yet
}

func (m *maskingKeys) next() (key [4]byte) {
	if m.left == 0 {
		rand.Read(m.random[:]) // never fails: it ends the program instead
		m.left = len(m.random)
	}
	m.left -= copy(key[:], m.random[len(m.random)-m.left:])
	return key
}
