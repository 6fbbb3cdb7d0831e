package steps

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
)

// The lesson's own code is what stands in its folder and is no test.

type goroutine struct {
	at    string // "lessons/01-raw-socket/serve.go:42 in Serve"
	doing string // "in Conn.Write", "chan receive", "running"
}

var (
	header = regexp.MustCompile(`^goroutine (\d+)[^\[]*\[([^\],]+)`)
	frame  = regexp.MustCompile(`^\t(.+\.go):(\d+)(?: .*)?$`)
)

// allStacks returns the stacks of all goroutines as text.
func allStacks() string {
	for size := 256 << 10; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size || size >= 16<<20 {
			return string(buf[:n])
		}
	}
}

// goroutines returns the ids of all goroutines there are.
func goroutines() map[string]bool {
	ids := map[string]bool{}
	for _, s := range strings.Split(allStacks(), "\n\n") {
		if m := header.FindStringSubmatch(s); m != nil {
			ids[m[1]] = true
		}
	}
	return ids
}

// lessonGoroutines returns the goroutines that are in the lesson's own code, or
// were started by it, and are not among before.
func lessonGoroutines(before map[string]bool) []goroutine {
	var found []goroutine
	for _, s := range strings.Split(allStacks(), "\n\n") {
		m := header.FindStringSubmatch(s)
		if m == nil || before[m[1]] {
			continue
		}
		if at := framesOf(s); len(at) > 0 {
			doing, _, _ := strings.Cut(m[2], " (")
			switch call := calledFrom(s); {
			case doing == "running", doing == "runnable", doing == "syscall":
				doing = "running" // which of the three is chance
			case call != "":
				doing = "in " + call
			case !strings.HasPrefix(doing, "chan ") && doing != "select":
				doing = "running" // code that is held up by Go itself, to collect garbage or to print stacks
			}
			found = append(found, goroutine{at: at[0], doing: doing})
		}
	}
	// The runtime lists them in no order that stays the same. One that has called
	// something says more than one that waits for a channel.
	key := func(g goroutine) string { return fmt.Sprint(!strings.HasPrefix(g.doing, "in "), g.at, g.doing) }
	slices.SortFunc(found, func(a, b goroutine) int { return strings.Compare(key(a), key(b)) })
	return slices.Compact(found)
}

// framesOf returns the places of the lesson's own code in a stack, the
// innermost first, as "path:line in function".
func framesOf(stack string) []string {
	var found []string
	lines := strings.Split(stack, "\n")
	for i, line := range lines {
		m := frame.FindStringSubmatch(strings.TrimRight(line, "\r"))
		if m == nil || i == 0 || !isLessonFile(m[1]) {
			continue
		}
		place := shortPath(m[1])
		if m[2] != "1" { // what the compiler says of a loop that it found empty
			place += ":" + m[2]
		}
		found = append(found, place+" in "+shortFunc(lines[i-1]))
	}
	return found
}

// calledFrom returns what the innermost place of the lesson's own code has called
// and waits in, as its author knows it; "" when it waits by itself.
func calledFrom(stack string) string {
	lines := strings.Split(stack, "\n")
	for i := 2; i < len(lines); i++ {
		m := frame.FindStringSubmatch(strings.TrimRight(lines[i], "\r"))
		if m == nil || !isLessonFile(m[1]) {
			continue
		}
		if i < 4 || strings.HasPrefix(lines[i-1], "created by ") {
			return ""
		}
		if strings.Contains(lines[i-2], "_test.go:") {
			return "a function that the test gave it"
		}
		name := shortFunc(lines[i-3])
		if path := strings.Split(lines[i-3], "."); !strings.Contains(lines[i-3], "/") {
			name = path[0] + "." + name // a package that everybody knows: time.Sleep
		}
		return name
	}
	return ""
}

// startedByTest says whether the goroutine of a stack is one that a test started.
func startedByTest(stack string) bool {
	_, by, _ := strings.Cut(stack, "\ncreated by ")
	_, at, _ := strings.Cut(by, "\n")
	at, _, _ = strings.Cut(at, "\n")
	m := frame.FindStringSubmatch(strings.TrimRight(at, "\r"))
	return m != nil && strings.HasSuffix(m[1], "_test.go")
}

func isLessonFile(file string) bool {
	dir, name := filepath.Split(filepath.FromSlash(file))
	return filepath.Base(dir) == filepath.Base(lessonDir()) && !strings.HasSuffix(name, "_test.go")
}

// shortFunc turns the function's line of a stack, with package, receiver and
// arguments, into what the learner calls it.
func shortFunc(line string) string {
	line = strings.TrimPrefix(line, "created by ")
	line, _, _ = strings.Cut(line, " in goroutine ")
	line = line[strings.LastIndexByte(line, '/')+1:]
	if _, after, ok := strings.Cut(line, "."); ok {
		line = after
	}
	if strings.HasSuffix(line, ")") {
		line = line[:strings.LastIndexByte(line, '(')]
	}
	return strings.NewReplacer("(*", "", ")", "").Replace(line)
}

// lessonDir is the folder of the lesson under test: go test starts a test there.
func lessonDir() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	return dir
}

// shortPath names a file of the lesson as somebody in the repository's root
// would: lessons/01-raw-socket/server.go.
func shortPath(file string) string {
	parts := strings.Split(filepath.ToSlash(file), "/")
	return strings.Join(append([]string{lessonPath()}, parts[len(parts)-1]), "/")
}

// lessonPath is the lesson's folder relative to the module's root.
func lessonPath() string {
	dir := lessonDir()
	for root := dir; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			if rel, err := filepath.Rel(root, dir); err == nil {
				return filepath.ToSlash(rel)
			}
		}
		if root == filepath.Dir(root) {
			return filepath.Base(dir)
		}
	}
}

// heapInUse is the size in bytes of the objects on the heap.
func heapInUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
