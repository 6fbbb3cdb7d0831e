package websocket

import (
	"testing"

	"example/websockets/internal/steps"
)

func TestMain(m *testing.M) {
	steps.Names(map[string]error{
		"ErrMore":      ErrMore,
		"ErrCloseSent": ErrCloseSent,
		"ErrNoClose":   ErrNoClose,
		"ErrUnsent":    ErrUnsent,
	})
	steps.Main(m)
}
