package steps

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// notes is what the harness takes from the pages of a lesson's notes: the headings.
type notes struct {
	pages  map[int]string // where a step stands, as seen from the repository's root
	titles map[int]string
}

var heading = regexp.MustCompile(`(?m)^## Step (\d+) · (.+?)\s*$`)

func readNotes(dir string) notes {
	n := notes{map[int]string{}, map[int]string{}}
	parts, _ := filepath.Glob(filepath.Join(dir, "[a-z]-*.md"))
	for _, page := range append(parts, filepath.Join(dir, "README.md")) {
		text, _ := os.ReadFile(page) // without it there are no headings
		for _, m := range heading.FindAllStringSubmatch(string(text), -1) {
			k, _ := strconv.Atoi(m[1])
			n.pages[k], n.titles[k] = lessonPath()+"/"+filepath.Base(page), m[2]
		}
	}
	return n
}

func (n notes) page(k int) string {
	if p := n.pages[k]; p != "" {
		return p
	}
	return lessonPath() + "/README.md"
}

func (n notes) steps() int { return len(n.titles) }

func (n notes) title(k int) string {
	if t := n.titles[k]; t != "" {
		return t
	}
	return "(the notes have no heading for this step)"
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
