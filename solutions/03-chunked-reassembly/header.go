package reassembly

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// This file is given: it is lesson 02's header, ready to use.

// HeaderLen is the length of a header in bytes.
const HeaderLen = 10

// Found by errors.Is in the errors of a Decoder.
var (
	// ErrHeader: a header is malformed.
	ErrHeader = errors.New("malformed header")

	// ErrTooLong: a header announced more than the decoder accepts.
	ErrTooLong = errors.New("message too long")

	// ErrCutHeader: the stream ended inside a header.
	ErrCutHeader = fmt.Errorf("the stream ended inside a header: %w", io.ErrUnexpectedEOF)

	// ErrCutPayload: the stream ended inside a payload.
	ErrCutPayload = fmt.Errorf("the stream ended inside a payload: %w", io.ErrUnexpectedEOF)
)

// parseHeader returns the length that header h announces: one decimal digit or
// more, then spaces, HeaderLen bytes in all. Anything else is ErrHeader.
func parseHeader(h []byte) (length int, err error) {
	if len(h) != HeaderLen {
		return 0, fmt.Errorf("%w: %d bytes, not %d: %q", ErrHeader, len(h), HeaderLen, h[:min(len(h), 16)])
	}
	var n int64
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
