//go:build !linux || android || anysystem

package main

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func cacheDir() string {
	if dir, err := os.UserCacheDir(); err == nil {
		return dir
	}
	return os.TempDir()
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// run runs a program to its end and returns its exit status.
func run(name string, args ...string) (status int, err error) {
	cmd := exec.Command(name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	if ended := new(exec.ExitError); errors.As(err, &ended) { // it has said itself what was wrong
		return max(ended.ExitCode(), 1), nil
	}
	return 0, err
}

// become makes the program at path take the place of this one, with its arguments.
func become(path string) (status int, err error) {
	syscall.Exec(path, append([]string{path}, os.Args[1:]...), os.Environ())
	// Still here: Windows has no such call. There Ctrl-C reaches all programs of
	// the console, and this one waits until the desk has ended in order.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	return run(path, os.Args[1:]...)
}
