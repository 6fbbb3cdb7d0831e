package firstwords

import "example/websockets/internal/notwritten"

func notWritten(step int) error { return notwritten.Step(step) }
