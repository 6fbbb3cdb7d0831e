package lengthheader

import "fmt"

// CheckEncoder tests somebody else's encoder.
func CheckEncoder(encode func(text string) []byte) error {
	// Every byte value, every character of one and two bytes, and some longer ones.
	for c := 0; c < 256; c++ {
		if err := checkOne(encode, string([]byte{'<', byte(c), '>'})); err != nil {
			return err
		}
		if err := checkOne(encode, string([]byte{byte(c)})); err != nil {
			return err
		}
	}
	for c := rune(0); c < 0x800; c++ {
		if err := checkOne(encode, string(c)); err != nil {
			return err
		}
	}
	for _, text := range []string{"", "  ", "\r\n", "日本", "🎉🎉", "a\u0308", "12        34", "\\n"} {
		if err := checkOne(encode, text); err != nil {
			return err
		}
	}
	// Every short length, and around every power of two and of ten.
	letters := make([]byte, 1_000_001)
	for i := range letters {
		letters[i] = byte('a' + i%23)
	}
	for n := 0; n < 300; n++ {
		if err := checkOne(encode, string(letters[:n])); err != nil {
			return err
		}
	}
	for _, base := range []int{2, 10} {
		for n := base; n < len(letters); n *= base {
			for _, near := range []int{n - 1, n, n + 1} {
				if err := checkOne(encode, string(letters[:near])); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// checkOne encodes text, then another one, and compares byte by byte.
func checkOne(encode func(text string) []byte, text string) error {
	message := encode(text)
	encode("something else")
	if len(message) != HeaderLen+len(text) {
		return fmt.Errorf("%d bytes for a text of %d", len(message), len(text))
	}
	length, i := 0, 0
	for i < HeaderLen && message[i] >= '0' && message[i] <= '9' {
		length = 10*length + int(message[i]-'0')
		i++
	}
	if i == 0 || length != len(text) {
		return fmt.Errorf("the header of a text of %d bytes is %q", len(text), message[:HeaderLen])
	}
	if i > 1 && message[0] == '0' {
		return fmt.Errorf("the header %q has a zero in front", message[:HeaderLen])
	}
	for ; i < HeaderLen; i++ {
		if message[i] != ' ' {
			return fmt.Errorf("the header %q is not filled with spaces", message[:HeaderLen])
		}
	}
	for k := 0; k < len(text); k++ {
		if message[HeaderLen+k] != text[k] {
			return fmt.Errorf("byte %d of the payload is %q, not %q", k, message[HeaderLen+k], text[k])
		}
	}
	return nil
}
