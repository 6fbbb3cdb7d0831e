// Package firstwords says a few words.
package firstwords

// Step 1
//
// Greet returns the greeting for name: "hello NAME".
func Greet(name string) string {
	notWritten(1)
	return ""
}

// Step 2
//
// Double returns b twice.
func Double(b []byte) []byte {
	notWritten(2)
	return nil
}

// Step 3
//
// Farewell returns the farewell for name: "bye NAME".
func Farewell(name string) string {
	notWritten(3)
	return ""
}
