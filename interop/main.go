// Interop lets lesson 4 meet the world: other people's WebSocket libraries, a
// browser, a proxy, and a stopwatch.
//
//	go run -C interop . test [flags of go test]    hold the conversations
//	go run -C interop . bench [-rounds N] [-short] measure; write YOUR-RESULTS.md and its chart
//	go run -C interop . -solution test|bench ...   the same for the finished version: RESULTS.md
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"example/websockets/internal/course"
	"example/websockets/interop/contest"
	"example/websockets/interop/lesson"
)

const usage = `go run -C interop . [-solution] COMMAND

commands:
  test [flags of go test]    hold the conversations with every peer
  bench [-rounds N] [-short] measure, print the page, write YOUR-RESULTS.md and its chart

-solution takes the finished version of lesson 4 in the place of yours, and writes RESULTS.md.
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errs io.Writer) int {
	status, err := command(args, out)
	switch {
	case err == errUsage:
		fmt.Fprint(errs, usage)
	case err != nil:
		fmt.Fprintln(errs, err)
	}
	return status
}

// ofSolution is set for a program of this module that holds the finished version.
const ofSolution = "INTEROP_OF_SOLUTION"

var errUsage = errors.New("a command that there is not")

func command(args []string, out io.Writer) (status int, err error) {
	solution := len(args) > 0 && args[0] == "-solution"
	if solution {
		args = args[1:]
	}
	if len(args) == 0 || !slices.Contains([]string{"test", "bench"}, args[0]) {
		return 2, errUsage
	}
	here, err := course.Open(".")
	if err != nil {
		return 1, err
	}
	var env []string
	if solution {
		dir, err := os.MkdirTemp("", "interop")
		if err != nil {
			return 1, err
		}
		defer os.RemoveAll(dir)
		flags, err := lesson.WithSolution(here, dir)
		if err != nil {
			return 1, err
		}
		env = append(env, flags, ofSolution+"=1")
	}
	switch {
	case args[0] == "test":
		// Not from the cache: the peers are no files that go test knows of.
		return start(here, env, slices.Concat([]string{"test", "-count=1"}, args[1:])...)
	case solution:
		// This program holds the learner's code. Another one will hold the other.
		return start(here, env, slices.Concat([]string{"run", "."}, args)...)
	}
	if err := lesson.Finished(); err != nil {
		return 1, err
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	short := flags.Bool("short", false, "only show that it works, write nothing")
	rounds := flags.Int("rounds", contest.Rounds, "samples of everything")
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args[1:]); err != nil || flags.NArg() > 0 || *rounds < 1 {
		return 2, errUsage
	}
	if err := contest.Bench(*rounds, *short, os.Getenv(ofSolution) != "", filepath.Join(here.Dir, "interop"), out, os.Stderr); err != nil {
		return 1, err
	}
	return 0, nil
}

// start runs the go command in the folder of this module.
func start(here *course.Course, env []string, args ...string) (status int, err error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = filepath.Join(here.Dir, "interop")
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		return 1, err
	}
	return cmd.ProcessState.ExitCode(), nil
}
