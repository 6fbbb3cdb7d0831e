package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// An expectation is what has to come of a conversation, by both programs and by the
// wire. It is RFC 6455's, and then that of the known deviations.
type expectation struct {
	sent, delivered  func(id int) tally // by the client, to the server
	echoed, received func(id int) tally // by the server, by the client
	torn             func(id int) tally // what who takes each fragment for a message makes of it
	answers          int                // for how many messages the client waits, if they are torn

	client, server told     // with what the connection ended
	up, down       []string // control frames to the server and to the client, see like

	messages  int  // data messages to the server, on the wire
	fragments bool // each of them is several frames
	pieces    bool // each echo is
	protocol  string

	note   string // for the matrix: "ok 2" is right but for deviation 2, "- 2" cannot be held
	cannot string // why this conversation cannot be held
}

// told is the code and reason that a program was given. Code 0 is: the library does
// not tell; -1 is whatever; the reason "*" is any.
type told struct {
	code   int
	reason string
}

// expected works out what has to come of c.
func expected(c conversation, client, server string) *expectation {
	limit := 2 << 20
	if c.Way == wayLimited {
		limit = messageLimit
	}
	e := &expectation{note: "ok"}
	e.sent = func(id int) tally { return c.tally(id, 2<<20) }
	e.delivered = func(id int) tally { return c.tally(id, limit) }
	e.echoed = func(id int) tally {
		if slices.Contains([]string{wayClose, wayLeave, wayDrop}, c.Way) {
			return tally{}
		}
		return c.tally(id, limit)
	}
	e.received = e.echoed
	e.torn = c.torn
	e.pieces = c.Way == wayPieces || c.Way == wayPings
	if c.Way == wayPings {
		e.down, e.up = append(e.down, "ping inside *"), append(e.up, "pong *")
	}
	for _, a := range c.Acts {
		if a.Do == "send" {
			e.messages += a.Count
			e.fragments = e.fragments || a.Pieces > 0
			if a.Ping {
				e.up, e.down = append(e.up, "ping inside *"), append(e.down, "pong *")
			}
		}
	}
	if len(c.Protocols) > 0 {
		e.protocol = protocol
	}
	closing, answer := fmt.Sprintf("close %d %s", c.ends.code, c.ends.reason), fmt.Sprintf("close %d *", c.ends.code)
	mine, theirs := told{c.ends.code, c.ends.reason}, told{-1, "*"} // who begins does not always hear the answer
	switch c.ends.first {
	case clientSide:
		e.up, e.down = append(e.up, closing), append(e.down, answer)
		e.server, e.client = mine, theirs
	case serverSide:
		e.down, e.up = append(e.down, closing), append(e.up, answer)
		e.client, e.server = mine, theirs
	default:
		e.client, e.server = mine, mine
		if c.Way == wayDrop {
			e.server = told{-1, "*"} // which has done it
		} else {
			e.client = told{-1, "*"}
		}
	}
	var notes []string
	for i, d := range deviations {
		if d.applies(c, client, server) {
			notes = append(notes, fmt.Sprint(i+1))
			if d.change == nil {
				e.cannot = d.what
			} else {
				d.change(e)
			}
		}
	}
	if e.cannot != "" {
		e.note = "-"
	}
	if len(notes) > 0 {
		e.note += " " + strings.Join(notes, ",")
	}
	return e
}

// tally is that of the messages which the client sends on connection id and which
// have at most limit bytes.
func (c conversation) tally(id, limit int) (t tally) {
	n := 0
	for _, a := range c.Acts {
		if a.Do == "send" {
			for range a.Count {
				if a.Size <= limit {
					t.add(isText(a.Kind), content(a.Kind, a.Size, id, n))
				}
				n++
			}
		}
	}
	return t
}

// torn is the tally of somebody who takes every fragment of our first message, or of our
// echo of it, for a message.
func (c conversation) torn(id int) (t tally) {
	a := c.Acts[0]
	n := a.Pieces
	if n == 0 {
		n = echoPieces
	}
	payload := content(a.Kind, a.Size, id, 0)
	for _, piece := range append(cut(payload, n), nil) { // our last frame is empty
		t.add(isText(a.Kind), piece)
	}
	return t
}

// check compares what was reported about one connection with what was expected.
func (e *expectation) check(t *testing.T, client, server report) {
	t.Helper()
	wrong := func(what string, want, got any) {
		t.Helper()
		t.Errorf("connection %d: %s\n  want %v\n  got  %v", client.ID, what, want, got)
	}
	for _, r := range []report{client, server} {
		if r.Problem != "" {
			t.Errorf("connection %d: %s", client.ID, strings.TrimSuffix(r.Problem, "; "))
		}
		if r.Protocol != e.protocol {
			wrong("subprotocol", e.protocol, r.Protocol)
		}
	}
	for _, m := range []struct {
		what      string
		want, got tally
	}{
		{"messages that the client sent", e.sent(client.ID), client.Sent},
		{"messages that the server received", e.delivered(client.ID), server.Received},
		{"messages that the server sent", e.echoed(client.ID), server.Sent},
		{"messages that the client received", e.received(client.ID), client.Received},
	} {
		if m.want != m.got {
			wrong(m.what+": count (checksum)", m.want, m.got)
		}
	}
	e.client.check("the client was told", client, wrong)
	e.server.check("the server was told", server, wrong)

	w := server.wire
	if w == nil {
		w = client.wire
	}
	if w == nil {
		t.Errorf("connection %d: nobody watched the wire", client.ID)
		return
	}
	for _, s := range []*stream{&w.up, &w.down} {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	for _, d := range []struct {
		what   string
		want   []string
		stream *stream
	}{{"control frames to the server", e.up, &w.up}, {"control frames to the client", e.down, &w.down}} {
		if d.stream.Problem != "" {
			t.Errorf("connection %d: on the wire: %s", client.ID, d.stream.Problem)
		}
		if n := len(d.want) - 1; n == len(d.stream.Control) && strings.HasPrefix(d.want[n], "?") {
			d.want = d.want[:n]
		}
		if !slices.EqualFunc(d.want, d.stream.Control, like) {
			wrong(d.what, quoted(d.want), quoted(d.stream.Control))
		}
	}
	if w.up.Messages != e.messages {
		wrong("messages to the server, on the wire", e.messages, w.up.Messages)
	}
	if w.down.Messages != server.Sent.Count {
		wrong("messages to the client, on the wire", server.Sent.Count, w.down.Messages)
	}
	if e.fragments && w.up.Frames < 2*e.messages {
		wrong("frames of a fragmented message", "more than one", w.up.Frames)
	}
	if e.pieces && w.down.Frames < 2*server.Sent.Count {
		wrong("frames of a fragmented echo", "more than one", w.down.Frames)
	}
	answered(&w.up, &w.down, wrong)
	answered(&w.down, &w.up, wrong)
}

// answered compares the pings of one direction with the pongs of the other, place by
// place: a Close frame is the last in both.
func answered(pings, pongs *stream, wrong func(what string, want, got any)) {
	for i, ping := range pings.Control {
		if payload, ok := strings.CutPrefix(ping, "ping inside "); ok && (i >= len(pongs.Control) || pongs.Control[i] != "pong "+payload) {
			wrong("the answer to "+ping, "pong "+payload, quoted(pongs.Control))
		}
	}
}

func (want told) check(what string, r report, wrong func(what string, want, got any)) {
	got := told{r.Code, r.Reason}
	if want.code >= 0 && (want.code != got.code || want.reason != "*" && want.reason != got.reason) {
		wrong(what, want, got)
	}
}

// like says whether text is what the pattern says, "*" at its end being anything. A
// "?" before it says that it may be missing.
func like(pattern, text string) bool {
	pattern = strings.TrimPrefix(pattern, "?")
	if begin, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(text, begin)
	}
	return pattern == text
}

func quoted(list []string) string { return fmt.Sprintf("%q", list) }
