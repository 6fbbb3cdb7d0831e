// Package rawsocket is a server that pushes the time to its clients over plain
// TCP, and the client that reads it: bytes, and nothing that says where one
// message ends and the next begins.
package rawsocket

import (
	"io"
	"time"
)

// Greeting is the first thing a client gets.
const Greeting = "Hello from the server: you are connected"

// Step 1
//
// Greet writes Greeting to w, and nothing else.
//
// Error: that of w.Write, as it is or wrapped with %w.
func Greet(w io.Writer) error {
	return notWritten(1)
}

// Step 2
//
// Update returns the text of one update: "The time is ", the seconds since
// 1 January 1970 UTC, a point, and the fraction of the second in exactly six
// digits (microseconds; what is smaller is cut off).
//
// Example: 1687187903 seconds and 42 microseconds give
//
//	The time is 1687187903.000042
func Update(now time.Time) string {
	notWritten(2)
	return ""
}
