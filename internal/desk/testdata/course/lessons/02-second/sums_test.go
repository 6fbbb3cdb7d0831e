package second

import (
	"testing"

	"example/websockets/internal/steps"
)

func TestMain(m *testing.M) { steps.Main(m) }

func TestStep1_TheSum(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		steps.Equal(t, "Sum(2, 1)", 3, Sum(2, 1))
	})
}

func TestStep2_TheDifference(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		steps.Equal(t, "Difference(2, 1)", 1, Difference(2, 1))
	})
}
