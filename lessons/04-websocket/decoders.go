package websocket

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

// Step 30
//
// CheckDecoder finds out whether a decoder is right. It returns nil for a right
// one, and otherwise an error that says what is wrong. newDecoder returns a new
// decoder, as often as it is called.
//
// It comes to its end whatever a decoder answers. A decoder that panics, or never
// returns, need not be caught.
func CheckDecoder(newDecoder func() FrameDecoder) error {
	return notWritten(30)
}
