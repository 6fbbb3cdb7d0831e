// Package lengthheader puts the boundaries back into a stream: a header of ten
// bytes tells how many bytes of message follow.
//
//	0                   1
//	0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//	6 . . . . . . . . . h é   l l o      (. is a space; é takes two bytes)
//	└──── length ─────┘ └ payload ┘
package lengthheader

import "errors"

// HeaderLen is the length of a header in bytes.
const HeaderLen = 10

// ErrHeader is found, by errors.Is, in every error about a malformed header.
var ErrHeader = errors.New("malformed header")

// Step 1
//
// AppendHeader appends the header for a payload of length bytes to dst and
// returns the longer slice: length in ASCII decimal digits, then as many spaces
// as it takes to fill HeaderLen bytes.
//
// Example: AppendHeader(nil, 36) is "36        ".
//
// Errors (any will do): a negative length, and one with more than ten digits. dst
// comes back as it was.
func AppendHeader(dst []byte, length int) ([]byte, error) {
	return dst, notWritten(1)
}

// Step 3
//
// ParseHeader returns the length that header h announces. It is strict: h has
// exactly HeaderLen bytes, and they are one digit or more ('0' to '9'), then
// nothing but spaces. Zeros in front change nothing: 010 is ten.
//
// Errors: everything else, and a length that does not fit an int. errors.Is finds
// ErrHeader, and the text quotes the header as %q does (of one longer than 16 bytes,
// the first 16): what the other side sent goes into a log, and may be anything.
func ParseHeader(h []byte) (length int, err error) {
	return 0, notWritten(3)
}
