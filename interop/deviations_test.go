package main

import "slices"

// A deviation is what a peer is known to do otherwise, and why. The conversation is
// held all the same and has to come out as written here, so a peer that mends its
// ways is noticed. Only without a change it cannot be held at all.
type deviation struct {
	peer   string
	as     string   // clientSide, serverSide
	in     []string // names of conversations; all if empty
	what   string
	change func(*expectation)
}

func (d deviation) applies(c conversation, client, server string) bool {
	who := client
	if d.as == serverSide {
		who = server
	}
	return who == d.peer && (len(d.in) == 0 || slices.Contains(d.in, c.Name))
}

var deviations = []deviation{
	{
		peer: "x/net", as: clientSide, in: []string{"client closes", "client closes, no code"},
		what:   "its API has no close codes and no reasons: it sends 1000",
		change: clientSends1000,
	},
	{
		peer: "x/net", as: serverSide, in: []string{"server closes", "server closes, no code"},
		what:   "its API has no close codes and no reasons: it sends 1000",
		change: serverSends1000,
	},
	{
		peer: "x/net", as: serverSide, in: append(closedByClient, "client is gone"),
		what:   "it reports any end as io.EOF, and answers a Close frame with 1000, whatever was in it",
		change: func(e *expectation) { e.server = told{}; last(e.down, "close 1000 ") },
	},
	{
		peer: "x/net", as: clientSide, in: []string{"server closes", "server closes, no code", "server is gone", "above the limit"},
		what:   "it reports any end as io.EOF, and answers a Close frame with 1000, whatever was in it",
		change: func(e *expectation) { e.client = told{}; last(e.up, "close 1000 ") },
	},
	{
		peer: "x/net", as: serverSide, in: []string{"above the limit"},
		what:   "it refuses the message with an error, and has no 1009 to send: closing sends 1000",
		change: serverSends1000,
	},
	{
		peer: "x/net", as: clientSide, in: []string{"fragmented", "fragmented text", "ping while fragmented"},
		what: "its API sends no fragments",
	},
	{
		peer: "x/net", as: serverSide, in: []string{"fragmented", "ping while fragmented"},
		what: "it takes every fragment for a message",
		change: func(e *expectation) {
			e.delivered, e.echoed, e.received, e.answers = e.torn, e.torn, e.torn, ourFragments
		},
	},
	{
		peer: "x/net", as: serverSide, in: []string{"fragmented text"},
		what: "it takes every fragment for a message and echoes half a character, which we have to refuse",
	},
	{
		peer: "x/net", as: serverSide, in: []string{"server fragments", "server fragments text", "server pings meanwhile"},
		what: "its API sends no fragments",
	},
	{
		peer: "x/net", as: clientSide, in: []string{"server fragments", "server fragments text", "server pings meanwhile"},
		what:   "it takes every fragment for a message",
		change: func(e *expectation) { e.received, e.answers = e.torn, ourFragments },
	},
	{
		peer: "gws", as: clientSide, in: []string{"ping while fragmented"},
		what: "it holds its lock until the last fragment is sent",
	},
	{
		peer: "gws", as: serverSide, in: []string{"server pings meanwhile"},
		what: "it holds its lock until the last fragment is sent",
	},
	{
		peer: "gws", as: clientSide, in: []string{"client closes, no code"},
		what:   "it sends 1000 where no code is asked for",
		change: clientSends1000,
	},
	{
		peer: "gws", as: serverSide, in: []string{"server closes, no code"},
		what:   "it sends 1000 where no code is asked for",
		change: serverSends1000,
	},
	{
		peer: "gws", as: clientSide, in: []string{"above the limit"},
		what:   "it answers every code below 1016 with 1000",
		change: func(e *expectation) { last(e.up, "close 1000 ") },
	},
	{
		peer: "python", as: clientSide, in: []string{"client closes, no code"},
		what:   "it sends 1000 where no code is asked for",
		change: clientSends1000,
	},
	{
		peer: "python", as: serverSide, in: []string{"server closes, no code"},
		what:   "it sends 1000 where no code is asked for",
		change: serverSends1000,
	},
	{
		peer: "chromium", as: clientSide, in: []string{"fragmented", "fragmented text", "ping while fragmented"},
		what: "browsers give pages no fragments and no pings",
	},
	{
		peer: "chromium", as: clientSide, in: []string{"client is gone"},
		what: "browsers give pages no way to leave without a Close frame",
	},
	{
		peer: "nginx", as: serverSide, in: []string{"above the limit"},
		what:   "it ends both directions when one has ended, so our server may miss the answer to its 1009",
		change: func(e *expectation) { last(e.up, "?close 1009 *") },
	},
}

// closedByClient are the conversations where the client sends the first Close frame.
var closedByClient = func() (names []string) {
	for _, c := range conversations {
		if c.ends.first == clientSide {
			names = append(names, c.Name)
		}
	}
	return slices.Clip(names)
}()

// clientSends1000 is for a client that sends 1000 whatever it is asked for.
func clientSends1000(e *expectation) {
	last(e.up, "close 1000 ")
	last(e.down, "close 1000 *")
	e.server = told{1000, ""}
}

// serverSends1000 is the same for a server.
func serverSends1000(e *expectation) {
	last(e.down, "close 1000 ")
	last(e.up, "close 1000 *")
	e.client = told{1000, ""}
}

// ourFragments is how many frames we make of five pieces: the last one is empty.
const ourFragments = 6

// last puts text in the place of the last one, if there is one.
func last(list []string, text string) {
	if len(list) > 0 {
		list[len(list)-1] = text
	}
}
