// Package reassembly makes messages out of chunks, cut anywhere.
package reassembly

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// ErrMore is what Next returns when no whole message is there: feed more bytes.
var ErrMore = errors.New("more bytes are needed")

// A Decoder takes chunks of a stream and gives messages.
type Decoder struct {
	limit int

	buf    bytes.Buffer // what was fed and not yet returned
	opened bool         // the header of the next message is out of buf
	length int          // what it said
	err    error
}

// NewDecoder returns a Decoder that accepts payloads of at most limit bytes.
func NewDecoder(limit int) *Decoder {
	return &Decoder{limit: limit}
}

// Feed adds a chunk of the stream, of any size.
func (d *Decoder) Feed(chunk []byte) {
	if d.err == nil {
		d.buf.Write(chunk)
	}
}

// Next returns the payload of the next message, valid until the next Feed.
func (d *Decoder) Next() (payload []byte, err error) {
	if d.err != nil {
		return nil, d.err
	}
	if !d.opened {
		if d.buf.Len() < HeaderLen {
			return nil, ErrMore
		}
		if d.length, d.err = parseHeader(d.buf.Next(HeaderLen)); d.err != nil {
			return nil, d.err
		}
		if d.length > d.limit {
			d.err = fmt.Errorf("%w: %d bytes announced, at most %d accepted", ErrTooLong, d.length, d.limit)
			return nil, d.err
		}
		d.opened = true
	}
	if d.buf.Len() < d.length {
		return nil, ErrMore
	}
	d.opened = false
	return slices.Clip(d.buf.Next(d.length)), nil
}

// End says what it means that the stream ends here.
func (d *Decoder) End() error {
	if d.err != nil {
		return d.err
	}
	if d.opened {
		return ErrCutPayload
	}
	if d.buf.Len() > 0 {
		return ErrCutHeader
	}
	return nil
}
