package lengthheader

import (
	"fmt"
	"strings"
)

// CheckEncoder returns nil when encode makes the message of lesson 02 from every
// text it tries, and an error that shows the first wrong one otherwise.
func CheckEncoder(encode func(text string) []byte) error {
	for _, text := range []string{
		"",                         // nothing is a message too
		"a",                        // one digit
		"héllo, 世界 🌍",              // more bytes than characters
		"123456789012",             // two digits, and a payload that looks like a header
		" a text in two\nlines \t", // nothing may be trimmed
		strings.Repeat("x", 300),   // three digits, and more than a byte can count
		strings.Repeat("x", 1000),  // four
		"a\x00b\xff",               // a payload is bytes, not only text
	} {
		// Written out once more, and not with AppendMessage: a check that
		// shares its code with what it checks shares the mistakes too.
		want := fmt.Sprintf("%-10d%s", len(text), text)
		if got := string(encode(text)); got != want {
			return fmt.Errorf("encode(%.20q) = %.40q, want %.40q", text, got, want)
		}
	}
	return nil
}
