package firstwords

import (
	"testing"

	"example/websockets/internal/steps"
)

func TestMain(m *testing.M) { steps.Main(m) }

func TestStep1_AGreeting(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		steps.Equal(t, `Greet("you")`, "hello you", Greet("you"))
	})
}

func TestStep2_TwiceAsMuch(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		t.Doing("doubling ab")
		steps.Equal(t, `Double("ab")`, "abab", string(Double([]byte("ab"))))
	})
}

func TestStep3_AFarewell(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		steps.Equal(t, `Farewell("you")`, "bye you", Farewell("you"))
	})
}
