package websocket

// The definition of section 5.3, as it stands there.
func Mask(payload []byte, key [4]byte, offset int64) {
	for i := range payload {
		payload[i] ^= key[(offset+int64(i))%4]
	}
}
