package websocket

// MaxCloseReason is the length of the longest reason in bytes: a control frame
// without the two bytes of the code.
const MaxCloseReason = MaxControlPayload - 2

// Step 13
//
// IsValid says whether the code may stand in a Close frame (sections 7.4.1, 7.4.2, and
// the registry of section 11.7, which has added 1012 to 1014):
//
//	   0 to  999   no: not used
//	1000 to 2999   for the protocol, and defined are 1000 to 1003 and 1007 to 1014
//	3000 to 4999   yes: for libraries, and for applications
//	5000 and up    no
//
// 1004 has no meaning. 1005, 1006 and 1015 stand for something that a program tells
// itself, and are never sent.
func (c CloseCode) IsValid() bool {
	notWritten(13)
	return false
}

// Step 13
//
// AppendClosePayload appends the payload of a Close frame to dst (section 5.5.1):
// the code in two bytes in network byte order, and behind it the reason, in UTF-8.
//
//	1000, "bye"             03 e8 62 79 65
//	CloseNoStatus, ""       nothing at all
//
// A code that is not valid, a reason above MaxCloseReason bytes, one that is not
// UTF-8 and one with CloseNoStatus are errors, and dst comes back as it was.
func AppendClosePayload(dst []byte, code CloseCode, reason string) ([]byte, error) {
	return dst, notWritten(13)
}

// Step 13
//
// ParseClosePayload reads the payload of a Close frame, which is at most
// MaxControlPayload bytes long. An empty one is CloseNoStatus. The error is nil or a
// ProtocolError: with CloseProtocolError for a payload of one byte (section 5.5.1)
// or a code that is not valid (section 7.4), and with CloseInvalidPayload for a
// reason that is not UTF-8 (section 8.1).
func ParseClosePayload(payload []byte) (code CloseCode, reason string, err error) {
	return 0, "", notWritten(13)
}
