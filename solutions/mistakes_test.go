package solutions

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/course"
)

// A mistake is an edit of a finished file, and what the lesson's tests have to
// make of it. Imports follow the edit by themselves.
type mistake struct {
	name  string
	file  string
	edits []edit
	step  int    // that catches it
	words string // of the failure; they name the mistake, not the comparison
	notes bool   // it stands in the study notes that the course follows
	hangs bool   // it ends by the step's time limit, which is made shorter here
	race  string // what goroutines race for: a pattern for the part of the failure that chance decides
}

// An edit replaces a text, which must occur exactly once, by another.
type edit struct{ old, new string }

// mistakesOfTheNotes is how many mistakes the study notes make.
const mistakesOfTheNotes = 11

var mistakes = map[string][]mistake{
	"01-raw-socket":         mistakes01,
	"02-length-header":      mistakes02,
	"03-chunked-reassembly": mistakes03,
	"04-websocket":          slices.Concat(mistakes04b, mistakes04c, mistakes04d, mistakes04e, mistakes04f),
}

const (
	leastMistakes = 8  // for each lesson
	shortLimit    = 2  // seconds for a step of a mistake that hangs
	usualLimit    = 6  // seconds for a step otherwise
	mostSeconds   = 10 // that a mistake may take to end
)

// Each mistake is a build of its own, and a lesson may have hundreds.
var allMistakes = flag.Bool("all", false, "try every mistake, not only two of each step and those of the study notes")

// A failure that says one thing today and another tomorrow teaches neither.
var again = flag.Int("again", 0, "run the step of each mistake so many times more, on 1 to 4 processors, and compare what the failures say")

func someOf(all []mistake) (some []mistake) {
	count("mistakes in the table", len(all))
	ofStep := map[int]int{}
	for _, m := range all {
		if ofStep[m.step]++; *allMistakes || *update || m.notes || ofStep[m.step] <= 2 {
			some = append(some, m)
		}
	}
	return some
}

func TestMistakesAreCaught(t *testing.T) {
	t.Parallel()
	eachLesson(t, func(t *testing.T, l course.Lesson) {
		all := mistakes[l.Name]
		assert.GreaterOrEqual(t, len(all), leastMistakes, "mistakes of this lesson")
		tried := someOf(all)
		// The parts run after this function, and the cleanup after the parts.
		t.Cleanup(func() { say("%s: %d of its %d mistakes were tried", l.Name, len(tried), len(all)) })
		golden := filepath.Join("testdata", "mistakes", l.Name[:2])
		unusedGolden(t, golden, all)
		for _, m := range tried {
			t.Run(m.name, func(t *testing.T) {
				t.Parallel()
				var env []string
				allowed := float64(mostSeconds)
				if m.hangs {
					env = append(env, "STEPS_LIMIT="+strconv.Itoa(shortLimit)+"s")
					allowed -= usualLimit - shortLimit
				}
				// Without vet, which has nothing to say here and takes a third of
				// the time. The notes show mistakes with it.
				out, status := goTest(t, l, withMistake(t, l, m), env, "-vet=off")
				assert.Equal(t, 1, status, "this mistake must not pass")
				oneRed(t, m.step, out)
				assert.Contains(t, out, m.words)
				assert.Less(t, seconds(t, out), allowed, "a test that does not come to its end is stopped")
				out = m.withoutChance(out)
				equalsGolden(t, filepath.Join(golden, m.name+".txt"), out)
				if *again > 0 {
					sameAgain(t, l, m, env, out)
				}
				if n := count("mistakes", 1); n%20 == 0 {
					say("the course: %d mistakes were tried", n)
				}
				if m.notes {
					count("mistakes of the notes", 1)
				}
			})
		}
	})
}

// ofOthers is what a step that runs by itself does not say.
var ofOthers = regexp.MustCompile(`(?m)^    step \d+ of \d+ is next.*\n`)

// sameAgain runs the step that catches a mistake as often as -again says. It is
// built once for that.
func sameAgain(t *testing.T, l course.Lesson, m mistake, env []string, first string) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "lesson.test.exe")
	out, status := goTest(t, l, withMistake(t, l, m), nil, "-vet=off", "-c", "-o", binary)
	require.Zero(t, status, out)
	alone := func(out string) string { return ofOthers.ReplaceAllString(m.withoutChance(out), "") }
	want, _, _ := strings.Cut(alone(first), "FAIL\t") // the rest are words of go test
	for i := range *again {
		cmd := exec.CommandContext(t.Context(), binary, "-test.paniconexit0", fmt.Sprintf("-test.run=^TestStep%d_", m.step))
		cmd.Dir = l.Dir
		cmd.Env = append(append(os.Environ(), env...), "GOMAXPROCS="+strconv.Itoa(1+i%4))
		got, _ := cmd.CombinedOutput()
		if !assert.Equal(t, want, alone(string(got)), "%s, run %d", m.name, i) {
			return
		}
	}
}

// withMistake is the solution of a lesson with a mistake in it.
func withMistake(t *testing.T, l course.Lesson, m mistake) *course.Overlay {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(l.Solution, m.file))
	require.NoError(t, err)
	src := strings.ReplaceAll(string(text), "\r\n", "\n")
	for _, e := range m.edits {
		require.Equal(t, 1, strings.Count(src, e.old), "%s has to hold this exactly once:\n%s", m.file, e.old)
		src = strings.Replace(src, e.old, e.new, 1)
	}
	src, err = withImports(src)
	require.NoError(t, err)
	o := solution(t, l)
	o.Set(filepath.Join(l.Dir, m.file), []byte(src))
	return o
}

var testTook = regexp.MustCompile(`(?m)^FAIL\t\S+\t(\d+\.\d+)s$`)

// seconds is how long the tests ran by go test's own clock: it stands still
// while the code is being built.
func seconds(t *testing.T, out string) float64 {
	t.Helper()
	m := testTook.FindStringSubmatch(out)
	require.NotNil(t, m, "go test does not say how long it took:\n%s", out)
	s, err := strconv.ParseFloat(m[1], 64)
	require.NoError(t, err)
	return s
}

var spins = regexp.MustCompile(`at \S+:\d+ in \S+ \(running\)`)

// withoutChance also leaves out where code that never stops happens to be.
func (m mistake) withoutChance(out string) string {
	out = spins.ReplaceAllString(withoutChance(out), "at ... (running)")
	if m.race != "" {
		out = regexp.MustCompile(m.race).ReplaceAllString(out, "...")
	}
	return out
}

func equalsGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o666))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "go test -C solutions -update writes it")
	assert.Equal(t, withoutChance(string(want)), got)
}

// unusedGolden fails for golden files that no mistake has any more, or removes
// them with -update.
func unusedGolden(t *testing.T, dir string, all []mistake) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "*.txt"))
	has := map[string]bool{}
	for _, m := range all {
		assert.False(t, has[m.name], "two mistakes are called %s", m.name)
		has[m.name] = true
	}
	for _, file := range files {
		if has[strings.TrimSuffix(filepath.Base(file), ".txt")] {
			continue
		}
		if *update {
			require.NoError(t, os.Remove(file))
			continue
		}
		t.Errorf("%s belongs to no mistake", file)
	}
}
