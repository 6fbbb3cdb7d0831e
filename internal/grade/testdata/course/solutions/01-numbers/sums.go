package numbers

// Sum returns a + b.
func Sum(a, b int) int { return a + b }

// Difference returns a - b.
func Difference(a, b int) int { return a - b }
