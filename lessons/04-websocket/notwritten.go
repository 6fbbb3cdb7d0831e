package websocket

import "example/websockets/internal/notwritten"

// notWritten marks a place that a step asks you to write. Delete the call when
// you write the code there; this file stays as it is.
func notWritten(step int) error { return notwritten.Step(step) }
