package numbers

import "errors"

// ErrNegative is the error for a number that has no root.
var ErrNegative = errors.New("no root of a negative number")

// Most is the largest number that has a root here.
const Most = 100

// Root returns the whole part of the root of n, or ErrNegative.
func Root(n int) (int, error) {
	if n < 0 {
		return 0, ErrNegative
	}
	r := 0
	for (r+1)*(r+1) <= n {
		r++
	}
	return r, nil
}
