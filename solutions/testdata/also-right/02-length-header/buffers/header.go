// Package lengthheader puts the boundaries back into a stream: a header of ten
// bytes tells how many bytes of message follow.
package lengthheader

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// HeaderLen is the length of a header in bytes.
const HeaderLen = 10

// ErrHeader is found, by errors.Is, in every error about a malformed header.
var ErrHeader = errors.New("malformed header")

// AppendHeader appends the header for a payload of length bytes to dst.
func AppendHeader(dst []byte, length int) ([]byte, error) {
	header := bytes.NewBuffer(make([]byte, 0, 2*HeaderLen))
	header.Write(strconv.AppendInt(header.AvailableBuffer(), int64(length), 10))
	if length < 0 || header.Len() > HeaderLen {
		return dst, fmt.Errorf("no header for a payload of %s bytes", header)
	}
	header.Write(bytes.Repeat([]byte{' '}, HeaderLen-header.Len()))
	return append(dst, header.Bytes()...), nil
}

// ParseHeader returns the length that header h announces.
func ParseHeader(h []byte) (length int, err error) {
	digits := bytes.TrimRight(h, " ")
	if len(h) != HeaderLen || len(digits) == 0 {
		return 0, headerError(h)
	}
	// ParseUint takes no sign, and base 10 neither prefixes nor underscores.
	n, err := strconv.ParseUint(string(digits), 10, strconv.IntSize-1)
	if err != nil {
		return 0, headerError(h)
	}
	return int(n), nil
}

func headerError(h []byte) error {
	if len(h) > 16 {
		return fmt.Errorf("%w: %d bytes, the first are %q", ErrHeader, len(h), h[:16])
	}
	return fmt.Errorf("%w: %q", ErrHeader, h)
}
