package wire_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"example/websockets/internal/wire"
)

var header = []wire.Field{{Name: "length", Len: 10}, {Name: "payload", Len: -1}}

func TestDiffMarksTheFirstWrongByte(t *testing.T) {
	for _, c := range []struct {
		name, want, got string
		fields          []wire.Field
		diff            string
	}{
		{"equal", "same", "same", nil, ""},
		{"the first byte", "6         héllo", "5         héllo", header, `
want  36 20 20 20 20 20 20 20 20 20  68 c3 a9 6c 6c 6f   "6         héllo"
got   35 20 20 20 20 20 20 20 20 20  68 c3 a9 6c 6c 6f   "5         héllo"
      ^^ length, byte 0`},
		{"a byte behind a field's end", "5         hello", "5         hullo", header, `
want  35 20 20 20 20 20 20 20 20 20  68 65 6c 6c 6f   "5         hello"
got   35 20 20 20 20 20 20 20 20 20  68 75 6c 6c 6f   "5         hullo"
                                        ^^ payload, byte 11`},
		{"too short", "36        ", "36", header, `
want  33 36 20 20 20 20 20 20 20 20   "36        "
got   33 36                           "36"
            ^^ length, byte 2: ends here, 8 bytes missing`},
		{"too long", "ab", "abc", nil, `
want  61 62      "ab"
got   61 62 63   "abc"
            ^^ byte 2: nothing should follow, 1 byte too many`},
		{"nothing", "ab", "", nil, `
want  61 62   "ab"
got           (nothing)
      ^^ nothing came, 2 bytes wanted`},
		{"unprintable", "\x00\xff", "\x00\xfe", nil, `
want  00 ff   "\x00\xff"
got   00 fe   "\x00\xfe"
         ^^ byte 1`},
		{"far into a long value", "10        0123456789abcdefghijklmnop", "10        0123456789abcdeFghijklmnop", header, `
want  … 37 38 39 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d …   …"789abcdefghijklm"…
got   … 37 38 39 61 62 63 64 65 46 67 68 69 6a 6b 6c 6d …   …"789abcdeFghijklm"…
                                ^^ payload, byte 25`},
		{"a long value that is one byte short", strings.Repeat("x", 1000), strings.Repeat("x", 999), nil, `
want  … 78 78 78 78 78 78 78 78 78   …"xxxxxxxxx"
got   … 78 78 78 78 78 78 78 78      …"xxxxxxxx"
                                ^^ byte 999: ends here, 1 byte missing`},
	} {
		got := wire.Diff([]byte(c.want), []byte(c.got), c.fields...)
		assert.Equal(t, strings.TrimPrefix(c.diff, "\n"), got, c.name)
	}
}

// Whatever the two values are: three lines, no wider than a terminal, and the
// mark stands below the byte that it names.
func FuzzDiff(f *testing.F) {
	f.Add([]byte("6         héllo"), []byte("5         héllo"), 10)
	f.Add([]byte("abc"), []byte(""), 0)
	f.Fuzz(func(t *testing.T, want, got []byte, first int) {
		d := wire.Diff(want, got, wire.Field{Name: "first", Len: max(first, 0)}, wire.Field{Name: "rest", Len: -1})
		if string(want) == string(got) {
			assert.Empty(t, d)
			return
		}
		lines := strings.Split(d, "\n")
		if !assert.Len(t, lines, 3, d) {
			return
		}
		assert.True(t, utf8.ValidString(d))
		at := utf8.RuneCountInString(lines[2][:strings.Index(lines[2], "^^")])
		wanted, gotten := []rune(lines[0]), []rune(lines[1])
		if len(want) > 0 && len(got) > 0 && at+1 < len(wanted) && at+1 < len(gotten) {
			assert.NotEqual(t, string(wanted[at:at+2]), string(gotten[at:at+2]), d)
		}
	})
}

func TestQuoteIsCutAt64Bytes(t *testing.T) {
	assert.Equal(t, `"a\nb"`, wire.Quote("a\nb"))
	assert.Equal(t, `"`+strings.Repeat("x", 48)+`"… (65 bytes)`, wire.Quote([]byte(strings.Repeat("x", 65))))
}
