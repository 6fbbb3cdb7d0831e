// Package second adds and subtracts.
package second

// Sum returns a + b.
func Sum(a, b int) int {
	notWritten(1)
	return 0
}

// Difference returns a - b.
func Difference(a, b int) int {
	notWritten(2)
	return 0
}
