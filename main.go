// The desk of the course: go run . says where you are and what comes next.
//
// It comes in two stages. Before the first program runs, Go builds its own library,
// and says nothing meanwhile. This stage needs little of that library: it is there
// early, says what the rest of the wait is for, and starts the desk.
package main

import (
	"hash/fnv"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
)

const desk = "example/websockets/internal/desk/cmd"

func main() {
	binary, err := place()
	if err == nil {
		if _, missing := os.Stat(binary); missing != nil {
			os.Stderr.WriteString("building the desk of the course; the first time takes longest ...\n")
		}
		err = run("go", "build", "-o", binary, desk) // does nothing when nothing has changed
	}
	if err == nil {
		syscall.Exec(binary, append([]string{binary}, os.Args[1:]...), os.Environ())
		// Still here: Windows has no such call. There Ctrl-C reaches all programs of
		// the console, and this one waits until the desk has ended in order.
		signal.Notify(make(chan os.Signal, 1), os.Interrupt)
		err = run(binary, os.Args[1:]...)
	}
	switch err := err.(type) {
	case nil:
	case *exec.ExitError: // it has said itself what was wrong
		os.Exit(max(err.ExitCode(), 1))
	default:
		os.Stderr.WriteString("the desk could not be started: " + err.Error() + "\n")
		os.Exit(1)
	}
}

// place is where the desk is kept, outside of the course: one for each copy of it.
func place() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	course, err := os.Getwd()
	if err != nil {
		return "", err
	}
	sum := fnv.New64a()
	sum.Write([]byte(course))
	dir := filepath.Join(cache, "example-websockets", strconv.FormatUint(sum.Sum64(), 16))
	return filepath.Join(dir, "desk.exe"), os.MkdirAll(dir, 0o777)
}

func run(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}
