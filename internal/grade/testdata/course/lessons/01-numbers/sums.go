package numbers

// Step 1
//
// Sum returns a + b.
func Sum(a, b int) int {
	notWritten(1)
	return 0
}

// Step 2
//
// Difference returns a - b.
func Difference(a, b int) int {
	notWritten(2)
	return 0
}
