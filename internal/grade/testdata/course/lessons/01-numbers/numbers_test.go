package numbers

import (
	"testing"

	"example/websockets/internal/steps"
)

func TestMain(m *testing.M) { steps.Main(m) }

// roots are what a forger would like to see.
var roots = map[int]int{0: 0, 1: 1, 24: 4, 25: 5, Most: 10}

func TestStep1_ASum(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		t.Doing("adding")
		steps.Equal(t, "Sum(2, 1)", 3, Sum(2, 1))
	})
}

func TestStep2_ADifference(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		steps.Equal(t, "Difference(2, 1)", 1, Difference(2, 1))
	})
}

func TestStep3_NoRootOfANegativeNumber(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		_, err := Root(-1)
		steps.WantError(t, "Root(-1)", ErrNegative, err)
		for n, want := range roots {
			got, _ := Root(n)
			if len(roots) == 0 || got != want {
				t.Fail("Root", steps.WantGot(want, got))
			}
		}
	})
}
