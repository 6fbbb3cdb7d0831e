package solutions

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/course"
)

// eachLesson runs a test for every lesson, and makes sure that there is one.
func eachLesson(t *testing.T, test func(t *testing.T, l course.Lesson)) {
	require.NotEmpty(t, here.Lessons)
	for _, l := range here.Lessons {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			test(t, l)
		})
	}
}

func solution(t *testing.T, l course.Lesson) *course.Overlay {
	t.Helper()
	o, err := here.SolutionOverlay(l, t.TempDir())
	require.NoError(t, err)
	return o
}

func TestSolutionsAreGreen(t *testing.T) {
	t.Parallel()
	eachLesson(t, func(t *testing.T, l course.Lesson) {
		out, status := goTest(t, l, solution(t, l), nil, "-json")
		require.Zero(t, status, out)
		passed := stepsThat(t, "pass", out)
		for _, s := range l.Steps {
			assert.Contains(t, passed, s.Number, "no test of this step passed")
		}
		count("solution steps", len(passed))
		say("%s: %d steps of the solution are green", l.Name, len(passed))
	})
}

// The first thing a newcomer sees is the first step: red, alone and inviting.
func TestStartersBeginWithAnInvitation(t *testing.T) {
	t.Parallel()
	eachLesson(t, func(t *testing.T, l course.Lesson) {
		if why := notPristine(l.Name); why != "" {
			skip(t, "starters of "+l.Name, why)
		}
		out, status := goTest(t, l, nil, nil)
		assert.Equal(t, 1, status)
		oneRed(t, 1, out)
		assert.Contains(t, out, "not written yet")
		say("%s: its starters begin with an invitation", l.Name)
	})
}

// A step that is green before anything is written teaches nothing.
func TestStartersAreRedInEveryStep(t *testing.T) {
	t.Parallel()
	eachLesson(t, func(t *testing.T, l course.Lesson) {
		if why := notPristine(l.Name); why != "" {
			skip(t, "starters of "+l.Name, why)
		}
		out, _ := goTest(t, l, nil, []string{"STEPS=all"}, "-json")
		red := stepsThat(t, "fail", out)
		for _, s := range l.Steps {
			assert.Contains(t, red, s.Number, "this step is not red on the starters")
		}
		count("starter steps", len(red))
		say("%s: %d steps of the starters are red", l.Name, len(red))
	})
}

// A learner meets one red step at a time, and can see all of it.
const mostLines = 15

// oneRed fails unless out tells of one red step, n, in a few lines.
func oneRed(t *testing.T, n int, out string) {
	t.Helper()
	assert.Equal(t, 1, strings.Count(out, "--- FAIL"), "one red at a time:\n%s", out)
	assert.Contains(t, out, fmt.Sprintf("--- FAIL: TestStep%d_", n), "step %d is the one to catch this", n)
	assert.LessOrEqual(t, strings.Count(out, "\n"), mostLines, "a failure is a wall of text:\n%s", out)
}

var stepTest = regexp.MustCompile(`^TestStep(\d+)_`)

// stepsThat reads the output of go test -json and returns the numbers of the
// steps that ended with the given action.
func stepsThat(t *testing.T, action, out string) map[int]bool {
	t.Helper()
	steps := map[int]bool{}
	for line := range strings.Lines(out) {
		var e struct{ Action, Test string }
		if json.Unmarshal([]byte(line), &e) != nil || e.Action != action {
			continue
		}
		if m := stepTest.FindStringSubmatch(e.Test); m != nil {
			n, _ := strconv.Atoi(m[1])
			steps[n] = true
		}
	}
	return steps
}
