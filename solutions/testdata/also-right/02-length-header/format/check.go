package lengthheader

import (
	"fmt"
	"strings"
)

// CheckEncoder tests somebody else's encoder.
func CheckEncoder(encode func(text string) []byte) error {
	texts := []string{
		"", "a", "hello", "héllo", "日本語", "👩‍🚀", "e\u0301",
		" ", "  two  ", "\n", "line\r\n", "\ttab\t", "nul\x00nul", "\x00", "42", "7         ",
		"<b>&amp;</b>", `"quoted\n"`, "100%", "%s%d", "\xff\xfe", "half \xc3", "\ufeffbom", "UPPER lower",
	}
	for _, n := range []int{8, 9, 10, 11, 99, 100, 101, 127, 128, 255, 256, 999, 1000, 4095, 4096, 9999, 10000, 65535, 65536, 99999, 100000, 1 << 20} {
		texts = append(texts, strings.Repeat("x", n))
	}
	texts = append(texts, strings.Repeat("é", 5), strings.Repeat("é", 50000))

	var results [][]byte
	for round := range 2 {
		for i, text := range texts {
			got := encode(text)
			if want := fmt.Sprintf("%-10d%s", len(text), text); string(got) != want {
				return fmt.Errorf("call %d: the message for %.20q (%d bytes) is %.40q", round*len(texts)+i+1, text, len(text), got)
			}
			results = append(results, got)
		}
	}
	for i, got := range results {
		text := texts[i%len(texts)]
		if string(got) != fmt.Sprintf("%-10d%s", len(text), text) {
			return fmt.Errorf("the message for %.20q was changed by a later call", text)
		}
	}
	return nil
}
