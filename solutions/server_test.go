package solutions

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A server is a program in the background that says where it listens.
type server struct {
	cmd *exec.Cmd

	mu   sync.Mutex
	out  bytes.Buffer // stdout and stderr, as a terminal shows them
	said bool
	addr chan string
}

var listening = regexp.MustCompile(`listening on (127\.0\.0\.1:\d+)`)

// Write takes what the program prints.
func (s *server) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.Write(b)
	if m := listening.FindSubmatch(s.out.Bytes()); m != nil && !s.said && bytes.Contains(s.out.Bytes(), []byte("\n")) {
		s.said = true
		s.addr <- string(m[1])
	}
	return len(b), nil
}

// start runs a server in the root of the repository and returns it and its
// address.
func start(t *testing.T, name string, args ...string) (*server, string) {
	t.Helper()
	s := &server{cmd: exec.CommandContext(t.Context(), name, args...), addr: make(chan string, 1)}
	s.cmd.Dir = here.Dir
	s.cmd.Stdout, s.cmd.Stderr = s, s
	s.cmd.WaitDelay = time.Minute
	require.NoError(t, s.cmd.Start())
	select {
	case addr := <-s.addr:
		return s, addr
	case <-time.After(time.Minute):
		s.cmd.Process.Kill()
		s.cmd.Wait()
		t.Fatalf("%s %q does not say where it listens:\n%s", name, args, &s.out)
		return nil, ""
	}
}

// stop ends the server as Ctrl-C does and returns all that it printed.
func (s *server) stop(t *testing.T) string {
	t.Helper()
	require.NoError(t, s.cmd.Process.Signal(os.Interrupt))
	return s.wait(t)
}

// wait waits until the server has ended by itself.
func (s *server) wait(t *testing.T) string {
	t.Helper()
	require.NoError(t, s.cmd.Wait(), "%s", &s.out)
	return s.out.String()
}

// canInterrupt says whether a program here can be stopped as by Ctrl-C.
const canInterrupt = runtime.GOOS != "windows"

// desk builds the program in the root of the repository: what go run . runs. A
// signal for go run does not reach it.
func desk(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "desk.exe")
	out, status := run(t, nil, "go", "build", "-o", binary, ".")
	require.Zero(t, status, out)
	return binary
}
