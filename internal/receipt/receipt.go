// Package receipt holds what a lesson's tests sign their verdicts with.
//
// The tests run in one process with the code they judge, and report to a parent
// process. A line of that report counts only with a secret that the parent makes
// for the run. Whoever starts the process says so in the environment and sends the
// secret on stdin; it is read here, before any code of the lesson has run: every
// lesson imports package notwritten, which imports this one, and Go initialises
// imported packages first. Afterwards the secret is nowhere but in this process'
// memory.
package receipt

import "os"

// Env is set in the environment of a process that gets a secret.
const Env = "STEPS_CHILD"

var secret = read()

// read takes the first line of stdin, byte by byte: what follows is not for us.
func read() string {
	if os.Getenv(Env) == "" {
		return ""
	}
	os.Unsetenv(Env)
	var line, b []byte = nil, make([]byte, 1)
	for {
		if n, err := os.Stdin.Read(b); n == 0 || err != nil || b[0] == '\n' {
			return string(line)
		}
		line = append(line, b[0])
	}
}

// Take returns the secret, to the first who asks. It is "" in a process that was
// given none.
func Take() string {
	s := secret
	secret = ""
	return s
}
