package websocket

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// unhex makes bytes of hexadecimal digits; spaces are for the reader.
func unhex(t testing.TB, digits string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	require.NoError(t, err)
	return b
}

func TestHeadersTakeNoMemory(t *testing.T) {
	buf := make([]byte, 0, MaxHeaderLen)
	h := Header{Fin: true, Opcode: OpBinary, Masked: true, Length: 1 << 20, Key: [4]byte{1, 2, 3, 4}}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		got, _, err := ParseHeader(AppendHeader(buf, h))
		if err != nil || got != h || CheckHeader(got, Server, false) != nil {
			t.Error(got, err)
		}
	}))
}

func TestMaskingKeysAreFresh(t *testing.T) {
	seen := map[[4]byte]bool{}
	for range 4 { // four clients, of many frames each
		var keys maskingKeys
		for range 100 {
			seen[keys.next()] = true
		}
	}
	require.Greater(t, len(seen), 390)
}
