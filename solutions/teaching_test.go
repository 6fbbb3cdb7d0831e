package solutions

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example/websockets/internal/course"
	"example/websockets/internal/frontmatter"
)

// teaching is what a teacher knows of a lesson and a learner need not: the file
// teaching.yaml beside the solution. It is no front matter of the notes, which
// learners read.
type teaching struct {
	course.Lesson
	course.Matter
	Number, Minutes, Sum int
	Title                string
	Objectives           []string
	Steps                []taughtStep
	Workshop             []int
	Show                 []struct{ Do, See string }
	Misconceptions       []misconception
	Questions            []struct{ Ask, Answer string }
}

type taughtStep struct {
	Number, Points int
	Title, Link    string
}

type misconception struct {
	Step               int
	Words, Belief, Say string
}

// readTeaching reads what is to be taught of a lesson, and fails when it does not
// agree with the mistake table or the notes.
func readTeaching(t *testing.T, l course.Lesson) teaching {
	t.Helper()
	matter, err := l.Matter()
	require.NoError(t, err)
	assert.NotZero(t, matter.To, "%s: minutes_range", l.Name)
	assert.NotEmpty(t, matter.Prerequisites, "%s: prerequisites", l.Name)
	x := teaching{Lesson: l, Matter: matter, Number: l.Number, Title: l.Title, Minutes: matter.Minutes, Objectives: matter.Objectives}
	for i, s := range l.Steps {
		x.Sum += matter.Points[i]
		x.Steps = append(x.Steps, taughtStep{s.Number, matter.Points[i], s.Title,
			"lessons/" + l.Name + "/" + s.Page + "#" + anchor(fmt.Sprintf("Step %d · %s", s.Number, s.Title))})
	}

	file := filepath.Join(l.Solution, "teaching.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	all, err := frontmatter.Parse(strings.ReplaceAll(string(text), "\r\n", "\n"), 1)
	require.NoError(t, err, file)
	require.NoError(t, all.Need("workshop: list", "show: maps", "misconceptions: maps", "questions: maps"), file)
	for _, text := range all.List("workshop") {
		n, err := frontmatter.Number(text)
		require.NoError(t, err, file)
		assert.True(t, 1 <= n && n <= len(l.Steps), "%s: workshop: there is no step %d", file, n)
		x.Workshop = append(x.Workshop, n)
	}
	for _, m := range all.Maps("show") {
		require.NoError(t, m.Need("do: text", "see: text"), file)
		x.Show = append(x.Show, struct{ Do, See string }{m.Text("do"), m.Text("see")})
	}
	for _, m := range all.Maps("misconceptions") {
		require.NoError(t, m.Need("mistake: text", "belief: text", "say: text"), file)
		i := slices.IndexFunc(mistakes[l.Name], func(x mistake) bool { return x.name == m.Text("mistake") })
		require.GreaterOrEqual(t, i, 0, "%s: there is no mistake %q", file, m.Text("mistake"))
		words := mistakes[l.Name][i].words
		x.Misconceptions = append(x.Misconceptions, misconception{mistakes[l.Name][i].step, strings.TrimSpace(words), m.Text("belief"), m.Text("say")})
	}
	var asked []string
	for _, m := range all.Maps("questions") {
		require.NoError(t, m.Need("ask: text", "answer: text"), file)
		x.Questions = append(x.Questions, struct{ Ask, Answer string }{m.Text("ask"), m.Text("answer")})
		asked = append(asked, m.Text("ask"))
	}
	// The notes ask, this answers: the same questions in the same order.
	assert.Equal(t, questionsOf(t, l), asked, "%s: the questions of the notes", file)
	return x
}

// questionsOf returns the items below "Questions for discussion:" in a lesson's
// notes.
func questionsOf(t *testing.T, l course.Lesson) (asked []string) {
	t.Helper()
	for _, page := range l.Pages {
		on := false
		for _, line := range readPage(t, path.Join("lessons", l.Name, page)).prose {
			switch item, isItem := strings.CutPrefix(line, "- "); {
			case line == "Questions for discussion:":
				on = true
			case !on || line == "":
			case isItem:
				asked = append(asked, item)
			case strings.HasPrefix(line, "  "):
				asked[len(asked)-1] += " " + strings.TrimSpace(line)
			default:
				on = false
			}
		}
	}
	return asked
}

// anchor is the name by which a link finds a heading.
func anchor(heading string) string {
	return strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}

// WorkshopSteps are the steps of a one-day workshop, as "1–4, 6".
func (x teaching) WorkshopSteps() string {
	var parts []string
	for i := 0; i < len(x.Workshop); i++ {
		from := i
		for i+1 < len(x.Workshop) && x.Workshop[i+1] == x.Workshop[i]+1 {
			i++
		}
		part := strconv.Itoa(x.Workshop[from])
		if i > from {
			part += "–" + strconv.Itoa(x.Workshop[i])
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// WorkshopMinutes are the lesson's minutes, shared out by points.
func (x teaching) WorkshopMinutes() int {
	points := 0
	for _, n := range x.Workshop {
		points += x.Points[n-1]
	}
	return (x.Minutes*points/x.Sum + 4) / 5 * 5
}

// exampleArgs are hand-ins that every clone has.
var exampleArgs = []string{"solutions", "lessons", "solutions/testdata/also-right/02-length-header/bytewise"}

// session is a row of the plan for four.
type session struct {
	Number          int
	InClass, AtHome string
	Minutes         int // at home
	From, To        int // the range of that
}

// sessions shares all steps out to four sessions that take the same time: an hour
// of it in class, the rest at home before the next one.
func sessions(all []teaching) (plan []session) {
	const number, inClass = 4, 60
	total, least, most := 0, 0, 0
	for _, x := range all {
		total += x.Minutes
		least += x.From
		most += x.To
	}
	home := func(all int) int { return max(all/number-inClass, 0) / 10 * 10 }
	// The steps that begin at a minute in [from, to), when they are done one after
	// the other.
	span := func(from, to int) string {
		var parts []string
		at := 0
		for _, x := range all {
			points, first, last := 0, 0, 0
			for _, s := range x.Steps {
				if begins := at + x.Minutes*points/x.Sum; from <= begins && begins < to {
					first, last = cmp.Or(first, s.Number), s.Number
				}
				points += s.Points
			}
			at += x.Minutes
			switch {
			case first == last && first > 0:
				parts = append(parts, fmt.Sprintf("lesson %d, step %d", x.Number, first))
			case first > 0:
				parts = append(parts, fmt.Sprintf("lesson %d, steps %d to %d", x.Number, first, last))
			}
		}
		return cmp.Or(strings.Join(parts, "; "), "what is not done yet")
	}
	for i := range number {
		from, to := total*i/number, total*(i+1)/number
		plan = append(plan, session{i + 1, span(from, min(from+inClass, to)), span(min(from+inClass, to), to), max(to-from-inClass, 0), home(least), home(most)})
	}
	return plan
}

// TEACHING.md is made from the lessons' front matter, their teaching.yaml, the
// mistake table and a template. With -update it is written anew.
func TestTeachingPageIsInStep(t *testing.T) {
	t.Parallel()
	if why := notPristine(""); why != "" {
		skip(t, "TEACHING.md", why)
	}
	var data struct {
		Lessons                       []teaching
		Minutes, From, To, Sum, Steps int
		Sessions                      []session
		Go, Limit, Example            string
		ExampleArgs                   []string
	}
	for _, l := range here.Lessons {
		x := readTeaching(t, l)
		data.Lessons = append(data.Lessons, x)
		data.Minutes += x.Minutes
		data.From += x.From
		data.To += x.To
		data.Sum += x.Sum
		data.Steps += len(x.Steps)
	}
	data.Sessions = sessions(data.Lessons)
	mod, err := os.ReadFile(in("go.mod"))
	require.NoError(t, err)
	data.Go = regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(mod))[1]
	data.Limit = strconv.Itoa(usualLimit)
	data.ExampleArgs = exampleArgs
	out, _ := run(t, nil, desk(t), append([]string{"grade"}, exampleArgs...)...)
	data.Example = withoutChance(out) // the desk may have had to be built
	data.Example = regexp.MustCompile(`(?m)^\d+ of \d+ hand-ins are marked\n`).ReplaceAllString(data.Example, "")

	text, err := os.ReadFile(in("solutions", "teaching.tmpl"))
	require.NoError(t, err)
	page, err := template.New("").Funcs(template.FuncMap{"join": strings.Join}).Parse(strings.ReplaceAll(string(text), "\r\n", "\n"))
	require.NoError(t, err)
	var b strings.Builder
	require.NoError(t, page.Execute(&b, data))
	equalsGolden(t, in("TEACHING.md"), b.String())
}
