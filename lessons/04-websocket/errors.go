package websocket

import "fmt"

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

// violation makes the ProtocolError of most rules: the peer is told
// [CloseProtocolError]. Section is where RFC 6455 has the rule, and the format and
// its arguments say what came.
func violation(section, format string, args ...any) *ProtocolError {
	return &ProtocolError{CloseProtocolError, section, fmt.Sprintf(format, args...)}
}
