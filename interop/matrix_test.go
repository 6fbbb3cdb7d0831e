package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"example/websockets/interop/lesson"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if err := lesson.Finished(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	seen.print(os.Stdout)
	os.Exit(code)
}

// seen is what came of the conversations.
var seen matrix

type matrix struct {
	cells   map[[3]string]string // by conversation, client and server
	missing []string
	with    []string // the versions of the peers
}

func (m *matrix) version(peer, version string) {
	if text := peer + ": " + version; !slices.Contains(m.with, text) {
		m.with = append(m.with, text)
	}
}

func (m *matrix) set(conversation, client, server, text string) {
	if m.cells == nil {
		m.cells = map[[3]string]string{}
	}
	m.cells[[3]string{conversation, client, server}] = text
}

// print shows conversation by peer, the peer as client of ours before the peer as
// server of ours; and which numbers stand for which deviation.
func (m *matrix) print(w io.Writer) {
	if len(m.cells) == 0 && len(m.missing) == 0 {
		return // no peer was asked for
	}
	fmt.Fprintln(w)
	for i, d := range deviations {
		fmt.Fprintf(w, "(%d) %s as %s: %s\n", i+1, d.peer, d.as, d.what)
	}
	if len(m.with) > 0 {
		fmt.Fprintln(w, "with", strings.Join(m.with, ", "))
	}
	for _, text := range m.missing {
		fmt.Fprintln(w, "MISSING", text)
	}
	fmt.Fprintln(w, "\npeer x conversation, as our client / as our server (a number: with that deviation; -: cannot be held)")
	rows := [][]string{{""}}
	for _, p := range peers {
		rows[0] = append(rows[0], p.name)
	}
	for _, c := range conversations {
		row := []string{c.Name}
		for _, p := range peers {
			cell := m.cells[[3]string{c.Name, p.name, ours.name}]
			if server := m.cells[[3]string{c.Name, ours.name, p.name}]; p.name != ours.name && server != "" {
				cell += " / " + server
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			width[i] = max(width[i], utf8.RuneCountInString(text))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, text := range row {
			fmt.Fprintf(&line, "%-*s  ", width[i], text)
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

// Every deviation is one of a peer and a conversation that there is.
func TestDeviationsAreOfPeersAndConversations(t *testing.T) {
	for _, d := range deviations {
		if !slices.ContainsFunc(peers, func(p peer) bool { return p.name == d.peer }) {
			t.Errorf("there is no peer %q", d.peer)
		}
		for _, name := range d.in {
			if !slices.ContainsFunc(conversations, func(c conversation) bool { return c.Name == name }) {
				t.Errorf("there is no conversation %q", name)
			}
		}
	}
}
