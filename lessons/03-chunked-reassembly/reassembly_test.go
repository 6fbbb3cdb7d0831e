package reassembly

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"example/websockets/internal/memconn"
	"example/websockets/internal/steps"
	"example/websockets/internal/wire"
)

func TestMain(m *testing.M) {
	steps.Names(map[string]error{
		"ErrMore":       ErrMore,
		"ErrHeader":     ErrHeader,
		"ErrCutHeader":  ErrCutHeader,
		"ErrCutPayload": ErrCutPayload,
		"ErrTooLong":    ErrTooLong,
	})
	steps.Main(m)
}

const limit = 1000

func TestStep1_OneMessageInOneChunk(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		d := NewDecoder(limit)
		for _, text := range []string{"The time is 1687187903.123456", "x"} {
			chunk := message(text)
			call := fmt.Sprintf("Feed(%s), then Next", wire.Quote(chunk))
			t.Doing("calling %s", call)
			d.Feed(chunk)
			clear(chunk) // the caller reads the next chunk into the same buffer
			got, err := d.Next()
			if err != nil {
				t.Fail(call, steps.WantGot(text, err),
					steps.LooksLike(errors.Is(err, ErrHeader), "the chunk was kept and not copied: its owner has used it for something else by now"))
			}
			if d := wire.Diff([]byte(text), got); d != "" {
				t.Fail(call, d,
					steps.LooksLike(bytes.Equal(got, message(text)), "the header is still in front; Next returns the payload alone"),
					steps.LooksLike(bytes.Count(got, []byte{0}) == len(got), "the chunk was kept and not copied: its owner has used it for something else by now"))
			}
			wantMore(t, d, "the one message was taken")
		}
		wantMore(t, NewDecoder(limit), "nothing was fed yet")
	})
}

func TestStep2_AMessageOverSeveralChunks(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		text := "The time is 1687187903.123456"
		in := message(text)
		for cut := HeaderLen; cut < len(in); cut++ {
			decode(t, limit, []string{text}, nil, in[:cut], in[cut:])
		}
		decode(t, limit, []string{text}, nil, append([][]byte{in[:HeaderLen]}, pieces(in[HeaderLen:], 1)...)...)
		decode(t, limit, []string{text}, nil, append([][]byte{in[:16]}, pieces(in[16:], 5)...)...)
	})
}

func TestStep3_AHeaderOverSeveralChunks(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		text := "forty-two bytes: the answer to everything!"
		in := message(text)
		for cut := 1; cut < HeaderLen; cut++ {
			decode(t, limit, []string{text}, nil, in[:cut], in[cut:])
		}
		decode(t, limit, []string{text}, nil, pieces(in, 1)...)
		decode(t, limit, []string{text}, nil, pieces(in, 4)...)
		decode(t, limit, []string{text}, nil, in[:1], nil, in[1:]) // an empty chunk is no chunk
	})
}

func TestStep4_SeveralMessagesInOneChunk(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		sent := []string{"twelve bytes", "one", "3"}
		in := stream(sent...)
		decode(t, limit, sent, nil, in)
		t.Doing("feeding two chunks before the first call of Next")
		d := NewDecoder(limit)
		d.Feed(in[:15])
		d.Feed(in[15:])
		if got, err := next(t, d, ""); err != nil || !slices.Equal(got, sent) {
			t.Fail("two calls of Feed, then Next until ErrMore", steps.WantGot(sent, steps.Words(fmt.Sprintf("%q, %v", got, err))))
		}
		for cut := 1; cut < len(in); cut++ {
			decode(t, limit, sent, nil, in[:cut], in[cut:])
		}

		d = NewDecoder(limit)
		t.Doing("taking a message, then asking for one that has not come yet, and looking at the first once more")
		d.Feed(in[:29])
		held, _ := d.Next()
		d.Next()
		if diff := wire.Diff([]byte(sent[0]), held); diff != "" {
			t.Fail("the first payload, after Next has returned ErrMore", diff, overwritten)
		}

		t.Doing("taking three messages out of one chunk, and looking at all of them once more")
		d = NewDecoder(limit)
		d.Feed(in)
		views := make([][]byte, len(sent))
		for i := range views {
			views[i], _ = d.Next()
		}
		d.Next()
		for i, view := range views {
			if diff := wire.Diff([]byte(sent[i]), view); diff != "" {
				t.Fail(fmt.Sprintf("payload %d of 3, after all have been taken", i+1), diff, overwritten)
			}
		}
	})
}

// overwritten is what a payload looks like that was right when it was returned.
var overwritten = steps.LooksLike(true, "a later Next wrote over a payload that is valid until the next Feed; it moved bytes, or uses one buffer for all payloads")

func TestStep5_APayloadIsBytes(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		sent := []string{"héllo", "", "世界", "", " x \n", "\xff\x00\xfe"}
		in := stream(sent...)
		for cut := 1; cut < len(in); cut++ {
			decode(t, limit, sent, nil, in[:cut], in[cut:])
		}
		decode(t, limit, sent, nil, pieces(in, 1)...)
		decode(t, limit, []string{""}, nil, message(""))
	})
}

func TestStep6_AnErrorIsForGood(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		fits := strings.Repeat("x", limit)
		decode(t, limit, []string{fits}, nil, message(fits))

		t.Doing("feeding a header that announces 999999999 bytes")
		taken := allocated(func() {
			d := NewDecoder(limit)
			d.Feed([]byte("999999999 and then little comes"))
			d.Next()
		})
		if taken > 1<<20 {
			t.Fail("a header that announces 999999999 bytes: memory that was taken", steps.WantGot(steps.Words("next to none"), steps.Words(fmt.Sprintf("%d MB", taken>>20))),
				steps.LooksLike(true, "the length was believed: ten bytes from the other side ordered the memory before anybody looked at the limit"))
		}

		for _, c := range []struct {
			header string
			want   error
		}{
			{"The time i", ErrHeader},
			{"          ", ErrHeader},
			{"+5        ", ErrHeader},
			{"-5        ", ErrHeader},
			{" 5        ", ErrHeader},
			{"1 2       ", ErrHeader},
			{"٣٤      ", ErrHeader},
			{"1001      ", ErrTooLong},
			{"999999999 ", ErrTooLong},
		} {
			in := append(stream("one", "two"), c.header...)
			decode(t, limit, []string{"one", "two"}, c.want, in)
			decode(t, limit, []string{"one", "two"}, c.want, pieces(in, 1)...)
			decode(t, limit, []string{"one", "two"}, c.want, append(bytes.Clone(in), message("three")...))

			t.Doing("feeding a good message after %q", c.header)
			d := NewDecoder(limit)
			d.Feed([]byte(c.header))
			_, first := d.Next()
			for range 3 {
				d.Feed(message("three"))
				got, err := d.Next()
				if !errors.Is(err, c.want) || err.Error() != first.Error() {
					t.Fail(fmt.Sprintf("Feed(%q), then a good message: what Next returned", c.header), steps.WantGot(first, steps.Words(fmt.Sprintf("%q, %v", got, err))),
						steps.LooksLike(err == nil || errors.Is(err, ErrMore), "the decoder went on after an error; from there on nobody knows where a header begins"),
						steps.LooksLike(err != nil, "the error has changed; the first one is what happened"))
				}
			}
		}

		d := NewDecoder(limit)
		t.Doing("feeding the first five bytes of something that will be no header")
		d.Feed([]byte("The t"))
		if _, err := d.Next(); err != ErrMore {
			t.Fail(`Feed("The t"), then Next`, steps.WantGot(ErrMore, err),
				steps.LooksLike(true, "a header is judged when all ten bytes of it are there, so that the answer does not depend on the cut"))
		}
		d = NewDecoder(limit)
		d.Feed([]byte("1001      "))
		if _, err := d.Next(); err == nil || !strings.Contains(err.Error(), "1001") || !strings.Contains(err.Error(), "1000") {
			t.Fail("1001 bytes announced, limit 1000: the text of the error", steps.WantGot(steps.Words("it names 1001 and 1000"), err))
		}
	})
}

func TestStep7_TheEndInsideAMessage(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		in := stream("héllo", "", "x")
		for cut := 0; cut <= len(in); cut++ {
			call := fmt.Sprintf("Feed(%s), Next until ErrMore, then End", wire.Quote(in[:cut]))
			t.Doing("calling %s", call)
			d := NewDecoder(limit)
			d.Feed(in[:cut])
			next(t, d, call)
			_, want := model(in[:cut], limit)
			got := d.End()
			if want == nil {
				steps.Equal(t, call, nil, got,
					steps.LooksLike(true, "between two messages the end is a clean one"))
				continue
			}
			steps.WantError(t, call, want, got,
				steps.LooksLike(got == nil, "a message was cut off, and nobody is told"),
				steps.LooksLike(errors.Is(got, ErrCutHeader), "the header was whole: ten bytes are there"),
				steps.LooksLike(errors.Is(got, ErrHeader), "what had come of the header was parsed as if it were all of it"))
		}
		t.Doing("calling End after an error")
		d := NewDecoder(limit)
		d.Feed([]byte("no header!"))
		next(t, d, "")
		err := d.End()
		steps.WantError(t, "End, after a malformed header", ErrHeader, err,
			steps.LooksLike(err == nil, "the error of Next was forgotten"))
	})
}

func TestStep8_AnyChunkingGivesTheSameMessages(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		good := stream("héllo", "", "The time is 1", "世界")
		bad := append(stream("one", ""), "no header! and more"...)
		long := append(stream("one"), "1001      xxxx"...)
		for _, in := range [][]byte{good, bad, long} {
			want, wantErr := model(in, limit)
			if !errors.Is(wantErr, ErrHeader) && !errors.Is(wantErr, ErrTooLong) {
				wantErr = nil
			}
			for size := 1; size <= len(in); size++ {
				decode(t, limit, want, wantErr, pieces(in, size)...)
			}
			for a := 1; a < len(in); a++ {
				for b := a + 1; b < len(in); b++ {
					decode(t, limit, want, wantErr, in[:a], in[a:b], in[b:])
				}
			}
		}
		t.Doing("feeding two decoders in turn")
		a, b := NewDecoder(limit), NewDecoder(limit)
		a.Feed(good[:5])
		b.Feed([]byte("no header!"))
		b.Next()
		a.Feed(good[5:])
		wantGood, _ := model(good, limit)
		if got, err := next(t, a, ""); err != nil || !slices.Equal(got, wantGood) {
			t.Fail("two decoders, fed in turn: the messages of the first", steps.WantGot(wantGood, steps.Words(fmt.Sprintf("%q, %v", got, err))),
				steps.LooksLike(true, "two decoders share their memory"))
		}
		costIsLinear(t)
	})
}

func costIsLinear(t *steps.T) {
	// Counted in bytes of memory: a buffer that is made anew for each chunk has
	// made them all by the end, quadratically many.
	const long = 64 << 10
	t.Doing("feeding one message of 64 KiB in chunks of 16 bytes")
	in := message(strings.Repeat("x", long))
	chunks := pieces(in, 16)
	d := NewDecoder(long)
	taken := allocated(func() {
		for _, c := range chunks {
			d.Feed(c)
			d.Next()
		}
	})
	if taken > 64*long {
		t.Fail("a message of 64 KiB in chunks of 16 bytes: memory that was taken and given back", steps.WantGot(steps.Words("at most 64 times 64 KiB"), steps.Words(fmt.Sprintf("%d times 64 KiB", taken/long))),
			steps.LooksLike(true, "the buffer is built anew for each chunk: twice the message, four times the work"))
	}

	t.Doing("feeding one message of 64 KiB but for its last byte, in chunks of 1 byte")
	more := []byte("x")
	before := retained()
	d = NewDecoder(long)
	d.Feed(in[:HeaderLen])
	for range long - 1 {
		d.Feed(more)
		d.Next()
	}
	kept := retained() - before
	runtime.KeepAlive(d)
	if kept > 4*(long+1)+64<<10 {
		t.Fail("a message of 64 KiB but for its last byte, in chunks of 1 byte: memory that is kept", steps.WantGot(steps.Words("at most four times limit and chunk"), steps.Words(fmt.Sprintf("%d times", kept/long))),
			steps.LooksLike(true, "every chunk is kept by itself; a slice takes 24 bytes besides its contents"))
	}

	t.Doing("feeding one message of 4 MB in chunks of 16 bytes; a buffer that is moved or searched for each chunk takes minutes")
	d = NewDecoder(4 << 20)
	var got []byte
	for c := range slices.Chunk(message(strings.Repeat("x", 4<<20)), 16) {
		d.Feed(c)
		got, _ = d.Next()
	}
	steps.Equal(t, "one message of 4 MB in chunks of 16 bytes: the length of the payload", 4<<20, len(got))

	// Moving bytes takes no memory, so here the step's time limit is the count:
	// a right decoder needs a few milliseconds, a quadratic one minutes.
	const small = 200_000
	t.Doing("taking %d short messages out of one chunk of %d MB; a buffer that is rebuilt or moved for each message copies hundreds of gigabytes", small, small*20>>20)
	in = bytes.Repeat(message("0123456789"), small)
	d = NewDecoder(limit)
	d.Feed(in)
	for i := range small {
		if got, err := d.Next(); err != nil || len(got) != 10 {
			t.Fail(fmt.Sprintf("%d messages in one chunk: message %d", small, i+1), steps.WantGot("0123456789", steps.Words(fmt.Sprintf("%q, %v", got, err))))
		}
	}

	t.Doing("feeding 8 MB of messages, and looking at the memory that is kept")
	d = NewDecoder(long)
	in = append(stream(strings.Repeat("y", long), "short"), stream(strings.Repeat("z", long/3))...)
	chunk := make([]byte, 1000) // so that chunks and messages hardly ever end together
	before = retained()
	for at := 0; at < 96*len(in); at += len(chunk) {
		for i := range chunk {
			chunk[i] = in[(at+i)%len(in)]
		}
		d.Feed(chunk)
		next(t, d, "")
	}
	kept = retained() - before
	runtime.KeepAlive(d)
	if most := int64(4*(long+len(chunk)) + 256<<10); kept > most {
		t.Fail("limit 64 KiB, chunks of 1000 bytes, 8 MB of messages fed and taken: memory that is kept", steps.WantGot(steps.Words("at most four times limit and chunk"), steps.Words(fmt.Sprintf("%d MB", kept>>20))),
			steps.LooksLike(true, "what was taken out is still in the buffer, which grows with the stream (or shrinks only when a chunk and a message end together)"))
	}

	t.Doing("feeding 8 MB behind an error, and looking at the memory that is kept")
	before = retained()
	d = NewDecoder(limit)
	d.Feed([]byte("1001      "))
	for range 8 << 10 {
		d.Next()
		d.Feed(chunk)
	}
	kept = retained() - before
	runtime.KeepAlive(d)
	if kept > 256<<10 {
		t.Fail("8 MB fed behind an error: memory that is kept", steps.WantGot(steps.Words("next to none"), steps.Words(fmt.Sprintf("%d MB", kept>>20))),
			steps.LooksLike(true, "nothing behind an error will ever be looked at; Feed has nothing to keep then"))
	}
}

func TestStep9_ReadsFromAConnection(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		sent := []string{"héllo", "", "The time is 1687187903.123456", "x"}
		server, client := memconn.Pipe()
		conn := &watched{Conn: client}
		got := []string{}
		ended := make(chan error, 1)
		receive := func(ctx context.Context, conn net.Conn) {
			ended <- Receive(ctx, conn, 16, limit, func(p []byte) { got = append(got, string(p)) })
		}
		go receive(context.Background(), conn)
		for i, text := range sent {
			t.Doing("sending message %d of %d", i+1, len(sent))
			server.Write(message(text))
			synctest.Wait()
			if !slices.Equal(got, sent[:i+1]) {
				t.Fail(fmt.Sprintf("messages that were taken after %d had been sent", i+1), steps.WantGot(sent[:i+1], got),
					steps.LooksLike(len(ended) > 0, "Receive has returned already"),
					steps.LooksLike(len(got) <= i, "a message is given to take as soon as it is complete"))
			}
		}
		server.CloseWrite()
		t.Doing("waiting for Receive to return after the other side closed")
		steps.Equal(t, "the other side closed between two messages: what Receive returned", nil, <-ended,
			steps.LooksLike(true, "io.EOF is the end of the stream; between two messages it is a clean one"))
		if conn.most > 16 {
			t.Fail("Receive with size = 16: the most bytes it asked for in one Read", steps.WantGot(steps.Words("at most 16"), conn.most))
		}

		for _, c := range []struct {
			name string
			in   string
			want error
		}{
			{"an end inside the third message", "5         thr", ErrCutPayload},
			{"an end inside the third header", "5    ", ErrCutHeader},
			{"a malformed header behind two messages", "three     ", ErrHeader},
			{"a third message over the limit", "1001      ", ErrTooLong},
		} {
			for _, size := range []int{1, 7, 1 << 10} {
				t.Doing("receiving %s, %d bytes with each Read", c.name, size)
				server, client := memconn.Pipe(memconn.ReadSizes(size))
				server.Write(append(stream("one", "two"), c.in...))
				server.CloseWrite()
				got := []string{}
				err := Receive(context.Background(), client, 1<<10, limit, func(p []byte) { got = append(got, string(p)) })
				if !slices.Equal(got, []string{"one", "two"}) {
					t.Fail(c.name+": messages that were taken", steps.WantGot([]string{"one", "two"}, got),
						steps.LooksLike(len(got) == 1, "one Read may bring more than one message: call Next until it returns ErrMore, and take in the same goroutine"))
				}
				steps.WantError(t, c.name, c.want, err,
					steps.LooksLike(errors.Is(err, io.ErrUnexpectedEOF) && (c.want == ErrTooLong || c.want == ErrHeader), "one Read may bring more than one message: End is asked when Next has returned ErrMore or an error, and not before"),
					steps.LooksLike(err == nil, "what ended the stream was taken for a clean end: Next and End know better"))
			}
		}

		t.Doing("waiting for Receive to return after a malformed header, from a peer that stays connected (the decoder's error ends it)")
		server, client = memconn.Pipe()
		server.Write([]byte("no header!"))
		steps.WantError(t, "a malformed header, and the peer stays connected", ErrHeader, Receive(context.Background(), client, 16, limit, func([]byte) {}))

		t.Doing("receiving from a connection that the other side resets")
		server, client = memconn.Pipe()
		go receive(context.Background(), client)
		server.Write([]byte("5         he"))
		synctest.Wait()
		server.Reset()
		err := <-ended
		steps.WantError(t, "a connection that the other side resets", memconn.ErrReset, err,
			steps.LooksLike(errors.Is(err, io.ErrUnexpectedEOF), "a connection that breaks has not come to its end: return the error of the Read"))

		t.Doing("receiving from a reader that returns its last bytes together with the end")
		server, client = memconn.Pipe()
		server.Write(message("the last one"))
		server.CloseWrite()
		got = []string{}
		err = Receive(context.Background(), &together{client}, 1<<10, limit, func(p []byte) { got = append(got, string(p)) })
		if err != nil || !slices.Equal(got, []string{"the last one"}) {
			t.Fail("the last bytes and the end in one Read", steps.WantGot([]string{"the last one"}, steps.Words(fmt.Sprintf("%q, %v", got, err))),
				steps.LooksLike(true, "the error was looked at first, and the bytes that came with it were lost"))
		}

		contextsThatEnd(t, sent)
		deadlinesAreTheCallers(t)
		t.Doing("calling Receive with size = 0, then -1 (a Read with no room for a byte returns at once, for ever)")
		_, client = memconn.Pipe()
		if err := Receive(context.Background(), client, 0, limit, func([]byte) {}); err == nil || client.Reads() > 0 || Receive(context.Background(), client, -1, limit, func([]byte) {}) == nil {
			t.Fail("Receive with size = 0", steps.WantGot(steps.Words("an error, and no Read"), steps.Words(fmt.Sprintf("%v, %d Reads", err, client.Reads()))),
				steps.LooksLike(true, "a Read with no room for a byte says nothing about the other side"))
		}
	})
}

// contextsThatEnd ends the context before the first Read, while a Read waits with
// any number of bytes already there, and while a message is being taken.
func contextsThatEnd(t *steps.T, sent []string) {
	in := stream(sent...)
	for n := -1; n <= len(in); n++ {
		server, client := memconn.Pipe()
		ctx, stop := context.WithCancel(context.Background())
		when := fmt.Sprintf("ctx ends while Receive waits, %d bytes after the start", n)
		if n < 0 {
			when = "ctx has ended before Receive is called"
			stop()
		} else {
			server.Write(in[:n])
		}
		t.Doing("waiting for Receive to return: %s (a Read knows nothing of contexts)", when)
		ended := make(chan error, 1)
		got := []string{}
		go func() {
			ended <- Receive(ctx, client, 16, limit, func(p []byte) { got = append(got, string(p)) })
		}()
		synctest.Wait()
		start := time.Now()
		stop()
		err := <-ended
		steps.WantError(t, when, context.Canceled, err,
			steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded), "the deadline that woke the Read was passed on; ctx.Err() says why it was set"))
		steps.Equal(t, when+": Receive returned after", time.Duration(0), time.Since(start),
			steps.LooksLike(true, "ctx is looked at between Reads with short deadlines; let the end of ctx wake the Read"))
		steps.Equal(t, when+": the connection was closed", false, client.Closed(),
			steps.LooksLike(true, "the connection belongs to the caller; a read deadline in the past wakes the Read as well"))
		if want, _ := model(in[:max(n, 0)], limit); !slices.Equal(got, want) {
			t.Fail(when+": messages that were taken", steps.WantGot(want, got))
		}
	}
	t.Doing("receiving with a context that ends while a message is being taken")
	server, client := memconn.Pipe()
	server.Write(in)
	ctx, stop := context.WithCancel(context.Background())
	steps.WantError(t, "ctx ends while a message is being taken", context.Canceled,
		Receive(ctx, client, 16, limit, func([]byte) { stop() }))
}

// deadlinesAreTheCallers looks at what Receive does to the deadlines of a
// connection that belongs to somebody else.
func deadlinesAreTheCallers(t *steps.T) {
	server, client := memconn.Pipe()
	conn := &watched{Conn: client}
	ctx, stop := context.WithCancel(context.Background())
	server.Write(message("one"))
	server.CloseWrite()
	t.Doing("receiving until the end, and ending ctx after that")
	Receive(ctx, conn, 16, limit, func([]byte) {})
	stop()
	synctest.Wait()
	steps.Equal(t, "ctx ends after Receive has returned: deadlines that were set", 0, conn.deadlines,
		steps.LooksLike(true, "something still watches ctx, or a deadline was set that nobody had asked for; the connection is in other hands by now"))

	_, client = memconn.Pipe()
	conn = &watched{Conn: client, slow: time.Second}
	ctx, stop = context.WithCancel(context.Background())
	t.Doing("waiting for Receive to return: ctx ends, and setting a deadline takes a second")
	ended := make(chan error, 1)
	go func() { ended <- Receive(ctx, conn, 16, limit, func([]byte) {}) }()
	synctest.Wait()
	stop()
	<-ended
	steps.Equal(t, "Receive has returned: calls of SetReadDeadline that are still under way", 0, conn.under,
		steps.LooksLike(true, "what wakes the Read has begun and nobody waited for it: its deadline comes when the connection is in other hands"))
	steps.Equal(t, "ctx has ended: deadlines for writing that were set", 0, conn.others,
		steps.LooksLike(true, "SetDeadline stops the caller's writes as well; it is the Read that has to wake"))

	_, client = memconn.Pipe()
	client.SetReadDeadline(time.Now().Add(time.Second))
	t.Doing("receiving from a connection on which the caller has set a deadline")
	steps.WantError(t, "the caller's own read deadline passes", os.ErrDeadlineExceeded, Receive(context.Background(), client, 16, limit, func([]byte) {}),
		steps.LooksLike(true, "a deadline that passes is the error of a Read, unless ctx has ended"))
}

func TestStep10_YourTurn_ChunkingsThatBreakDecoders(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		sent := []string{"héllo", "", "The time is 1687187903", "世界", "", strings.Repeat("0123456789", 7), "x"}
		in := stream(sent...)
		t.Doing("calling Chunkings")
		all := Chunkings(bytes.Clone(in))
		if len(all) == 0 || len(all) > 200 {
			t.Fail("Chunkings: the number of chunkings", steps.WantGot(steps.Words("1 to 200"), len(all)))
		}
		for i, chunks := range all {
			if d := wire.Diff(in, bytes.Join(chunks, nil), fields(sent...)...); d != "" {
				t.Fail(fmt.Sprintf("chunking %d of %d: its chunks, put together", i+1, len(all)), d)
			}
			for _, c := range chunks {
				if len(c) == 0 {
					t.Fail(fmt.Sprintf("chunking %d of %d", i+1, len(all)), steps.WantGot(steps.Words("no chunk is empty"), steps.Words("an empty chunk")))
				}
			}
		}
		slipped := []string{}
		for kind := right; kind < kinds; kind++ {
			exposed := false
			for i, chunks := range all {
				t.Doing("feeding %v with chunking %d of %d", kind, i+1, len(all))
				d := &decoder{kind: kind}
				var got []string
				for _, c := range chunks {
					got = append(got, d.feed(c)...)
				}
				exposed = exposed || !slices.Equal(got, sent)
			}
			if kind == right && exposed {
				t.Fail("the right decoder", steps.WantGot(steps.Words("exposed by none"), steps.Words("exposed")))
			}
			if kind != right && !exposed {
				slipped = append(slipped, kind.String())
			}
		}
		if len(slipped) > 0 {
			t.Fail(fmt.Sprintf("%d faulty decoders", kinds-1), steps.WantGot(steps.Words("each gives wrong messages for at least one chunking"), steps.Words(fmt.Sprintf("%d of them gave the right ones every time", len(slipped)))),
				steps.LooksLike(true, "this one slipped through: "+slipped[0]))
		}
	})
}

// A kind of decoder: the right one, or one with one fault.
type kind int

const (
	right kind = iota
	believesShortHeaders
	losesShortHeaders
	onePerChunk
	losesTheRest
	waitsForOneMore
	endsWithItsHeader
	keepsTheLastPiece
	decodesChunks
	skipsEmpty
	takesTheSpaces
	smallBuffer
	losesTheStart
	losesTheNextHeader
	holdsBack
	kinds
)

var kindNames = [kinds]string{
	right:                "a right decoder",
	believesShortHeaders: "a decoder that parses as much of a header as has come",
	losesShortHeaders:    "a decoder that throws away a chunk too short for a header",
	onePerChunk:          "a decoder that gives at most one message for each chunk",
	losesTheRest:         "a decoder that forgets what follows a message in its chunk",
	waitsForOneMore:      "a decoder that gives a message when one byte more than it has come",
	endsWithItsHeader:    "a decoder that takes a header at the end of a chunk for an empty message",
	keepsTheLastPiece:    "a decoder that knows only the first and the last piece of a payload",
	decodesChunks:        "a decoder that makes text of every chunk",
	skipsEmpty:           "a decoder that drops an empty message when its header ends a chunk",
	takesTheSpaces:       "a decoder that takes a header for whole at its first space",
	losesTheStart:        "a decoder that forgets the start of a payload that came in one chunk with the end of its header",
	losesTheNextHeader:   "a decoder that forgets the start of a header that came in one chunk with the end of a message",
	holdsBack:            "a decoder that holds back half a character at the end of a chunk, and loses it",
	smallBuffer:          "a decoder whose buffer holds 128 bytes",
}

func (k kind) String() string { return kindNames[k] }

type decoder struct {
	kind   kind
	buf    []byte
	pieces int
}

// feed takes a chunk and returns the messages that are complete.
func (d *decoder) feed(chunk []byte) (messages []string) {
	switch {
	case d.kind == losesShortHeaders && len(d.buf) == 0 && len(chunk) < HeaderLen:
		return nil
	case d.kind == decodesChunks && !utf8.Valid(chunk):
		chunk = bytes.ToValidUTF8(chunk, []byte("?"))
	case d.kind == holdsBack && len(chunk) > 2 && !utf8.Valid(chunk):
		for r, n := utf8.DecodeLastRune(chunk); r == utf8.RuneError && n == 1; r, n = utf8.DecodeLastRune(chunk) {
			chunk = chunk[:len(chunk)-1]
		}
	case d.kind == keepsTheLastPiece && d.pieces > 1 && len(d.buf) > HeaderLen:
		d.buf = d.buf[:len(d.buf)-1]
	}
	before := len(d.buf)
	d.buf = append(d.buf, chunk...)
	if d.kind == smallBuffer {
		d.buf = d.buf[:min(len(d.buf), 128)]
	}
	d.pieces++
	for len(d.buf) > 0 {
		h := HeaderLen
		switch {
		case d.kind == believesShortHeaders:
			h = min(h, len(d.buf))
		case d.kind == takesTheSpaces && bytes.IndexByte(d.buf, ' ') > 0:
			h = min(h, len(d.buf))
		}
		if len(d.buf) < h {
			if d.kind == losesTheNextHeader && len(messages) > 0 {
				d.buf = nil
			}
			return messages
		}
		length, err := strconv.Atoi(strings.TrimRight(string(d.buf[:h]), " "))
		if err != nil || length < 0 {
			return messages
		}
		need := h + length
		if d.kind == waitsForOneMore {
			need++
		}
		if d.kind == endsWithItsHeader && len(d.buf) == h {
			need, length = h, 0
		}
		if len(d.buf) < need {
			if d.kind == losesTheStart && before < h && len(chunk) > 1 {
				d.buf = d.buf[:h]
			}
			return messages
		}
		if d.kind != skipsEmpty || length > 0 || len(d.buf) > h {
			messages = append(messages, string(d.buf[h:h+length]))
		}
		d.buf, d.pieces = d.buf[h+length:], 1
		switch d.kind {
		case losesTheRest:
			d.buf = nil
		case onePerChunk:
			return messages
		}
	}
	d.pieces = 0
	return messages
}

// However a stream is cut: the messages and the error are those of the whole.
func FuzzAnyChunking(f *testing.F) {
	steps.Fuzz(f, 8)
	f.Add(stream("héllo", "", "x"), []byte{1, 3, 7})
	f.Add([]byte("5         he"), []byte{1})
	f.Add([]byte("42        forty-two"), []byte{1, 20})
	f.Add(append(stream("one"), "1001      "...), []byte{16})
	f.Fuzz(func(t *testing.T, in, sizes []byte) {
		want, wantErr := model(in, limit)
		d := NewDecoder(limit)
		got := []string{}
		var err error
		rest, turn := in, 0
		for len(rest) > 0 {
			n := len(rest)
			if len(sizes) > 0 {
				n = min(n, int(sizes[turn%len(sizes)]))
				turn++
				if n == 0 && turn > len(in) {
					n = 1 // sizes of nothing but zeros
				}
			}
			d.Feed(rest[:n])
			rest = rest[n:]
			for err == nil {
				var p []byte
				if p, err = d.Next(); err == nil {
					got = append(got, string(p))
				}
			}
			if errors.Is(err, ErrMore) {
				err = nil
			}
		}
		if end := d.End(); !slices.Equal(got, want) || !errors.Is(end, wantErr) {
			t.Fatalf("%q in chunks of %v:\n got %q, %v\nwant %q, %v", in, sizes, got, end, want, wantErr)
		}
	})
}

// decode feeds the chunks to a new decoder, takes out messages after each, and
// fails unless they are the wanted ones and the last error is the wanted one (nil
// stands for ErrMore).
func decode(t *steps.T, limit int, want []string, wantErr error, chunks ...[]byte) {
	call := "chunks " + show(chunks)
	t.Doing("feeding %s", call)
	d := NewDecoder(limit)
	var got []string
	var err error
	buf := make([]byte, 0, 256)
	for i, c := range chunks {
		buf = append(buf[:0], c...)
		d.Feed(buf)
		clear(buf)
		var more []string
		more, err = next(t, d, call)
		got = append(got, more...)
		if err != nil && (wantErr == nil || !errors.Is(err, wantErr)) {
			t.Fail(call, steps.WantGot(steps.Words(expected(want, wantErr)), steps.Words(fmt.Sprintf("after chunk %d: %v", i+1, err))),
				steps.LooksLike(wantErr != nil && strings.Contains(err.Error(), wantErr.Error()), "only the text of the error was passed on; %w passes on the error itself"),
				steps.LooksLike(errors.Is(err, ErrTooLong) && slices.ContainsFunc(want, func(m string) bool { return len(m) == limit }), "limit is the longest payload that is accepted, not the first that is refused"),
				steps.LooksLike(errors.Is(err, ErrHeader) && i == 0 && len(c) < HeaderLen, "a header was parsed before all ten bytes of it had come"),
				steps.LooksLike(errors.Is(err, ErrHeader) && len(chunks[0]) < HeaderLen && cutShort(want, got), "a length was read from the part of the header that came first"),
				steps.LooksLike(errors.Is(err, ErrHeader) && len(chunks[0]) < HeaderLen && len(got) == 0, "the start of the header was lost with its chunk"),
				steps.LooksLike(errors.Is(err, ErrHeader) && cutShort(want, got), "a payload was returned before all of it had come"),
				steps.LooksLike(errors.Is(err, ErrHeader), "the decoder is out of step: it looks for a header where there is none"),
				steps.LooksLike(slices.ContainsFunc(want, func(m string) bool { return !utf8.ValidString(m) }), "a payload is bytes; it need not be text"))
		}
	}
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got) && err == nil:
			missing := want[i]
			t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("message %d: %s", i+1, wire.Quote(missing))), steps.Words("ErrMore")),
				steps.LooksLike(missing == "", "an empty payload is a message too"),
				steps.LooksLike(i > 0, "the bytes of this message came with the one before it; it must not wait for more"),
				steps.LooksLike(len(chunks) > 1 && len(chunks[0]) < HeaderLen, "the start of the header was lost with its chunk, or a length was read from a part of it"),
				steps.LooksLike(len(chunks) > 1, "what came in the chunks before the last was lost"))
		case i >= len(got):
			t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("message %d: %s, then an error", i+1, wire.Quote(want[i]))), err),
				steps.LooksLike(true, "what is wrong further on does not make the messages before it wrong"))
		case i >= len(want):
			t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("%d messages", len(want))), steps.Words(fmt.Sprintf("one more: %s", wire.Quote(got[i])))),
				steps.LooksLike(i > 0 && got[i] == got[i-1], "a message is returned once"))
		}
		if d := wire.Diff([]byte(want[i]), []byte(got[i])); d != "" {
			t.Fail(fmt.Sprintf("%s: message %d", call, i+1), d,
				steps.LooksLike(strings.Contains(got[i], "\uFFFD"), "a chunk was made into text by itself: the character that its end cuts in two was lost, and so was every byte that is no text"),
				steps.LooksLike(want[i] == "" && slices.Contains(want[i+1:], got[i]), "an empty payload is a message too"),
				steps.LooksLike(len(chunks[0]) < HeaderLen && len(got[i]) != len(want[i]), "a length was read from the part of the header that came first"),
				steps.LooksLike(strings.Trim(got[i], "\x00") == "" && got[i] != "", "the chunk was kept and not copied: its owner has used it for something else by now"))
		}
	}
	if wantErr != nil && err == nil {
		t.Fail(call, steps.WantGot(wantErr, steps.Words("ErrMore")),
			steps.LooksLike(wantErr == ErrTooLong, "nobody looked at the limit when the header was there"),
			steps.LooksLike(true, "the header is whole, and it can be judged: nothing that follows makes it right"))
	}
}

// cutShort says whether the last message of got is only the start of the wanted one.
func cutShort(want, got []string) bool {
	last := len(got) - 1
	return last >= 0 && last < len(want) && len(got[last]) < len(want[last]) && strings.HasPrefix(want[last], got[last])
}

func expected(want []string, err error) string {
	if err != nil {
		return fmt.Sprintf("%d messages, then %v", len(want), err)
	}
	if len(want) == 1 {
		return "one message and no error"
	}
	return fmt.Sprintf("%d messages and no error", len(want))
}

// next takes all messages out of d. Its error is nil when Next returned ErrMore.
func next(t *steps.T, d *Decoder, call string) (messages []string, err error) {
	for {
		p, err := d.Next()
		if errors.Is(err, ErrMore) {
			return messages, nil
		}
		if err != nil {
			return messages, err
		}
		if messages = append(messages, string(p)); len(messages) > 10_000 {
			t.Fail(call, steps.WantGot(steps.Words("ErrMore, once all messages are taken"), steps.Words(fmt.Sprintf("%s, over and over", wire.Quote(p)))),
				steps.LooksLike(true, "a message is returned once"))
		}
	}
}

func wantMore(t *steps.T, d *Decoder, when string) {
	got, err := d.Next()
	if err != ErrMore {
		t.Fail("Next, when "+when, steps.WantGot(ErrMore, steps.Words(fmt.Sprintf("%q, %v", got, err))),
			steps.LooksLike(err != nil && strings.Contains(err.Error(), ErrMore.Error()), "an error with the text of ErrMore, but not ErrMore itself"),
			steps.LooksLike(err == nil && len(got) > 0, "the message was returned, and not taken out: it comes once"),
			steps.LooksLike(err == nil, "no message is not an empty message: ErrMore says that none is there"))
	}
}

// show prints chunks as they were fed: "4" "2        x".
func show(chunks [][]byte) string {
	var s strings.Builder
	for i, c := range chunks {
		if s.Len() > 0 && s.Len()+len(c) > 90 {
			fmt.Fprintf(&s, "… (%d chunks)", len(chunks))
			break
		}
		if i > 0 {
			s.WriteString(" ")
		}
		s.WriteString(wire.Quote(c))
	}
	return s.String()
}

// model says what a stream holds, from the whole of its bytes.
func model(in []byte, limit int) (messages []string, err error) {
	messages = []string{}
	for len(in) > 0 {
		if len(in) < HeaderLen {
			return messages, ErrCutHeader
		}
		h := strings.TrimRight(string(in[:HeaderLen]), " ")
		if h == "" || strings.Trim(h, "0123456789") != "" {
			return messages, ErrHeader
		}
		length, _ := strconv.ParseInt(h, 10, 64)
		if length > math.MaxInt {
			return messages, ErrHeader
		}
		in = in[HeaderLen:]
		if length > int64(limit) {
			return messages, ErrTooLong
		}
		if length > int64(len(in)) {
			return messages, ErrCutPayload
		}
		messages = append(messages, string(in[:length]))
		in = in[length:]
	}
	return messages, nil
}

func message(text string) []byte { return fmt.Appendf(nil, "%-10d%s", len(text), text) }

func stream(texts ...string) []byte {
	var b []byte
	for _, text := range texts {
		b = append(b, message(text)...)
	}
	return b
}

// fields names the parts of the messages of these texts.
func fields(texts ...string) []wire.Field {
	var f []wire.Field
	for _, text := range texts {
		f = append(f, wire.Field{Name: "length", Len: HeaderLen}, wire.Field{Name: "payload", Len: len(text)})
	}
	return f
}

// pieces cuts b into chunks of size bytes.
func pieces(b []byte, size int) [][]byte { return slices.Collect(slices.Chunk(b, size)) }

// allocated returns how many bytes of memory f took, freed ones included.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// retained returns how many bytes of memory are in use after a clean-up.
func retained() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// watched remembers the largest Read that was asked for, and what happens to its
// deadlines. Setting one takes as long as slow says.
type watched struct {
	net.Conn
	most      int
	slow      time.Duration
	deadlines int // set for reading
	under     int // being set
	others    int // set for writing
}

func (w *watched) Read(b []byte) (int, error) {
	w.most = max(w.most, len(b))
	return w.Conn.Read(b)
}

func (w *watched) SetReadDeadline(at time.Time) error {
	w.deadlines++
	w.under++
	err := w.Conn.SetReadDeadline(at)
	time.Sleep(w.slow)
	w.under--
	return err
}

func (w *watched) SetDeadline(at time.Time) error {
	w.others++
	return w.Conn.SetDeadline(at)
}

func (w *watched) SetWriteDeadline(at time.Time) error {
	w.others++
	return w.Conn.SetWriteDeadline(at)
}

// together returns the last bytes and the end in one Read, as a Reader may.
type together struct{ net.Conn }

func (c *together) Read(b []byte) (int, error) {
	n, err := io.ReadFull(c.Conn, b)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
