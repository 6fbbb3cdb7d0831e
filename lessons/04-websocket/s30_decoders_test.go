package websocket

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"example/websockets/internal/steps"
	"example/websockets/internal/wire"
)

func TestStep30_YourTurn_ACheckThatExposesFaultyFrameDecoders(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		accept := func(name, why string, newDecoder func() FrameDecoder) {
			t.Anew() // thirty-nine calls, each with the time of a step
			t.Doing("calling CheckDecoder with %s", name)
			var last *decoderWitness
			err := CheckDecoder(func() FrameDecoder {
				last = &decoderWitness{FrameDecoder: newDecoder()}
				return last
			})
			if last == nil {
				t.Fail("CheckDecoder", steps.WantGot(steps.Words("calls newDecoder, and judges by what that decoder does"), steps.Words("it never calls newDecoder")))
			}
			if err != nil {
				var p *ProtocolError
				t.Fail("CheckDecoder, with "+name, "want  nil\ngot   error: "+oneLine(err)+"\nbefore that, Next returned  "+last.answer(),
					steps.LooksLike(last.fed == 0, "a decoder that was fed nothing has nothing to answer but ErrMore"),
					steps.LooksLike(errors.As(last.err, &p) && why == "" && last.fedAgain, "this decoder had refused a frame before, and from then on it says so. A new stream needs a new decoder"),
					steps.LooksLike(errors.As(last.err, &p) && why == "", "a right decoder was refused. What it was fed breaks a rule, and it said so"),
					steps.LooksLike(errors.Is(last.err, ErrMore), "a right decoder was refused. In the end it said ErrMore: nothing whole was left, and nothing wrong"),
					steps.LooksLike(why != "", "a right decoder was refused. "+why),
					steps.LooksLike(true, "a right decoder was refused"))
			}
		}
		plain := func() { // the first to be accepted: each of the others differs from it in one thing
			accept("a right decoder that keeps bytes until a frame is whole", "", func() FrameDecoder { return &bufferedDecoder{} })
		}
		plain()

		var slipped []string
		for fault := noFault + 1; fault < decoderFaults; fault++ {
			name := "a decoder that " + decoderFaultNames[fault]
			t.Anew()
			t.Doing("calling CheckDecoder with %s", name)
			if CheckDecoder(func() FrameDecoder { return &decoderWitness{FrameDecoder: &bufferedDecoder{fault: fault}} }) == nil {
				slipped = append(slipped, name)
			}
		}

		accept("a right decoder that wraps its protocol errors", "Its error may be wrapped: errors.As finds the ProtocolError in it",
			func() FrameDecoder { return &variedDecoder{wraps: true} })
		accept("a right decoder that names another section", "Of its error only the code is promised, not the section",
			func() FrameDecoder { return &variedDecoder{section: "5"} })
		accept("a right decoder that has nil for an empty payload", "An empty payload may be nil, too: its length is what counts",
			func() FrameDecoder { return &variedDecoder{nilForEmpty: true} })
		accept("a right decoder that takes one byte after the other", "It may refuse a frame as soon as it can, before the header is whole",
			func() FrameDecoder { return &bytewiseDecoder{} })
		plain()
		if len(slipped) > 0 {
			t.Fail(fmt.Sprintf("CheckDecoder, with %d faulty decoders, one after the other", decoderFaults-1),
				steps.WantGot(steps.Words("an error for each"), steps.Words(fmt.Sprintf("nil for %d of them", len(slipped)))),
				steps.LooksLike(true, "this one slipped through: "+slipped[0]))
		}
	})
}

// A decoderWitness remembers the last answer of a decoder.
type decoderWitness struct {
	FrameDecoder
	fed      int
	h        Header
	payload  []byte
	err      error
	asked    bool
	fedAgain bool // after Next had refused a frame
}

func (w *decoderWitness) Feed(chunk []byte) {
	w.fed += len(chunk)
	var p *ProtocolError
	w.fedAgain = w.fedAgain || errors.As(w.err, &p)
	w.FrameDecoder.Feed(chunk)
}

func (w *decoderWitness) Next() (Header, []byte, error) {
	h, payload, err := w.FrameDecoder.Next()
	w.h, w.payload, w.err, w.asked = h, payload, err, true
	return h, payload, err
}

func (w *decoderWitness) answer() string {
	switch {
	case !w.asked:
		return "nothing: it was not called"
	case errors.Is(w.err, ErrMore):
		return "ErrMore"
	case w.err != nil:
		return "error: " + oneLine(w.err)
	case w.payload == nil:
		return inGo(w.h) + ", nil"
	case len(w.payload) > 20:
		return fmt.Sprintf("%s, and %d bytes", inGo(w.h), len(w.payload))
	}
	return fmt.Sprintf("%s, %s", inGo(w.h), wire.Quote(w.payload))
}

// oneLine is the text of an error that may be anything.
func oneLine(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if r := []rune(text); len(r) > 200 {
		text = string(r[:200]) + "…"
	}
	return text
}

// A decoderFault is what is wrong with a decoder. With none it is right.
type decoderFault int

const (
	noFault decoderFault = iota
	takes125ForASign
	readsTheLast16Bits
	takesALengthForNegative
	takesALongerForm
	takes65535In64Bits
	takesTheTopBit
	takesFramesWithoutAMask
	leavesTheMaskOnControl
	goesOnWithTheKey
	beginsTheKeyAnew
	losesTheKey
	takesEveryFrameForTheLast
	looksAtOneReservedBit
	takesCompression
	takesReservedData
	takesReservedControl
	takesLongControl
	takesPiecesOfControl
	takesAStrayContinuation
	takesTheSameKindInside
	takesTheOtherKindInside
	forgetsWhatIsOpen
	readsHalfAHeader
	givesHalfAPayload
	losesEmptyFrames
	givesOneForEachChunk
	losesTheNextFrame
	keepsTheChunk
	goesOnAfterAnError
	refusesWithAnotherCode
	waitsForARefusedPayload
	tellsTheErrorFirst
	repeatsTheLast
	decoderFaults
)

var decoderFaultNames = [decoderFaults]string{
	takes125ForASign:          "takes 125 in the seven bits for a sign that the length follows",
	readsTheLast16Bits:        "reads only the last 16 of the 64 bits of a length",
	takesALengthForNegative:   "takes a length of 16 bits for a number with a sign",
	takesALongerForm:          "accepts a length up to 125 in 16 bits",
	takes65535In64Bits:        "accepts a length of 65535 in 64 bits",
	takesTheTopBit:            "accepts a length of 64 bits with its top bit set, and waits for the payload",
	takesFramesWithoutAMask:   "accepts a frame without a mask",
	leavesTheMaskOnControl:    "removes the mask from data frames only",
	goesOnWithTheKey:          "does not begin a frame with the first byte of its key, but where the frame before it stopped",
	beginsTheKeyAnew:          "begins again with the first byte of the key in every chunk",
	losesTheKey:               "gives headers without their key",
	takesEveryFrameForTheLast: "gives every frame as if FIN were set",
	looksAtOneReservedBit:     "looks only at the first of the three reserved bits",
	takesCompression:          "accepts the first reserved bit, as if compression had been agreed on",
	takesReservedData:         "accepts a data frame with a reserved opcode",
	takesReservedControl:      "accepts a control frame with a reserved opcode",
	takesLongControl:          "accepts a control frame of more than 125 bytes",
	takesPiecesOfControl:      "accepts a control frame without FIN",
	takesAStrayContinuation:   "accepts a continuation with nothing to continue",
	takesTheSameKindInside:    "accepts a text inside a fragmented text, and a binary inside a fragmented binary",
	takesTheOtherKindInside:   "accepts a binary inside a fragmented text, and a text inside a fragmented binary",
	forgetsWhatIsOpen:         "forgets that a message is open when a control frame comes in between",
	readsHalfAHeader:          "reads a header when its key has come in part",
	givesHalfAPayload:         "gives as much of a payload as has come",
	losesEmptyFrames:          "passes over an empty frame when its header ends a chunk",
	givesOneForEachChunk:      "gives at most one frame for each chunk",
	losesTheNextFrame:         "loses the start of a header that came in one chunk with the end of a frame",
	keepsTheChunk:             "keeps the caller's chunk in place of a copy",
	goesOnAfterAnError:        "goes on with the next frame after an error",
	refusesWithAnotherCode:    "refuses frames with another code than 1002",
	waitsForARefusedPayload:   "waits for the payload of a frame before it refuses it",
	tellsTheErrorFirst:        "tells an error before the frames in front of it",
	repeatsTheLast:            "gives its last frame over and over, and never ErrMore again",
}

// bufferedDecoder keeps what it was fed until a frame is whole.
type bufferedDecoder struct {
	fault decoderFault
	buf   []byte // fed and not taken
	open  bool   // a fragmented message has begun
	kind  Opcode // of the newest message
	err   error  // for good

	newest int   // where in buf the newest chunk begins
	turn   int   // bytes unmasked so far
	given  bool  // a frame since the last Feed
	cuts   []int // where in buf chunks begin
	frames bool  // there was one: last
	last   Header
	lastly []byte
}

func (d *bufferedDecoder) Feed(chunk []byte) {
	d.newest, d.given = len(d.buf), false
	if len(chunk) == 0 || d.err != nil {
		return
	}
	if d.fault == beginsTheKeyAnew {
		d.cuts = append(d.cuts, len(d.buf))
	}
	if d.fault == keepsTheChunk && len(d.buf) == 0 {
		d.buf = chunk[:len(chunk):len(chunk)]
		return
	}
	d.buf = append(d.buf, chunk...)
}

func (d *bufferedDecoder) Next() (Header, []byte, error) {
	switch {
	case d.err != nil:
		return Header{}, nil, d.err
	case d.fault == givesOneForEachChunk && d.given:
		return Header{}, nil, ErrMore
	}
	h, n, err := d.header()
	if err == nil && h.Length > int64(len(d.buf)-n) && d.fault == givesHalfAPayload && len(d.buf) > n {
		h.Length = int64(len(d.buf) - n)
	}
	if err == nil && (h.Length < 0 || h.Length > int64(len(d.buf)-n)) {
		err = ErrMore
	}
	switch {
	case errors.Is(err, ErrMore):
		if d.fault == repeatsTheLast && d.frames {
			return d.last, d.lastly, nil
		}
		return Header{}, nil, err
	case err != nil:
		if d.fault == waitsForARefusedPayload && int64(len(d.buf)-n) < min(h.Length, 1<<20) {
			return Header{}, nil, ErrMore
		}
		if d.fault == goesOnAfterAnError {
			d.take(n + int(min(max(h.Length, 0), int64(len(d.buf)-n))))
			return Header{}, nil, err
		}
		d.buf, d.err = nil, err
		return Header{}, nil, err
	}

	payload := d.buf[n : n+int(h.Length)]
	if d.fault == tellsTheErrorFirst {
		next := &bufferedDecoder{buf: d.buf[n+int(h.Length):], open: d.opens(h)}
		if _, _, err := next.header(); err != nil && !errors.Is(err, ErrMore) {
			d.buf, d.err = nil, err
			return Header{}, nil, err
		}
	}
	d.unmask(h, payload, n)
	d.take(n + len(payload))
	d.open = d.opens(h)
	if h.Opcode == OpText || h.Opcode == OpBinary {
		d.kind = h.Opcode
	}
	if d.fault == losesTheKey {
		h.Key = [4]byte{}
	}
	if d.fault == takesEveryFrameForTheLast {
		h.Fin = true
	}
	if d.fault == losesEmptyFrames && h.Length == 0 && len(d.buf) == 0 {
		return Header{}, nil, ErrMore
	}
	if d.fault == losesTheNextFrame && len(d.buf) > 0 && d.newest < 0 {
		if _, _, err := d.header(); errors.Is(err, ErrMore) {
			d.buf = nil
		}
	}
	d.given, d.frames, d.last, d.lastly = true, true, h, payload
	return h, payload, nil
}

// take removes n bytes from the front.
func (d *bufferedDecoder) take(n int) {
	d.buf, d.newest = d.buf[n:], d.newest-n
	for i := range d.cuts {
		d.cuts[i] -= n
	}
	for len(d.cuts) > 0 && d.cuts[0] <= 0 {
		d.cuts = d.cuts[1:]
	}
}

// opens says whether a message is open behind h.
func (d *bufferedDecoder) opens(h Header) bool {
	if h.Opcode&8 != 0 {
		return d.open && d.fault != forgetsWhatIsOpen
	}
	return !h.Fin
}

func (d *bufferedDecoder) unmask(h Header, payload []byte, begin int) {
	if !h.Masked || d.fault == leavesTheMaskOnControl && h.Opcode&8 != 0 {
		return
	}
	turn := 0
	if d.fault == goesOnWithTheKey {
		turn = d.turn
	}
	for i := range payload {
		for len(d.cuts) > 0 && d.cuts[0] <= begin+i {
			if d.cuts[0] == begin+i {
				turn = -i
			}
			d.cuts = d.cuts[1:]
		}
		payload[i] ^= h.Key[(turn+i)&3]
	}
	d.turn += len(payload)
}

// header reads and judges the header in front.
func (d *bufferedDecoder) header() (h Header, n int, err error) {
	b := d.buf
	if len(b) < 2 {
		return h, 0, ErrMore
	}
	seven := int64(b[1] & 0x7f)
	h = Header{Fin: b[0]&0x80 != 0, RSV: b[0] >> 4 & 7, Opcode: Opcode(b[0] & 0xf), Masked: b[1]&0x80 != 0, Length: seven}
	n = 2
	switch {
	case seven == 126 || seven == 125 && d.fault == takes125ForASign:
		n = 4
	case seven == 127:
		n = 10
	}
	key := n
	if h.Masked {
		n += 4
	}
	if len(b) < n {
		if d.fault != readsHalfAHeader || len(b) <= key {
			return h, n, ErrMore
		}
		n = len(b)
	}
	wrong := func(section, problem string) (Header, int, error) {
		p := violation(section, "%s", problem)
		if d.fault == refusesWithAnotherCode {
			p.Code = CloseInvalidPayload
		}
		return h, n, p
	}
	longer := false
	switch key {
	case 4:
		h.Length = int64(binary.BigEndian.Uint16(b[2:]))
		longer = h.Length < 126 && seven == 126 && d.fault != takesALongerForm
		if d.fault == takesALengthForNegative {
			h.Length = int64(int16(h.Length))
		}
	case 10:
		if b[2] >= 0x80 && d.fault != takesTheTopBit {
			return wrong("5.2", "the top bit of a length is set")
		}
		h.Length = int64(binary.BigEndian.Uint64(b[2:]))
		longer = 0 <= h.Length && h.Length < 65536 && (d.fault != takes65535In64Bits || h.Length < 65535)
		if d.fault == readsTheLast16Bits {
			h.Length &= 0xffff
		}
	}
	if h.Masked {
		copy(h.Key[:], b[key:n])
	}
	control, continued := h.Opcode >= 8, h.Opcode == 0
	reserved := h.Opcode > 2 && !control || h.Opcode > 10
	kind := takesTheOtherKindInside
	if h.Opcode == d.kind {
		kind = takesTheSameKindInside
	}
	rsv := h.RSV
	switch d.fault {
	case looksAtOneReservedBit:
		rsv &= 4
	case takesCompression:
		rsv &= 3
	}
	switch {
	case longer:
		return wrong("5.2", "a length in a longer form than it needs")
	case rsv != 0:
		return wrong("5.2", "a reserved bit is set")
	case reserved && control && d.fault != takesReservedControl, reserved && !control && d.fault != takesReservedData:
		return wrong("5.2", "a reserved opcode")
	case !h.Masked && d.fault != takesFramesWithoutAMask:
		return wrong("5.1", "a frame without a mask")
	case control && !h.Fin && d.fault != takesPiecesOfControl:
		return wrong("5.5", "a control frame without FIN")
	case control && h.Length > 125 && d.fault != takesLongControl:
		return wrong("5.5", "a control frame with more than 125 bytes")
	case continued && !d.open && d.fault != takesAStrayContinuation:
		return wrong("5.4", "a continuation, and nothing to continue")
	case !control && !continued && d.open && d.fault != kind:
		return wrong("5.4", "a new message inside another")
	}
	return h, n, nil
}

// A variedDecoder is as right as a bufferedDecoder without a fault, and differs from
// it in something that nobody was promised.
type variedDecoder struct {
	bufferedDecoder
	wraps       bool
	section     string
	nilForEmpty bool
	refusal     error // always the same one
}

func (d *variedDecoder) Next() (Header, []byte, error) {
	h, payload, err := d.bufferedDecoder.Next()
	var p *ProtocolError
	if errors.As(err, &p) && d.refusal == nil {
		d.refusal = err
		if d.section != "" {
			d.refusal = &ProtocolError{p.Code, d.section, p.Problem}
		}
		if d.wraps {
			d.refusal = fmt.Errorf("frame: %w", err)
		}
	}
	switch {
	case d.refusal != nil:
		return h, nil, d.refusal
	case d.nilForEmpty && len(payload) == 0:
		payload = nil
	}
	return h, payload, err
}

// bytewiseDecoder is right too, in another way: it takes one byte after the other,
// refuses a frame at the first byte that cannot be right, wraps its errors, copies
// every payload, and has nil for an empty one.
type bytewiseDecoder struct {
	head    []byte // of the frame that is coming
	h       Header
	payload []byte
	in      bool // in a payload
	open    bool
	whole   []wholeFrame
	err     error
}

type wholeFrame struct {
	h       Header
	payload []byte
}

func (d *bytewiseDecoder) Feed(chunk []byte) {
	for _, b := range chunk {
		switch {
		case d.err != nil:
			return
		case d.in:
			d.payload = append(d.payload, b^d.h.Key[len(d.payload)%4])
		default:
			d.head = append(d.head, b)
			if problem := d.judge(); problem != "" {
				d.err = fmt.Errorf("frame: %w", &ProtocolError{CloseProtocolError, "5", problem})
				return
			}
		}
		if d.in && int64(len(d.payload)) == d.h.Length {
			d.whole = append(d.whole, wholeFrame{d.h, d.payload})
			if d.h.Opcode < OpClose {
				d.open = !d.h.Fin
			}
			d.head, d.payload, d.in = nil, nil, false
		}
	}
}

// judge looks at the newest byte of the header.
func (d *bytewiseDecoder) judge() string {
	first, n := d.head[0], len(d.head)
	right := "\x01\x81\x02\x82\x88\x89\x8a"
	if d.open {
		right = "\x00\x80\x88\x89\x8a"
	}
	if !strings.Contains(right, string([]byte{first})) {
		return fmt.Sprintf("a frame cannot begin with %02x here", first)
	}
	if n == 1 {
		return ""
	}
	second := d.head[1]
	more := map[byte]int{126: 2, 127: 8}[second&0x7f]
	if second < 0x80 || first >= 0x88 && more > 0 {
		return fmt.Sprintf("%02x cannot be followed by %02x", first, second)
	}
	length := int64(second & 0x7f)
	if more > 0 && n >= 2+more {
		length = 0
		for i, b := range d.head[2 : 2+more] {
			if i == 0 && more == 8 && b >= 0x80 {
				return "a length with 64 bits"
			}
			length = length<<8 | int64(b)
		}
		if length < 126 || more == 8 && length>>16 == 0 {
			return "a length in too many bytes"
		}
	}
	if n == 2+more+4 {
		d.h = Header{Fin: first >= 0x80, Opcode: Opcode(first & 0xf), Masked: true, Length: length, Key: [4]byte(d.head[n-4:])}
		d.in = true
	}
	return ""
}

func (d *bytewiseDecoder) Next() (Header, []byte, error) {
	if len(d.whole) > 0 {
		f := d.whole[0]
		d.whole = d.whole[1:]
		return f.h, f.payload, nil
	}
	if d.err != nil {
		return Header{}, nil, d.err
	}
	return Header{}, nil, ErrMore
}
