package websocket

import "crypto/subtle"

// The key, repeated often enough, and the library's XOR.
func Mask(payload []byte, key [4]byte, offset int64) {
	var long [256 + 3]byte
	for i := range long {
		long[i] = key[i%4]
	}
	turned := long[offset%4:][:256]
	for len(payload) > 0 {
		n := subtle.XORBytes(payload, payload, turned[:min(256, len(payload))])
		payload = payload[n:]
	}
}
