package websocket

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// A FrameDecoder makes frames of the bytes that a server receives, wherever the
// stream was cut.
type FrameDecoder interface {
	// Feed adds a chunk of the stream, of any size, also several before a Next. When
	// Feed has returned, the chunk is the caller's again, who may use its memory for
	// the next one.
	Feed(chunk []byte)

	// Next returns the next frame: its header, and its payload without the mask,
	// valid until the next call. When no whole frame is there, the error is ErrMore.
	//
	// For a frame that breaks a rule, errors.As finds a ProtocolError with
	// CloseProtocolError, whatever its section: at the latest when its header is
	// whole, and never before the frames in front of it were returned. From then on
	// every Next returns such an error. The rules are those of ParseHeader, and of
	// CheckHeader for a Server. What a payload says is nobody's business here, and a
	// Close frame ends nothing.
	Next() (h Header, payload []byte, err error)
}

// CheckDecoder returns nil for a right decoder, and otherwise an error that says
// what is wrong. newDecoder returns a new decoder, as often as it is called.
func CheckDecoder(newDecoder func() FrameDecoder) error {
	for _, s := range decoderStreams() {
		for _, chunks := range s.cuts() {
			if err := s.feed(newDecoder(), chunks); err != nil {
				return fmt.Errorf("%s, in %d chunks, the first of %d bytes: %w", s.name, len(chunks), len(chunks[0]), err)
			}
		}
	}
	return nil
}

// A decoderStream is bytes, and what a right decoder makes of them.
type decoderStream struct {
	name   string
	bytes  []byte
	frames []expectedFrame
	wrong  int // where the header of a frame that is refused ends; 0: there is none
}

type expectedFrame struct {
	h       Header
	payload []byte
	end     int // where in the stream
}

// decoderStreams makes the streams once, for all decoders.
var decoderStreams = sync.OnceValue(func() []decoderStream {
	// Four different bytes, so that none can stand in for another; and payloads that
	// are no multiple of four, so that a frame cannot go on with the last one's turn.
	key := [4]byte{0x37, 0xfa, 0x21, 0x3d}
	frame := func(s *decoderStream, first byte, n int) {
		h := parseStart(first, 0x80)
		h.Length, h.Key = int64(n), key
		payload := make([]byte, n)
		for i := range payload {
			payload[i] = byte('a' + i%23)
		}
		s.bytes = append(AppendHeader(s.bytes, h), payload...)
		Mask(s.bytes[len(s.bytes)-n:], key, 0)
		s.frames = append(s.frames, expectedFrame{h, payload, len(s.bytes)})
	}

	right := decoderStream{name: "frames of every kind"}
	for i, first := range []byte{0x81, 0x82, 0x01, 0x89, 0x00, 0x8a, 0x80, 0x02, 0x80, 0x88} {
		frame(&right, first, []int{5, 0, 3, 7, 9, 0, 1, 126, 6, 2}[i])
	}
	all := []decoderStream{right}
	for _, n := range []int{1, 125, 126, 127, 256, 65535, 65536} {
		s := decoderStream{name: fmt.Sprintf("a payload of %d bytes", n)}
		frame(&s, 0x82, n)
		frame(&s, 0x81, 3)
		all = append(all, s)
	}

	const idle, open = "", "\x01" // the first byte of a frame that comes before
	for _, c := range []struct{ name, before, header string }{
		{"the first reserved bit", idle, "\xc1\x81"},
		{"the second reserved bit", idle, "\xa1\x81"},
		{"the third reserved bit", idle, "\x91\x81"},
		{"a reserved opcode", idle, "\x83\x81"},
		{"the last one for data", open, "\x87\x80"},
		{"a reserved opcode for control", idle, "\x8b\x81"},
		{"the last of them", open, "\x8f\x80"},
		{"no mask", idle, "\x81\x01"},
		{"no mask on a control frame", idle, "\x89\x00"},
		{"a length of 125 in 16 bits", idle, "\x81\xfe\x00\x7d"},
		{"a length of 65535 in 64 bits", idle, "\x81\xff\x00\x00\x00\x00\x00\x00\xff\xff"},
		{"the top bit of a length", idle, "\x81\xff\x80\x00\x00\x00\x00\x01\x00\x00"},
		{"a ping in pieces", idle, "\x09\x81"},
		{"a ping of 126 bytes", idle, "\x89\xfe\x00\x7e"},
		{"a continuation of nothing", idle, "\x80\x81"},
		{"a text inside a text", open, "\x81\x81"},
		{"the start of a message inside another", open, "\x02\x81"},
	} {
		s := decoderStream{name: c.name}
		frame(&s, 0x82, 2)
		for _, first := range []byte(c.before) {
			frame(&s, first, 2)
			frame(&s, 0x89, 1) // which leaves the message open
		}
		s.bytes = append(s.bytes, c.header...)
		if c.header[1] >= 0x80 {
			s.bytes = append(s.bytes, key[:]...)
		}
		s.wrong = len(s.bytes)
		s.bytes = append(s.bytes, 'x') // its payload, and frames behind it
		s.bytes = append(s.bytes, s.bytes[:s.frames[0].end]...)
		all = append(all, s)
	}
	return all
})

// cuts returns ways to cut the stream: whole, in pieces of every small size, and in
// two at every place. A long payload is cut only at its beginning: behind that, all
// places are alike.
func (s decoderStream) cuts() [][][]byte {
	const long = 1000
	all := [][][]byte{{s.bytes}}
	for size := 1; size <= 9 && len(s.bytes) < long; size++ {
		all = append(all, slices.Collect(slices.Chunk(s.bytes, size)))
	}
	for cut := 1; cut < len(s.bytes); cut++ {
		if cut <= MaxHeaderLen || len(s.bytes) < long {
			all = append(all, [][]byte{s.bytes[:cut], s.bytes[cut:]})
		}
	}
	return all
}

// feed gives the chunks to a decoder, which has to return what is whole after each.
func (s decoderStream) feed(d FrameDecoder, chunks [][]byte) error {
	fed, got := 0, 0
	var memory []byte
	for _, chunk := range chunks {
		memory = append(memory[:0], chunk...)
		d.Feed(memory)
		clear(memory) // it is ours again
		fed += len(chunk)
		for got < len(s.frames) && s.frames[got].end <= fed {
			want := s.frames[got]
			h, payload, err := d.Next()
			switch {
			case err != nil:
				return fmt.Errorf("frame %d: %w", got+1, err)
			case h != want.h:
				return fmt.Errorf("frame %d has the header %+v, want %+v", got+1, h, want.h)
			case !bytes.Equal(payload, want.payload):
				return fmt.Errorf("frame %d of %d bytes has a wrong payload", got+1, len(want.payload))
			}
			got++
		}
		_, _, err := d.Next()
		refused := func() bool {
			var p *ProtocolError
			return errors.As(err, &p) && p.Code == CloseProtocolError
		}
		switch {
		case s.wrong > 0 && fed >= s.wrong:
			if !refused() {
				return fmt.Errorf("behind its header, Next says: %v", err)
			}
		case errors.Is(err, ErrMore):
		case s.wrong > 0 && got == len(s.frames) && refused():
			// Early, and right: the rest of the header cannot change it.
		default:
			return fmt.Errorf("after %d frames and a part of the next, Next says: %v", got, err)
		}
	}
	return nil
}
