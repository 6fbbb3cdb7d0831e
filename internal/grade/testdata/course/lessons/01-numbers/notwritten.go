package numbers

import "example/websockets/internal/notwritten"

func notWritten(step int) error { return notwritten.Step(step) }
