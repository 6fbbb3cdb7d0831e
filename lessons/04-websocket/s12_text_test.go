package websocket

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"example/websockets/internal/steps"
	"example/websockets/internal/wire"
)

func TestStep12_TextCheckedAsItComes(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		for _, text := range textsToCheck() {
			t.Doing("checking %s, whole and then in pieces cut at every place", wire.Quote(text))
			checkText(t, text)
			for a := 1; a < len(text); a++ {
				checkText(t, text[:a], text[a:])
				checkText(t, text[:a], nil, text[a:])
			}
			checkText(t, textSplit(text, 1)...)
		}
		t.Doing("checking every two bytes that may begin a text")
		for first := range 0x100 {
			for second := range 0x100 {
				text := []byte{byte(first), byte(second)}
				checkText(t, text)
				checkText(t, text[:1], text[1:])
			}
		}

		// A text is kept nowhere: it may be as long as a message.
		text := []byte(strings.Repeat("The city of Orléans, 世界. ", 10_000))
		t.Doing("checking a text of %d KiB in pieces of 512 bytes", len(text)>>10)
		pieces := textSplit(text, 512)
		taken := allocatedBy(func() {
			var c textCheck
			for _, piece := range pieces {
				c.next(piece)
			}
		})
		if most := 8 * uint64(len(text)); taken > most {
			t.Fail(fmt.Sprintf("a text of %d KiB in pieces of 512 bytes: memory that was taken and given back", len(text)>>10),
				steps.WantGot(steps.Words("next to none"), steps.Words(fmt.Sprintf("%d times the text", taken/uint64(len(text))))),
				steps.LooksLike(true, "all that came before is kept and looked at again for each piece; a character and the bytes that its cut left are enough"))
		}

		const checks = 32
		call := "next of a piece of 256 KiB that ends inside a character"
		t.Doing("%s", call)
		before := heapKept()
		var open [checks]textCheck
		for i := range open {
			piece := bytes.Repeat([]byte("x"), 256<<10)
			copy(piece[len(piece)-2:], "世")
			if !open[i].next(piece) {
				t.Fail(call, steps.WantGot(true, false))
			}
		}
		kept := (heapKept() - before) / checks
		runtime.KeepAlive(&open)
		if kept > 2<<10 {
			t.Fail(call+": memory that is kept", steps.WantGot(steps.Words("at most three bytes of it"), steps.Words(fmt.Sprintf("%d KiB", kept>>10))),
				steps.LooksLike(true, "a slice of the last bytes keeps all of the piece, or of its copy, in memory: copy them to memory of their own"))
		}
	})
}

// textsToCheck are right ones and wrong ones. What is in question stands at the
// beginning, and behind and in front of bytes that are right.
func textsToCheck() (all [][]byte) {
	in := []string{
		"", "Hello", "héllo", "世界", "κόσμε", "😀!", "a\x00b", "\ufffd", "\uffff",
		// The first and the last character of each length, and the edges of the
		// ranges that table 3-7 of the Unicode standard tells apart.
		"\x7f", "\u0080", "\u07ff", "\u0800", "\u0fff", "\u1000", "\ucfff", "\ud7ff", "\ue000",
		"\U00010000", "\U0003ffff", "\U00040000", "\U000fffff", "\U00100000", "\U0010ffff",
		// No character begins so.
		"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff",
		// Longer than the character needs.
		"\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",
		// Surrogates, and above the last character.
		"\xed\xa0\x80", "\xed\xaf\xbf", "\xed\xb0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf4\xbf\xbf\xbf",
		// Not continued, or continued too often.
		"\xc3(", "\xe2(", "\xe2\x82(", "\xf0(", "\xf0\x9f(", "\xf0\x9f\x98(", "\xc3\xc3\xa9", "\xe2\x82\xe2", "é\xa9", "€\x82", "😀\x80",
		// Not complete.
		"\xc3", "\xe2", "\xe2\x82", "\xf0", "\xf0\x9f", "\xf0\x9f\x98", "\xe0\xa0", "\xed\x9f", "\xf4\x8f",
	}
	for _, around := range [][2]string{{"", ""}, {"", "xyz"}, {"0123456789abcdé", ""}, {"ab", "ü12345678"}} {
		for _, text := range in {
			all = append(all, []byte(around[0]+text+around[1]))
		}
	}
	return all
}

// checkText gives the pieces of a text to a textCheck and fails unless it says the
// right thing after each.
func checkText(t *steps.T, pieces ...[]byte) {
	text := bytes.Join(pieces, nil)
	wrong, _ := wrongAt(text)
	var c textCheck
	var buf [64]byte
	for i, end := 0, 0; i < len(pieces); i++ {
		piece := append(buf[:0], pieces[i]...)
		end += len(piece)
		got, want := c.next(piece), end <= wrong
		if !bytes.Equal(piece, pieces[i]) {
			t.Fail(textCalls(pieces[:i+1]), wire.Diff(pieces[i], piece),
				steps.LooksLike(true, "the piece was changed; next only looks at it"))
		}
		clear(piece) // its owner uses the memory for something else
		if got != want {
			t.Fail(textCalls(pieces[:i+1]), steps.WantGot(want, got), looksOfText(pieces[:i+1], want, wrong)...)
		}
		if !got {
			return
		}
		_, want = wrongAt(text[:end])
		if got := c.complete(); got != want {
			t.Fail(textCalls(pieces[:i+1])+", then complete()", steps.WantGot(want, got),
				steps.LooksLike(got, "a text must not end inside a character"),
				steps.LooksLike(true, "the character is whole now; what was kept of it is to be forgotten"))
		}
	}
}

func looksOfText(pieces [][]byte, want bool, wrong int) []steps.Look {
	text := bytes.Join(pieces, nil)
	last := pieces[len(pieces)-1]
	if want {
		_, ends := wrongAt(text)
		_, begins := wrongAt(text[:len(text)-len(last)])
		return []steps.Look{
			steps.LooksLike(nextAll(pieces), "a piece was kept and not copied: its owner has used it for something else by now"),
			steps.LooksLike(!ends, "a character that the end of a piece cuts in two is not wrong: the next piece may complete it"),
			steps.LooksLike(!begins, "the piece begins inside a character whose first bytes came before; they have to be kept"),
			steps.LooksLike(len(text) == 0 || len(last) == 0, "a piece may be empty, and so may a text"),
			steps.LooksLike(bytes.Contains(last, []byte("\ufffd")), "U+FFFD is a character like others; utf8.RuneError means a mistake only with a width of 1"),
			steps.LooksLike(len(pieces) > 1, "something of an earlier character was kept, though it was whole"),
		}
	}
	// What is accepted here may be refused when its last byte has come.
	var before, at byte = 0, text[wrong]
	lead, have := wrong, 1
	for lead > 0 && !utf8.RuneStart(text[lead]) && have < 4 {
		lead, have = lead-1, have+1
	}
	if wrong > 0 {
		before = text[wrong-1]
	}
	length := 1
	switch {
	case text[lead] >= 0xf0:
		length = 4
	case text[lead] >= 0xe0:
		length = 3
	case text[lead] >= 0xc0:
		length = 2
	}
	fill := max(length-(len(text)-lead), 0)
	late := wrong == len(text)-1 && !nextAll(append(pieces[:len(pieces):len(pieces)], bytes.Repeat([]byte{0x80}, fill), []byte("x")))
	continues := at >= 0x80 && at <= 0xbf
	return []steps.Look{
		steps.LooksLike(late, fmt.Sprintf("the mistake is found, but late: byte %02x cannot be right, whatever comes after it", at)),
		steps.LooksLike(before == 0xed && continues, "ed a0 to ed bf: U+D800 to U+DFFF are surrogates, halves of characters in UTF-16, and nothing in UTF-8"),
		steps.LooksLike(at == 0xc0 || at == 0xc1 || before == 0xe0 && continues || before == 0xf0 && continues, "an overlong form: only the shortest way to write a character is right"),
		steps.LooksLike(before == 0xf4 && continues || at >= 0xf5, "above U+10FFFF there are no characters"),
		steps.LooksLike(len(text) > wrong+1 || len(pieces) > 1, "a byte that belongs to no character was accepted"),
	}
}

// nextAll says whether a check accepts all pieces, while nobody touches them.
func nextAll(pieces [][]byte) bool {
	var c textCheck
	for _, piece := range pieces {
		if !c.next(bytes.Clone(piece)) {
			return false
		}
	}
	return true
}

// textCalls shows calls of next.
func textCalls(pieces [][]byte) string {
	var s []string
	for _, piece := range pieces {
		s = append(s, "next("+wire.Quote(piece)+")")
	}
	if len(s) > 5 {
		s = append([]string{"..."}, s[len(s)-4:]...)
	}
	return strings.Join(s, ", ")
}

// wrongAt returns where the first byte stands that cannot be right, whatever
// follows it, and len(text) when there is none; and whether text is right as it
// is. It follows table 3-7 of the Unicode standard, a byte at a time.
func wrongAt(text []byte) (at int, right bool) {
	for at < len(text) {
		low, high, more := byte(0x80), byte(0xbf), 0 // what may follow
		switch b := text[at]; {
		case b <= 0x7f:
		case 0xc2 <= b && b <= 0xdf:
			more = 1
		case b == 0xe0:
			more, low = 2, 0xa0
		case b == 0xed:
			more, high = 2, 0x9f
		case 0xe1 <= b && b <= 0xef:
			more = 2
		case b == 0xf0:
			more, low = 3, 0x90
		case 0xf1 <= b && b <= 0xf3:
			more = 3
		case b == 0xf4:
			more, high = 3, 0x8f
		default:
			return at, false
		}
		at++
		for ; more > 0; more-- {
			if at == len(text) || text[at] < low || text[at] > high {
				return at, false
			}
			low, high = 0x80, 0xbf
			at++
		}
	}
	return at, true
}

// textSplit cuts b into pieces of at most size bytes.
func textSplit(b []byte, size int) (pieces [][]byte) {
	for ; len(b) > size; b = b[size:] {
		pieces = append(pieces, b[:size:size])
	}
	return append(pieces, b)
}

// allocatedBy returns how many bytes of memory f took, freed ones included.
func allocatedBy(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// However a text is cut, the check says what utf8.Valid says of the whole, and no
// piece later than it must.
func FuzzText(f *testing.F) {
	steps.Fuzz(f, 12)
	f.Add([]byte("h\xc3\xa9llo"), uint8(1))
	f.Add([]byte("a\xed\xa0\x80b"), uint8(2))
	f.Fuzz(func(t *testing.T, text []byte, size uint8) {
		wrong, right := wrongAt(text)
		if right != utf8.Valid(text) {
			t.Fatalf("%q: utf8.Valid says %v", text, !right)
		}
		var c textCheck
		end := 0
		for _, piece := range textSplit(text, int(size)+1) {
			end += len(piece)
			if got, want := c.next(piece), end <= wrong; got != want {
				t.Fatalf("%q in pieces of %d, after %d bytes: %v", text, size+1, end, got)
			} else if !got {
				return
			}
		}
		if c.complete() != right {
			t.Fatalf("%q in pieces of %d: complete says %v", text, size+1, !right)
		}
	})
}

// BenchmarkText compares the check with utf8.Valid, on text that was cut nowhere.
func BenchmarkText(b *testing.B) {
	for name, text := range map[string]string{"ASCII": "The time is 1687187903.123456. ", "mixed": "The city of Orléans, 世界. "} {
		text := []byte(strings.Repeat(text, 4096/len(text)))
		b.Run(name+"/utf8.Valid", func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if !utf8.Valid(text) {
					b.Fatal("this is text")
				}
			}
		})
		b.Run(name+"/textCheck", func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				var c textCheck
				if !c.next(text) {
					b.Fatal("this is text")
				}
			}
		})
	}
}
