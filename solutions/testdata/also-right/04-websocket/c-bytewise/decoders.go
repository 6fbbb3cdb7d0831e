package websocket

import (
	"errors"
	"fmt"
	"reflect"
)

type FrameDecoder interface {
	Feed(chunk []byte)
	Next() (h Header, payload []byte, err error)
}

// CheckDecoder writes down what a decoder does with a stream as text, and compares
// that with what it should be.
func CheckDecoder(newDecoder func() FrameDecoder) error {
	var good []byte
	var want []string
	add := func(first byte, payload string) {
		h := parseStart(first, 128)
		h.Length = int64(len(payload))
		h.Key = [4]byte{9, 7, 200, 33}
		masked := []byte(payload)
		Mask(masked, h.Key, 0)
		good = append(AppendHeader(good, h), masked...)
		want = append(want, fmt.Sprintf("%+v %q", h, payload))
	}
	long := fmt.Sprintf("%040000d", 1)
	add(0x81, "abcdefg")
	add(0x82, "")
	add(0x01, "hij")
	add(0x89, "ping")
	add(0x80, "klmnopqrst")
	add(0x88, long[:125])
	add(0x82, long[:126])

	for size := 1; size <= len(good); size++ {
		got, err := transcript(newDecoder(), good, size)
		if err != nil {
			return err
		}
		if !reflect.DeepEqual(got, want) {
			return fmt.Errorf("pieces of %d bytes: %q", size, got)
		}
	}
	// All in one, and with an error behind it.
	start := len(good)
	for _, bad := range []string{
		"\xc1\x80", "\xa1\x80", "\x91\x80", "\x83\x80", "\x8b\x80", "\x81\x00", "\x09\x80", "\x89\xfe\x00\x7e", "\x80\x80",
		"\x81\xfe\x00\x01", "\x81\xff\x00\x00\x00\x00\x00\x00\xff\xff", "\x81\xff\xff\x00\x00\x00\x00\x00\x00\x00",
	} {
		stream := append(good[:start:start], bad...)
		if bad[1] >= 128 {
			stream = append(stream, 1, 2, 3, 4)
		}
		d := newDecoder()
		got, err := transcript(d, stream, len(stream))
		if len(got) != len(want) || !is1002(err) {
			return fmt.Errorf("%x was not refused with 1002", bad)
		}
		d.Feed(good)
		if _, _, err := d.Next(); err == nil {
			return fmt.Errorf("%x, and it went on", bad)
		}
	}
	for _, text := range []string{long, long + long} {
		add(0x82, text)
		if got, err := transcript(newDecoder(), good, len(good)); err != nil || !reflect.DeepEqual(got, want) {
			return fmt.Errorf("%d bytes: %v", len(text), err)
		}
	}
	// Inside a message: after a ping it still is one.
	want = nil
	add(0x01, "one")
	add(0x8a, "")
	end := len(good)
	start = end - len("one") - 6 - 6
	for _, first := range []byte{0x81, 0x82, 0x01, 0x02} {
		good = good[:end]
		add(first, "two")
		if got, err := transcript(newDecoder(), good[start:], 1000); len(got) != 2 || !is1002(err) {
			return errors.New("a message inside a message")
		}
	}
	return nil
}

func is1002(err error) bool {
	var p *ProtocolError
	return errors.As(err, &p) && p.Code == 1002
}

// transcript returns the frames that come of a stream in pieces of some size, and
// the error that is not ErrMore.
func transcript(d FrameDecoder, stream []byte, size int) (frames []string, err error) {
	chunk := make([]byte, size)
	for len(stream) > 0 {
		n := copy(chunk, stream)
		stream = stream[n:]
		d.Feed(chunk[:n])
		for i := range chunk {
			chunk[i] = 0xee
		}
		for range 20 {
			h, payload, err := d.Next()
			if errors.Is(err, ErrMore) {
				break
			}
			if err != nil {
				return frames, err
			}
			frames = append(frames, fmt.Sprintf("%+v %q", h, payload))
		}
	}
	return frames, nil
}
