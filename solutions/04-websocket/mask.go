package websocket

import (
	"encoding/binary"
	"math/bits"
)

// Mask applies a masking key to a payload in place; to apply it again removes it
// (section 5.3). Offset is how many bytes of the same payload came before these.
func Mask(payload []byte, key [4]byte, offset int64) {
	// Turned so that its lowest byte belongs to payload[0], and doubled: the four
	// bytes of the key repeat, so eight bytes at a time are as right as one.
	k := bits.RotateLeft32(binary.LittleEndian.Uint32(key[:]), -8*int(offset&3))
	k8 := uint64(k)<<32 | uint64(k)

	// Eight words a turn, because the loop itself costs as much as two of them; and
	// in an array, because its indexes need no check.
	for len(payload) >= 64 {
		b := (*[64]byte)(payload)
		binary.LittleEndian.PutUint64(b[0:], binary.LittleEndian.Uint64(b[0:])^k8)
		binary.LittleEndian.PutUint64(b[8:], binary.LittleEndian.Uint64(b[8:])^k8)
		binary.LittleEndian.PutUint64(b[16:], binary.LittleEndian.Uint64(b[16:])^k8)
		binary.LittleEndian.PutUint64(b[24:], binary.LittleEndian.Uint64(b[24:])^k8)
		binary.LittleEndian.PutUint64(b[32:], binary.LittleEndian.Uint64(b[32:])^k8)
		binary.LittleEndian.PutUint64(b[40:], binary.LittleEndian.Uint64(b[40:])^k8)
		binary.LittleEndian.PutUint64(b[48:], binary.LittleEndian.Uint64(b[48:])^k8)
		binary.LittleEndian.PutUint64(b[56:], binary.LittleEndian.Uint64(b[56:])^k8)
		payload = payload[64:]
	}
	for len(payload) >= 8 {
		binary.LittleEndian.PutUint64(payload, binary.LittleEndian.Uint64(payload)^k8)
		payload = payload[8:]
	}
	for i := range payload {
		payload[i] ^= byte(k8 >> (8 * i))
	}
}
