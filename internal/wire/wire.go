// Package wire shows two runs of bytes beside each other: in hex by field, as
// text, with the first difference marked by a character.
package wire

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Field names the next Len bytes. A Len below zero means all the rest.
type Field struct {
	Name string
	Len  int
}

// Window is the most bytes of one value that a comparison shows.
const Window = 16

// Diff compares got with want. It returns "" when they are equal, and
// otherwise three lines: wanted bytes, got bytes, and a mark under the first
// byte that differs, with the name of its field. Of a long value it shows the
// [Window] bytes around that place, with "…" for what is left out.
func Diff(want, got []byte, fields ...Field) string {
	if bytes.Equal(want, got) {
		return ""
	}
	at := 0
	for at < len(want) && at < len(got) && want[at] == got[at] {
		at++
	}
	start := 0
	if at >= Window-2 && max(len(want), len(got)) > Window {
		start = at - Window/2
	}
	end := start + Window

	wantHex, gotHex := row(want, start, end, fields), row(got, start, end, fields)
	width := max(utf8.RuneCountInString(wantHex), utf8.RuneCountInString(gotHex))
	var b strings.Builder
	fmt.Fprintf(&b, "want  %-*s   %s\n", width, wantHex, text(want, start, end))
	fmt.Fprintf(&b, "got   %-*s   %s\n", width, gotHex, text(got, start, end))
	fmt.Fprintf(&b, "      %*s^^ %s", column(start, at, fields), "", where(want, got, at, fields))
	return b.String()
}

// Quote shows b as a quoted text of at most 64 bytes and says how long it was
// when it had to be cut.
func Quote[T ~string | ~[]byte](b T) string {
	const most = 64
	if len(b) <= most {
		return fmt.Sprintf("%q", string(b))
	}
	return fmt.Sprintf("%q… (%d bytes)", string(b[:most-16]), len(b))
}

// where names the field and the offset of the first difference, and says so
// when one of the two simply ends there.
func where(want, got []byte, at int, fields []Field) string {
	name := fieldAt(at, fields)
	if name != "" {
		name += ", "
	}
	switch {
	case len(got) == 0:
		return fmt.Sprintf("nothing came, %s wanted", count(len(want)))
	case at == len(got):
		return fmt.Sprintf("%sbyte %d: ends here, %s missing", name, at, count(len(want)-at))
	case at == len(want):
		return fmt.Sprintf("byte %d: nothing should follow, %s too many", at, count(len(got)-at))
	default:
		return fmt.Sprintf("%sbyte %d", name, at)
	}
}

func count(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

func fieldAt(at int, fields []Field) string {
	for _, f := range fields {
		if f.Len < 0 || at < f.Len {
			return f.Name
		}
		at -= f.Len
	}
	return ""
}

// row prints b[start:end] in hex, with two more spaces where a field ends.
func row(b []byte, start, end int, fields []Field) string {
	var s strings.Builder
	if start > 0 {
		s.WriteString("… ")
	}
	edges := edges(fields)
	for i := start; i < min(end, len(b)); i++ {
		if i > start {
			s.WriteString(" ")
			if edges[i] {
				s.WriteString(" ")
			}
		}
		fmt.Fprintf(&s, "%02x", b[i])
	}
	if end < len(b) {
		s.WriteString(" …")
	}
	return s.String()
}

// column is the place of byte at in a row that begins with byte start.
func column(start, at int, fields []Field) int {
	col := 3 * (at - start)
	if start > 0 {
		col += 2
	}
	edges := edges(fields)
	for i := start + 1; i <= at; i++ {
		if edges[i] {
			col++
		}
	}
	return col
}

func edges(fields []Field) map[int]bool {
	edges := map[int]bool{}
	at := 0
	for _, f := range fields {
		if f.Len < 0 {
			break
		}
		at += f.Len
		edges[at] = true
	}
	return edges
}

func text(b []byte, start, end int) string {
	if len(b) == 0 {
		return "(nothing)"
	}
	s := fmt.Sprintf("%q", b[min(start, len(b)):min(end, len(b))])
	if start > 0 {
		s = "…" + s
	}
	if end < len(b) {
		s += "…"
	}
	return s
}
