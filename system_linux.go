//go:build !android && !anysystem

// What the first stage needs of the system, by package syscall alone: with package
// os Go builds a second longer before a word is said.

package main

import (
	"strings"
	"syscall"
)

// cacheDir is os.UserCacheDir, or else the folder for what is passing.
func cacheDir() string {
	if dir, ok := syscall.Getenv("XDG_CACHE_HOME"); ok && strings.HasPrefix(dir, "/") {
		return dir
	}
	if home, ok := syscall.Getenv("HOME"); ok && home != "" {
		return home + "/.cache"
	}
	if dir, ok := syscall.Getenv("TMPDIR"); ok && dir != "" {
		return dir
	}
	return "/tmp"
}

func exists(path string) bool { return syscall.Access(path, 0) == nil }

// run runs a program to its end and returns its exit status.
func run(name string, args ...string) (status int, err error) {
	here := &syscall.ProcAttr{Env: syscall.Environ(), Files: []uintptr{0, 1, 2}}
	pid, err := 0, error(syscall.ENOENT)
	path, _ := syscall.Getenv("PATH")
	for dir := range strings.SplitSeq(path, ":") {
		if !strings.HasPrefix(dir, "/") {
			continue // what lies in the folder that somebody happens to be in is not meant
		}
		if pid, err = syscall.ForkExec(dir+"/"+name, append([]string{name}, args...), here); err == nil {
			break
		}
	}
	if err != nil {
		return 0, failed{name, err}
	}
	var ended syscall.WaitStatus
	for {
		if _, err = syscall.Wait4(pid, &ended, 0, nil); err != syscall.EINTR {
			break
		}
	}
	if ended.Signaled() {
		return 1, err
	}
	return ended.ExitStatus(), err
}

// failed is an error with the name of what it is about.
type failed struct {
	name string
	err  error
}

func (e failed) Error() string { return e.name + ": " + e.err.Error() }

// become makes the program at path take the place of this one, with its arguments.
func become(path string) (status int, err error) {
	args, err := arguments()
	if err != nil {
		return 0, err
	}
	return 0, failed{path, syscall.Exec(path, append([]string{path}, args...), syscall.Environ())}
}

// arguments is os.Args[1:]. The system has them all in one file, a zero byte behind
// each (proc(5)).
func arguments() ([]string, error) {
	const file = "/proc/self/cmdline"
	fd, err := syscall.Open(file, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, failed{file, err}
	}
	defer syscall.Close(fd)
	var line []byte
	var chunk [4096]byte
	for {
		n, err := syscall.Read(fd, chunk[:])
		if err != nil {
			return nil, failed{file, err}
		}
		if n == 0 {
			break
		}
		line = append(line, chunk[:n]...)
	}
	all := strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00")
	return all[1:], nil
}
