package solutions

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/course"
)

// leastAlsoRight is for each lesson.
const leastAlsoRight = 3

// Green must not mean "written as we would": right code in other styles, kept in
// testdata/also-right/NN-lesson/STYLE, passes as well.
func TestOtherStylesAreGreen(t *testing.T) {
	t.Parallel()
	eachLesson(t, func(t *testing.T, l course.Lesson) {
		styles, err := filepath.Glob(in("solutions", "testdata", "also-right", l.Name, "*"))
		require.NoError(t, err)
		assert.GreaterOrEqual(t, len(styles), leastAlsoRight)
		t.Cleanup(func() { say("%s: %d solutions in other styles were tried", l.Name, len(styles)) })
		for _, style := range styles {
			t.Run(filepath.Base(style), func(t *testing.T) {
				t.Parallel()
				files, err := filepath.Glob(filepath.Join(style, "*.go"))
				require.NoError(t, err)
				require.NotEmpty(t, files)
				o := solution(t, l)
				for _, file := range files {
					o.Map(filepath.Join(l.Dir, filepath.Base(file)), file)
				}
				out, status := goTest(t, l, o, nil)
				assert.Zero(t, status, out)
				count("also right", 1)
			})
		}
	})
}
