package lengthheader

// Step 9
//
// CheckEncoder tests somebody else's encoder. encode(text) returns the whole
// message for text, header and payload, as AppendMessage does; a right one and
// seventeen faulty ones will be given to it.
//
// It returns nil for an encoder that is right, and an error that says what is
// wrong with it otherwise. Call encode with texts of your choice and look at what
// comes back. For all encoders together there are six seconds.
func CheckEncoder(encode func(text string) []byte) error {
	return notWritten(9)
}
