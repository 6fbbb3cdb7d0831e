package websocket

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example/websockets/internal/memconn"
	"example/websockets/internal/steps"
)

func TestStep28_ManyBrowsers(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		hubSendsToAll(t)
		hubDropsTheSlow(t)
		hubDropsWhoTakesNothing(t)
		hubPings(t)
		hubLimitsPings(t)
		hubPingsWhileItSends(t)
		hubPingsLate(t)
		hubPingsFast(t)
		hubLetsGo(t)
		hubShutsDown(t)
	})
}

// hubSendsToAll sends messages to clients that read, and lets one of them speak.
func hubSendsToAll(t *steps.T) {
	h := NewHub(4, time.Minute)
	peers := []*hubPeer{}
	for range 3 {
		peers = append(peers, hubJoin(t, h, func(op Opcode, payload []byte) { h.Broadcast(op, slices.Clone(payload)) }))
	}
	did := "3 clients, and 4 messages one after the other, which is what a queue holds"
	want := []string{`text "one"`, `text ""`, `binary "\xff"`, `text "four"`}
	hubBroadcast(t, h, did, OpText, "one")
	hubBroadcast(t, h, did, OpText, "")
	hubBroadcast(t, h, did, OpBinary, "\xff")
	hubBroadcast(t, h, did, OpText, "four")
	steps.Equal(t, did+": Len", 3, h.Len(),
		steps.LooksLike(h.Len() < 3, "a client was dropped whose queue was not full yet"))
	for i, p := range peers {
		got := p.frames()
		if !slices.Equal(got, want) {
			t.Fail(fmt.Sprintf("%s: what client %d got", did, i+1), steps.WantGot(hubShow(want), hubShow(got)),
				steps.LooksLike(len(got) == 0, "nothing was sent: send takes messages out of c.queue and writes them to c.conn"),
				steps.LooksLike(len(got) == len(want) && slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))), "the messages came in another order: there is one writer, and a queue keeps the order"))
		}
	}

	did = "a client sends a text, and receive broadcasts it"
	t.Doing("waiting for everybody to have it: %s", did)
	peers[1].conn.Write(upgradeFrame(OpText, "hi"))
	for i, p := range peers {
		if got := p.frames(); !slices.Equal(got, []string{`text "hi"`}) {
			t.Fail(fmt.Sprintf("%s: what client %d got", did, i+1), steps.WantGot(hubShow([]string{`text "hi"`}), hubShow(got)))
		}
	}
	for _, p := range peers {
		p.goodbye(1000)
	}
	for _, p := range peers {
		p.leaves(t, "a client closes, with code 1000", &CloseError{CloseNormal, ""})
	}
	steps.Equal(t, "all clients have closed: Len", 0, h.Len())
}

// hubDropsTheSlow has a client that reads nothing beside one that reads everything.
func hubDropsTheSlow(t *steps.T) {
	h := NewHub(4, time.Hour)
	slow := hubJoin(t, h, nil, memconn.Buffer(1000))
	fast := hubJoin(t, h, nil, memconn.Buffer(1000))
	did := "of two clients one reads nothing"
	start := time.Now()
	for i := range 100 {
		text := hubText(i)
		hubBroadcast(t, h, did, OpText, text)
		if want, got := fmt.Sprintf("text %q", text), fast.frames(); !slices.Equal(got, []string{want}) {
			t.Fail(fmt.Sprintf("%s: what the other one has got of message %d, a moment later", did, i), steps.WantGot(hubShow([]string{want}), hubShow(got)),
				steps.LooksLike(len(got) == 0, "the other client waits for the slow one"))
		}
	}
	if took := time.Since(start) - 100*hubMoment; took != 0 {
		t.Fail(did+": what this has cost the others", steps.WantGot(time.Duration(0), took))
	}
	left := h.Len()
	got := slow.frames()
	steps.Equal(t, did+": Len, after 100 messages, 4 being what a queue holds", 1, left,
		steps.LooksLike(slices.ContainsFunc(got, func(f string) bool { return strings.HasPrefix(f, "close") }), "it was dropped and still stands in h.clients: delete it there; Len and the next Broadcast must not see it"),
		steps.LooksLike(true, "nobody drops the client: its messages are kept in memory for as long as it likes, or it misses some and does not know"))
	kept, last := got[:max(len(got)-1, 0)], ""
	if len(got) > 0 {
		last = got[len(got)-1]
	}
	steps.Equal(t, did+", and then it reads what there is: the last frame", steps.Words(`close 1008 "too slow"`), steps.Words(last),
		steps.LooksLike(strings.HasPrefix(last, "close 1000"), "the code and the reason are those of the Dropped: context.Cause(ctx) has it"),
		steps.LooksLike(strings.HasPrefix(last, "text"), "it was dropped without a word: for a client this is a network that failed, and it comes back at once"))
	for i, frame := range kept {
		if want := fmt.Sprintf("text %q", hubText(i)); frame != want {
			t.Fail(fmt.Sprintf("%s, and then it reads what there is: message %d", did, i), steps.WantGot(want, frame))
		}
	}
	slow.goodbye(1008)
	slow.leaves(t, did, &Dropped{ClosePolicy, "too slow"})
	fast.conn.Close()
	fast.leaves(t, "a connection breaks", ErrNoClose)
}

// hubDropsWhoTakesNothing has a client that sends, and does not take a single message.
func hubDropsWhoTakesNothing(t *steps.T) {
	h := NewHub(4, time.Minute)
	p := hubJoin(t, h, nil, memconn.Buffer(100))
	did := "a client sends, and takes not a single message for an interval; its queue is not full"
	start := time.Now()
	hubBroadcast(t, h, did, OpText, strings.Repeat("x", 300))
	for i := 0; i < 20 && len(p.served) == 0; i++ {
		p.conn.Write(upgradeFrame(OpText, "x"))
		time.Sleep(15 * time.Second)
	}
	p.leaves(t, did, &Dropped{ClosePolicy, "too slow"},
		steps.LooksLike(true, "a write to it waits for ever: SetWriteDeadline gives each write its time"))
	if took := time.Since(start); took > 2*time.Minute+DefaultCloseTimeout+15*time.Second {
		t.Fail(did+": Serve returned after", steps.WantGot(steps.Words("an interval, and the time that Close takes"), took))
	}
	p.conn.Close()
}

// hubLimitsPings has a client that sends, and does not take a single ping.
func hubLimitsPings(t *steps.T) {
	h := NewHub(4, time.Minute)
	p := hubJoin(t, h, nil, memconn.Buffer(1))
	did := "a client sends, and takes not even a ping; there is no message for it"
	for i := 0; i < 20 && len(p.served) == 0; i++ {
		p.conn.Write(upgradeFrame(OpText, "x"))
		time.Sleep(15 * time.Second)
	}
	p.leaves(t, did, &Dropped{ClosePolicy, "too slow"},
		steps.LooksLike(true, "a ping is a write too, and may wait for ever: SetWriteDeadline before each"))
	p.conn.Close()
}

// hubPings has a client that never answers, one that answers pings, one that does
// so for a while, and one that does not, but sends.
func hubPings(t *steps.T) {
	h := NewHub(4, time.Minute)
	dead := hubJoin(t, h, nil)
	alive := hubJoin(t, h, nil)
	busy := hubJoin(t, h, nil)
	fading := hubJoin(t, h, nil)
	start := time.Now()
	var sent, last []string
	pings, answered := 0, 0
	deadAfter := time.Duration(0)
	for range 40 {
		time.Sleep(15 * time.Second)
		synctest.Wait()
		if deadAfter == 0 {
			if sent = append(sent, dead.all()...); len(dead.served) > 0 {
				deadAfter = time.Since(start)
			}
		}
		for _, frame := range alive.all() {
			if strings.HasPrefix(frame, "ping") {
				pings++
				alive.conn.Write(upgradeFrame(OpPong, ""))
			}
		}
		for _, frame := range fading.all() {
			if last = append(last, frame); strings.HasPrefix(frame, "ping") && answered < 2 {
				answered++
				fading.conn.Write(upgradeFrame(OpPong, ""))
			}
		}
		busy.frames()
		busy.conn.Write(upgradeFrame(OpText, "x"))
	}
	did := "a client that takes everything and answers nothing, for 10 intervals"
	if deadAfter == 0 {
		t.Fail(did, steps.WantGot(steps.Words("dropped when nothing has come an interval after a ping"), steps.Words("still there; what it got: "+string(hubShow(sent)))),
			steps.LooksLike(len(sent) == 0, "no ping was sent: to a silent client that is gone, and to one that has nothing to say, the server looks the same"),
			steps.LooksLike(true, "it is pinged, and nobody looks at whether anything comes back (Conn.Received)"))
	}
	dead.leaves(t, did, &Dropped{CloseAbnormal, "no answer to a ping"})
	if i := slices.IndexFunc(sent, func(f string) bool { return strings.HasPrefix(f, "close") }); i >= 0 {
		t.Fail(did+": frames that it got", steps.WantGot(steps.Words("pings, and no goodbye"), hubShow(sent)),
			steps.LooksLike(true, "there is nobody to say goodbye to, and to wait for: CloseNow"))
	}
	if deadAfter < time.Minute || deadAfter > 3*time.Minute+time.Second {
		t.Fail(did+": dropped after", steps.WantGot(steps.Words("1 to 3 intervals of a minute"), deadAfter))
	}
	if !slices.ContainsFunc(sent, func(f string) bool { return strings.HasPrefix(f, "ping") }) {
		t.Fail(did+": frames that it got", steps.WantGot(steps.Words("a ping, before it was dropped"), hubShow(sent)),
			steps.LooksLike(true, "no ping was sent: a client that has nothing to say is not dead"))
	}
	for _, p := range []struct {
		*hubPeer
		did, look string
	}{
		{alive, "a client that answers every ping, and says nothing else, for 10 intervals", "an answer to a ping is a sign of life; Received counts it"},
		{busy, "a client that sends texts, and no pongs, for 10 intervals", "whatever comes is a sign of life, and not only a pong; Received counts it all"},
	} {
		if len(p.served) > 0 {
			t.Fail(p.did, steps.WantGot(steps.Words("it stays"), <-p.served), steps.LooksLike(true, p.look))
		}
	}
	if pings < 8 {
		t.Fail("a client that answers every ping, for 10 intervals: pings that it got", steps.WantGot(steps.Words("one in every interval"), pings),
			steps.LooksLike(pings > 0, "the pings stop; a client may die later as well"))
	}
	did = "a client that answers two pings, and is silent from then on, for 10 intervals in all"
	if len(fading.served) == 0 {
		t.Fail(did, steps.WantGot(steps.Words("dropped when nothing has come an interval after a ping"), steps.Words("still there; what it got: "+string(hubShow(last)))),
			steps.LooksLike(true, "something has come from it once, and that is taken for life ever after: compare c.conn.Received() with what it was at the last ping"))
	}
	fading.leaves(t, did, &Dropped{CloseAbnormal, "no answer to a ping"})
	steps.Equal(t, "two of four clients do not answer: Len", 2, h.Len())
	for _, p := range []*hubPeer{dead, alive, busy, fading} {
		p.conn.Close()
	}
	alive.leaves(t, "a connection breaks", ErrNoClose)
	busy.leaves(t, "a connection breaks", ErrNoClose)
}

// hubPingsWhileItSends has a client that takes all messages and never says a word.
func hubPingsWhileItSends(t *steps.T) {
	h := NewHub(4, time.Minute)
	p := hubJoin(t, h, nil)
	did := "a client takes everything and answers nothing, while a message is broadcast every half interval, for 10 intervals"
	var got []string
	for i := 0; i < 20 && len(p.served) == 0; i++ {
		hubBroadcast(t, h, did, OpText, "x")
		got = append(got, p.all()...)
		time.Sleep(30 * time.Second)
	}
	if len(p.served) == 0 {
		t.Fail(did, steps.WantGot(steps.Words("dropped when nothing has come an interval after a ping"), steps.Words("still there; what it got: "+string(hubShow(got)))),
			steps.LooksLike(!slices.ContainsFunc(got, func(f string) bool { return strings.HasPrefix(f, "ping") }), "every message begins the wait for the next ping anew (time.After in a select); a ticker goes on"),
			steps.LooksLike(true, "what is sent to a client is no sign of life"))
	}
	p.leaves(t, did, &Dropped{CloseAbnormal, "no answer to a ping"})
	p.conn.Close()
}

// hubPingsFast has a client whose answer has been read before the Write of the ping
// returns.
func hubPingsFast(t *steps.T) {
	h := NewHub(4, time.Minute)
	server, client := memconn.Pipe()
	p := hubJoinOn(t, h, func(Opcode, []byte) {}, &hubEager{Conn: server, peer: client}, client)
	did := "a client answers every ping so fast that the pong is read before Ping has returned, for 10 intervals"
	t.Doing("%s", did)
	time.Sleep(10 * time.Minute)
	if len(p.served) > 0 {
		t.Fail(did, steps.WantGot(steps.Words("it stays"), <-p.served),
			steps.LooksLike(true, "Received was asked after the ping: what had come by then was taken for older than the ping. Ask before it is sent"))
	}
	p.conn.Close()
	p.leaves(t, "a connection breaks", ErrNoClose)
}

// hubEager is a connection to a peer that answers pings without being asked to read.
type hubEager struct {
	net.Conn
	peer *memconn.Conn
}

func (c *hubEager) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if len(b) > 0 && b[0] == 0x80|byte(OpPing) {
		c.peer.Write(upgradeFrame(OpPong, ""))
		time.Sleep(hubMoment) // and the reader of the hub has it
	}
	return n, err
}

// hubPingsLate has a client that takes a message so slowly that its ping is late too.
func hubPingsLate(t *steps.T) {
	h := NewHub(4, 10*time.Second)
	p := hubJoin(t, h, nil, memconn.Buffer(100))
	did := "a client takes 8 of the 10 seconds of an interval for one message, then gets a ping, and answers that 8 seconds later"
	time.Sleep(9 * time.Second)
	if len(p.all()) > 0 { // a ping already
		p.conn.Write(upgradeFrame(OpPong, ""))
	}
	hubBroadcast(t, h, did, OpText, strings.Repeat("x", 300))
	time.Sleep(8 * time.Second)
	p.frames()
	time.Sleep(8 * time.Second)
	p.conn.Write(upgradeFrame(OpPong, ""))
	time.Sleep(time.Second)
	if len(p.served) > 0 {
		t.Fail(did, steps.WantGot(steps.Words("it stays"), <-p.served),
			steps.LooksLike(true, "the ping was late, and the next tick was not: an answer has the time every from the ping on (Reset the ticker)"))
	}
	p.conn.Close()
	p.leaves(t, did+"; then the connection breaks", ErrNoClose)
}

// hubLetsGo has clients that leave while the hub is writing to them.
func hubLetsGo(t *steps.T) {
	h := NewHub(4, time.Hour)
	p := hubJoin(t, h, nil, memconn.Buffer(100))
	did := "a client is reset while a message is being written to it"
	hubBroadcast(t, h, did, OpText, strings.Repeat("x", 300))
	synctest.Wait()
	p.conn.Reset()
	p.leaves(t, did, memconn.ErrReset)

	p = hubJoin(t, h, nil, memconn.Buffer(100))
	did = "a client sends a Close while a message is being written to it"
	hubBroadcast(t, h, did, OpText, strings.Repeat("x", 300))
	synctest.Wait()
	p.goodbye(1001)
	synctest.Wait()
	p.frames()
	p.leaves(t, did, &CloseError{CloseGoingAway, ""})
	p.conn.Close()
	steps.Equal(t, "both clients are gone: Len", 0, h.Len())
}

// hubShutsDown looks at how a server says goodbye.
func hubShutsDown(t *steps.T) {
	h := NewHub(4, time.Hour)
	t.Doing("shutting down a hub without clients")
	h.Shutdown()

	h = NewHub(4, time.Hour)
	polite := []*hubPeer{hubJoin(t, h, nil), hubJoin(t, h, nil)}
	silent := hubJoin(t, h, nil)
	stuck := hubJoin(t, h, nil, memconn.Buffer(200))
	did := "Shutdown with 4 clients, one of which never answers, and one does not take what is being sent"
	hubBroadcast(t, h, did, OpText, strings.Repeat("x", 300))
	synctest.Wait()
	for _, p := range append(polite, silent) {
		p.frames()
	}
	start := time.Now()
	var over atomic.Bool
	left := 0
	done := make(chan struct{})
	t.Doing("waiting for Shutdown to return (a Serve that ends takes h.mu for a moment)")
	go func() {
		h.Shutdown()
		left = h.Len()
		over.Store(true)
		close(done)
	}()
	for i, p := range polite {
		got := p.frames()
		if !slices.Equal(got, []string{`close 1001 "shutting down"`}) {
			t.Fail(fmt.Sprintf("%s: what client %d got", did, i+1), steps.WantGot(hubShow([]string{`close 1001 "shutting down"`}), hubShow(got)),
				steps.LooksLike(len(got) == 0 || strings.HasPrefix(got[0], "close"), "1001 says that the server goes away, and that it was not the client's fault (section 7.4.1)"))
		}
		if over.Load() {
			t.Fail(did, steps.WantGot(steps.Words("it returns when the last Serve has returned"), steps.Words("it has returned, and no client has answered yet")),
				steps.LooksLike(true, "whoever calls Shutdown ends the program next, and cuts the goodbyes off; h.serving knows who is still there"))
		}
		p.goodbye(1001)
		p.leaves(t, did, &Dropped{CloseGoingAway, "shutting down"})
	}
	select {
	case <-done:
	case <-time.After(2 * time.Hour):
		t.Fail(did, steps.WantGot(steps.Words("it returns after the CloseTimeout"), steps.Words("not after two hours")))
	}
	if took := time.Since(start); took < DefaultCloseTimeout || took > DefaultCloseTimeout+time.Second {
		t.Fail(did+": it returned after", steps.WantGot(DefaultCloseTimeout, took),
			steps.LooksLike(took < DefaultCloseTimeout, "whoever calls Shutdown ends the program next, and cuts the goodbyes off; h.serving knows who is still there"),
			steps.LooksLike(true, "a write that waits for a client does not know that the client was dropped: give it ctx"))
	}
	silent.leaves(t, did, &Dropped{CloseGoingAway, "shutting down"})
	stuck.leaves(t, did, &Dropped{CloseGoingAway, "shutting down"})
	steps.Equal(t, did+": Len, when it had returned", 0, left)
	silent.conn.Close()
	stuck.conn.Close()

	other := NewHub(1, time.Hour)
	slow := hubJoin(t, other, nil, memconn.Buffer(100))
	did = "Shutdown, just after a client was dropped as too slow"
	for range 3 {
		hubBroadcast(t, other, did, OpText, strings.Repeat("x", 300))
	}
	other.Shutdown()
	synctest.Wait()
	steps.Equal(t, did+": its Serve has returned", true, len(slow.served) > 0,
		steps.LooksLike(true, "who was dropped is no client any more for Len, and its Serve is still saying goodbye; h.serving knows"))
	slow.conn.Close()

	did = "a client comes after Shutdown"
	late := hubJoin(t, h, nil)
	if got := late.frames(); !slices.Equal(got, []string{`close 1001 "shutting down"`}) {
		late.conn.Close()
		t.Fail(did+": what it got", steps.WantGot(hubShow([]string{`close 1001 "shutting down"`}), hubShow(got)),
			steps.LooksLike(true, "Serve asks h.over whether the hub has been shut down"))
	}
	late.goodbye(1001)
	late.leaves(t, did, &Dropped{CloseGoingAway, "shutting down"})
	late.conn.Close()
}

// A hubPeer is a client of the hub, as bytes, and what Serve has returned for it.
type hubPeer struct {
	conn   *memconn.Conn
	served chan error
	rest   string // half a frame
}

func hubJoin(t *steps.T, h *Hub, receive func(Opcode, []byte), options ...memconn.Option) *hubPeer {
	t.Doing("serving a client")
	if receive == nil {
		receive = func(Opcode, []byte) {}
	}
	server, client := memconn.Pipe(options...)
	return hubJoinOn(t, h, receive, server, client)
}

func hubJoinOn(t *steps.T, h *Hub, receive func(Opcode, []byte), server net.Conn, client *memconn.Conn) *hubPeer {
	p := &hubPeer{conn: client, served: make(chan error, 1)}
	go func() { p.served <- h.Serve(NewConn(server, Server, nil, nil), receive) }()
	t.Cleanup(func() { client.Close() })
	synctest.Wait()
	return p
}

// hubMoment is what one look at a connection takes on the bubble's clock.
const hubMoment = time.Millisecond

// frames returns the frames that have come by now, in words, but for pings: when they
// are sent is for the code under test to say.
func (p *hubPeer) frames() []string {
	return slices.DeleteFunc(p.all(), func(frame string) bool { return strings.HasPrefix(frame, "ping") })
}

// all returns the frames that have come by now, in words.
func (p *hubPeer) all() (frames []string) {
	b := p.rest + upgradeRead(p.conn)
	for len(b) >= 2 {
		op, n, size := Opcode(b[0]&0xf), int(b[1]), 2
		if n == 126 && len(b) >= 4 {
			n, size = int(b[2])<<8|int(b[3]), 4
		}
		if len(b) < size+n {
			break
		}
		payload := b[size : size+n]
		b = b[size+n:]
		switch {
		case op == OpClose && n >= 2:
			frames = append(frames, fmt.Sprintf("close %d %q", int(payload[0])<<8|int(payload[1]), payload[2:]))
		default:
			frames = append(frames, fmt.Sprintf("%v %q", op, payload))
		}
	}
	p.rest = b
	return frames
}

// goodbye sends a Close frame and closes, as a client does that has got one.
func (p *hubPeer) goodbye(code CloseCode) {
	p.conn.Write(upgradeFrame(OpClose, string([]byte{byte(code >> 8), byte(code)})))
	p.conn.CloseWrite()
}

// hubText is a message of about 300 bytes.
func hubText(i int) string { return fmt.Sprintf("message %d %s", i, strings.Repeat(".", 290)) }

// hubShow shows frames on one line.
func hubShow(frames []string) steps.Words {
	if len(frames) == 0 {
		return "nothing"
	}
	return steps.Words(strings.Join(frames, ", "))
}

// hubBroadcast fails the step when Broadcast waits.
func hubBroadcast(t *steps.T, h *Hub, did string, op Opcode, payload string) {
	t.Doing("waiting for Broadcast to return (it never waits): %s", did)
	start := time.Now()
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.Broadcast(op, []byte(payload))
	}()
	waited := steps.LooksLike(true, "Broadcast waits for a client, and so everybody does: when a queue is full, its client is dropped")
	select {
	case <-done:
	case <-time.After(30 * time.Minute):
		t.Fail("Broadcast: "+did, steps.WantGot(steps.Words("it returns at once"), steps.Words("it waits")), waited)
	}
	steps.Equal(t, "Broadcast: "+did+": it returned after", time.Duration(0), time.Since(start), waited)
}

// leaves fails the step unless Serve returns want for the client within a while.
func (p *hubPeer) leaves(t *steps.T, did string, want error, looks ...steps.Look) {
	t.Doing("waiting for Serve to return: %s", did)
	var got error
	select {
	case got = <-p.served:
	case <-time.After(10 * time.Minute):
		t.Fail(did, steps.WantGot(steps.Words("Serve returns"), steps.Words("it has not, after ten minutes")), append(looks,
			steps.LooksLike(true, "send is still there: it returns when ctx has ended, whatever it waits for, and closes the connection"))...)
	}
	same := errors.Is(got, want)
	switch want := want.(type) {
	case *Dropped:
		d, _ := errors.AsType[*Dropped](got)
		same = d != nil && *d == *want
	case *CloseError:
		c, _ := errors.AsType[*CloseError](got)
		same = c != nil && *c == *want
	}
	if !same {
		t.Fail(did+": what Serve returned", steps.WantGot(steps.Words(hubWords(want)), steps.Words(hubWords(got))),
			steps.LooksLike(hubTimedOut(want, got), "a write has timed out, and the client takes everything: the deadline has run while send waited for something to do; set it right before each write"),
			steps.LooksLike(errors.Is(got, context.Canceled), "context.Canceled says that ctx has ended, and not why; the reason is what c.drop was called with"))
	}
}

// hubTimedOut is true for a client that was too slow, and should have been silent.
func hubTimedOut(want, got error) bool {
	w, _ := errors.AsType[*Dropped](want)
	g, _ := errors.AsType[*Dropped](got)
	return w != nil && g != nil && w.Code == CloseAbnormal && g.Code == ClosePolicy
}

// hubWords shows an error with its code.
func hubWords(err error) string {
	if d, ok := errors.AsType[*Dropped](err); ok {
		return fmt.Sprintf("Dropped: %d %q", d.Code, d.Reason)
	}
	return fmt.Sprint(err)
}
