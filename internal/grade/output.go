package grade

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Table writes what each hand-in has earned, for a terminal.
func Table(w io.Writer, all []*HandIn) error {
	rows := [][]string{{"hand-in"}}
	for _, m := range all[0].Lessons {
		rows[0] = append(rows[0], fmt.Sprintf("lesson %d", m.Lesson.Number))
	}
	rows[0] = append(rows[0], "sum", "")
	for _, h := range all {
		row := []string{clean(h.Name)}
		for _, m := range h.Lessons {
			p, of := m.Points()
			row = append(row, fmt.Sprintf("%d of %d", p, of))
		}
		p, of := h.Points()
		rows = append(rows, append(row, fmt.Sprintf("%d of %d", p, of), h.remark()))
	}
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			space := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if i == 0 || i == len(row)-1 {
				line.WriteString(cell + space + "  ")
			} else {
				line.WriteString(space + cell + "  ")
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	if steps := mostRed(all); len(all) > 1 && len(steps) > 0 {
		_, err := fmt.Fprintf(w, "\nred most often: %s\n", strings.Join(steps, ", "))
		return err
	}
	return nil
}

// mostRed names the steps that most hand-ins have got wrong.
func mostRed(all []*HandIn) (steps []string) {
	type count struct {
		step string
		n    int
	}
	var counts []count
	for i, m := range all[0].Lessons {
		for j, s := range m.Steps {
			c := count{step: fmt.Sprintf("%d.%d", m.Lesson.Number, s.Number)}
			for _, h := range all {
				if h.Lessons[i].Steps[j].State == Red {
					c.n++
				}
			}
			counts = append(counts, c)
		}
	}
	slices.SortStableFunc(counts, func(a, b count) int { return b.n - a.n })
	for _, c := range counts[:min(len(counts), 5)] {
		if c.n > 0 {
			steps = append(steps, fmt.Sprintf("%s (%d of %d hand-ins)", c.step, c.n, len(all)))
		}
	}
	return steps
}

// remark says in a few words what a marker of papers should look at.
func (h *HandIn) remark() string {
	var words []string
	for _, note := range h.Notes {
		if name, _, ok := strings.Cut(note, " was not marked"); ok {
			words = append(words, name+" was not marked")
		} else {
			words = append(words, "not a folder")
		}
	}
	for _, m := range h.Lessons {
		n := m.Lesson.Number
		switch {
		case m.Build != "":
			words = append(words, fmt.Sprintf("%d does not build", n))
		case m.Trouble != "":
			words = append(words, fmt.Sprintf("%d did not run to its end", n))
		}
		for _, note := range m.Notes {
			if strings.Contains(note, " was not ") {
				words = append(words, fmt.Sprintf("%d: %s was not marked", n, strings.Fields(note)[0]))
			}
		}
	}
	return strings.Join(words, "; ")
}

// CSV writes one line for each hand-in: the sum, each lesson, each step.
func CSV(w io.Writer, all []*HandIn) error {
	head := []string{"hand-in", "points", "of"}
	for _, m := range all[0].Lessons {
		head = append(head, fmt.Sprintf("lesson %d", m.Lesson.Number))
	}
	for _, m := range all[0].Lessons {
		for _, s := range m.Steps {
			head = append(head, fmt.Sprintf("%d.%d", m.Lesson.Number, s.Number))
		}
	}
	c := csv.NewWriter(w)
	c.Write(head)
	for _, h := range all {
		p, of := h.Points()
		name := clean(h.Name)
		if strings.ContainsAny(name[:1], "=+-@") {
			name = "'" + name // a spreadsheet would take it for a formula
		}
		row := []string{name, strconv.Itoa(p), strconv.Itoa(of)}
		for _, m := range h.Lessons {
			p, _ := m.Points()
			row = append(row, strconv.Itoa(p))
		}
		for _, m := range h.Lessons {
			for _, s := range m.Steps {
				row = append(row, strconv.Itoa(s.Points()))
			}
		}
		c.Write(row)
	}
	c.Flush()
	return c.Error()
}

// JSON writes everything that is known.
func JSON(w io.Writer, all []*HandIn) error {
	type step struct {
		Step    int    `json:"step"`
		Title   string `json:"title"`
		State   State  `json:"state"`
		Points  int    `json:"points"`
		Of      int    `json:"of"`
		Failure string `json:"failure,omitempty"`
	}
	type lesson struct {
		Lesson  int      `json:"lesson"`
		Title   string   `json:"title"`
		Points  int      `json:"points"`
		Of      int      `json:"of"`
		Steps   []step   `json:"steps"`
		Build   string   `json:"build,omitempty"`
		Trouble string   `json:"trouble,omitempty"`
		Notes   []string `json:"notes,omitempty"`
	}
	type handIn struct {
		Name    string   `json:"hand_in"`
		Points  int      `json:"points"`
		Of      int      `json:"of"`
		Lessons []lesson `json:"lessons"`
		Notes   []string `json:"notes,omitempty"`
	}
	out := []handIn{}
	for _, h := range all {
		j := handIn{Name: h.Name, Notes: h.Notes}
		j.Points, j.Of = h.Points()
		for _, m := range h.Lessons {
			l := lesson{Lesson: m.Lesson.Number, Title: m.Lesson.Title, Build: m.Build, Trouble: m.Trouble, Notes: m.Notes}
			l.Points, l.Of = m.Points()
			for _, s := range m.Steps {
				l.Steps = append(l.Steps, step{s.Number, s.Title, s.State, s.Points(), s.Of, s.Report})
			}
			j.Lessons = append(j.Lessons, l)
		}
		out = append(out, j)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// Pages writes a page of feedback for each hand-in into a folder, which it makes.
func Pages(dir string, all []*HandIn) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, h := range all {
		if err := os.WriteFile(filepath.Join(dir, h.Name+".md"), []byte(h.Page()), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// Page is what the learner gets back, in Markdown.
func (h *HandIn) Page() string {
	var b strings.Builder
	p, of := h.Points()
	fmt.Fprintf(&b, "# Feedback for %s\n\n%d of %d points.\n\n", inline(h.Name), p, of)
	for _, note := range h.Notes {
		fmt.Fprintf(&b, "%s\n\n", inline(note))
	}
	b.WriteString("| lesson | points | done | red | not written | not run |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, m := range h.Lessons {
		p, of := m.Points()
		fmt.Fprintf(&b, "| %d · %s | %d of %d | %s | %s | %s | %s |\n", m.Lesson.Number, m.Lesson.Title, p, of,
			m.list(OK), m.list(Red), m.list(NotWritten), m.list(NotRun))
	}
	for _, m := range h.Lessons {
		m.page(&b)
	}
	return b.String()
}

// list names the steps in a state: "1–4, 6".
func (m *Mark) list(state State) string {
	var parts []string
	for i := 0; i < len(m.Steps); i++ {
		from := i
		for i < len(m.Steps) && m.Steps[i].State == state {
			i++
		}
		switch first, n := m.Steps[min(from, len(m.Steps)-1)].Number, i-from; n {
		case 0:
		case 1:
			parts = append(parts, strconv.Itoa(first))
		default:
			parts = append(parts, fmt.Sprintf("%d–%d", first, m.Steps[i-1].Number))
		}
	}
	return strings.Join(parts, ", ")
}

func (m *Mark) page(b *strings.Builder) {
	red := slices.DeleteFunc(slices.Clone(m.Steps), func(s Step) bool { return s.State != Red })
	if len(red) == 0 && m.Build == "" && m.Trouble == "" && len(m.Notes) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## Lesson %d · %s\n", m.Lesson.Number, m.Lesson.Title)
	for _, note := range m.Notes {
		fmt.Fprintf(b, "\n%s\n", inline(note))
	}
	if m.Build != "" {
		fmt.Fprintf(b, "\nThe lesson does not build, so no step could be run.\n\n%s", fenced(m.Build))
	}
	if m.Trouble != "" {
		fmt.Fprintf(b, "\nNot all steps could be run:\n\n%s", fenced(m.Trouble))
	}
	for _, s := range red {
		fmt.Fprintf(b, "\n### Step %d · %s (%d of %d points)\n\n%s", s.Number, s.Title, s.Points(), s.Of, fenced(s.Report))
	}
}

// fenced shows a text that the hand-in may have had a hand in: nothing in it is
// Markdown or moves a cursor.
func fenced(text string) string {
	longest := 2
	for run := range strings.FieldsFuncSeq(text, func(r rune) bool { return r != '`' }) {
		longest = max(longest, len(run))
	}
	fence := strings.Repeat("`", longest+1)
	return fence + "text\n" + strings.TrimRight(clean(text), "\n") + "\n" + fence + "\n"
}

// inline is text in which nothing is Markdown.
func inline(text string) string {
	var b strings.Builder
	for _, r := range clean(text) {
		if strings.ContainsRune("\\`*_[]<>|#&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// clean replaces what does not print.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		if r == '\t' {
			return ' '
		}
		return '\uFFFD'
	}, text)
}

// Pair is two hand-ins with files that are the same but for layout and comments.
type Pair struct {
	A, B  string
	Files []string // "1: greet.go"
	Of    int      // files that either has written
}

// Same returns the pairs, those that share most first. Files that are still the
// starters count for nobody.
func Same(all []*HandIn) []Pair {
	texts := make([]map[string]string, len(all))
	for i, h := range all {
		texts[i] = map[string]string{}
		for _, m := range h.Lessons {
			for name, text := range m.files {
				if w := written(text); w != written(m.starter[name]) {
					texts[i][fmt.Sprintf("%d: %s", m.Lesson.Number, name)] = w
				}
			}
		}
	}
	var pairs []Pair
	for i := range all {
		for j := range all[:i] {
			p := Pair{A: all[j].Name, B: all[i].Name}
			names := maps.Clone(texts[i])
			maps.Copy(names, texts[j])
			for _, name := range slices.Sorted(maps.Keys(names)) {
				p.Of++
				if texts[i][name] == texts[j][name] {
					p.Files = append(p.Files, name)
				}
			}
			if len(p.Files) > 0 {
				pairs = append(pairs, p)
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b Pair) int { return len(b.Files) - len(a.Files) })
	return pairs
}
