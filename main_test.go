package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain makes a program of this test binary: as the child of a test it is the
// first stage.
func TestMain(m *testing.M) {
	if os.Getenv("FIRST_STAGE") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestTheDeskIsBuiltOnceAndStarted(t *testing.T) {
	// Go keeps its own caches, and the desk begins with an empty one.
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		value, err := exec.Command("go", "env", name).Output()
		require.NoError(t, err)
		t.Setenv(name, strings.TrimSpace(string(value)))
	}
	for _, name := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData"} { // on the three systems
		t.Setenv(name, t.TempDir())
	}
	t.Setenv("FIRST_STAGE", "yes")
	desk := func(args ...string) (string, int) {
		cmd := exec.Command(os.Args[0], args...)
		out, _ := cmd.CombinedOutput()
		return string(out), cmd.ProcessState.ExitCode()
	}
	out1, status := desk("help")
	assert.Zero(t, status, out1)
	assert.Regexp(t, `^building the desk .*\ngo run \.\n`, out1)
	out2, status := desk("help")
	assert.Zero(t, status, out2)
	assert.Regexp(t, `^go run \.\n`, out2)
	out3, status := desk("dmeo")
	assert.Equal(t, 2, status, "the status is that of the desk")
	assert.Regexp(t, `^there is no command "dmeo"\n`, out3)
	out4, status := desk("hint", "1.1", "")
	assert.Equal(t, 2, status, "an empty argument is one too: %s", out4)
	t.Setenv("PATH", t.TempDir())
	out5, status := desk("help")
	assert.Equal(t, 1, status)
	assert.Regexp(t, `^the desk could not be started: .*\n$`, out5)
}
