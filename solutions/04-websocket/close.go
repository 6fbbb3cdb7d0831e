package websocket

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// MaxCloseReason is the length of the longest reason in bytes: a control frame
// without the two bytes of the code.
const MaxCloseReason = MaxControlPayload - 2

// IsValid says whether the code may stand in a Close frame (sections 7.4.1, 7.4.2).
func (c CloseCode) IsValid() bool {
	switch {
	case c < 1000:
		return false // not used
	case c < 3000:
		// For the protocol, of which these are defined; 1015 is never sent.
		return c <= 1003 || 1007 <= c && c <= 1014
	default:
		return c <= 4999 // for libraries, and for applications
	}
}

// AppendClosePayload appends the payload of a Close frame to dst (section 5.5.1).
// [CloseNoStatus] gives an empty payload. A code that is not valid on the wire, a
// reason above [MaxCloseReason] bytes, one that is not UTF-8 and one without a
// code are errors, and dst comes back as it was.
func AppendClosePayload(dst []byte, code CloseCode, reason string) ([]byte, error) {
	switch {
	case code == CloseNoStatus && reason == "":
		return dst, nil
	case !code.IsValid():
		return dst, fmt.Errorf("websocket: close code %d may not be sent", code)
	case len(reason) > MaxCloseReason:
		return dst, fmt.Errorf("websocket: a close reason of %d bytes: at most %d are allowed", len(reason), MaxCloseReason)
	case !utf8.ValidString(reason):
		return dst, errors.New("websocket: the close reason is not UTF-8")
	}
	return append(binary.BigEndian.AppendUint16(dst, uint16(code)), reason...), nil
}

// ParseClosePayload reads the payload of a Close frame. An empty one is
// [CloseNoStatus]; a wrong one is a [ProtocolError].
func ParseClosePayload(payload []byte) (code CloseCode, reason string, err error) {
	switch len(payload) {
	case 0:
		return CloseNoStatus, "", nil
	case 1:
		return 0, "", violation("5.5.1", "half a close code")
	}
	code = CloseCode(binary.BigEndian.Uint16(payload))
	if !code.IsValid() {
		return 0, "", violation("7.4", "close code %d", code)
	}
	if !utf8.Valid(payload[2:]) {
		return 0, "", &ProtocolError{CloseInvalidPayload, "8.1", "the close reason is not UTF-8"}
	}
	return code, string(payload[2:]), nil
}
