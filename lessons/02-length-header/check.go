package lengthheader

// Step 9
//
// CheckEncoder tests somebody else's encoder. encode(text) returns the whole
// message for text, header and payload, as AppendMessage does; a right one and
// more than ten faulty ones will be given to it.
//
// It returns nil for an encoder that is right, and an error that says what is
// wrong with it otherwise. Call encode with texts of your choice, as often as you
// like, and look at what comes back.
func CheckEncoder(encode func(text string) []byte) error {
	return notWritten(9)
}
