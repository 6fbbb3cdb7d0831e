package numbers

import "errors"

// ErrNegative is the error for a number that has no root.
var ErrNegative = errors.New("no root of a negative number")

// Most is the largest number that has a root here.
const Most = 100

// Step 3
//
// Root returns the whole part of the root of n, or ErrNegative.
func Root(n int) (int, error) {
	return 0, notWritten(3)
}
