package lengthheader

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"unicode"
	"unicode/utf8"

	"example/websockets/internal/memconn"
	"example/websockets/internal/steps"
	"example/websockets/internal/wire"
)

func TestMain(m *testing.M) {
	steps.Names(map[string]error{
		"ErrHeader":     ErrHeader,
		"ErrCutHeader":  ErrCutHeader,
		"ErrCutPayload": ErrCutPayload,
		"ErrTooLong":    ErrTooLong,
	})
	steps.Main(m)
}

var errBroken = errors.New("the cable is cut")

func TestStep1_AHeaderIsTenBytes(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		for _, c := range []struct {
			dst    string
			length int
			want   string
		}{
			{"", 36, "36        "},
			{"", 0, "0         "},
			{"", 5, "5         "},
			{"", 1000, "1000      "},
			{"", 123456789, "123456789 "},
			{"", math.MaxInt32, "2147483647"},
			{"", tenDigits, strconv.Itoa(tenDigits)},
			{"abc", 5, "abc5         "},
		} {
			call := fmt.Sprintf("AppendHeader([]byte(%q), %d)", c.dst, c.length)
			t.Doing("calling %s", call)
			got, err := AppendHeader([]byte(c.dst), c.length)
			if err != nil {
				t.Fail(call, steps.WantGot(c.want, err))
			}
			length := wire.Field{Name: "length", Len: -1}
			fields := []wire.Field{length}
			if c.dst != "" {
				fields = []wire.Field{{Name: "dst", Len: len(c.dst)}, length}
			}
			if d := wire.Diff([]byte(c.want), got, fields...); d != "" {
				t.Fail(call, d,
					steps.LooksLike(c.dst != "" && !strings.HasPrefix(string(got), c.dst), "what dst held is lost; the header is appended to it"),
					steps.LooksLike(string(got) == strconv.Itoa(c.length), "the padding is missing: a header is ten bytes, however short the number"),
					steps.LooksLike(string(got) == fmt.Sprintf("%10d", c.length), "the number stands at the right; it stands at the left, and the spaces follow it"),
					steps.LooksLike(string(got) == fmt.Sprintf("%010d", c.length), "it is padded with zeros; the padding is spaces, behind the number"),
					steps.LooksLike(bytes.HasPrefix(got, make([]byte, HeaderLen)), "ten zero bytes stand in front: make([]byte, 10) already has them, and append comes after them"),
					steps.LooksLike(bytes.IndexByte(got, 0) >= 0, "it is padded with zero bytes; a space is the byte 20"),
					steps.LooksLike(string(got) == fmt.Sprintf("%-10x", c.length), "the number is hexadecimal; the digits are decimal"))
			}
		}
		wrong := []int{-1, math.MinInt32}
		if big, err := strconv.Atoi("10000000000"); err == nil { // eleven digits, where int is that large
			wrong = append(wrong, big)
		}
		for _, length := range wrong {
			call := fmt.Sprintf(`AppendHeader([]byte("abc"), %d)`, length)
			t.Doing("calling %s", call)
			got, err := AppendHeader([]byte("abc"), length)
			if err == nil {
				t.Fail(call, steps.WantGot(steps.Words("an error"), got),
					steps.LooksLike(length > 0 && len(got) == 3+HeaderLen, "the number was cut to ten digits, and says another length now"),
					steps.LooksLike(length > 0, "the header has become longer than ten bytes"),
					steps.LooksLike(length < 0, "a sign is no digit, and a length is never negative"))
			}
			steps.Equal(t, call+": dst comes back as it was", "abc", string(got))
		}
	})
}

func TestStep2_TheHeaderCountsBytes(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		for _, text := range texts {
			call := fmt.Sprintf("AppendMessage(nil, %s)", wire.Quote(text))
			t.Doing("calling %s", call)
			got, err := AppendMessage(nil, text)
			want := message(text)
			if err != nil {
				t.Fail(call, steps.WantGot(want, err))
			}
			if d := wire.Diff(want, got, fields(text)...); d != "" {
				chars := utf8.RuneCountInString(text)
				t.Fail(call, d,
					steps.LooksLike(chars != len(text) && string(got) == fmt.Sprintf("%-10d%s", chars, text), fmt.Sprintf("the length was counted in characters; this text has %d of them and %d bytes", chars, len(text))),
					steps.LooksLike(string(got) == fmt.Sprintf("%-10d%s", len(text)+HeaderLen, text), "the length counts the header too; it is that of the payload alone"),
					steps.LooksLike(string(got) == fmt.Sprintf("%-10d", len(text)), "the header is there and the payload is not"),
					steps.LooksLike(text == "" && len(got) == 0, "an empty message has a header too"),
					steps.LooksLike(text != "" && string(got) == text, "the payload is there and the header is not"),
					steps.LooksLike(!utf8.ValidString(text) && bytes.Contains(got, []byte("\uFFFD")), "bytes that are no UTF-8 were replaced; a payload goes out as it is"),
					steps.LooksLike(bytes.HasPrefix(got, want), "something was added behind the payload, perhaps a line end"))
			}
		}
		t.Doing("appending two messages to one slice")
		got, _ := AppendMessage(nil, "one")
		got, _ = AppendMessage(got, "two")
		if d := wire.Diff(stream("one", "two"), got, fields("one", "two")...); d != "" {
			t.Fail("two messages appended one after the other", d,
				steps.LooksLike(bytes.Equal(got, message("two")), "what dst held is lost; the message is appended to it"))
		}
		t.Doing("making two messages, and looking at the first once more")
		one, _ := AppendMessage(nil, "one")
		AppendMessage(nil, "two")
		if d := wire.Diff(message("one"), one, fields("one")...); d != "" {
			t.Fail("the first of two messages, after the second was made", d,
				steps.LooksLike(true, "both were made in the same memory"))
		}
	})
}

func TestStep3_AHeaderIsParsedStrictly(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		for _, c := range []struct {
			h    string
			want int
		}{
			{"36        ", 36},
			{"5         ", 5},
			{"0         ", 0},
			{"2147483647", 2147483647},
			{strconv.Itoa(tenDigits), tenDigits},
			{"007       ", 7},
			{"010       ", 10},
		} {
			call := fmt.Sprintf("ParseHeader(%q)", c.h)
			t.Doing("calling %s", call)
			got, err := ParseHeader([]byte(c.h))
			steps.Equal(t, call+": its error", nil, err)
			steps.Equal(t, call, c.want, got,
				steps.LooksLike(c.want == 10 && got == 8, "a 0 in front was taken for octal; the digits are decimal, whatever they begin with"))
		}
		type refused struct{ h, why string }
		all := []refused{
			{"5", "a header is ten bytes"},
			{"", "nothing at all"},
			{"5        ", "nine bytes"},
			{"5          ", "eleven bytes"},
			{"          ", "only spaces: no digit, so no length"},
			{"+5        ", "a sign is no digit; strconv.Atoi takes it"},
			{"-5        ", "a sign is no digit, and a length is never negative"},
			{" 5        ", "a space in front: the digits come first"},
			{"         5", "the digits come first, then the spaces"},
			{"1 2       ", "a digit after a space"},
			{"1_0       ", "an underscore is no digit"},
			{"0x10      ", "hexadecimal"},
			{"1e3       ", "an exponent is no digit"},
			{"5.0       ", "a point is no digit"},
			{"5\t        ", "a tab is no space"},
			{"5\n        ", "a line end is no space"},
			{"5\r        ", "a carriage return is no space"},
			{"5\v        ", "a vertical tab is no space"},
			{"5\f        ", "a form feed is no space"},
			{"5\x00\x00\x00\x00\x00\x00\x00\x00\x00", "a zero byte is no space"},
			{"٣٤      ", "digits of another script are no ASCII digits"},
			{"５       ", "a full-width digit is no ASCII digit"},
			{"1\u00a0       ", "a no-break space is two bytes, and neither is a space"},
			{"The time i", "a payload where a header should be: the stream is out of step"},
			{strings.Repeat("9", 40), "forty bytes"},
			{strings.Repeat("9", 1<<20), "a million bytes"},
			{"/5        ", "'/' stands before '0' in ASCII and is no digit"},
			{":5        ", "':' stands behind '9' in ASCII and is no digit"},
		}
		// Every byte of a header counts, the last one too.
		for at := 1; at < HeaderLen; at++ {
			for _, b := range []byte{'/', ':', 'A', 0, '\t', 0xa0, 0xff} {
				h := []byte("5         ")
				h[at] = b
				all = append(all, refused{string(h), fmt.Sprintf("byte %d is neither digit nor space", at)})
			}
		}
		if strconv.IntSize == 32 {
			all = append(all, refused{"9999999999", "it does not fit an int"})
		}
		for _, c := range all {
			call := fmt.Sprintf("ParseHeader(%s)", wire.Quote(c.h))
			t.Doing("calling %s", call)
			h := []byte(c.h)
			got, err := ParseHeader(h)
			if !errors.Is(err, ErrHeader) {
				t.Fail(call, steps.WantGot(steps.Words("an error in which errors.Is finds ErrHeader"), steps.Words(fmt.Sprintf("%d, %v", got, err))),
					steps.LooksLike(err == nil, "it was accepted; "+c.why),
					steps.LooksLike(true, "the right error, without ErrHeader in it (%w puts it there)"))
			}
			steps.Equal(t, call+": the header, after the call", c.h, string(h))
			first := c.h[:min(len(c.h), 16)]
			raw := strings.Contains(err.Error(), first) && strings.ContainsFunc(first, func(r rune) bool { return !unicode.IsPrint(r) })
			if text := err.Error(); raw || len(text) > 300 || !strings.Contains(text, strconv.Quote(first)) && !strings.Contains(text, strconv.QuoteToASCII(first)) {
				t.Fail(call+": the text of the error", steps.WantGot(steps.Words("it quotes "+strconv.Quote(first)), steps.Words(wire.Quote(text))),
					steps.LooksLike(len(text) > 300, "all of what the other side sent is in the text; 16 bytes are enough"),
					steps.LooksLike(len(c.h) > 16 && strings.Contains(text, first), "more than 16 bytes are quoted; of a longer header it is the first 16"),
					steps.LooksLike(!strings.Contains(text, first), "the text does not show the header"),
					steps.LooksLike(true, "the header is in the text as it came; %q makes it safe to print"))
			}
		}
	})
}

func TestStep4_AMessageIsOneWrite(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		for _, text := range texts {
			call := fmt.Sprintf("WriteMessage(w, %s)", wire.Quote(text))
			t.Doing("calling %s", call)
			w := &writer{}
			err := WriteMessage(w, text)
			if d := wire.Diff(message(text), w.got, fields(text)...); d != "" {
				t.Fail(call+": what w got", d)
			}
			steps.Equal(t, call+": its error", nil, err)
			steps.Equal(t, call+": the number of Writes", 1, w.writes,
				steps.LooksLike(len(text) > 4096, "a bufio.Writer holds 4096 bytes; a longer message leaves it in several Writes"),
				steps.LooksLike(w.writes == 2, "header and payload went out by themselves; another goroutine's message fits in between"))
		}
		for _, take := range []int{0, 1, 9, 10, 15} {
			call := fmt.Sprintf("WriteMessage(w, \"héllo\") where w takes %d of 16 bytes and says nothing", take)
			t.Doing("calling %s (one Write, and a look at how many bytes it took)", call)
			w := &writer{most: take, short: true}
			err := WriteMessage(w, "héllo")
			if !errors.Is(err, io.ErrShortWrite) {
				t.Fail(call, steps.WantGot(steps.Words("io.ErrShortWrite"), err),
					steps.LooksLike(err == nil && w.writes == 1 && take > 0, "the number of bytes was compared with something else than the length of the whole message"),
					steps.LooksLike(err == nil && w.writes == 1, "nobody looked at how many bytes the Write took"),
					steps.LooksLike(err == nil && w.writes > 1, "the rest was written with a second Write; a writer that breaks its contract is not to be trusted with more"))
			}
		}
		t.Doing("calling WriteMessage with a writer that takes everything and fails all the same")
		steps.WantError(t, "WriteMessage to a writer that takes everything and fails", errBroken, WriteMessage(&writer{err: errBroken, most: 16}, "héllo"),
			steps.LooksLike(true, "the error counts, however many bytes were taken"))
		t.Doing("calling WriteMessage with a writer that fails")
		err := WriteMessage(&writer{err: errBroken}, "héllo")
		steps.WantError(t, "WriteMessage to a writer that fails", errBroken, err,
			steps.LooksLike(errors.Is(err, io.ErrShortWrite), "the writer's own error says more than io.ErrShortWrite: look at it first"))
	})
}

func TestStep5_AMessageIsReadHoweverItArrives(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		sent := []string{"héllo", "", "The time is 1687187903.123456", "\xff", " x \r\n\x00"}
		in := stream(sent...)
		type way struct {
			how string
			r   io.Reader
		}
		ways := []way{
			{"all at once", bytes.NewReader(in)},
			{"one byte at a time", iotest.OneByteReader(bytes.NewReader(in))},
			{"with Reads of 0 bytes in between", &stutter{r: bytes.NewReader(in)}},
			{"the last bytes together with io.EOF", &together{in}},
		}
		for cut := 1; cut < len(in); cut++ {
			ways = append(ways, way{fmt.Sprintf("cut after byte %d", cut),
				io.MultiReader(bytes.NewReader(in[:cut]), bytes.NewReader(in[cut:]))})
		}
		for _, w := range ways {
			how, r := w.how, w.r
			for i, want := range sent {
				call := fmt.Sprintf("ReadMessage, message %d of %d, %s", i+1, len(sent), how)
				t.Doing("calling %s", call)
				got, err := ReadMessage(r, 1000)
				if err != nil {
					t.Fail(call, steps.WantGot(want, err),
						steps.LooksLike(strings.HasPrefix(how, "the last"), "the Read returned bytes and io.EOF at once, and the bytes were dropped: use them before you look at the error"),
						steps.LooksLike(strings.HasPrefix(how, "with Reads of 0"), "0 bytes without an error mean nothing; ask again"),
						steps.LooksLike(i == 0 && how != "all at once", "one Read was taken for a whole header or a whole payload; it may return less than you asked for"),
						steps.LooksLike(i > 0, "bytes of this message were taken away with the message before it: read not a byte more than one message has"))
				}
				if d := wire.Diff([]byte(want), []byte(got)); d != "" {
					t.Fail(call, d,
						steps.LooksLike(len(got) > len(want) && strings.HasPrefix(got, want), "more was taken than the header announced; what follows belongs to the next message"),
						steps.LooksLike(bytes.HasPrefix([]byte(want), []byte(got)), "one Read was taken for the whole payload; it may return less than you asked for"),
						steps.LooksLike(strings.HasPrefix(strings.Trim(got, "\x00"), want[:min(len(want), 1)]) && strings.HasSuffix(got, "\x00"), "one Read was taken for the whole payload; the rest of the buffer is still zero"))
				}
			}
		}
		t.Doing("reading one message of 100 kB, with another one behind it")
		long := strings.Repeat("0123456789", 10_000)
		r := bytes.NewReader(stream(long, "next"))
		got, err := ReadMessage(r, 1<<20)
		if err != nil || got != long {
			t.Fail("ReadMessage from a message of 100 kB", steps.WantGot(steps.Words(wire.Quote(long)), steps.Words(fmt.Sprintf("%s, %v", wire.Quote(got), err))))
		}
		steps.Equal(t, "ReadMessage from a message of 100 kB: bytes of the next message left unread", len(message("next")), r.Len(),
			steps.LooksLike(true, "more was read than one message has; what a buffer reads ahead is lost when ReadMessage returns"))

		t.Doing("reading an empty message whose last byte comes together with io.EOF")
		if got, err := ReadMessage(&together{message("")}, 1000); got != "" || err != nil {
			t.Fail("ReadMessage from an empty message whose last byte comes together with io.EOF", steps.WantGot(steps.Words(`"", nil`), steps.Words(fmt.Sprintf("%q, %v", got, err))),
				steps.LooksLike(true, "the header is whole, and an empty payload needs no further Read"))
		}

		for _, c := range []struct {
			name, in string
			want     error
		}{
			{"from a payload where a header should be", "The time is 1687187903", ErrHeader},
			{"from a connection that breaks", "", errBroken},
			{"from a connection that breaks inside a header", "5   ", errBroken},
			{"from a connection that breaks behind a header", "5         ", errBroken},
			{"from a connection that breaks inside a payload", "5         he", errBroken},
		} {
			t.Doing("calling ReadMessage %s", c.name)
			_, err := ReadMessage(io.MultiReader(strings.NewReader(c.in), iotest.ErrReader(errBroken)), 1000)
			claimsAnEnd := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
			look := steps.LooksLike(claimsAnEnd, "a connection that breaks has not come to its end: pass on the error of the Read, and that one alone")
			steps.WantError(t, "ReadMessage "+c.name, c.want, err, look)
			if claimsAnEnd {
				t.Fail("ReadMessage "+c.name, steps.WantGot(steps.Words("an error that does not speak of an end"), err), look)
			}
		}
	})
}

func TestStep6_AnEndInsideAMessageIsNoCleanEnd(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		for _, text := range []string{"héllo", "x"} {
			whole := message(text)
			for cut := range whole {
				call := fmt.Sprintf("ReadMessage from %s, then the end", wire.Quote(whole[:cut]))
				t.Doing("calling %s", call)
				got, err := ReadMessage(bytes.NewReader(whole[:cut]), 1000)
				want := ErrCutPayload
				switch {
				case cut == 0:
					want = io.EOF
				case cut < HeaderLen:
					want = ErrCutHeader
				}
				if err == nil {
					t.Fail(call, steps.WantGot(want, steps.Words(fmt.Sprintf("the message %q", got))),
						steps.LooksLike(true, "a message that was cut off was delivered as if it were whole"))
				}
				if want == io.EOF {
					if err == io.EOF {
						continue
					}
					t.Fail(call, steps.WantGot(steps.Words("io.EOF itself"), err),
						steps.LooksLike(errors.Is(err, io.EOF), "io.EOF is wrapped in another error; callers compare with ==, and do not find it"),
						steps.LooksLike(true, "between two messages the end is a clean one: io.EOF itself, which every caller knows"))
				}
				steps.WantError(t, call, want, err,
					steps.LooksLike(cut == HeaderLen && errors.Is(err, io.EOF), "not one byte of the payload came, and the header had promised some: no clean end, though io.ReadFull says io.EOF for it"),
					steps.LooksLike(errors.Is(err, io.EOF), "the caller takes this for a clean end, and never learns that a message was lost"),
					steps.LooksLike(errors.Is(err, ErrHeader), "what had come of the header was parsed as if it were all of it"),
					steps.LooksLike(errors.Is(err, io.ErrUnexpectedEOF), "the caller cannot tell where it ended"))
				if errors.Is(err, io.EOF) {
					t.Fail(call, steps.WantGot(steps.Words("an error without io.EOF in it"), err),
						steps.LooksLike(true, "a caller that asks errors.Is(err, io.EOF) takes this for a clean end"))
				}
			}
		}
		t.Doing("reading one byte that begins no header, then the end")
		_, err := ReadMessage(strings.NewReader("x"), 1000)
		steps.WantError(t, `ReadMessage from "x", then the end`, ErrCutHeader, err,
			steps.LooksLike(true, "a header is judged when all of it has come"))
		t.Doing("reading an empty message, then the end")
		r := bytes.NewReader(message(""))
		got, err := ReadMessage(r, 1000)
		if got != "" || err != nil {
			t.Fail("ReadMessage from an empty message, then the end", steps.WantGot(steps.Words(`"", nil`), steps.Words(fmt.Sprintf("%q, %v", got, err))))
		}
		_, err = ReadMessage(r, 1000)
		steps.Equal(t, "ReadMessage at the end, after an empty message", io.EOF, err)
	})
}

func TestStep7_ALengthIsAClaim(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		const limit = 20
		fits := strings.Repeat("x", limit)
		t.Doing("reading a message of exactly limit bytes")
		got, err := ReadMessage(bytes.NewReader(message(fits)), limit)
		if got != fits || err != nil {
			t.Fail("ReadMessage with limit = 20 from a message of 20 bytes", steps.WantGot(fits, err),
				steps.LooksLike(errors.Is(err, ErrTooLong), "limit is the longest payload that is accepted, header not counted, and not the first one that is refused"))
		}

		t.Doing("reading a message of limit + 1 bytes")
		r := bytes.NewReader(message(fits + "x"))
		_, err = ReadMessage(r, limit)
		steps.WantError(t, "ReadMessage with limit = 20 from a message of 21 bytes", ErrTooLong, err,
			steps.LooksLike(err == nil, "nobody looked at the limit"))
		if !strings.Contains(err.Error(), "21") || !strings.Contains(err.Error(), "20") {
			t.Fail("a message of 21 bytes, limit 20: the text of the error", steps.WantGot(steps.Words("it names 21 and 20"), err.Error()))
		}
		steps.Equal(t, "a message too long: bytes of its payload that were left unread", 21, r.Len(),
			steps.LooksLike(true, "a payload that nobody will have was read away; the other side says how long that takes"))

		claim := "999999999 and then little comes"
		call := fmt.Sprintf("ReadMessage with limit = 20 from %q", claim)
		t.Doing("calling %s", call)
		taken := allocated(func() { _, err = ReadMessage(strings.NewReader(claim), limit) })
		if taken > 1<<20 {
			t.Fail(call+": memory that was taken", steps.WantGot(steps.Words("next to none"), steps.Words(fmt.Sprintf("%d MB", taken>>20))),
				steps.LooksLike(true, "the length was believed: ten bytes from the other side ordered the memory before anybody looked at the limit"))
		}
		steps.WantError(t, call, ErrTooLong, err)
		t.Doing("calling ReadMessage with limit = 0")
		_, err = ReadMessage(bytes.NewReader(message("x")), 0)
		steps.WantError(t, "ReadMessage with limit = 0 from a message of 1 byte", ErrTooLong, err,
			steps.LooksLike(err == nil, "a limit of 0 was taken for no limit; it accepts empty messages alone"))
		if _, err := ReadMessage(bytes.NewReader(message("")), 0); err != nil {
			t.Fail("ReadMessage with limit = 0 from an empty message", steps.WantGot(steps.Words(`"", nil`), err))
		}
	})
}

func TestStep8_AWholeConversation(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		server, client := memconn.Pipe(memconn.ReadSizes(16))
		var got []string
		ended := make(chan error, 1)
		go func() {
			ended <- ReadConversation(client, 1000, func(text string) { got = append(got, text) })
		}()
		sent := []string{"héllo", "", "The time is 1687187903.123456", "x"}
		for i, text := range sent {
			t.Doing("sending message %d of %d", i+1, len(sent))
			server.Write(message(text))
			synctest.Wait()
			if !slices.Equal(got, sent[:i+1]) {
				t.Fail(fmt.Sprintf("messages that were taken after %d had been sent", i+1), steps.WantGot(sent[:i+1], got),
					steps.LooksLike(len(ended) > 0, "ReadConversation has returned, and the conversation goes on"),
					steps.LooksLike(text == "" && len(got) == i, "an empty message is a message; that there are no more is said by the error alone"),
					steps.LooksLike(len(got) <= i, "a message is given to take as soon as it is complete, not at the end"))
			}
		}
		server.Close()
		t.Doing("waiting for ReadConversation to return after the other side closed")
		err := <-ended
		steps.Equal(t, "the other side closed between two messages: what ReadConversation returned", nil, err,
			steps.LooksLike(err == io.EOF, "io.EOF is how ReadMessage says that the conversation is over; for a conversation that is no error"))

		for _, c := range []struct {
			name string
			in   string
			want error
		}{
			{"a malformed header behind two messages", string(stream("one", "two")) + "three     ", ErrHeader},
			{"an end inside the third message", string(stream("one", "two")) + "5         thr", ErrCutPayload},
			{"an end inside the third header", string(stream("one", "two")) + "5    ", ErrCutHeader},
			{"a third message over the limit", string(stream("one", "two")) + "1001      ", ErrTooLong},
		} {
			t.Doing("reading %s", c.name)
			got := []string{}
			err := ReadConversation(strings.NewReader(c.in), 1000, func(text string) { got = append(got, text) })
			if !slices.Equal(got, []string{"one", "two"}) {
				t.Fail(c.name+": messages that were taken", steps.WantGot([]string{"one", "two"}, got),
					steps.LooksLike(len(got) < 2, "take was not called, or in another goroutine, which comes later"),
					steps.LooksLike(len(got) > 2, "take was called before anybody looked at the error"))
			}
			steps.WantError(t, c.name, c.want, err,
				steps.LooksLike(err == nil, "every error was taken for a clean end; io.EOF alone is one"))
		}

		t.Doing("reading a conversation of 1000 messages")
		count := 0
		ReadConversation(bytes.NewReader(bytes.Repeat(message("x"), 1000)), 1000, func(string) { count++ })
		steps.Equal(t, "a conversation of 1000 messages: messages that were taken", 1000, count)

		t.Doing("reading from a connection that the other side resets inside a message")
		server, client = memconn.Pipe()
		server.Write([]byte("5         he"))
		go func() { ended <- ReadConversation(client, 1000, func(string) {}) }()
		synctest.Wait()
		server.Reset()
		steps.WantError(t, "a connection that the other side resets", memconn.ErrReset, <-ended)
	})
}

func TestStep9_YourTurn_ACheckForEncoders(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		t.Doing("giving CheckEncoder an encoder that is right")
		calls := 0
		err := CheckEncoder(func(text string) []byte { calls++; return message(text) })
		steps.Equal(t, "CheckEncoder, given an encoder that is right", nil, err,
			steps.LooksLike(true, "the check rejects a right encoder: compare what it expects with the picture at the top of header.go"))
		for i, faulty := range faultyEncoders {
			t.Doing("giving CheckEncoder faulty encoder %d of %d", i+1, len(faultyEncoders))
			err := CheckEncoder(faulty.encode)
			if err != nil && err.Error() == "" {
				t.Fail("CheckEncoder, given "+faulty.name, steps.WantGot(steps.Words("an error that says what is wrong"), steps.Words("an error without a text")))
			}
			if err == nil {
				t.Fail("CheckEncoder, given "+faulty.name, steps.WantGot(steps.Words("an error"), nil),
					steps.LooksLike(calls == 0, "encode was never called"),
					steps.LooksLike(true, "it slipped through: "+faulty.hint))
			}
		}
	})
}

var faultyEncoders = []struct {
	name, hint string
	encode     func(string) []byte
}{
	{"an encoder that always says the same", "no text that you try shows that the answer ignores it",
		func(string) []byte { return message("The time is now") }},
	{"an encoder that counts characters", "try a text that has more bytes than characters",
		func(s string) []byte { return fmt.Appendf(nil, "%-10d%s", utf8.RuneCountInString(s), s) }},
	{"an encoder that counts the header too", "look at the number, not only at the payload",
		func(s string) []byte { return fmt.Appendf(nil, "%-10d%s", len(s)+HeaderLen, s) }},
	{"an encoder that puts the spaces first", "look at where the digits stand",
		func(s string) []byte { return fmt.Appendf(nil, "%10d%s", len(s), s) }},
	{"an encoder that pads with zeros", "look at what stands between number and payload",
		func(s string) []byte { return fmt.Appendf(nil, "%010d%s", len(s), s) }},
	{"an encoder that always adds nine spaces", "try a text of ten bytes or more, and look at all that comes back",
		func(s string) []byte { return fmt.Appendf(nil, "%d%s%s", len(s), strings.Repeat(" ", 9), s) }},
	{"an encoder without padding", "look at the length of the header",
		func(s string) []byte { return fmt.Appendf(nil, "%d%s", len(s), s) }},
	{"an encoder that writes hexadecimal", "try a text of ten bytes or more, and look at the number",
		func(s string) []byte { return fmt.Appendf(nil, "%-10x%s", len(s), s) }},
	{"an encoder that adds a line end", "look at what follows the payload",
		func(s string) []byte { return append(message(s), '\n') }},
	{"an encoder that trims the text", "try a text with spaces at its ends",
		func(s string) []byte { return message(strings.TrimSpace(s)) }},
	{"an encoder that drops empty messages", "try the empty text",
		func(s string) []byte {
			if s == "" {
				return nil
			}
			return message(s)
		}},
	{"an encoder that cuts at 255 bytes", "try a text of 256 bytes or more",
		func(s string) []byte { return message(s[:min(len(s), 255)]) }},
	{"an encoder that keeps one byte of the length", "try a text of 256 bytes or more",
		func(s string) []byte { return fmt.Appendf(nil, "%-10d%s", byte(len(s)), s) }},
	{"an encoder that is wrong for lengths of three digits", "try texts whose lengths have one digit, two, three and four",
		func(s string) []byte {
			if len(s) >= 100 && len(s) < 1000 {
				return fmt.Appendf(nil, "%-9d%s", len(s), s)
			}
			return message(s)
		}},
	{"an encoder that repairs what is no UTF-8", `try a text that is not valid UTF-8, such as "\xff"`,
		func(s string) []byte { return message(strings.ToValidUTF8(s, "\uFFFD")) }},
	{"an encoder that ends at a zero byte", `try a text with "\x00" in it`,
		func(s string) []byte {
			before, _, _ := strings.Cut(s, "\x00")
			return message(before)
		}},
	{"an encoder that sends no payload", "look at what follows the header",
		func(s string) []byte { return fmt.Appendf(nil, "%-10d", len(s)) }},
}

// A header is either refused or says the one number that its digits say.
func FuzzParseHeader(f *testing.F) {
	steps.Fuzz(f, 3)
	for _, h := range []string{"36        ", "9999999999", "          ", "+5        ", "٣٤      ", "010       ", ""} {
		f.Add([]byte(h))
	}
	f.Fuzz(func(t *testing.T, h []byte) {
		n, err := ParseHeader(bytes.Clone(h))
		digits := strings.TrimRight(string(h), " ")
		strict := len(h) == HeaderLen && digits != "" && strings.Trim(digits, "0123456789") == ""
		if (err == nil) != strict && strconv.IntSize == 64 {
			t.Fatalf("step 3: ParseHeader(%q) = %d, %v", h, n, err)
		}
		if err != nil && (!errors.Is(err, ErrHeader) || len(err.Error()) > 300) {
			t.Fatalf("step 3: ParseHeader(%q): %v", h, err)
		}
		if strict && strconv.IntSize == 32 {
			return // a length beyond 31 bits is refused there
		}
		if want, _ := strconv.ParseInt(digits, 10, 64); err == nil && int64(n) != want {
			t.Fatalf("step 3: ParseHeader(%q) = %d, want %d", h, n, want)
		}
	})
}

// Whatever arrives, in whatever pieces: the messages that are complete are
// delivered, and the end is told as what it is.
func FuzzReadConversation(f *testing.F) {
	steps.Fuzz(f, 8)
	f.Add(stream("héllo", "", "x"), 16)
	f.Add([]byte("5         he"), 1)
	f.Add([]byte("9999999999"), 3)
	f.Add([]byte("5    "), 7)
	f.Fuzz(func(t *testing.T, in []byte, size int) {
		const limit = 1000
		want, wantErr := model(in, limit)
		got := []string{}
		r := iotest.OneByteReader(bytes.NewReader(in))
		if size > 1 {
			r = &pieces{r: bytes.NewReader(in), size: size}
		}
		err := ReadConversation(r, limit, func(text string) { got = append(got, text) })
		if !slices.Equal(got, want) || !errors.Is(err, wantErr) {
			t.Fatalf("ReadConversation(%q):\n got %q, %v\nwant %q, %v", in, got, err, want, wantErr)
		}
	})
}

// model says what a conversation holds, from the whole of its bytes.
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

// tenDigits is a length of ten digits, the largest there is where int has 64 bits.
var tenDigits = int(min(9_999_999_999, int64(math.MaxInt)))

// together returns its last bytes and io.EOF from one Read, as a Reader may.
type together struct{ rest []byte }

func (r *together) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n := copy(b, r.rest)
	if r.rest = r.rest[n:]; len(r.rest) == 0 {
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

// pieces returns at most size bytes from a Read.
type pieces struct {
	r    io.Reader
	size int
}

func (p *pieces) Read(b []byte) (int, error) { return p.r.Read(b[:min(len(b), p.size)]) }

// texts are payloads that have caught a faulty encoder or decoder somewhere.
var texts = []string{
	"The time is 1687187903.123456",
	"x",
	"héllo",
	"",
	"世界",
	"36        ",
	"no UTF-8: \xff",
	"a zero byte: \x00.",
	" spaces at both ends ",
	strings.Repeat("0123456789", 100),
	strings.Repeat("0123456789", 10_000),
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

// allocated returns how many bytes of memory f took, freed ones included.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// writer is an io.Writer that counts its Writes, and fails or takes less than it
// is given when it is told to.
type writer struct {
	got    []byte
	writes int
	most   int
	short  bool
	err    error
}

func (w *writer) Write(b []byte) (int, error) {
	w.writes++
	if w.err != nil {
		return w.most, w.err
	}
	if w.short {
		b = b[:min(len(b), w.most)]
	}
	w.got = append(w.got, b...)
	return len(b), nil
}
