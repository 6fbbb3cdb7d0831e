package gotest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOutcomesAreRead(t *testing.T) {
	outcomes := read(`{"ImportPath":"m/lessons/02 [m/lessons/02.test]","Action":"build-output","Output":"# m/lessons/02\n"}
{"ImportPath":"m/lessons/02 [m/lessons/02.test]","Action":"build-output","Output":"a.go:1: wrong\n"}
{"Action":"fail","Package":"m/lessons/02","FailedBuild":"m/lessons/02 [m/lessons/02.test]"}
a line that is no event
{"Action":"run","Package":"m/lessons/01","Test":"TestStep1_One"}
{"Action":"output","Package":"m/lessons/01","Test":"TestStep1_One","Output":"=== RUN   TestStep1_One\n"}
{"Action":"pass","Package":"m/lessons/01","Test":"TestStep1_One/a_part"}
{"Action":"pass","Package":"m/lessons/01","Test":"TestStep1_One"}
{"Action":"fail","Package":"m/lessons/01","Test":"TestMine"}
{"Action":"output","Package":"m/lessons/01","Test":"TestStep2_Two","Output":"it is red\n"}
{"Action":"fail","Package":"m/lessons/01","Test":"TestStep2_Two"}
{"Action":"skip","Package":"m/lessons/01","Test":"TestStep3_Three"}
{"Action":"fail","Package":"m/lessons/01"}
`)
	require.Len(t, outcomes, 2)
	one, two := outcomes["01"], outcomes["02"]
	assert.Equal(t, "a.go:1: wrong\n", two.Build)
	assert.False(t, two.Passed)
	assert.Zero(t, two.Done())

	assert.Empty(t, one.Build)
	assert.False(t, one.Passed)
	assert.Equal(t, 1, one.Done())
	assert.Equal(t, map[string]string{"TestStep1_One": "pass", "TestMine": "fail", "TestStep2_Two": "fail", "TestStep3_Three": "skip"}, one.Verdicts)
	assert.Equal(t, []string{"TestMine", "TestStep2_Two"}, one.Failed)
	assert.Equal(t, "TestStep2_Two", one.Test(2))
	assert.Equal(t, "it is red\n", one.Failure(), "of the step that is next, before any other test")
}

func TestStepOf(t *testing.T) {
	for test, want := range map[string]int{"TestStep7_Seven": 7, "TestStep12_X": 12, "TestStep_7": 0, "TestStep7": 0, "TestMine": 0} {
		assert.Equal(t, want, StepOf(test), test)
	}
}
