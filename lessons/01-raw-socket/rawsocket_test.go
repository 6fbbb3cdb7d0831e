package rawsocket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"example/websockets/internal/memconn"
	"example/websockets/internal/steps"
	"example/websockets/internal/wire"
)

func TestMain(m *testing.M) {
	steps.Names(map[string]error{
		`the one of the test ("the cable is cut")`: errBroken,
		"the one of the Write":                     memconn.ErrPeerClosed,
	})
	steps.Main(m)
}

var errBroken = errors.New("the cable is cut")

// A client connects over TCP, is greeted, and reads until the server closes.
func TestStep1_GreetsAClient(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		server, client := tcpPair(t)
		t.Doing("calling Greet with a TCP connection")
		err := Greet(server)
		server.Close()
		got, _ := io.ReadAll(client)
		if d := wire.Diff([]byte(Greeting), got); d != "" {
			t.Fail("the client reads until the server closes", d,
				steps.LooksLike(len(got) == 0, "the greeting was built and not written, or not before Greet returned: the client waits for it in vain"),
				steps.LooksLike(strings.TrimSpace(string(got)) == Greeting, "something was added around the greeting, perhaps a line end"))
		}
		steps.Equal(t, "the error that Greet returned", nil, err)

		broken := &writer{err: errBroken}
		t.Doing("calling Greet with a writer that fails")
		err = Greet(broken)
		steps.WantError(t, "Greet to a writer that fails", errBroken, err,
			steps.LooksLike(err == nil, "nobody looks at the error of the write"))
		steps.Equal(t, "the number of Writes that Greet made", 1, broken.writes,
			steps.LooksLike(broken.writes > 1, "a Write that failed was tried once more; what it may have sent by then goes out twice"))
	})
}

func TestStep2_AnUpdateTellsTheTime(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		for _, c := range []struct {
			sec, nsec int64
			want      string
		}{
			{1687187903, 123456000, "The time is 1687187903.123456"},
			{1687187903, 42000, "The time is 1687187903.000042"},
			{1687187903, 999999999, "The time is 1687187903.999999"},
			{1687187903, 0, "The time is 1687187903.000000"},
			{1, 500000000, "The time is 1.500000"},
		} {
			now := time.Unix(c.sec, c.nsec)
			call := fmt.Sprintf("Update(time.Unix(%d, %d))", c.sec, c.nsec)
			t.Doing("calling %s", call)
			got := Update(now)
			if d := wire.Diff([]byte(c.want), []byte(got)); d != "" {
				t.Fail(call, d,
					steps.LooksLike(got == fmt.Sprintf("The time is %d.%d", c.sec, c.nsec/1000), "the zeros in front of the fraction are missing: .42 is not .000042"),
					steps.LooksLike(got == fmt.Sprintf("The time is %d.%09d", c.sec, c.nsec), "the fraction is in nanoseconds; six digits are microseconds"),
					steps.LooksLike(got == fmt.Sprintf("The time is %.6f", float64(now.UnixNano())/1e9), "the fraction was rounded, by Round or by a float64 on the way; cut the digits off instead"),
					steps.LooksLike(strings.TrimSpace(got) == c.want, "something was added around the text, perhaps a line end"),
					steps.LooksLike(!strings.HasPrefix(got, "The time is "), `the text in front of the number is "The time is "`),
					steps.LooksLike(strings.ContainsAny(got, ":-"), "this is a date or a time of day; the number counts the seconds since 1 January 1970"))
			}
		}
	})
}

func TestStep3_PushesUpdatesAtAnInterval(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		for _, c := range []struct {
			n        int
			interval time.Duration
		}{{1, time.Hour}, {4, time.Second}, {2, 250 * time.Millisecond}} {
			call := fmt.Sprintf("Push with n = %d, interval = %v", c.n, c.interval)
			server, client := memconn.Pipe()
			start := time.Now()
			left := false
			ended := started(func() error {
				defer server.Close()
				defer func() { left = !server.Closed() }()
				return Push(context.Background(), server, c.n, c.interval)
			})
			for i := range c.n {
				t.Doing("waiting for update %d of %d: %s", i+1, c.n, call)
				got, err := readSome(client)
				if err != nil {
					t.Fail(call+": updates that came before it returned", steps.WantGot(c.n, i),
						steps.LooksLike(true, "Push has returned too early"))
				}
				at := time.Since(start)
				steps.Equal(t, fmt.Sprintf("%s: the moment of update %d", call, i+1), time.Duration(i)*c.interval, at,
					steps.LooksLike(at == time.Duration(i+1)*c.interval, "the pause comes before the update; the first one goes out at once"),
					steps.LooksLike(i > 0 && at == 0, "there is no pause between two updates"))
				if d := wire.Diff([]byte(Update(time.Now())), []byte(got)); d != "" {
					t.Fail(fmt.Sprintf("%s: update %d, read at %v", call, i+1, at), d,
						steps.LooksLike(strings.Count(got, "The time is") > 1, "there is no pause between two updates"),
						steps.LooksLike(i > 0 && got == Update(start), "the text was made once, before the loop: every update tells the time at which it is sent"))
				}
			}
			t.Doing("waiting for Push to return after its last update: %s", call)
			if rest, err := readSome(client); err == nil {
				t.Fail(call+": what came after the last update", steps.WantGot(steps.Words("nothing"), rest),
					steps.LooksLike(strings.Contains(rest, "The time is"), "more than n updates were sent"))
			}
			err := <-ended
			steps.Equal(t, call+": what Push returned", nil, err)
			steps.Equal(t, call+": the moment at which Push returned", time.Duration(c.n-1)*c.interval, time.Since(start),
				steps.LooksLike(true, "there is a pause after the last update, with nothing to wait for"))
			steps.Equal(t, call+": the connection is still open", true, left,
				steps.LooksLike(true, "Push closed it; the connection belongs to its caller, who may have more to say"))
		}

		t.Doing("calling Push with interval 0")
		server, client := memconn.Pipe()
		ended := started(func() error {
			defer server.Close()
			return Push(context.Background(), server, 20, 0)
		})
		got, _ := io.ReadAll(client)
		steps.Equal(t, "Push with n = 20, interval = 0: what it returned", nil, <-ended)
		steps.Equal(t, "Push with n = 20, interval = 0: updates that came", 20, bytes.Count(got, []byte("The time is")))
		steps.Equal(t, "Push with n = 20, interval = 0: the number of Writes", 20, server.Writes(),
			steps.LooksLike(true, "an update is one Write"))
		t.Doing("calling Push with n = 0")
		server, _ = memconn.Pipe()
		steps.Equal(t, "Push with n = 0: what it returned", nil, Push(context.Background(), server, 0, time.Second))
	})
}

func TestStep4_AStopEndsThePush(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		const interval = 3 * time.Second
		for _, at := range []time.Duration{time.Nanosecond, interval - 1, interval + interval/2} {
			server, client := memconn.Pipe()
			ctx, stop := context.WithCancel(context.Background())
			start := time.Now()
			ended := started(func() error { return Push(ctx, server, 20, interval) })
			time.Sleep(at)
			stop()
			call := fmt.Sprintf("a push every %v is stopped after %v", interval, at)
			t.Doing("waiting for Push to return: %s", call)
			err := <-ended
			steps.Equal(t, call+": Push returned after", at, time.Since(start),
				steps.LooksLike(time.Since(start) >= interval*19, "nothing in Push looks at ctx"),
				steps.LooksLike(true, "Push sleeps through the stop and looks at ctx only when the pause is over"))
			server.Close()
			got, _ := io.ReadAll(client)
			want, sent := 1+int(at/interval), bytes.Count(got, []byte("The time is"))
			steps.Equal(t, call+": updates that were sent", want, sent,
				steps.LooksLike(sent > want, "Push went on after the stop; a break inside a select leaves the select, and not the loop: return"))
			steps.WantError(t, call, context.Canceled, err,
				steps.LooksLike(err == nil, "Push returned as if all updates had been sent; ctx.Err() says that it was stopped"))
		}

		// When a pause of nothing and the stop are both ready, either may win:
		// the stop has to win every time.
		for range 50 {
			server, client := memconn.Pipe()
			ctx, stop := context.WithCancel(context.Background())
			stop()
			t.Doing("calling Push with a context that has already ended")
			err := Push(ctx, server, 20, 0)
			server.Close()
			got, _ := io.ReadAll(client)
			steps.Equal(t, "Push with a context that has already ended: something was sent", false, len(got) > 0,
				steps.LooksLike(true, "something was sent before anybody looked at ctx, or a select took the pause although ctx had ended: ask ctx.Err() right before each write"))
			steps.WantError(t, "Push with a context that has already ended", context.Canceled, err)

			server, client = memconn.Pipe()
			ctx, stop = context.WithCancel(context.Background())
			t.Doing("calling Push with interval 0 and a context that ends during the first update")
			err = Push(ctx, &afterWrite{server, stop}, 20, 0)
			server.Close()
			got, _ = io.ReadAll(client)
			sent := bytes.Count(got, []byte("The time is"))
			steps.Equal(t, "Push with interval 0, ctx ends during the first update: updates sent", 1, sent,
				steps.LooksLike(sent > 1, "pause and stop were both ready, and select took the pause: ask ctx once more before each write"))
			steps.WantError(t, "Push with interval 0, ctx ends during the first update", context.Canceled, err)
		}
	})
}

func TestStep5_AClientThatTakesNothingIsGivenUp(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		server, client := memconn.Pipe(memconn.Buffer(100))
		start := time.Now()
		t.Doing("waiting for Push to give up a client that reads nothing: a buffer of 100 bytes is full, and a Write without a deadline waits for ever")
		err := Push(context.Background(), server, 1000, 0)
		steps.WantError(t, "Push to a client that reads nothing", os.ErrDeadlineExceeded, err,
			steps.LooksLike(server.Writes() == 0, "nothing was written; Push has to send updates before anybody can be given up"),
			steps.LooksLike(err == nil, "nobody looks at the error of the write"))
		steps.Equal(t, "Push to a client that reads nothing gave up after", WriteTimeout, time.Since(start))
		client.Close()

		server, client = memconn.Pipe()
		t.Doing("pushing 3 updates, one every 10 s, to a client that reads them at once")
		err = Push(context.Background(), server, 3, 2*WriteTimeout)
		steps.Equal(t, "3 updates, one every 10 s, to a client that reads them at once: what Push returned", nil, err,
			steps.LooksLike(true, "the deadline is not that of the write alone: it was set once for the whole push, or before the pause, which used it up"))
		server.Close()
		client.Close()

		// A slow client is no stalled one: it takes one update every 4 seconds.
		server, client = memconn.Pipe(memconn.Buffer(20))
		t.Doing("pushing 5 updates to a client that takes 4 s for each")
		ended := started(func() error {
			defer server.Close()
			return Push(context.Background(), server, 5, 0)
		})
		got := 0
		for {
			time.Sleep(WriteTimeout * 4 / 5)
			n, err := io.ReadFull(client, make([]byte, len("The time is 0123456789.123456")))
			got += n
			if err != nil {
				break
			}
		}
		steps.Equal(t, "5 updates to a client that takes 4 s for each: what Push returned", nil, <-ended,
			steps.LooksLike(got > 0, "the deadline was set once for the whole push; it is a point in time and has to be set anew before each write"))

		server, _ = memconn.Pipe()
		failing := &onWrite{Conn: server, do: func() error { return errBroken }}
		t.Doing("pushing 3 updates over a connection that breaks")
		err = Push(context.Background(), failing, 3, 0)
		steps.WantError(t, "Push over a connection that breaks", errBroken, err,
			steps.LooksLike(err == nil, "the error of a Write was dropped; every one of them ends Push"),
			steps.LooksLike(true, "Push returned an error of its own in the place of the Write's"))
		steps.Equal(t, "Push over a connection that breaks: the number of Writes", 1, failing.writes,
			steps.LooksLike(true, "it goes on after an error, though nothing can arrive any more"))
		steps.Equal(t, "Push over a connection that breaks: the connection was closed", false, server.Closed(),
			steps.LooksLike(true, "the connection belongs to its caller"))
		server.Close()
		server, client = memconn.Pipe()
		client.Close()
		t.Doing("pushing to a client that is gone")
		steps.WantError(t, "Push to a client that is gone", memconn.ErrPeerClosed, Push(context.Background(), server, 3, 0))
		server.Close()
		t.Doing("pushing over a connection that is closed already")
		steps.WantError(t, "Push over a connection that is closed", net.ErrClosed, Push(context.Background(), server, 3, 0))
	})
}

func TestStep6_ServesManyClientsAtOnce(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		ln := memconn.Listen()
		ctx, stop := context.WithCancel(context.Background())
		entered, leave := make(chan net.Conn), make(chan bool)
		ended := started(func() error {
			return Serve(ctx, ln, func(ctx context.Context, conn net.Conn) {
				entered <- conn
				select {
				case <-leave:
				case <-ctx.Done():
				}
			})
		})
		t.Doing("waiting for the first client to be served")
		first := dial(t, ln, entered, ended)
		t.Doing("waiting for a second client to be served while the first still is (one client at a time: the second waits for the first)")
		second := dial(t, ln, entered, ended)
		t.Doing("waiting for a third client to be served while two others still are")
		third := dial(t, ln, entered, ended)

		t.Doing("letting one of three handles return (all three must still be at work: their ctx has not ended)")
		leave <- true // one of the three; which one is not ours to say
		synctest.Wait()
		open := 0
		for _, c := range []*memconn.Conn{first, second, third} {
			if stillOpen(c) {
				open++
			}
		}
		steps.Equal(t, "one of three handles has returned: connections still open", 2, open,
			steps.LooksLike(open == 3, "nobody closed the connection when its handle returned: that client waits for ever"),
			steps.LooksLike(open < 2, "the connection was closed while its handle was still at work"))

		t.Doing("waiting for a client to be served after another one has left")
		dial(t, ln, entered, ended)
		t.Doing("waiting for 20 more clients to be served while three others still are")
		for range 20 {
			dial(t, ln, entered, ended)
		}

		// How a server stops is the next step's question; this one ends it in
		// every way there is.
		t.Doing("waiting for Serve to return after ctx has ended and the listener is closed (an error of Accept ends Serve)")
		stop()
		ln.Close()
		close(leave)
		<-ended
	})
}

func TestStep7_AStopLeavesNothingRunning(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		ln := memconn.Listen()
		ctx, stop := context.WithCancel(context.Background())
		entered := make(chan net.Conn)
		var left atomic.Int32
		handle := func(ctx context.Context, conn net.Conn) {
			entered <- conn
			io.Copy(io.Discard, conn) // ends when the connection does
			time.Sleep(time.Hour)     // and then has a lot to put away
			left.Add(1)
		}
		ended := started(func() error { return Serve(ctx, ln, handle) })
		t.Doing("waiting for two clients to be served")
		a, b := dial(t, ln, entered, ended), dial(t, ln, entered, ended)
		stop()
		synctest.Wait()
		steps.Equal(t, "ctx has ended: the listener is closed", true, ln.Closed(),
			steps.LooksLike(true, "Accept knows nothing of contexts and waits on; closing the listener wakes it"))
		for _, c := range []*memconn.Conn{a, b} {
			if stillOpen(c) {
				t.Fail("ctx has ended: the connections of the clients", steps.WantGot(steps.Words("closed"), steps.Words("still open")),
					steps.LooksLike(true, "a handle that waits in Read knows nothing of contexts; closing its connection wakes it"))
			}
		}
		t.Doing("waiting for Serve to return after the stop: it waits for what it has started, and all of that has to be told to end first")
		err := <-ended
		steps.Equal(t, "handles that had returned when Serve did", 2, int(left.Load()),
			steps.LooksLike(true, "Serve did not wait for the handles it had started"))
		steps.Equal(t, "what Serve returned after the stop", nil, err,
			steps.LooksLike(true, "a stop that was asked for is no error: Accept failed because Serve itself closed the listener"))

		ln = memconn.Listen()
		t.Doing("waiting for a client to be served")
		left.Store(0)
		ended = started(func() error { return Serve(context.Background(), ln, handle) })
		dial(t, ln, entered, ended)
		ln.Fail(errBroken)
		t.Doing("waiting for Serve to return after its listener failed")
		err = <-ended
		steps.WantError(t, "Serve on a listener that fails", errBroken, err,
			steps.LooksLike(err == nil, "the failure of the listener was taken for a stop that was asked for"))
		steps.Equal(t, "the listener has failed: handles that had returned when Serve did", 1, int(left.Load()))
		steps.Equal(t, "the listener has failed: it is closed", true, ln.Closed(),
			steps.LooksLike(true, "close ln in this case as well"))

		ln = memconn.Listen()
		ended = started(func() error { return Serve(context.Background(), ln, handle) })
		synctest.Wait()
		ln.Close()
		t.Doing("waiting for Serve to return after somebody else closed its listener")
		steps.WantError(t, "Serve on a listener that somebody else closes, while ctx lives", net.ErrClosed, <-ended,
			steps.LooksLike(true, "whether it was a stop is said by ctx, and not by the error of Accept"))

		ln = memconn.Listen()
		t.Doing("waiting for Serve to return after its listener failed (its handle waits for the end of the context it was given)")
		ended = started(func() error {
			return Serve(context.Background(), ln, func(ctx context.Context, conn net.Conn) {
				entered <- conn
				<-ctx.Done()
			})
		})
		dial(t, ln, entered, ended)
		ln.Fail(errBroken)
		<-ended

		ln = memconn.Listen()
		ctx, stop = context.WithCancel(context.Background())
		stop()
		t.Doing("calling Serve with a context that has already ended")
		steps.Equal(t, "Serve with a context that has already ended: what it returned", nil, Serve(ctx, ln, handle))

		server, client := memconn.Pipe()
		late := &lateListener{Listener: memconn.Listen(), conn: server}
		ctx, stop = context.WithCancel(context.Background())
		t.Doing("waiting for Serve to return when a client was accepted in the very moment of the stop: its connection has to be closed too")
		ended = started(func() error {
			return Serve(ctx, late, func(ctx context.Context, conn net.Conn) { io.Copy(io.Discard, conn) })
		})
		synctest.Wait()
		stop()
		<-ended
		steps.Equal(t, "a client was accepted in the very moment of the stop: its connection is open", false, stillOpen(client))

		// What Serve starts for a client goes with the client, not with Serve.
		ln = memconn.Listen()
		ctx, stop = context.WithCancel(context.Background())
		ended = started(func() error {
			return Serve(ctx, ln, func(_ context.Context, conn net.Conn) { entered <- conn })
		})
		t.Doing("letting 100 clients come and go")
		var before int
		for i := range 101 {
			dial(t, ln, entered, ended)
			synctest.Wait()
			if i == 0 {
				before = runtime.NumGoroutine()
			}
		}
		if left := runtime.NumGoroutine() - before; left > 10 {
			t.Fail("100 clients have come and gone: goroutines that are left of them", steps.WantGot(0, left),
				steps.LooksLike(true, "something waits for the end of the server where it should wait for the end of its client"))
		}
		stop()
		<-ended
	})
}

func TestStep8_AClientReadsUntilTheEnd(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		server, client := tcpPair(t)
		t.Doing("reading 100 bytes over TCP, at most 16 at a time, until the server closes")
		sent := bytes.Repeat([]byte("0123456789"), 10)
		go func() {
			server.Write(sent)
			server.Close()
		}()
		var got []byte
		err := Receive(client, 16, func(chunk []byte) {
			if len(chunk) > 16 || len(chunk) == 0 {
				t.Fail("Receive with size = 16: the size of a chunk", steps.WantGot(steps.Words("1 to 16 bytes"), steps.Words(fmt.Sprintf("%d bytes", len(chunk)))),
					steps.LooksLike(len(chunk) == 0, "an empty read is no chunk: the end is the error io.EOF, and 0 bytes without an error mean nothing"),
					steps.LooksLike(true, "it was read into a larger buffer; a Read brings at most as much as its buffer holds"))
			}
			got = append(got, chunk...)
		})
		if d := wire.Diff(sent, got); d != "" {
			t.Fail("the chunks of Receive, put together", d,
				steps.LooksLike(len(got) > len(sent), "the whole buffer was handed on; only the bytes that this Read returned are new"))
		}
		steps.Equal(t, "the server has closed: what Receive returned", nil, err,
			steps.LooksLike(errors.Is(err, io.EOF), "io.EOF is the end, not a failure"))

		// The same stream, and every way a Reader may hand it out.
		text := "The time is 1687187903.123456"
		for _, c := range []struct {
			name, look string
			r          io.Reader
		}{
			{"one byte at a time", "a Read that returns less than there is room for is not the end; io.EOF is",
				iotest.OneByteReader(strings.NewReader(text))},
			{"the last bytes and io.EOF at once", "the error was looked at first, and the bytes that came with it were lost",
				&together{text}},
			{"a Read of 0 bytes in between", "0 bytes without an error is not the end; io.EOF is",
				&stutter{r: strings.NewReader(text)}},
		} {
			t.Doing("calling Receive on a reader that gives %s (the end is the error io.EOF, and nothing else)", c.name)
			var got []byte
			err := Receive(c.r, 16, func(chunk []byte) { got = append(got, chunk...) })
			if d := wire.Diff([]byte(text), got); d != "" {
				t.Fail("Receive, "+c.name, d, steps.LooksLike(true, c.look))
			}
			steps.Equal(t, "Receive, "+c.name+": what it returned", nil, err,
				steps.LooksLike(errors.Is(err, io.EOF), "io.EOF is the end, not a failure"))
		}
		// A Reader that gives 5 bytes and then nothing until they were taken.
		got = nil
		first := &onSecondRead{text[:5], func() {
			if len(got) < 5 {
				t.Fail("5 bytes have come, and no more for now: bytes given to take", steps.WantGot(5, len(got)),
					steps.LooksLike(true, "Receive waits until its buffer is full; hand on what there is"))
			}
		}}
		t.Doing("calling Receive on a reader that gives 5 bytes, then the end")
		Receive(first, 16, func(chunk []byte) { got = append(got, chunk...) })

		largest := &asked{r: strings.NewReader(text)}
		t.Doing("calling Receive with size = 16, and looking at what it asks for")
		Receive(largest, 16, func([]byte) {})
		steps.Equal(t, "Receive with size = 16: the most bytes it asked for in one Read", 16, largest.most)

		t.Doing("calling Receive on a reader that fails inside a chunk")
		err = Receive(io.MultiReader(strings.NewReader("The time"), iotest.ErrReader(io.ErrUnexpectedEOF)), 16, func([]byte) {})
		steps.Equal(t, "Receive from a reader that fails with io.ErrUnexpectedEOF: it finds that error", true, errors.Is(err, io.ErrUnexpectedEOF),
			steps.LooksLike(true, "io.EOF alone is the end; every other error is one"))
		t.Doing("calling Receive on a reader that fails")
		err = Receive(iotest.ErrReader(errBroken), 16, func([]byte) {})
		steps.WantError(t, "Receive from a connection that breaks", errBroken, err,
			steps.LooksLike(err == nil, "a connection that breaks is not one that was closed; io.EOF alone is the end"))
		t.Doing("calling Receive with size 0 (a Read with no room for a byte returns at once, for ever)")
		r := strings.NewReader(text)
		if Receive(r, 0, func([]byte) {}) == nil || Receive(r, -1, func([]byte) {}) == nil || r.Len() < len(text) {
			t.Fail("Receive with size = 0, and with size = -1", steps.WantGot(steps.Words("an error, and nothing is read"), steps.Words(fmt.Sprintf("%d bytes were read", len(text)-r.Len()))))
		}

		conversation(t)
	})
}

// conversation runs the whole lesson over real sockets: three clients at once.
func conversation(t *steps.T) {
	t.Doing("talking to a real server on 127.0.0.1, three clients at once")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fail("listening on 127.0.0.1", err.Error())
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := started(func() error {
		return Serve(ctx, ln, func(ctx context.Context, conn net.Conn) {
			Greet(conn)
			Push(ctx, conn, 20, 0)
		})
	})
	results := make(chan string, 3)
	for range 3 {
		go func() {
			var got strings.Builder
			if conn, err := net.Dial("tcp", ln.Addr().String()); err == nil {
				Receive(conn, 16, func(chunk []byte) { got.Write(chunk) })
				conn.Close()
			}
			results <- got.String()
		}()
	}
	for range 3 {
		got := <-results
		steps.Equal(t, "over TCP: a client's stream begins with the greeting", true, strings.HasPrefix(got, Greeting))
		steps.Equal(t, "over TCP: updates a client got", 20, strings.Count(got, "The time is"))
	}
	stop()
	t.Doing("waiting for the server on 127.0.0.1 to return after the stop")
	steps.Equal(t, "what Serve returned after the stop", nil, <-ended)
}

func TestStep9_YourTurn_BoundariesAreGone(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		t.Doing("calling SameBytes")
		first, second := SameBytes()
		for _, list := range [][]string{first, second} {
			if len(list) == 0 || slices.Contains(list, "") {
				t.Fail("SameBytes: a list of messages", steps.WantGot(steps.Words("at least one message, and no empty one"), list))
			}
		}
		if slices.Equal(first, second) {
			t.Fail("SameBytes: the two lists", steps.WantGot(steps.Words("two that differ"), [][]string{first, second}),
				steps.LooksLike(true, "the lists are the same, so nothing is proved: cut the same text at other places"))
		}
		t.Doing("sending both lists over TCP, one Write a message, and reading them back")
		one, other := overTCP(t, first), overTCP(t, second)
		if d := wire.Diff(one, other); d != "" {
			t.Fail("what came over TCP: first list (want), second list (got)", d,
				steps.LooksLike(true, "the two lists can be told apart by their bytes; the messages put together have to be the same text"))
		}
	})
}

// overTCP sends each message with a Write of its own and returns all that came.
func overTCP(t *steps.T, messages []string) []byte {
	server, client := tcpPair(t)
	go func() {
		defer server.Close()
		for _, m := range messages {
			io.WriteString(server, m)
		}
	}()
	got, err := io.ReadAll(client)
	if err != nil {
		t.Fail("reading over TCP", err.Error())
	}
	return got
}

// tcpPair returns both ends of a TCP connection on the loopback interface.
func tcpPair(t *steps.T) (server, client net.Conn) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fail("listening on 127.0.0.1", err.Error())
	}
	defer ln.Close()
	client, err = net.Dial("tcp", ln.Addr().String())
	if err == nil {
		server, err = ln.Accept()
	}
	if err != nil {
		t.Fail("connecting to 127.0.0.1", err.Error())
	}
	t.Cleanup(func() { server.Close(); client.Close() })
	return server, client
}

// dial connects a client to ln and waits until Serve has given it to a handle.
func dial(t *steps.T, ln *memconn.Listener, entered <-chan net.Conn, ended <-chan error) *memconn.Conn {
	client, err := ln.Dial()
	if err != nil {
		t.Fail("connecting to the server", err.Error())
	}
	select {
	case <-entered:
	case err := <-ended:
		t.Fail("a client connects", steps.WantGot(steps.Words("handle is called for it"), steps.Words(fmt.Sprintf("Serve returned: %v", err))))
	}
	return client
}

// stillOpen says whether a client's connection is open: nothing to read, and no
// end either.
func stillOpen(client *memconn.Conn) bool {
	client.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := client.Read(make([]byte, 1))
	return errors.Is(err, os.ErrDeadlineExceeded)
}

// started calls f in a goroutine of its own and returns what it returned.
func started(f func() error) <-chan error {
	ended := make(chan error, 1)
	go func() { ended <- f() }()
	return ended
}

func readSome(r io.Reader) (string, error) {
	b := make([]byte, 1000)
	n, err := r.Read(b)
	return string(b[:n]), err
}

// writer is an io.Writer that fails.
type writer struct {
	writes int
	err    error
}

func (w *writer) Write([]byte) (int, error) {
	w.writes++
	return 0, w.err
}

// onWrite does something before every Write, and fails if that does.
type onWrite struct {
	net.Conn
	do     func() error
	writes int
}

func (w *onWrite) Write(b []byte) (int, error) {
	w.writes++
	if err := w.do(); err != nil {
		return 0, err
	}
	return w.Conn.Write(b)
}

// afterWrite does something when a Write has written, and before it returns: code
// that wakes a Write when the context ends must not be punished for it.
type afterWrite struct {
	net.Conn
	do func()
}

func (w *afterWrite) Write(b []byte) (int, error) {
	n, err := w.Conn.Write(b)
	w.do()
	return n, err
}

// lateListener returns its one client when it has been closed.
type lateListener struct {
	*memconn.Listener
	conn net.Conn
}

func (l *lateListener) Accept() (net.Conn, error) {
	_, err := l.Listener.Accept()
	if conn := l.conn; conn != nil {
		l.conn = nil
		return conn, nil
	}
	return nil, err
}

// onSecondRead returns a text, and with the next Read the end; before that it
// does something.
type onSecondRead struct {
	text string
	do   func()
}

func (r *onSecondRead) Read(b []byte) (int, error) {
	if r.text == "" {
		r.do()
		return 0, io.EOF
	}
	n := copy(b, r.text)
	r.text = r.text[n:]
	return n, nil
}

// asked remembers the largest Read that was asked for.
type asked struct {
	r    io.Reader
	most int
}

func (a *asked) Read(b []byte) (int, error) {
	a.most = max(a.most, len(b))
	return a.r.Read(b)
}

// together returns its last bytes and io.EOF from one Read, as a Reader may.
type together struct{ rest string }

func (r *together) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n := copy(b, r.rest)
	if r.rest = r.rest[n:]; r.rest == "" {
		return n, io.EOF
	}
	return n, nil
}

// stutter returns 0 bytes and no error from every second Read, as a Reader may.
type stutter struct {
	r     io.Reader
	quiet bool
}

func (s *stutter) Read(b []byte) (int, error) {
	if s.quiet = !s.quiet; s.quiet {
		return 0, nil
	}
	return s.r.Read(b)
}
