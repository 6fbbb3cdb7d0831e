// Package reassembly makes messages out of chunks: the stream of lesson 02, as a
// receiver gets it, cut anywhere.
//
//	sent      4         time 2         is
//	arrives   4     |    ti|me 2       |  is
package reassembly

import (
	"errors"
	"fmt"
)

// ErrMore is what Next returns when no whole message is there: feed more bytes.
var ErrMore = errors.New("more bytes are needed")

// A Decoder takes chunks of a stream and gives messages: ten bytes of header,
// then as many bytes of payload as the header says. It does no input or output
// of its own, so it works the same over TCP, from a file and in a test.
//
// Use: Feed a chunk, call Next until it returns ErrMore, Feed the next chunk. At
// the end of the stream, ask End whether it was a clean one.
//
// It keeps at most a header, the limit and one chunk in memory, as long as all
// messages are taken out after each Feed, and only what has arrived, never what
// has been announced.
type Decoder struct {
	limit int
	buf   []byte // buf[read:] has been fed and not been taken
	read  int
	need  int   // bytes that must be there before it is worth looking again
	err   error // the first error, for good
}

// NewDecoder returns a Decoder that accepts payloads of at most limit bytes.
func NewDecoder(limit int) *Decoder {
	return &Decoder{limit: limit, need: HeaderLen}
}

// Feed adds a chunk of the stream. It copies the chunk, and makes the payloads
// that Next returned before invalid.
func (d *Decoder) Feed(chunk []byte) {
	if d.err != nil {
		return // nothing behind an error is believed, so nothing is kept
	}
	if len(d.buf)+len(chunk) > cap(d.buf) {
		d.makeRoom(len(chunk))
	}
	d.buf = append(d.buf, chunk...)
}

// makeRoom makes space for n more bytes. Moving what is kept costs time, a larger
// buffer costs memory. It moves when that is cheap: when no more is kept than
// was taken out since the last move, each byte pays for one other byte. It grows
// by doubling otherwise, up to what one message and one chunk need, and beyond
// that only for a caller that leaves messages in.
func (d *Decoder) makeRoom(n int) {
	kept := d.buf[d.read:]
	size := min(2*cap(d.buf), HeaderLen+d.limit+n)
	size = max(size, len(kept)+n)
	if len(kept)+n <= cap(d.buf) && (len(kept) <= d.read || size <= cap(d.buf)) {
		d.buf = d.buf[:copy(d.buf[:cap(d.buf)], kept)]
	} else {
		d.buf = append(make([]byte, 0, size), kept...)
	}
	d.read = 0
}

// Next returns the payload of the next message: a view of the decoder's buffer,
// valid until the next Feed. It returns [ErrMore] when no message is complete,
// and from the first [ErrHeader] or [ErrTooLong] on that same error.
func (d *Decoder) Next() (payload []byte, err error) {
	// Most calls end here: a long message in small chunks is asked for after each
	// of them, and its header must not be parsed as often.
	if len(d.buf)-d.read < d.need {
		return nil, ErrMore
	}
	return d.next()
}

func (d *Decoder) next() (payload []byte, err error) {
	if d.err != nil {
		return nil, d.err
	}
	begin := d.read + HeaderLen
	length, err := parseHeader(d.buf[d.read:begin])
	if err == nil && length > d.limit {
		err = fmt.Errorf("%w: %d bytes announced, at most %d accepted", ErrTooLong, length, d.limit)
	}
	if err != nil {
		d.err = err
		d.buf, d.read, d.need = nil, 0, 0
		return nil, err
	}
	if len(d.buf)-begin < length {
		d.need = HeaderLen + length
		return nil, ErrMore
	}
	d.read, d.need = begin+length, HeaderLen
	// The capacity ends with the payload: an append to it must not write over
	// the message behind it.
	return d.buf[begin:d.read:d.read], nil
}

// End says what it means that the stream ends here: nil between two messages,
// [ErrCutHeader], [ErrCutPayload], or the error of [Decoder.Next].
func (d *Decoder) End() error {
	switch left := len(d.buf) - d.read; {
	case d.err != nil:
		return d.err
	case left == 0:
		return nil
	case left < HeaderLen:
		return fmt.Errorf("%w: %d of %d bytes came: %q", ErrCutHeader, left, HeaderLen, d.buf[d.read:])
	default:
		length, err := parseHeader(d.buf[d.read : d.read+HeaderLen])
		if err != nil {
			return err
		}
		return fmt.Errorf("%w: %d of %d bytes came", ErrCutPayload, left-HeaderLen, length)
	}
}
