package websocket

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"
)

// BenchmarkMask compares Mask with a loop that takes one byte at a time, and with
// one that takes eight.
//
//	go test -run=NONE -bench=Mask ./lessons/04-websocket
func BenchmarkMask(b *testing.B) {
	var keys maskingKeys
	for _, n := range []int{16, 1 << 10, 64 << 10} {
		for _, way := range []struct {
			name string
			mask func(payload []byte, key [4]byte, offset int64)
		}{{"Mask", Mask}, {"bytes", maskBytes}, {"words", maskWords}} {
			b.Run(fmt.Sprintf("%d/%s", n, way.name), func(b *testing.B) {
				payload, key := bytes.Repeat([]byte("x"), n), keys.next()
				way.mask(payload, key, 0)
				if want := maskedBytes(bytes.Repeat([]byte("x"), n), key, 0); !bytes.Equal(want, payload) {
					b.Fatal("the payload is masked wrong")
				}
				b.SetBytes(int64(n))
				for b.Loop() {
					way.mask(payload, key, 0)
				}
			})
		}
	}
}

func maskBytes(payload []byte, key [4]byte, offset int64) {
	for i := range payload {
		payload[i] ^= key[(offset+int64(i))&3]
	}
}

// maskWords is for an offset of 0.
func maskWords(payload []byte, key [4]byte, _ int64) {
	k := binary.LittleEndian.Uint32(key[:])
	k8 := uint64(k)<<32 | uint64(k)
	for len(payload) >= 8 {
		binary.LittleEndian.PutUint64(payload, binary.LittleEndian.Uint64(payload)^k8)
		payload = payload[8:]
	}
	maskBytes(payload, key, 0)
}
