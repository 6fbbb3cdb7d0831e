package steps

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
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

// taskOf finds the comment in the lesson's files that sets the task of step n, as
// "push.go:19", or "" when it is gone.
func taskOf(n int) string {
	mark := regexp.MustCompile(`//\s*Step ` + strconv.Itoa(n) + `\b`)
	files, _ := filepath.Glob("*.go")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || strings.HasSuffix(file, "_test.go") {
			continue
		}
		if at := mark.FindIndex(text); at != nil {
			return file + ":" + strconv.Itoa(1+strings.Count(string(text[:at[0]]), "\n"))
		}
	}
	return ""
}
