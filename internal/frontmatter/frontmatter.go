// Package frontmatter reads the small part of YAML that this course uses for what
// the notes say about themselves. What it accepts means the same to any reader of
// YAML; whatever else YAML has is an error that names the line:
//
//	key: a text to the end of the line
//	key: [1, 2, 3]
//	key: >
//	  a text over several lines,
//	  which a space joins
//	key:
//	  - a list of texts
//	  - of any length
//	key:
//	  - name: or a list of small maps
//	    text: >
//	      each a few keys
package frontmatter

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Map is what stands between the marks, in order.
type Map []Entry

// Entry is one key and its value, which is one of three.
type Entry struct {
	Key  string
	Line int      // from 1
	Text string   // of a scalar
	List []string // of a list of scalars, inline or not
	Maps []Map    // of a list of maps
	kind string   // "text", "list" or "maps"
}

// Split takes a page apart: what stands between the lines "---" at its top, and
// the rest. Without front matter ok is false.
func Split(page string) (matter, body string, ok bool) {
	page = strings.ReplaceAll(page, "\r\n", "\n")
	after, ok := strings.CutPrefix(page, "---\n")
	if !ok {
		return "", page, false
	}
	matter, body, ok = strings.Cut(after, "\n---\n")
	if !ok {
		return "", page, false
	}
	return matter + "\n", body, true
}

var (
	entryLine = regexp.MustCompile(`^([a-z_]+):(?: (.*))?$`)
	// What makes a plain text mean something else in YAML.
	notPlain = regexp.MustCompile("^[\\[\\]{}&*!|>'\"%@`#,?]|^- |: |:$| #|\t|^\\s|\\s$")
)

// Parse reads the text between the marks. firstLine is the number of its first line.
func Parse(text string, firstLine int) (Map, error) {
	r := reader{lines: strings.Split(strings.TrimRight(text, "\n"), "\n"), first: firstLine}
	m, err := r.entries("")
	if err == nil && r.at < len(r.lines) {
		err = r.wrong("this line is indented and belongs to nothing")
	}
	return m, err
}

type reader struct {
	lines []string
	at    int // the line that is read next
	first int
}

func (r *reader) wrong(format string, args ...any) error {
	line := ""
	if r.at < len(r.lines) {
		line = ": " + strconv.Quote(r.lines[r.at])
	}
	return fmt.Errorf("line %d: %s%s", r.first+r.at, fmt.Sprintf(format, args...), line)
}

// next says whether there is a line with exactly this indentation, and returns it
// without.
func (r *reader) next(indent string) (line string, ok bool) {
	if r.at >= len(r.lines) {
		return "", false
	}
	line, ok = strings.CutPrefix(r.lines[r.at], indent)
	return line, ok && line != "" && line[0] != ' '
}

// entries reads the keys that stand at one indentation.
func (r *reader) entries(indent string) (m Map, err error) {
	for {
		line, ok := r.next(indent)
		if !ok || strings.HasPrefix(line, "- ") {
			return m, nil
		}
		parts := entryLine.FindStringSubmatch(line)
		if parts == nil {
			return nil, r.wrong("this is no key, colon, space and value")
		}
		e := Entry{Key: parts[1], Line: r.first + r.at}
		if slices.ContainsFunc(m, func(b Entry) bool { return b.Key == e.Key }) {
			return nil, r.wrong("%q stands here for the second time", e.Key)
		}
		if err := r.value(&e, parts[2], indent); err != nil {
			return nil, err
		}
		m = append(m, e)
	}
}

func (r *reader) value(e *Entry, text, indent string) (err error) {
	switch {
	case text == ">":
		r.at++
		var words []string
		for r.at < len(r.lines) && strings.HasPrefix(r.lines[r.at], indent+"  ") {
			words = append(words, strings.Fields(r.lines[r.at])...)
			r.at++
		}
		if len(words) == 0 {
			return r.wrong("after > comes an indented text")
		}
		e.kind, e.Text = "text", strings.Join(words, " ")
	case strings.HasPrefix(text, "["):
		inside, ok := strings.CutSuffix(text[1:], "]")
		if !ok {
			return r.wrong("the list does not end with ]")
		}
		e.kind = "list"
		for item := range strings.SplitSeq(inside, ",") {
			item = strings.TrimSpace(item)
			if item == "" || notPlain.MatchString(item) {
				return r.wrong("%q cannot stand in a list like this", item)
			}
			e.List = append(e.List, item)
		}
		r.at++
	case text != "":
		if notPlain.MatchString(text) {
			return r.wrong("YAML would read this value differently; put > behind the colon and the text below it")
		}
		e.kind, e.Text = "text", text
		r.at++
	default:
		r.at++
		return r.list(e, indent+"  ")
	}
	return nil
}

func (r *reader) list(e *Entry, indent string) error {
	for {
		line, ok := r.next(indent)
		item, isItem := strings.CutPrefix(line, "- ")
		if !ok || !isItem {
			break
		}
		if entryLine.MatchString(item) {
			// The first key of a map stands behind the mark, the others below it.
			r.lines[r.at] = indent + "  " + item
			m, err := r.entries(indent + "  ")
			if err != nil {
				return err
			}
			e.Maps = append(e.Maps, m)
		} else {
			if notPlain.MatchString(item) {
				return r.wrong("YAML would read this item differently; use a map with >")
			}
			e.List = append(e.List, item)
			r.at++
		}
	}
	switch {
	case len(e.List) > 0 && len(e.Maps) > 0:
		return fmt.Errorf("line %d: %q mixes texts and maps", e.Line, e.Key)
	case len(e.Maps) > 0:
		e.kind = "maps"
	case len(e.List) > 0:
		e.kind = "list"
	default:
		return r.wrong("%q has no value; a list is indented by two spaces", e.Key)
	}
	return nil
}

// Need checks that a map has these keys, of these kinds, and no others: "title:
// text", "points: list", "questions: maps". A key with ? behind it may be missing.
func (m Map) Need(keys ...string) error {
	known := map[string]bool{}
	for _, k := range keys {
		key, kind, _ := strings.Cut(k, ": ")
		key, optional := strings.CutSuffix(key, "?")
		known[key] = true
		e, ok := m.entry(key)
		if !ok && !optional {
			return fmt.Errorf("there is no %q", key)
		}
		if ok && e.kind != kind {
			return fmt.Errorf("line %d: %q is of the kind %s and should be of the kind %s", e.Line, key, e.kind, kind)
		}
	}
	for _, e := range m {
		if !known[e.Key] {
			return fmt.Errorf("line %d: nobody knows %q", e.Line, e.Key)
		}
	}
	return nil
}

func (m Map) entry(key string) (Entry, bool) {
	i := slices.IndexFunc(m, func(e Entry) bool { return e.Key == key })
	if i < 0 {
		return Entry{}, false
	}
	return m[i], true
}

// Text, List and Maps return the value of a key, or nothing when there is none.
func (m Map) Text(key string) string { e, _ := m.entry(key); return e.Text }

func (m Map) List(key string) []string { e, _ := m.entry(key); return e.List }

func (m Map) Maps(key string) []Map { e, _ := m.entry(key); return e.Maps }

// Number is a text or a part of a list as a whole number from 0 on.
func Number(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is no whole number", text)
	}
	return n, nil
}
