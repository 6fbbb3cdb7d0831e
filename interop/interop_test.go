// The finished lesson 4 meets the libraries that others wrote.
package main

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// A client runs its part of a conversation over each of the links, all at once.
type client interface {
	run(t *testing.T, c conversation, links []link) []report
}

// A server reports to its inbox about every connection.
type server struct {
	name    string
	url     string // ws://host:port
	limited string // the same, where messages have at most messageLimit bytes
	inbox   *inbox
	pages   *http.ServeMux // what it serves besides WebSocket, if it is one of Go's
}

// A peer is whatever talks to our code: as a client, as a server, or both.
type peer struct {
	name string

	// start makes it ready until the test is over. Missing says what is not there,
	// and how to get it.
	start func(t *testing.T, our *server) (c client, s *server, missing string)
}

var peers = []peer{
	library(ours), library(xnet), library(gorilla), library(coder), library(gobwas), library(gwsPeer),
	python.peer(), node.peer(),
	{"chromium", startChromium}, {"nginx", startNginx},
}

func library(p goPeer) peer {
	return peer{p.name, func(t *testing.T, _ *server) (client, *server, string) {
		return p, p.serve(t), ""
	}}
}

// roots are the certificates that this run trusts.
var roots = x509.NewCertPool()

// pristine is for the repository itself: what cannot be checked is a failure.
var pristine = os.Getenv("COURSE_PRISTINE") == "1"

func TestPeers(t *testing.T) {
	our := ours.serve(t)
	for _, p := range peers {
		t.Run(p.name, func(t *testing.T) {
			c, s, missing := p.start(t, our)
			switch {
			case missing != "" && pristine:
				t.Fatal(missing, "(with COURSE_PRISTINE=1 nothing may be skipped)")
			case missing != "":
				seen.missing = append(seen.missing, p.name+": "+missing)
				t.Skip(missing)
			}
			for _, conv := range conversations {
				if c != nil {
					hold(t, conv, p.name, c, our)
				}
				if s != nil && p.name != ours.name {
					hold(t, conv, ours.name, ours, s)
				}
			}
		})
	}
}

var connections atomic.Int64

// hold holds a conversation, and compares what both sides and the wire have to say
// about it with what is expected.
func hold(t *testing.T, c conversation, name string, from client, to *server) {
	t.Run(c.Name+", "+name+" to "+to.name, func(t *testing.T) {
		want := expected(c, name, to.name)
		seen.set(c.Name, name, to.name, "FAIL")
		if want.cannot != "" {
			seen.set(c.Name, name, to.name, want.note)
			t.Skip(want.cannot)
		}
		base := to.url
		if c.Way == wayLimited {
			base = to.limited
		}
		var links []link
		for range max(1, c.Together) {
			id := int(connections.Add(1))
			links = append(links, link{id, fmt.Sprintf("%s/%s/%d", base, c.Way, id)})
		}
		if want.answers > 0 {
			c.Acts = slices.Clone(c.Acts)
			c.Acts[1] = receive(want.answers)
		}
		reports := from.run(t, c, links)
		if len(reports) != len(links) {
			t.Fatalf("%d reports from the client about %d connections", len(reports), len(links))
		}
		for _, r := range reports {
			if strings.HasPrefix(r.Problem, noConnection) {
				t.Fatal(r.Problem) // and the server knows nothing of it
			}
			if want.check(t, r, to.inbox.take(r.ID)); t.Failed() {
				return // one of a hundred says enough
			}
		}
		seen.set(c.Name, name, to.name, want.note)
	})
}
