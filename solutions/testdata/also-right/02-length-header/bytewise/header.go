// Package lengthheader puts the boundaries back into a stream: a header of ten
// bytes tells how many bytes of message follow.
package lengthheader

import (
	"errors"
	"fmt"
	"math"
)

// HeaderLen is the length of a header in bytes.
const HeaderLen = 10

// ErrHeader is found, by errors.Is, in every error about a malformed header.
var ErrHeader = errors.New("malformed header")

// AppendHeader appends the header for a payload of length bytes to dst.
func AppendHeader(dst []byte, length int) ([]byte, error) {
	if length < 0 {
		return dst, errors.New("negative length")
	}
	var header [HeaderLen]byte
	for i := range header {
		header[i] = ' '
	}
	digits := 1
	for rest := length / 10; rest > 0; rest /= 10 {
		digits++
	}
	if digits > HeaderLen {
		return dst, errors.New("length has too many digits")
	}
	for i := digits - 1; i >= 0; i-- {
		header[i] = byte('0' + length%10)
		length /= 10
	}
	return append(dst, header[:]...), nil
}

// ParseHeader returns the length that header h announces.
func ParseHeader(h []byte) (length int, err error) {
	const (
		begin = iota
		digits
		spaces
	)
	if len(h) != HeaderLen {
		return 0, malformed(h)
	}
	state := begin
	for _, c := range h {
		switch {
		case c >= '0' && c <= '9' && state != spaces:
			d := int(c - '0')
			if length > (math.MaxInt-d)/10 {
				return 0, malformed(h)
			}
			length = 10*length + d
			state = digits
		case c == ' ' && state != begin:
			state = spaces
		default:
			return 0, malformed(h)
		}
	}
	return length, nil
}

func malformed(h []byte) error {
	if len(h) > 16 {
		h = h[:16]
	}
	return fmt.Errorf("%w %q", ErrHeader, h)
}
