// Package rawsocket pushes the time to clients over plain TCP and reads it there.
package rawsocket

import (
	"fmt"
	"io"
	"time"
)

// Greeting is the first thing a client gets.
const Greeting = "Hello from the server: you are connected"

// Greet writes Greeting to w.
func Greet(w io.Writer) error {
	_, err := io.WriteString(w, Greeting)
	return err
}

// Update returns the text of one update.
func Update(now time.Time) string {
	return fmt.Sprintf("The time is %d.%06d", now.Unix(), now.Nanosecond()/1000)
}
