package main

import (
	"fmt"
	"hash/crc32"
	"strings"
)

// A conversation is what a client does. The server has its ways: it echoes every
// message, whole or in fragments, closes after the first one, or drops the connection
// after it.
type conversation struct {
	Name      string   `json:"name"`
	Way       string   `json:"way"`       // of the server, a part of the URL's path
	Together  int      `json:"together"`  // connections that are open at once, 1 if 0
	Protocols []string `json:"protocols"` // that the client offers
	Acts      []act    `json:"acts"`

	ends ends
}

// An act is one thing that a client does.
type act struct {
	Do     string `json:"do"`
	Kind   string `json:"kind"`   // send: what is in it, see content
	Size   int    `json:"size"`   // send: in bytes
	Count  int    `json:"count"`  // send: so many messages, without waiting; receive: so many in all
	Pieces int    `json:"pieces"` // send: in so many fragments, whole if 0
	Ping   bool   `json:"ping"`   // send: behind the first fragment there is a ping
	Code   int    `json:"code"`   // close: 1005 is none
	Reason string `json:"reason"`
}

// The ways of a server.
const (
	wayEcho    = "echo"
	wayLimited = "limited" // echoes, and accepts at most messageLimit bytes
	wayPieces  = "pieces"  // echoes in echoPieces fragments
	wayPings   = "pings"   // the same, with a ping behind the first of them
	wayClose   = "close"   // with the code and reason below
	wayLeave   = "leave"   // closes without a code
	wayDrop    = "drop"
)

const (
	messageLimit = 1000
	echoPieces   = 5
	serverCode   = 4002
	serverReason = "the server is done: fertig, 完了"
	protocol     = "interop.example"
	pingPayload  = "are you there?"
)

// The codes that stand for no code (RFC 6455, section 7.4.1).
const (
	noCode  = 1005 // a Close frame without a code came
	noClose = 1006 // the connection ended without a Close frame
)

// ends is how a conversation comes to its end: who sends a Close frame first (nobody
// if it is empty), and with what.
type ends struct {
	first  string
	code   int
	reason string // "*" is any
}

const (
	clientSide = "client"
	serverSide = "server"
)

var conversations = []conversation{
	echo("text", send("text", 1000)),
	echo("binary", send("binary", 1000)),
	echo("empty", send("text", 0), send("binary", 0)),
	echo("125 bytes", send("text", 125), send("binary", 125)),
	echo("126 bytes", send("text", 126), send("binary", 126)),
	echo("65535 bytes", send("text", 65535), send("binary", 65535)),
	echo("65536 bytes", send("text", 65536), send("binary", 65536)),
	echo("1 MiB", send("text", 1<<20), send("binary", 1<<20)),
	echo("multi-byte text", send("utf8", 10_000)),
	echo("fragmented", act{Do: "send", Kind: "binary", Size: 10_000, Count: 1, Pieces: 5}),
	echo("fragmented text", act{Do: "send", Kind: "utf8", Size: 10_000, Count: 1, Pieces: 5}),
	echo("ping while fragmented", act{Do: "send", Kind: "text", Size: 10_000, Count: 1, Pieces: 5, Ping: true}),
	with(echo("server fragments", send("binary", 10_000)), func(c *conversation) { c.Way = wayPieces }),
	with(echo("server fragments text", send("utf8", 10_000)), func(c *conversation) { c.Way = wayPieces }),
	with(echo("server pings meanwhile", send("text", 10_000)), func(c *conversation) { c.Way = wayPings }),
	with(echo("subprotocol", send("text", 10)), func(c *conversation) {
		c.Protocols = []string{"other.example", protocol}
	}),
	echo("1,000 pipelined", act{Do: "send", Kind: "binary", Size: 64, Count: 1000}),
	with(echo("100 connections", send("text", 100), send("binary", 10_000)), func(c *conversation) {
		c.Together = 100
	}),
	{
		Name: "client closes", Way: wayEcho,
		Acts: []act{send("text", 10), receive(1), {Do: "close", Code: 4001, Reason: "the client is done: fertig, 完了"}},
		ends: ends{clientSide, 4001, "the client is done: fertig, 完了"},
	},
	{
		Name: "client closes, no code", Way: wayEcho,
		Acts: []act{send("text", 10), receive(1), {Do: "close", Code: noCode}},
		ends: ends{clientSide, noCode, ""},
	},
	{
		Name: "client is gone", Way: wayEcho,
		Acts: []act{send("text", 10), receive(1), {Do: "drop"}},
		ends: ends{"", noClose, ""},
	},
	{
		Name: "server closes", Way: wayClose, Acts: []act{send("text", 10)},
		ends: ends{serverSide, serverCode, serverReason},
	},
	{
		Name: "server closes, no code", Way: wayLeave, Acts: []act{send("text", 10)},
		ends: ends{serverSide, noCode, ""},
	},
	{
		Name: "server is gone", Way: wayDrop, Acts: []act{send("text", 10)},
		ends: ends{"", noClose, ""},
	},
	{
		Name: "above the limit", Way: wayLimited, Acts: []act{send("binary", messageLimit), receive(1), send("binary", messageLimit+1)},
		ends: ends{serverSide, 1009, "*"},
	},
}

// echo is a conversation where every message comes back, and then the client closes.
func echo(name string, sends ...act) conversation {
	acts, n := []act(nil), 0
	for _, s := range sends {
		n += s.Count
		acts = append(acts, s, receive(n))
	}
	return conversation{
		Name: name, Way: wayEcho,
		Acts: append(acts, act{Do: "close", Code: 1000}),
		ends: ends{clientSide, 1000, ""},
	}
}

func with(c conversation, change func(*conversation)) conversation {
	change(&c)
	return c
}

func send(kind string, size int) act { return act{Do: "send", Kind: kind, Size: size, Count: 1} }

func receive(n int) act { return act{Do: "receive", Count: n} }

// A tally accounts for messages: how many, and a checksum over the kind, length and
// content of each, in their order.
type tally struct {
	Count int    `json:"count"`
	Sum   uint32 `json:"sum"`
}

func (t *tally) add(isText bool, payload []byte) {
	kind := 'b'
	if isText {
		kind = 't'
	}
	t.Count++
	t.Sum = crc32.Update(t.Sum, crc32.IEEETable, fmt.Appendf(nil, "%c%d\n", kind, len(payload)))
	t.Sum = crc32.Update(t.Sum, crc32.IEEETable, payload)
}

func (t tally) String() string { return fmt.Sprintf("%d (%08x)", t.Count, t.Sum) }

// A report is what one side has to say about a connection when it is over.
type report struct {
	ID       int    `json:"id"` // of the connection, a part of the URL's path
	Sent     tally  `json:"sent"`
	Received tally  `json:"received"`
	Protocol string `json:"protocol"`
	Code     int    `json:"code"` // from the other side's Close frame; 0 if the library does not tell
	Reason   string `json:"reason"`
	Problem  string `json:"problem"` // what else went wrong

	wire *wire // what passed, if this side is ours
}

// content makes the payload of message n of a connection: a different one for every
// message, and the same in every language.
func content(kind string, size, id, n int) []byte {
	x := uint32(id)*4096 + uint32(n)
	next := func() uint32 {
		x = x*1664525 + 1013904223
		return x >> 24
	}
	if kind != "utf8" {
		p := make([]byte, size)
		for i := range p {
			if p[i] = byte(next()); kind == "text" {
				p[i] = 'a' + p[i]%26
			}
		}
		return p
	}
	var text strings.Builder
	for characters := []string{"e", "é", "€", "🌍"}; size-text.Len() >= 4; {
		text.WriteString(characters[next()%4])
	}
	text.WriteString(strings.Repeat("x", size-text.Len()))
	return []byte(text.String())
}

func isText(kind string) bool { return kind != "binary" }
