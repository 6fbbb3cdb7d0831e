package lengthheader

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
)

// CheckEncoder tests somebody else's encoder: what it makes must be read back.
func CheckEncoder(encode func(text string) []byte) error {
	random := rand.New(rand.NewPCG(1, 2))
	alphabet := []string{"a", "0", " ", "\n", "\x00", "é", "世", "😀", "\xff", "\"", "<", "%", "\\", "\t"}

	var stream, kept bytes.Buffer
	var texts []string
	var messages [][]byte
	for size := 0; size < 20_000; size += 1 + size/7 {
		for _, first := range []string{"", "z"} {
			var text bytes.Buffer
			text.WriteString(first)
			for text.Len() < size {
				text.WriteString(alphabet[random.IntN(len(alphabet))])
			}
			texts = append(texts, text.String())
		}
	}
	for _, piece := range alphabet {
		texts = append(texts, piece, piece+piece)
	}

	for _, text := range texts {
		message := encode(text)
		messages = append(messages, message)
		stream.Write(message)
		kept.Write(message)
	}
	for _, want := range texts {
		if h := stream.Bytes(); len(h) > 1 && h[0] == '0' && h[1] != ' ' {
			return errors.New("a length begins with a zero")
		}
		text, err := ReadMessage(&stream, 1<<30)
		if err != nil {
			return fmt.Errorf("the message for %.20q: %w", want, err)
		}
		if text != want {
			return fmt.Errorf("the message for %.20q is read as %.20q", want, text)
		}
	}
	if _, err := stream.ReadByte(); err != io.EOF {
		return errors.New("there are bytes after the last message")
	}
	if !bytes.Equal(bytes.Join(messages, nil), kept.Bytes()) {
		return errors.New("a call changes what an earlier one returned")
	}
	return nil
}
