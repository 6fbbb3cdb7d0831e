// Package reassembly makes messages out of chunks, cut anywhere.
package reassembly

import (
	"errors"
	"fmt"
)

// ErrMore is what Next returns when no whole message is there: feed more bytes.
var ErrMore = errors.New("more bytes are needed")

// A Decoder takes chunks of a stream and gives messages.
//
// Feed does the work: it looks at every byte once and puts the payloads behind
// each other. Next only walks along them.
type Decoder struct {
	limit int

	// The message under way.
	header    [HeaderLen]byte
	got       int  // bytes of the header
	inPayload bool // the header is complete
	missing   int  // bytes of the payload

	// Payloads: the complete ones, then what is there of the one under way.
	payloads []byte
	ends     []int // where the complete ones end
	next     int   // index in ends of the one that Next returns
	start    int   // where that one begins

	err error
}

// NewDecoder returns a Decoder that accepts payloads of at most limit bytes.
func NewDecoder(limit int) *Decoder {
	return &Decoder{limit: limit}
}

// Feed adds a chunk of the stream, of any size.
func (d *Decoder) Feed(chunk []byte) {
	d.forget()
	for len(chunk) > 0 && d.err == nil {
		if d.inPayload {
			n := min(d.missing, len(chunk))
			d.payloads = append(d.payloads, chunk[:n]...)
			d.missing -= n
			chunk = chunk[n:]
		} else {
			n := copy(d.header[d.got:], chunk)
			d.got += n
			chunk = chunk[n:]
			if d.got == HeaderLen {
				d.begin()
			}
		}
		if d.inPayload && d.missing == 0 {
			d.ends = append(d.ends, len(d.payloads))
			d.inPayload, d.got = false, 0
		}
	}
}

// begin goes from a complete header to its payload.
func (d *Decoder) begin() {
	length, err := parseHeader(d.header[:])
	switch {
	case err != nil:
		d.err = err
	case length > d.limit:
		d.err = fmt.Errorf("%w: %d bytes, the limit is %d", ErrTooLong, length, d.limit)
	default:
		d.inPayload, d.missing = true, length
	}
}

// forget drops what Next has returned, once that is more than what it moves.
func (d *Decoder) forget() {
	const endSize = 8
	dropped := d.start + endSize*d.next
	kept := len(d.payloads) - d.start + endSize*(len(d.ends)-d.next)
	if d.next < len(d.ends) && dropped < kept {
		return
	}
	if d.next == 0 {
		return
	}
	d.payloads = append(d.payloads[:0], d.payloads[d.start:]...)
	d.ends = append(d.ends[:0], d.ends[d.next:]...)
	for i := range d.ends {
		d.ends[i] -= d.start
	}
	d.next, d.start = 0, 0
}

// Next returns the payload of the next message, valid until the next Feed.
func (d *Decoder) Next() (payload []byte, err error) {
	if d.next < len(d.ends) {
		end := d.ends[d.next]
		payload = d.payloads[d.start:end:end]
		d.start = end
		d.next++
		return payload, nil
	}
	if d.err != nil {
		return nil, d.err
	}
	return nil, ErrMore
}

// End says what it means that the stream ends here.
func (d *Decoder) End() error {
	switch {
	case d.err != nil:
		return d.err
	case d.inPayload:
		return ErrCutPayload
	case d.got > 0:
		return ErrCutHeader
	}
	return nil
}
