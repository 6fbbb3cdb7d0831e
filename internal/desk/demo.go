package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"example/websockets/internal/course"
)

// demo builds the program of a lesson and runs it. It takes -mine for itself;
// all other flags are the program's.
func demo(ctx context.Context, d *desk, args []string) error {
	mine, args := takeFlag(args, "mine")
	if len(args) == 0 {
		return wrongUse{"demo needs the number of a lesson", d.lessonList()}
	}
	l, err := d.lesson(args[0])
	if err != nil {
		return err
	}
	if len(args) == 1 || args[1] != "serve" && args[1] != "dial" {
		return wrongUse{fmt.Sprintf("after demo %d comes what the program is to be", l.Number),
			"serve  the server\ndial   the client\n"}
	}

	dir, err := os.MkdirTemp("", "demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary, err := d.buildDemo(ctx, l, mine, dir)
	if err != nil {
		return err
	}
	cmd := program(ctx, binary, args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, d.stdout, d.stderr
	err = cmd.Run()
	switch {
	case cmd.ProcessState == nil:
		return fmt.Errorf("the demo could not be started: %w", err)
	case cmd.ProcessState.ExitCode() < 0:
		return fmt.Errorf("the demo was ended from outside: %v", cmd.ProcessState)
	case cmd.ProcessState.ExitCode() > 0:
		return exitStatus(cmd.ProcessState.ExitCode())
	}
	return nil
}

// buildDemo builds a lesson's program into dir, with the finished files or with
// the learner's, and returns its path.
func (d *desk) buildDemo(ctx context.Context, l course.Lesson, mine bool, dir string) (string, error) {
	binary := filepath.Join(dir, "demo.exe") // Windows starts only .exe; others do not mind
	args := []string{"build", "-o", binary}
	if !mine {
		overlay, err := d.course.SolutionOverlay(l, dir)
		if err != nil {
			return "", fmt.Errorf("the finished files of lesson %d cannot be used (-mine runs your own code): %w", l.Number, err)
		}
		file, err := overlay.File()
		if err != nil {
			return "", err
		}
		args = append(args, "-overlay", file)
	}
	build := program(ctx, "go", append(args, "./lessons/"+l.Name+"/demo")...)
	build.Dir = d.course.Dir
	stop := d.explainWait(fmt.Sprintf("building the demo of lesson %d", l.Number))
	out, err := build.CombinedOutput()
	stop()
	switch {
	case err == nil:
		return binary, nil
	case ctx.Err() != nil:
		return "", errors.New("stopped")
	case !errors.As(err, new(*exec.ExitError)):
		return "", fmt.Errorf("the go command could not be run: %w", err)
	}
	return "", fmt.Errorf("the demo of lesson %d does not build:\n\n%s", l.Number, indent(compilerLines(string(out)), "    "))
}

// compilerLines drops the lines that say which package is being built.
func compilerLines(out string) string {
	var b strings.Builder
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "# ") {
			b.WriteString(line)
		}
	}
	return strings.TrimRight(b.String(), "\n")
}
