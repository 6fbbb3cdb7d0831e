package websocket

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxCloseReason is the length of the longest reason in bytes.
const MaxCloseReason = 123

var defined = map[CloseCode]bool{
	1000: true, 1001: true, 1002: true, 1003: true, 1007: true, 1008: true,
	1009: true, 1010: true, 1011: true, 1012: true, 1013: true, 1014: true,
}

// IsValid says whether the code may stand in a Close frame.
func (c CloseCode) IsValid() bool { return defined[c] || c >= 3000 && c < 5000 }

// AppendClosePayload appends the payload of a Close frame.
func AppendClosePayload(dst []byte, code CloseCode, reason string) ([]byte, error) {
	if code == 1005 {
		if reason != "" {
			return dst, fmt.Errorf("websocket: a reason without a code: %q", reason)
		}
		return dst, nil
	}
	if !defined[code] && code/1000 != 3 && code/1000 != 4 || len(reason) > 123 || strings.ToValidUTF8(reason, "") != reason {
		return dst, fmt.Errorf("websocket: %d %q cannot be sent", code, reason)
	}
	dst = append(dst, byte(code>>8), byte(code))
	return append(dst, reason...), nil
}

// ParseClosePayload reads the payload of a Close frame.
func ParseClosePayload(payload []byte) (code CloseCode, reason string, err error) {
	if len(payload) == 0 {
		return 1005, "", nil
	}
	if len(payload) > 1 {
		code = CloseCode(payload[0])<<8 + CloseCode(payload[1])
	}
	if !code.IsValid() {
		return code, "", violation("7.4", "no such code: %x", payload)
	}
	reason = string(payload[2:])
	if !utf8.ValidString(reason) {
		return code, reason, &ProtocolError{Code: 1007, Section: "5.5.1", Problem: "the reason is no text"}
	}
	return code, reason, nil
}
