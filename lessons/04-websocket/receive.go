package websocket

// Step 14
//
// Feed gives the core the next chunk of what was received, of any length and cut
// anywhere. The chunk is the core's, which removes masks inside it, until Next
// returns ErrMore or another error. Then it is its owner's again, who may read the
// next chunk into the same memory or let it go: the core keeps no view of it, nor of
// one that is fed behind an error.
func (c *Core) Feed(chunk []byte) {
	notWritten(14)
}

// Step 14
//
// Left returns, after Next has returned ErrMore, how many bytes are still to come of
// the payload of the data frame that has begun; and 0 between two frames, inside a
// header and (step 17) inside a control frame. So many bytes are worth reading
// straight to where they are wanted, and feeding from there: Next removes their mask
// in place.
func (c *Core) Left() int64 {
	notWritten(14)
	return 0
}

// Next returns the next event of the chunk, and looks no further than that. It
// returns ErrMore when the chunk is used up.
//
// Step 14: frames, in whatever chunks they come. A payload is given out piece by
// piece, as it comes: all that the chunk has of it is one event, a view of the
// chunk, without its mask. The last piece has End; a payload of no bytes is one
// empty piece with End. Otherwise no piece is empty.
//
// Two bytes of a header are enough for CheckHeader, and as soon as they are there
// its error is returned; the errors of ParseHeader when the header is complete. The
// first error stays: Next returns it for ever and looks at nothing any more. What
// came in front of it is given out first.
//
// Step 15: messages in fragments (section 5.4). Every piece has the opcode of its
// message, and only the last piece of the last fragment has End. Text is checked
// across all fragments: the ProtocolError with CloseInvalidPayload is returned for
// the chunk whose byte cannot be right (what it has in front of that byte need not
// be given out), or at the end of a message that ends inside a character.
//
// A message that gets above the limit, all its fragments added, is a ProtocolError
// with CloseTooBig (section 7.4.1), as soon as a header announces so much: nobody waits for the
// payload or sets memory aside for it. A length may be anything up to 1<<63-1.
//
// Step 17: a ping and a pong are events too, each as a whole, also between the
// fragments of a message, which they leave as it is. A piece of one is kept until
// the rest has come.
//
// Step 18: a Close frame is a CloseError with what ParseClosePayload makes of it, or
// the error of that function. It stays like the others.
//
// Step 19: nothing new. However the stream is cut, the messages, the control frames,
// the answers and the error are the same.
func (c *Core) Next() (Event, error) {
	return Event{}, notWritten(14)
}
