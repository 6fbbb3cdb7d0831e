package steps

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

// notes is what the harness takes from a lesson's README.md: the headings.
type notes struct {
	path   string // as seen from the repository's root
	titles map[int]string
}

var heading = regexp.MustCompile(`(?m)^## Step (\d+) · (.+?)\s*$`)

func readNotes(dir string) notes {
	n := notes{path: lessonPath() + "/README.md", titles: map[int]string{}}
	text, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		return n
	}
	for _, m := range heading.FindAllStringSubmatch(string(text), -1) {
		k, _ := strconv.Atoi(m[1])
		n.titles[k] = m[2]
	}
	return n
}

func (n notes) steps() int { return len(n.titles) }

func (n notes) title(k int) string {
	if t := n.titles[k]; t != "" {
		return t
	}
	return "(README.md has no heading for this step)"
}
