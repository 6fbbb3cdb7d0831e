// Package rawsocket is a server that pushes the time to its clients over plain
// TCP, and the client that reads it: bytes, and nothing that says where one
// message ends and the next begins.
package rawsocket

import (
	"fmt"
	"io"
	"time"
)

// Greeting is the first thing a client gets.
const Greeting = "Hello from the server: you are connected"

// Greet writes Greeting to w. The error is that of the write.
func Greet(w io.Writer) error {
	// An io.Writer that takes less than everything must return an error, so the
	// count is of no interest here. A C or Python send has no such promise.
	_, err := io.WriteString(w, Greeting)
	return err
}

// Update returns the text of one update: the Unix time in seconds with six
// digits of fraction. What is smaller than a microsecond is cut off.
func Update(now time.Time) string {
	return fmt.Sprintf("The time is %d.%06d", now.Unix(), now.Nanosecond()/1000)
}
