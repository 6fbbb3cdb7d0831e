package websocket

// A textCheck checks UTF-8 that comes in pieces, cut anywhere (section 8.1). Its
// zero value is ready for the beginning of a text.
type textCheck struct {
	// Add the fields that you need.
}

// Step 12
//
// next checks the next piece of a text. It returns false at the first piece with a
// byte that cannot be right, whatever may come after it: then the text is lost, and
// nothing is asked any more. A character that the end of the piece cuts in two is
// not wrong: the next piece may complete it. A piece may be empty.
//
//	next("h\xc3"), next("\xa9")    true, true     é in two pieces
//	next("h\xc3"), next("(")       true, false    c3 needs a byte from 80 to bf
//	next("\xed\xa0")               false          only U+D800 to U+DFFF begin so
//
// The piece is the caller's: it stays as it is, and nothing of it is kept but a
// copy of the character that its end cut in two, at most three bytes.
func (c *textCheck) next(piece []byte) bool {
	notWritten(12)
	return false
}

// Step 12
//
// complete says whether the text may end here, after next has returned true (or
// was never called): not inside a character.
func (c *textCheck) complete() bool {
	notWritten(12)
	return false
}
