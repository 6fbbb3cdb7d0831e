// Package lengthheader puts the boundaries back into a stream: a header of ten
// bytes tells how many bytes of message follow.
package lengthheader

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// HeaderLen is the length of a header in bytes.
const HeaderLen = 10

// ErrHeader is found, by errors.Is, in every error about a malformed header.
var ErrHeader = errors.New("malformed header")

var headerPattern = regexp.MustCompile(`^[0-9]+ *$`)

// AppendHeader appends the header for a payload of length bytes to dst.
func AppendHeader(dst []byte, length int) ([]byte, error) {
	if length < 0 {
		return dst, fmt.Errorf("a length cannot be negative: %d", length)
	}
	header := fmt.Sprintf("%-*d", HeaderLen, length)
	if len(header) > HeaderLen {
		return dst, fmt.Errorf("length %d has more than %d digits", length, HeaderLen)
	}
	return append(dst, header...), nil
}

// ParseHeader returns the length that header h announces.
func ParseHeader(h []byte) (length int, err error) {
	if len(h) != HeaderLen || !headerPattern.Match(h) {
		return 0, fmt.Errorf("%w: %q", ErrHeader, h[:min(len(h), 16)])
	}
	length, err = strconv.Atoi(strings.TrimRight(string(h), " "))
	if err != nil {
		return 0, fmt.Errorf("%w: %q: %w", ErrHeader, h, err)
	}
	return length, nil
}
