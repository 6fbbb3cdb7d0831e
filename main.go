// The desk of the course: go run . says where you are and what comes next.
//
// It comes in two stages. Before the first program runs, Go builds its own library,
// and says nothing meanwhile. This stage needs little of that library: it is there
// early, says what the rest of the wait is for, builds the desk and becomes it.
package main

import (
	"hash/fnv"
	"strconv"
	"syscall"
)

const desk = "example/websockets/internal/desk/cmd"

func main() {
	status, err := start()
	if err != nil {
		say("the desk could not be started: " + err.Error() + "\n")
		status = 1
	}
	syscall.Exit(status)
}

// start returns when the desk has ended, and where it can, never: then the desk
// has taken this program's place.
func start() (status int, err error) {
	binary, err := place()
	if err != nil {
		return 0, err
	}
	if !exists(binary) {
		say("building the desk of the course; the first time takes longest ...\n")
	}
	status, err = run("go", "build", "-o", binary, desk) // does nothing when nothing has changed
	if status != 0 || err != nil {
		return status, err
	}
	return become(binary)
}

// place is where the desk is kept, outside of the course: one for each copy of it.
func place() (string, error) {
	course, err := syscall.Getwd()
	if err != nil {
		return "", err
	}
	sum := fnv.New64a()
	sum.Write([]byte(course))
	return cacheDir() + "/example-websockets/" + strconv.FormatUint(sum.Sum64(), 16) + "/desk.exe", nil
}

func say(text string) { syscall.Write(syscall.Stderr, []byte(text)) }
