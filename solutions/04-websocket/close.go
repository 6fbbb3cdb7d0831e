package websocket

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// CloseCode says why a connection was closed (section 7.4).
type CloseCode uint16

// Close codes, from section 7.4.1 and the registry that it opened. Those marked
// "never sent" only stand for something that a program wants to tell itself.
const (
	CloseNormal         CloseCode = 1000
	CloseGoingAway      CloseCode = 1001
	CloseProtocolError  CloseCode = 1002
	CloseUnsupported    CloseCode = 1003
	CloseNoStatus       CloseCode = 1005 // never sent: a Close frame without a code came
	CloseAbnormal       CloseCode = 1006 // never sent: the connection ended without a Close frame
	CloseInvalidPayload CloseCode = 1007
	ClosePolicy         CloseCode = 1008
	CloseTooBig         CloseCode = 1009
	CloseInternalError  CloseCode = 1011
	CloseTryAgainLater  CloseCode = 1013
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

// A CloseError says that the peer has sent a Close frame. Code is
// [CloseNoStatus] if there was none in it.
type CloseError struct {
	Code   CloseCode
	Reason string
}

func (e *CloseError) Error() string {
	if e.Code == CloseNoStatus {
		return "websocket: the peer closed the connection, without a code"
	}
	return fmt.Sprintf("websocket: the peer closed the connection: %d %q", e.Code, e.Reason)
}

// A ProtocolError says that the peer broke a rule. Code is what it is told.
type ProtocolError struct {
	Code    CloseCode
	Section string // of RFC 6455
	Problem string
}

func (e *ProtocolError) Error() string {
	return fmt.Sprintf("websocket: %s (RFC 6455, section %s)", e.Problem, e.Section)
}

func violation(section, format string, args ...any) *ProtocolError {
	return &ProtocolError{CloseProtocolError, section, fmt.Sprintf(format, args...)}
}
