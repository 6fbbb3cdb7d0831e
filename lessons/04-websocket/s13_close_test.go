package websocket

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"example/websockets/internal/steps"
	"example/websockets/internal/wire"
)

func TestStep13_CloseCodes(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		t.Doing("calling IsValid for every number of 16 bits")
		for n := range 1 << 16 {
			code := CloseCode(n)
			if want, got := validCode(n), code.IsValid(); got != want {
				t.Fail(fmt.Sprintf("CloseCode(%d).IsValid()", n), steps.WantGot(want, got), looksOfCode(code, got)...)
			}
		}

		longest := strings.Repeat("x", MaxCloseReason)
		for _, c := range []struct {
			code   CloseCode
			reason string
			want   string
		}{
			{1000, "bye", "\x03\xe8bye"},
			{CloseGoingAway, "", "\x03\xe9"},
			{4999, "héllo 世界", "\x13\x87héllo 世界"},
			{3000, "a\x00b", "\x0b\xb8a\x00b"},
			{1000, longest, "\x03\xe8" + longest},
			{CloseNoStatus, "", ""},
		} {
			for _, dst := range []string{"", "dst"} {
				call := fmt.Sprintf("AppendClosePayload(%q, %d, %s)", dst, c.code, wire.Quote(c.reason))
				t.Doing("calling %s", call)
				got, err := AppendClosePayload([]byte(dst), c.code, c.reason)
				if err != nil {
					t.Fail(call, steps.WantGot(steps.Words("no error"), err),
						steps.LooksLike(c.code == CloseNoStatus, "CloseNoStatus stands for a Close frame without a code: an empty payload"),
						steps.LooksLike(len(c.reason) == MaxCloseReason, "a reason of 123 bytes and a code of two are 125 bytes, which is not too many"))
				}
				if d := wire.Diff([]byte(dst+c.want), got, wire.Field{Name: "dst", Len: len(dst)}, wire.Field{Name: "code", Len: 2}, wire.Field{Name: "reason", Len: -1}); d != "" {
					t.Fail(call, d,
						steps.LooksLike(dst != "" && string(got) == c.want, "what stood in dst is gone: the payload is appended to it"),
						steps.LooksLike(c.code == CloseNoStatus, "code 1005 is never sent; it stands for a Close frame without a code"),
						steps.LooksLike(len(c.want) > 1 && string(got) == dst+c.want[1:2]+c.want[:1]+c.want[2:], "the code was written in little-endian; the network's byte order has the high byte first"),
						steps.LooksLike(string(got) == dst+fmt.Sprint(int(c.code))+c.reason, "the code was written in digits; it is a number in two bytes"),
						steps.LooksLike(len(c.want) > 2 && string(got) == dst+c.want[:2], "the reason is missing"))
				}
			}
		}
		for _, c := range []struct {
			code   CloseCode
			reason string
			look   string
		}{
			{1005, "bye", "a reason stands behind a code; there is none without"},
			{1005, longest + "x", "a reason stands behind a code; there is none without"},
			{1006, "", "1006 says that no Close frame came; it is never sent in one"},
			{1015, "", "a code that is not valid was sent"},
			{0, "", "a code that is not valid was sent"},
			{999, "", "a code that is not valid was sent"},
			{2000, "", "a code that is not valid was sent"},
			{5000, "", "a code that is not valid was sent"},
			{1000, longest + "x", "a reason of 124 bytes makes a control frame of 126, and 125 are allowed"},
			{1000, strings.Repeat("é", 62), "the reason was counted in characters; 62 of two bytes each are 124 bytes"},
			{1000, "\xff", "the reason is sent as text, and text is UTF-8"},
			{1000, longest[:122] + "é"[:1], "the reason is sent as text, and text is UTF-8"},
		} {
			call := fmt.Sprintf("AppendClosePayload(%q, %d, %s)", "dst", c.code, wire.Quote(c.reason))
			t.Doing("calling %s", call)
			got, err := AppendClosePayload([]byte("dst"), c.code, c.reason)
			if err == nil {
				t.Fail(call, steps.WantGot(steps.Words("an error"), steps.Words(fmt.Sprintf("%s, nil", wire.Quote(got)))), steps.LooksLike(true, c.look))
			}
			if string(got) != "dst" {
				t.Fail(call+", which is an error", steps.WantGot([]byte("dst"), got),
					steps.LooksLike(len(got) == 0, "dst was not returned with the error; a caller who goes on with what it gets has lost its bytes"),
					steps.LooksLike(true, "with an error, dst comes back as it was"))
			}
		}

		for _, c := range []struct {
			payload string
			code    CloseCode
			reason  string
		}{
			{"", CloseNoStatus, ""},
			{"\x03\xe8", 1000, ""},
			{"\x03\xe8bye", 1000, "bye"},
			{"\x0b\xb8h\xc3\xa9llo \xe4\xb8\x96", 3000, "héllo 世"},
			{"\x13\x87" + longest, 4999, longest},
		} {
			call := fmt.Sprintf("ParseClosePayload(%s)", wire.Quote(c.payload))
			t.Doing("calling %s", call)
			payload := []byte(c.payload)
			code, reason, err := ParseClosePayload(payload)
			for i := range payload {
				payload[i] = '?' // it is a view of something
			}
			if err != nil {
				t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("%d, %q, nil", c.code, c.reason)), err),
					steps.LooksLike(c.payload == "", "a Close frame may come without a code: that is CloseNoStatus, and no mistake"),
					steps.LooksLike(len(c.payload) > 1 && strings.Contains(err.Error(), fmt.Sprint(int(c.payload[1])<<8|int(c.payload[0]))), littleEndian))
			}
			if code != c.code || reason != c.reason {
				t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("%d, %q", c.code, c.reason)), steps.Words(fmt.Sprintf("%d, %q", code, reason))),
					steps.LooksLike(c.payload == "", "without a code it is CloseNoStatus"),
					steps.LooksLike(len(c.payload) > 1 && int(code) == int(c.payload[1])<<8|int(c.payload[0]), littleEndian),
					steps.LooksLike(code == c.code && strings.Trim(reason, "?") == "" && reason != "", "the reason is still the memory of the payload, which its owner has used for something else by now"))
			}
		}
		for _, n := range []int{0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1999, 2000, 2999, 5000, 65535} {
			for _, reason := range []string{"", "bye"} {
				wantCloseError(t, string([]byte{byte(n >> 8), byte(n)})+reason, CloseProtocolError, looksOfCode(CloseCode(n), true)...)
			}
		}
		wantCloseError(t, "\x03", CloseProtocolError, steps.LooksLike(true, "one byte is half a code"))
		wantCloseError(t, "\x03\xe8\xff", CloseInvalidPayload, steps.LooksLike(true, "the reason is text, and text is UTF-8"))
		wantCloseError(t, "\x03\xe8ok\xe2\x82", CloseInvalidPayload, steps.LooksLike(true, "the reason ends inside a character"))
	})
}

const littleEndian = "the code was read in little-endian; the network's byte order has the high byte first"

func wantCloseError(t *steps.T, payload string, want CloseCode, looks ...steps.Look) {
	call := fmt.Sprintf("ParseClosePayload(%s)", wire.Quote(payload))
	t.Doing("calling %s", call)
	code, reason, err := ParseClosePayload([]byte(payload))
	var problem *ProtocolError
	switch {
	case err == nil:
		t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("a ProtocolError with code %d", want)), steps.Words(fmt.Sprintf("%d, %q, nil", code, reason))), looks...)
	case !errors.As(err, &problem):
		t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("a ProtocolError with code %d", want)), err),
			steps.LooksLike(true, "an error of another type; errors.As finds no ProtocolError in it"))
	case problem.Code != want:
		t.Fail(call+": the code of the error", steps.WantGot(want, problem.Code),
			steps.LooksLike(want == CloseInvalidPayload, "text that is not UTF-8 has a code of its own, 1007"))
	}
}

// validCode says what IsValid has to say: a list, number by number, of what section
// 7.4 and the registry that it opened allow on the wire.
func validCode(n int) bool {
	switch n {
	case 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014:
		return true
	}
	return n/1000 == 3 || n/1000 == 4
}

func looksOfCode(code CloseCode, accepted bool) []steps.Look {
	return []steps.Look{
		steps.LooksLike(accepted && code == 1004, "1004 is reserved: nobody has said what it means"),
		steps.LooksLike(accepted && (code == 1005 || code == 1006 || code == 1015), "1005, 1006 and 1015 stand for something that a program tells itself, and never stand in a Close frame"),
		steps.LooksLike(accepted && code < 1000, "codes below 1000 are not used"),
		steps.LooksLike(accepted && code < 3000, "from 1000 to 2999 only codes that were defined are valid"),
		steps.LooksLike(accepted, "codes end at 4999"),
		steps.LooksLike(code >= 1012 && code <= 1014, "1012 to 1014 were registered after the RFC was written, and are in use"),
		steps.LooksLike(code >= 3000, "3000 to 3999 are for libraries, 4000 to 4999 for applications: all of them may be sent"),
	}
}

// Whatever the payload of a Close frame is: a wrong one is an error with a code that
// may be sent, and a right one can be sent back.
func FuzzClosePayload(f *testing.F) {
	steps.Fuzz(f, 13)
	for _, payload := range []string{"", "\x03", "\x03\xe8bye", "\x03\xed", "\x03\xe8\xff"} {
		f.Add([]byte(payload))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		if len(payload) > MaxControlPayload {
			return
		}
		right := len(payload) == 0 || len(payload) > 1 && validCode(int(payload[0])<<8|int(payload[1])) && utf8.Valid(payload[2:])
		code, reason, err := ParseClosePayload(payload)
		if right != (err == nil) {
			t.Fatalf("%q: %d %q %v", payload, code, reason, err)
		}
		if err != nil {
			var problem *ProtocolError
			if !errors.As(err, &problem) || !problem.Code.IsValid() {
				t.Fatalf("%q: %v", payload, err)
			}
			return
		}
		if back, err := AppendClosePayload(nil, code, reason); err != nil || !bytes.Equal(back, payload) {
			t.Fatalf("%q became %d %q and then %q, %v", payload, code, reason, back, err)
		}
	})
}
