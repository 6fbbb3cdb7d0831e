package frontmatter

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	m, err := Parse(`lesson: 3
title: Chunked reassembly, once more
points: [3, 1, 10]
objectives:
  - write a decoder
  - stop - for good
why: >
  a text: of several
  lines   # and signs
questions:
  - ask: first?
    answer: >
      one: "two"
      three
  - ask: second?
    answer: short
`, 2)
	require.NoError(t, err)
	assert.NoError(t, m.Need("lesson: text", "title: text", "points: list", "objectives: list", "why: text", "questions: maps", "more?: text"))
	assert.Equal(t, "Chunked reassembly, once more", m.Text("title"))
	assert.Equal(t, []string{"3", "1", "10"}, m.List("points"))
	assert.Equal(t, []string{"write a decoder", "stop - for good"}, m.List("objectives"))
	assert.Equal(t, "a text: of several lines # and signs", m.Text("why"))
	require.Len(t, m.Maps("questions"), 2)
	assert.Equal(t, `one: "two" three`, m.Maps("questions")[0].Text("answer"))
	assert.Equal(t, "short", m.Maps("questions")[1].Text("answer"))
	assert.Equal(t, 4, m[2].Line)
	assert.Empty(t, m.Text("more"))
}

// What another reader of YAML would take for something else is no value here.
func TestErrorsNameTheLine(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no key":         {"title: a\njust words\n", `line 3: this is no key, colon, space and value: "just words"`},
		"no space":       {"title:a\n", `line 2: this is no key`},
		"capital":        {"Title: a\n", `line 2: this is no key`},
		"twice":          {"a: 1\na: 2\n", `line 3: "a" stands here for the second time`},
		"colon inside":   {"a: b: c\n", `line 2: YAML would read this value differently`},
		"comment":        {"a: b # c\n", `line 2: YAML would read`},
		"quotes":         {"a: \"b\"\n", `line 2: YAML would read`},
		"alias":          {"a: *b\n", `line 2: YAML would read`},
		"literal block":  {"a: |\n  b\n", `line 2: YAML would read`},
		"inline map":     {"a: {b: c}\n", `line 2: YAML would read`},
		"open list":      {"a: [1, 2\n", `line 2: the list does not end with ]`},
		"empty item":     {"a: [1, , 2]\n", `line 2: "" cannot stand in a list`},
		"nested list":    {"a: [[1], 2]\n", `line 2: "[1]" cannot stand in a list`},
		"no value":       {"a:\nb: 1\n", `line 3: "a" has no value; a list is indented by two spaces`},
		"not indented":   {"a:\n- b\n", `line 3: "a" has no value; a list is indented by two spaces`},
		"mixed":          {"a:\n  - b\n  - c: d\n", `line 2: "a" mixes texts and maps`},
		"stray line":     {"a: b\n  c\n", `line 3: this line is indented and belongs to nothing`},
		"empty fold":     {"a: >\nb: c\n", `line 3: after > comes an indented text`},
		"tab":            {"a: b\tc\n", `line 2: YAML would read`},
		"blank line":     {"a: b\n\nc: d\n", `line 3: this line is indented and belongs to nothing`},
		"item with text": {"a:\n  - b: c: d\n", `line 3: YAML would read`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(c.text, 2)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestNeed(t *testing.T) {
	m, err := Parse("a: 1\nb: [1, 2]\n", 1)
	require.NoError(t, err)
	assert.NoError(t, m.Need("a: text", "b: list"))
	assert.EqualError(t, m.Need("a: text", "b: list", "c: text"), `there is no "c"`)
	assert.EqualError(t, m.Need("a: text"), `line 2: nobody knows "b"`)
	assert.EqualError(t, m.Need("a: text", "b: maps"), `line 2: "b" is of the kind list and should be of the kind maps`)
}

func TestSplit(t *testing.T) {
	matter, body, ok := Split("---\r\na: b\r\n---\r\n# Title\r\n")
	assert.True(t, ok)
	assert.Equal(t, "a: b\n", matter)
	assert.Equal(t, "# Title\n", body)
	_, body, ok = Split("# Title\n---\n")
	assert.False(t, ok)
	assert.Equal(t, "# Title\n---\n", body)
	_, _, ok = Split("---\na: b\n")
	assert.False(t, ok)
}

func TestNumber(t *testing.T) {
	n, err := Number("75")
	assert.NoError(t, err)
	assert.Equal(t, 75, n)
	for _, text := range []string{"", "-1", "1.5", "0x10", "a"} {
		_, err := Number(text)
		assert.Error(t, err, text)
	}
}
