// Package lengthheader puts the boundaries back into a stream: a header of ten
// bytes tells how many bytes of message follow.
//
//	0                   1
//	0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//	6 . . . . . . . . . h é   l l o      (. is a space; é takes two bytes)
//	└──── length ─────┘ └ payload ┘
package lengthheader

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// HeaderLen is the length of a header in bytes.
const HeaderLen = 10

// ErrHeader is found, by errors.Is, in every error about a malformed header.
var ErrHeader = errors.New("malformed header")

// AppendHeader appends the header for a payload of length bytes to dst: decimal
// digits, then spaces up to [HeaderLen] bytes. A length that is negative or has
// more than ten digits is an error, and dst comes back as it was.
func AppendHeader(dst []byte, length int) ([]byte, error) {
	if length < 0 {
		return dst, fmt.Errorf("a length of %d bytes: it cannot be negative", length)
	}
	h := strconv.AppendInt(dst, int64(length), 10)
	if digits := len(h) - len(dst); digits > HeaderLen {
		return dst, fmt.Errorf("a length of %d bytes: the header has room for %d digits", length, HeaderLen)
	}
	for len(h) < len(dst)+HeaderLen {
		h = append(h, ' ')
	}
	return h, nil
}

// ParseHeader returns the length that header h announces: one decimal digit or
// more, then spaces, [HeaderLen] bytes in all. Anything else is [ErrHeader],
// quoted.
//
// No function of package strconv is as strict as that: Atoi takes a sign, and
// ParseInt with base 0 takes "0x10", "1_0" and reads "010" as eight. Two sides
// that read one header as two lengths disagree about every byte that follows.
func ParseHeader(h []byte) (length int, err error) {
	if len(h) != HeaderLen {
		return 0, fmt.Errorf("%w: %d bytes, not %d: %q", ErrHeader, len(h), HeaderLen, h[:min(len(h), 16)])
	}
	var n int64 // ten digits fit an int64, and not every platform's int
	digits := 0
	for digits < len(h) && '0' <= h[digits] && h[digits] <= '9' {
		n = 10*n + int64(h[digits]-'0')
		digits++
	}
	for _, c := range h[digits:] {
		if c != ' ' {
			return 0, fmt.Errorf("%w: not digits, then spaces: %q", ErrHeader, h)
		}
	}
	if digits == 0 {
		return 0, fmt.Errorf("%w: no digit: %q", ErrHeader, h)
	}
	if n > math.MaxInt {
		return 0, fmt.Errorf("%w: more bytes than this machine can address: %q", ErrHeader, h)
	}
	return int(n), nil
}
