package solutions

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A page is a Markdown file of the course, taken apart.
type page struct {
	path  string   // from the root, with forward slashes
	prose []string // the lines; those of cells are blank
	cells []cell
}

// A cell is a fenced block.
type cell struct {
	page     string
	line     int // of its first line, from 1
	language string
	state    string // the word after the language
	text     string // every line ends with a line end
}

// at names the cell as compilers name a place.
func (c cell) at() string { return fmt.Sprintf("%s:%d", c.page, c.line) }

func readPage(t *testing.T, name string) page {
	t.Helper()
	text, err := os.ReadFile(in(filepath.FromSlash(name)))
	require.NoError(t, err)
	p := page{path: name}
	open := false
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimRight(line, "\r")
		switch after, isFence := strings.CutPrefix(line, "```"); {
		case isFence && open:
			require.Empty(t, after, "%s:%d: a cell ends with three backquotes alone", name, i+1)
			open = false
		case isFence:
			language, state, _ := strings.Cut(after, " ")
			p.cells = append(p.cells, cell{page: name, line: i + 2, language: language, state: state})
			open = true
		case open:
			p.cells[len(p.cells)-1].text += line + "\n"
		default:
			p.prose = append(p.prose, line)
			continue
		}
		p.prose = append(p.prose, "")
	}
	require.False(t, open, "%s: a cell does not end", name)
	return p
}

// A section is what stands below a heading of the second level.
type section struct {
	heading string
	lines   []string
}

func (p page) sections() []section {
	var all []section
	for _, line := range p.prose {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			all = append(all, section{heading: heading})
		} else if len(all) > 0 {
			s := &all[len(all)-1]
			s.lines = append(s.lines, line)
		}
	}
	return all
}

// anchors are the names by which a link finds the page's headings.
func (p page) anchors() map[string]bool {
	all := map[string]bool{}
	for _, line := range p.prose {
		if m := headingLine.FindStringSubmatch(line); m != nil {
			name := strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-")
			for n, base := 1, name; all[name]; n++ {
				name = fmt.Sprintf("%s-%d", base, n)
			}
			all[name] = true
		}
	}
	return all
}

// links are the targets of the page's links, by the line they stand in.
func (p page) links() map[int][]string {
	all := map[int][]string{}
	for i, line := range p.prose {
		line = codeSpan.ReplaceAllString(line, "")
		for _, m := range linkTarget.FindAllStringSubmatch(line, -1) {
			all[i+1] = append(all[i+1], m[1]+m[2])
		}
	}
	return all
}

var (
	headingLine  = regexp.MustCompile(`^#{1,6} (.+?)\s*$`)
	notInAnchors = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
	codeSpan     = regexp.MustCompile("`[^`]*`")
	linkTarget   = regexp.MustCompile(`\]\(\s*<?([^)>\s]+)|^\[[^\]]+\]:\s+<?([^>\s]+)`)
)

// broken says what is wrong with a link on the page, "" when nothing is. Links
// to other hosts are not followed.
func (p page) broken(t *testing.T, target string) string {
	t.Helper()
	if strings.Contains(target, ":") {
		return ""
	}
	file, anchor, _ := strings.Cut(target, "#")
	to := p
	if file != "" {
		name := path.Join(path.Dir(p.path), file)
		if _, err := os.Stat(in(filepath.FromSlash(name))); err != nil {
			return "there is no such file"
		}
		if anchor != "" {
			to = readPage(t, name)
		}
	}
	if anchor != "" && !to.anchors()[anchor] {
		return "there is no such heading"
	}
	return ""
}
