// Package rawsocket pushes the time to clients over plain TCP and reads it there.
package rawsocket

import (
	"io"
	"strconv"
	"time"
)

// Greeting is the first thing a client gets.
const Greeting = "Hello from the server: you are connected"

// Greet writes Greeting to w.
func Greet(w io.Writer) error {
	_, err := w.Write([]byte(Greeting))
	return err
}

// Update returns the text of one update.
func Update(now time.Time) string {
	// A leading 1 keeps the zeros in front of the fraction.
	fraction := strconv.Itoa(1_000_000 + now.Nanosecond()/1_000)
	return "The time is " + strconv.FormatInt(now.Unix(), 10) + "." + fraction[1:]
}
