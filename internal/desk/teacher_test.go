package desk

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/grade"
)

// What these commands do is tested where it is done; this is how they are called.
func TestWrongUseByTeachers(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"grade"}, 2, "grade needs the folder that the hand-ins are in\n\ngo run . grade [-csv|-json]"},
		{[]string{"grade", "-csv", "-json", dir}, 2, "it is -csv or -json"},
		{[]string{"grade", "-marks", dir}, 2, "flag provided but not defined: -marks"},
		{[]string{"grade", "-lessons", "one", dir}, 2, "lessons are numbers with commas between them, as in 1,2"},
		{[]string{"grade", dir, "-lessons", "1,9"}, 2, `there is no lesson "9"`},
		{[]string{"grade", dir}, 1, `there is no "points"`}, // in the front matter of this small course
		{[]string{"export"}, 2, "export needs one folder, which it makes\n\ngo run . export [-without-solutions]"},
		{[]string{"export", dir, dir}, 2, "export needs one folder"},
		{[]string{"export", "-lessons", "9", dir}, 2, `there is no lesson "9"`},
	} {
		out, status := runDesk(t, c.args...)
		assert.Equal(t, c.status, status, "%q", c.args)
		assert.Contains(t, out, c.says, "%q", c.args)
	}
}

func TestPairsText(t *testing.T) {
	pair := grade.Pair{A: "a", B: "b", Files: []string{"1: greet.go", "2: write.go"}, Of: 5}
	line := "a and b: 2 of 5 files: 1: greet.go, 2: write.go\n"
	assert.Equal(t, "\n1 pair of hand-ins shares files (without comments and layout)\n"+line, pairsText([]grade.Pair{pair}))
	assert.Equal(t, "\n2 pairs of hand-ins share files (without comments and layout)\n"+line+line, pairsText([]grade.Pair{pair, pair}))
}

func TestFlagsStandAnywhere(t *testing.T) {
	for _, c := range []struct{ args, want []string }{
		{[]string{"-a", "x", "y"}, []string{"x", "y"}},
		{[]string{"x", "-a", "y"}, []string{"x", "y"}},
		{[]string{"x", "y", "-a"}, []string{"x", "y"}},
		{[]string{"-a", "--", "-x"}, []string{"-x"}},
		{[]string{"x", "-a", "--", "-a", "y"}, []string{"x", "-a", "y"}},
	} {
		f := newFlags("grade")
		a := f.Bool("a", false, "")
		rest, err := f.parse(c.args)
		require.NoError(t, err)
		assert.True(t, *a, "%q", c.args)
		assert.Equal(t, c.want, rest, "%q", c.args)
	}
}
