// Package reassembly makes messages out of chunks: the stream of lesson 02, as a
// receiver gets it, cut anywhere.
//
//	sent      4         time 2         is
//	arrives   4     |    ti|me 2       |  is
package reassembly

import "errors"

// ErrMore is what Next returns when no whole message is there: feed more bytes.
var ErrMore = errors.New("more bytes are needed")

// A Decoder takes chunks of a stream and gives messages: ten bytes of header,
// then as many bytes of payload as the header says. It does no input or output
// of its own, so it works the same over TCP, from a file and in a test.
//
// Use: Feed a chunk, call Next until it returns ErrMore, Feed the next chunk. (Two
// Feeds in a row are allowed.) At the end of the stream, ask End whether it was a
// clean one.
type Decoder struct {
	limit int

	// Add the fields that you need.
}

// NewDecoder returns a Decoder that accepts payloads of at most limit bytes.
func NewDecoder(limit int) *Decoder {
	return &Decoder{limit: limit}
}

// Feed adds a chunk of the stream, of any size. The chunk is the caller's: what
// the decoder still needs after Feed has returned, it copies.
//
// Step 1: one chunk is one whole message.
//
// Step 2: a payload comes in several chunks.
//
// Step 3: a header comes in several chunks.
func (d *Decoder) Feed(chunk []byte) {
	notWritten(1)
}

// Next returns the payload of the next message. The slice is valid until the
// next call of Feed: a caller that keeps it longer copies it, and never appends to
// it.
//
// Step 1: a message that is complete is returned, and once. When no message is
// complete it returns ErrMore.
//
// Step 4: several messages may be complete after one Feed. Each call of Next
// returns one, without waiting for more bytes.
//
// Step 5: a payload is bytes. It may be empty, and a character may be cut in two
// by the end of a chunk.
//
// Step 6: a malformed header is ErrHeader (parseHeader makes the error), and a
// length above the limit is ErrTooLong; its text names the length and the limit,
// and no payload is waited for, nor memory set aside for it. A header is judged when
// all ten bytes of it are there. From the first error on Next returns that error for
// ever, with the same text: after it, nobody knows where a header begins. Messages
// before it are returned first.
func (d *Decoder) Next() (payload []byte, err error) {
	return nil, notWritten(1)
}

// Step 7
//
// End says what it means that the stream ends here, after Next has returned
// ErrMore or an error: nil between two messages, ErrCutHeader inside a header,
// ErrCutPayload inside a payload (also before its first byte), and the error of
// Next if there was one.
func (d *Decoder) End() error {
	return notWritten(7)
}

// Step 8
//
// Nothing new to write here, if all is well. However a stream is cut, it gives the
// same messages and the same error. A long message in small chunks and many
// messages in one chunk take time in proportion to their bytes. And a decoder
// whose caller takes out all messages after each Feed keeps memory in proportion
// to limit and chunk (four times their sum, and a little), however long the stream,
// and next to none after an error.
