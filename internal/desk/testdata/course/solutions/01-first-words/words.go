// Package firstwords says a few words.
package firstwords

// Greet returns the greeting for name: "hello NAME".
func Greet(name string) string {
	return "hello " + name
}

// Double returns b twice.
func Double(b []byte) []byte {
	return append(b, b...)
}

// Farewell returns the farewell for name: "bye NAME".
func Farewell(name string) string {
	return "bye " + name
}
