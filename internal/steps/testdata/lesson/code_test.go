package lesson

import (
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"example/websockets/internal/steps"
	"example/websockets/internal/wire"
)

func TestMain(m *testing.M) { steps.Main(m) }

func TestStep1_TheFirstThing(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		steps.Equal(t, "First()", 1, First(os.Getenv("CASE")))
	})
}

func TestStep2_TheSecondThing(t *testing.T) {
	run := steps.Run
	if os.Getenv("BUBBLE") != "" {
		run = steps.Bubble
	}
	run(t, func(t *steps.T) {
		if os.Getenv("CASE") == "testify" {
			require.Equal(t, []string{"a"}, []string{"b"}, "the messages of the stream")
		}
		t.Doing("calling Second")
		if os.Getenv("CASE") == "goexit" {
			runtime.Goexit() // what stands behind it is not compared any more
		}
		got := Second(os.Getenv("CASE"))
		want := []byte("6         héllo")
		if d := wire.Diff(want, got, wire.Field{Name: "length", Len: 10}, wire.Field{Name: "payload", Len: -1}); d != "" {
			t.Fail(`Second("héllo")`, d, steps.LooksLike(got[0] == '5',
				`the length was counted in characters; "é" is one character and two bytes`))
		}
	})
}

func TestStep3_TheThirdThing(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		if os.Getenv("CASE") == "slow" {
			for range 7 {
				t.Anew()
				Second("slow")
			}
		}
	})
}
