// Package reassembly makes messages out of chunks, cut anywhere.
package reassembly

import (
	"errors"
	"fmt"
)

// ErrMore is what Next returns when no whole message is there: feed more bytes.
var ErrMore = errors.New("more bytes are needed")

// leastPiece is the room that a piece has for small chunks, if limit allows it.
const leastPiece = 4096

// A Decoder takes chunks of a stream and gives messages.
//
// It keeps the chunks in pieces and joins them only when a message is complete.
type Decoder struct {
	limit int

	rope   [][]byte // what was fed and not yet returned
	size   int      // bytes in rope
	length int      // of the payload under way, or -1 before its header
	err    error
}

// NewDecoder returns a Decoder that accepts payloads of at most limit bytes.
func NewDecoder(limit int) *Decoder {
	return &Decoder{limit: limit, length: -1}
}

// Feed adds a chunk of the stream, of any size.
func (d *Decoder) Feed(chunk []byte) {
	if d.err != nil {
		return
	}
	d.size += len(chunk)
	if last := len(d.rope) - 1; last >= 0 {
		piece := d.rope[last]
		n := min(cap(piece)-len(piece), len(chunk))
		d.rope[last] = append(piece, chunk[:n]...)
		chunk = chunk[n:]
	}
	if len(chunk) > 0 {
		piece := make([]byte, 0, max(len(chunk), min(d.limit, leastPiece)))
		d.rope = append(d.rope, append(piece, chunk...))
	}
}

// Next returns the payload of the next message, valid until the next Feed.
func (d *Decoder) Next() (payload []byte, err error) {
	if d.err != nil {
		return nil, d.err
	}
	if d.length < 0 {
		if d.size < HeaderLen {
			return nil, ErrMore
		}
		length, err := parseHeader(d.cut(HeaderLen))
		if err == nil && length > d.limit {
			err = fmt.Errorf("%w: %d is above the limit of %d bytes", ErrTooLong, length, d.limit)
		}
		if err != nil {
			d.err, d.rope = err, nil
			return nil, err
		}
		d.length = length
	}
	if d.size < d.length {
		return nil, ErrMore
	}
	payload = d.cut(d.length)
	d.length = -1
	return payload, nil
}

// cut takes the first n bytes off the rope. It copies them only if they are in
// more than one piece.
func (d *Decoder) cut(n int) []byte {
	if n == 0 {
		return []byte{}
	}
	d.size -= n
	if first := d.rope[0]; len(first) >= n {
		d.drop(n)
		return first[:n:n]
	}
	joined := make([]byte, 0, n)
	for len(joined) < n {
		first := d.rope[0]
		first = first[:min(len(first), n-len(joined))]
		joined = append(joined, first...)
		d.drop(len(first))
	}
	return joined
}

// drop takes n bytes off the first piece, and the piece off the rope when it is
// used up and no chunk fits in any more.
func (d *Decoder) drop(n int) {
	d.rope[0] = d.rope[0][n:]
	if len(d.rope[0]) == 0 && (len(d.rope) > 1 || cap(d.rope[0]) == 0) {
		d.rope[0] = nil
		d.rope = d.rope[1:]
	}
}

// End says what it means that the stream ends here.
func (d *Decoder) End() error {
	switch {
	case d.err != nil:
		return d.err
	case d.length >= 0:
		return ErrCutPayload
	case d.size > 0:
		return ErrCutHeader
	default:
		return nil
	}
}
