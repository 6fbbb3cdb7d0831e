// Package rawsocket pushes the time to clients over plain TCP and reads it there.
package rawsocket

import (
	"fmt"
	"io"
	"strconv"
	"time"
)

// Greeting is the first thing a client gets.
const Greeting = "Hello from the server: you are connected"

// Greet writes Greeting to w.
func Greet(w io.Writer) error {
	if _, err := fmt.Fprint(w, Greeting); err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	return nil
}

// Update returns the text of one update.
func Update(now time.Time) string {
	return "The time is " + strconv.FormatInt(now.Unix(), 10) + now.Format(".000000")
}
