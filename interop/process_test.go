package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"testing"
	"time"
)

// A process is a peer in another language: client and server in one program, which
// is told what to do and reports in lines of JSON.
type process struct {
	name    string
	find    func() (command []string, version string, err error)
	install string // the command that makes find succeed
}

// A job is what the client of another language is asked for.
type job struct {
	Conversation conversation `json:"conversation"`
	Links        []link       `json:"links"`
}

// A line is what such a program says.
type line struct {
	URL     string   `json:"url"`     // of its server, in the first line
	Limited string   `json:"limited"` // of the one with the limit
	Server  *report  `json:"server"`
	Client  []report `json:"client"`
}

func (p process) peer() peer {
	return peer{p.name, func(t *testing.T, _ *server) (client, *server, string) {
		command, version, err := p.find()
		if err != nil {
			return nil, nil, fmt.Sprintf("%v; to install it: %s", err, p.install)
		}
		seen.version(p.name, version)
		cmd := exec.Command(command[0], command[1:]...)
		var complaints bytes.Buffer
		cmd.Stderr = &complaints
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		r := &running{in: in, lines: make(chan line)}
		s := &server{inbox: newInbox(), name: p.name}
		over := make(chan struct{})
		go func() {
			defer close(over)
			r.read(out, s)
		}()
		t.Cleanup(func() {
			in.Close() // and it ends
			late := time.AfterFunc(patience, func() { cmd.Process.Kill() })
			defer late.Stop()
			<-over
			if err := cmd.Wait(); err != nil || t.Failed() {
				t.Errorf("%s ended: %v\n%s", p.name, err, complaints.String())
			}
		})
		first := r.next(t)
		s.url, s.limited = first.URL, first.Limited
		return r, s, ""
	}}
}

// running is a process that runs.
type running struct {
	in    io.Writer
	lines chan line // that are no server's reports
}

// read sorts what the program says, until it says no more.
func (r *running) read(out io.Reader, s *server) {
	defer close(r.lines)
	for lines := bufio.NewReader(out); ; {
		text, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			l.Client = []report{{Problem: fmt.Sprintf("%s said %q; ", s.name, text)}}
		}
		if l.Server != nil {
			s.inbox.put(*l.Server)
		} else {
			r.lines <- l
		}
	}
}

func (r *running) next(t *testing.T) line {
	t.Helper()
	select {
	case l, ok := <-r.lines:
		if !ok {
			t.Fatal("the peer's program has ended")
		}
		return l
	case <-time.After(2 * patience):
		t.Fatalf("the peer's program said nothing for %v", 2*patience)
		panic("not reached")
	}
}

func (r *running) run(t *testing.T, c conversation, links []link) []report {
	text, err := json.Marshal(job{c, links})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.in.Write(append(text, '\n')); err != nil {
		t.Fatal(err)
	}
	return r.next(t).Client
}
