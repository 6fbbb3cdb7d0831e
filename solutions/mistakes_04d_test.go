package solutions

// Mistakes of lesson 4, part D: messages.
var mistakes04d = []mistake{
	// Step 12: text, checked as it comes.
	{
		name: "piece-kept-for-its-end", step: 12, file: "utf8.go",
		edits: []edit{{`	cut  [utf8.UTFMax]byte // the`, `	cut  []byte // the`}, {`		c.cut[c.ncut] = piece[0]
`, `		c.cut = append(c.cut[:c.ncut:c.ncut], piece[0])
`}, {`				c.ncut = copy(c.cut[:], end)
`, `				c.cut, c.ncut = bytes.Clone(piece)[len(piece)-i:], i
`}},
		words: "a slice of the last bytes keeps all of the piece",
	},
	{
		name: "room-for-the-longest-header", step: 16, file: "send.go",
		edits: []edit{{`	dst = AppendHeader(dst, h)
`, `	dst = AppendHeader(slices.Grow(dst, MaxHeaderLen+len(payload)), h)
`}},
		words: "room was made for the longest header that there is",
	},
	{
		name: "pieces-checked-alone", step: 12, file: "utf8.go",
		edits: []edit{{`			if !utf8.FullRune(end) {`, `			if false {`}},
		words: "a character that the end of a piece cuts in two is not wrong",
	},
	{
		name: "half-a-character-forgotten", step: 12, file: "utf8.go",
		edits: []edit{{`	for c.ncut > 0 && len(piece) > 0 {`, `	if c.ncut > 0 {
		c.ncut = 0
		return utf8.Valid(piece)
	}
	for c.ncut > 0 && len(piece) > 0 {`}},
		words: "the piece begins inside a character whose first bytes came before",
	},
	{
		name: "half-a-character-kept-as-a-view", step: 12, file: "utf8.go",
		edits: []edit{
			{`	cut  [utf8.UTFMax]byte // the beginning of a character that is not complete
`, `	kept []byte
`},
			{`	for c.ncut > 0 && len(piece) > 0 {
		c.cut[c.ncut] = piece[0]
		c.ncut++
		piece = piece[1:]
		// FullRune is true for what is complete and for what cannot become
		// complete: overlong forms, surrogates and all above U+10FFFF are known
		// by their second byte.
		if utf8.FullRune(c.cut[:c.ncut]) {
			if !utf8.Valid(c.cut[:c.ncut]) {
				return false
			}
			c.ncut = 0
		}
	}
`, `	if c.ncut > 0 {
		piece = append(append([]byte{}, c.kept...), piece...)
		c.ncut = 0
	}
`},
			{`				c.ncut = copy(c.cut[:], end)
`, `				c.kept, c.ncut = end, len(end)
`}},
		words: "a piece was kept and not copied",
	},
	{
		name: "text-kept-and-checked-again", step: 12, file: "utf8.go",
		edits: []edit{
			{`	ncut int
`, `	ncut int
	all  []byte
`},
			{`	for c.ncut > 0 && len(piece) > 0 {`, `	c.ncut = 0
	c.all = append(c.all[:len(c.all):len(c.all)], piece...)
	piece = c.all
	for c.ncut > 0 && len(piece) > 0 {`}},
		words: "all that came before is kept and looked at again for each piece",
	},
	{
		name: "found-late", step: 12, file: "utf8.go",
		edits: []edit{
			{`		if utf8.FullRune(c.cut[:c.ncut]) {`, `		if c.ncut == 4 || c.ncut == 3 && c.cut[0] < 0xf0 || c.ncut == 2 && c.cut[0] < 0xe0 {`},
			{`			if !utf8.FullRune(end) {`, `			if end[0] >= 0xf0 && i < 4 || end[0] >= 0xe0 && i < 3 || end[0] >= 0xc0 && i < 2 {`}},
		words: "the mistake is found, but late",
	},
	{
		name: "surrogates-accepted", step: 12, file: "utf8.go",
		edits: []edit{{`	for c.ncut > 0 && len(piece) > 0 {`, `	if bytes.HasPrefix(piece, []byte("\xed\xa0")) || bytes.HasPrefix(piece, []byte("\xed\xbf")) {
		piece = piece[min(3, len(piece)):]
	}
	for c.ncut > 0 && len(piece) > 0 {`}},
		words: "are surrogates, halves of characters in UTF-16",
	},
	{
		name: "overlong-accepted", step: 12, file: "utf8.go",
		edits: []edit{{`	for c.ncut > 0 && len(piece) > 0 {`, `	if bytes.HasPrefix(piece, []byte("\xc0\x80")) {
		piece = piece[2:] // the zero byte of Java and others
	}
	for c.ncut > 0 && len(piece) > 0 {`}},
		words: "an overlong form",
	},
	{
		name: "above-the-last-character", step: 12, file: "utf8.go",
		edits: []edit{{`	for c.ncut > 0 && len(piece) > 0 {`, `	if len(piece) > 3 && piece[0] == 0xf4 && piece[1] >= 0x90 {
		piece = piece[4:]
	}
	for c.ncut > 0 && len(piece) > 0 {`}},
		words: "above U+10FFFF there are no characters",
	},
	{
		name: "replacement-character-refused", step: 12, file: "utf8.go",
		edits: []edit{{`	return utf8.Valid(piece[:whole])`, `	return !strings.ContainsRune(string(piece[:whole]), utf8.RuneError)`}},
		words: "utf8.RuneError means a mistake only with a width of 1",
	},
	{
		name: "text-ends-inside-a-character", step: 12, file: "utf8.go",
		edits: []edit{{`bool { return c.ncut == 0 }`, `bool { return true }`}},
		words: "a text must not end inside a character",
	},
	{
		name: "never-complete-again", step: 12, file: "utf8.go",
		edits: []edit{
			{`	ncut int
`, `	ncut int
	half bool
`},
			{`				c.ncut = copy(c.cut[:], end)
`, `				c.ncut = copy(c.cut[:], end)
				c.half = true
`},
			{`bool { return c.ncut == 0 }`, `bool { return !c.half }`}},
		words: "what was kept of it is to be forgotten",
	},
	{
		name: "piece-changed", step: 12, file: "utf8.go",
		edits: []edit{{`	whole := len(piece)
`, `	copy(piece, bytes.ToValidUTF8(piece, []byte("?")))
	whole := len(piece)
`}},
		words: "the piece was changed; next only looks at it",
	},

	// Step 13: close codes.
	{
		name: "code-1005-accepted", step: 13, file: "close.go",
		edits: []edit{{`		return c <= 1003 || 1007 <= c && c <= 1014`, `		return c <= 1003 || c == 1005 || 1007 <= c && c <= 1014`}},
		words: "never stand in a Close frame",
	},
	{
		name: "code-1004-accepted", step: 13, file: "close.go",
		edits: []edit{{`		return c <= 1003 || 1007`, `		return c <= 1004 || 1007`}},
		words: "1004 is reserved",
	},
	{
		name: "code-1015-accepted", step: 13, file: "close.go",
		edits: []edit{{`c <= 1014`, `c <= 1015`}},
		words: "never stand in a Close frame",
	},
	{
		name: "codes-of-the-rfc-alone", step: 13, file: "close.go",
		edits: []edit{{`c <= 1014`, `c <= 1011`}},
		words: "1012 to 1014 were registered after the RFC was written",
	},
	{
		name: "codes-without-end", step: 13, file: "close.go",
		edits: []edit{{`		return c <= 4999 // for libraries, and for applications`, `		return true`}},
		words: "codes end at 4999",
	},
	{
		name: "all-codes-below-3000", step: 13, file: "close.go",
		edits: []edit{{`		return c <= 1003 || 1007 <= c && c <= 1014`, `		return c < 1004 || c > 1006 && c != 1015`}},
		words: "from 1000 to 2999 only codes that were defined are valid",
	},
	{
		name: "code-in-little-endian", step: 13, file: "close.go",
		edits: []edit{{`binary.BigEndian.AppendUint16`, `binary.LittleEndian.AppendUint16`}},
		words: "the code was written in little-endian",
	},
	{
		name: "code-read-in-little-endian", step: 13, file: "close.go",
		edits: []edit{{`CloseCode(binary.BigEndian.Uint16(payload))`, `CloseCode(binary.LittleEndian.Uint16(payload))`}},
		words: "the code was read in little-endian",
	},
	{
		name: "code-1005-sent", step: 13, file: "close.go",
		edits: []edit{{`	case code == CloseNoStatus && reason == "":
		return dst, nil
	case !code.IsValid():`, `	case !code.IsValid() && code != CloseNoStatus:`}},
		words: "code 1005 is never sent",
	},
	{
		name: "no-code-refused", step: 13, file: "close.go",
		edits: []edit{{`	case code == CloseNoStatus && reason == "":
		return dst, nil
`, ``}},
		words: "CloseNoStatus stands for a Close frame without a code",
	},
	{
		name: "reason-of-125-bytes", step: 13, file: "close.go",
		edits: []edit{{`len(reason) > MaxCloseReason:`, `len(reason) > MaxControlPayload:`}},
		words: "a reason of 124 bytes makes a control frame of 126",
	},
	{
		name: "reason-counted-in-characters", step: 13, file: "close.go",
		edits: []edit{{`len(reason) > MaxCloseReason:`, `utf8.RuneCountInString(reason) > MaxCloseReason:`}},
		words: "the reason was counted in characters",
	},
	{
		name: "reason-not-checked-when-sent", step: 13, file: "close.go",
		edits: []edit{{`	case !utf8.ValidString(reason):
		return dst, errors.New("websocket: the close reason is not UTF-8")
`, ``}},
		words: "the reason is sent as text, and text is UTF-8",
	},
	{
		name: "dst-lost-with-the-error", step: 13, file: "close.go",
		edits: []edit{{`		return dst, fmt.Errorf("websocket: close code`, `		return nil, fmt.Errorf("websocket: close code`}},
		words: "dst was not returned with the error",
	},
	{
		name: "half-a-code-accepted", step: 13, file: "close.go",
		edits: []edit{{`		return 0, "", violation("5.5.1", "half a close code")
`, `		return CloseNoStatus, "", nil
`}},
		words: "one byte is half a code",
	},
	{
		name: "half-a-code-panics", step: 13, file: "close.go",
		edits: []edit{{`	case 1:
		return 0, "", violation("5.5.1", "half a close code")
`, ``}},
		words: "your code panicked: runtime error: index out of range",
	},
	{
		name: "code-believed", step: 13, file: "close.go",
		edits: []edit{{`	if !code.IsValid() {
		return 0, "", violation("7.4", "close code %d", code)
	}
`, ``}},
		words: "codes below 1000 are not used",
	},
	{
		name: "reason-not-checked", step: 13, file: "close.go",
		edits: []edit{{`	if !utf8.Valid(payload[2:]) {`, `	if false {`}},
		words: "the reason is text, and text is UTF-8",
	},
	{
		name: "reason-is-a-protocol-error", step: 13, file: "close.go",
		edits: []edit{{`&ProtocolError{CloseInvalidPayload, "8.1", "the close reason is not UTF-8"}`, `violation("8.1", "the close reason is not UTF-8")`}},
		words: "text that is not UTF-8 has a code of its own, 1007",
	},
	{
		name: "reason-is-a-view", step: 13, file: "close.go",
		edits: []edit{{`	"unicode/utf8"
`, `	"unicode/utf8"
	"unsafe"
`}, {`	return code, string(payload[2:]), nil
`, `	return code, unsafe.String(unsafe.SliceData(payload[2:]), len(payload)-2), nil
`}},
		words: "the reason is still the memory of the payload",
	},

	// Step 14: frames out of chunks.
	{
		name: "mask-still-on", step: 14, file: "receive.go",
		edits: []edit{{`		Mask(piece, c.frame.Key, begin)
`, `		Mask(nil, c.frame.Key, begin)
`}},
		words: "the mask is still on",
	},
	{
		name: "mask-begins-anew", step: 14, file: "receive.go",
		edits: []edit{{`		Mask(piece, c.frame.Key, begin)
`, `		Mask(piece, c.frame.Key, 0)
`}},
		words: "the mask begins anew in each chunk",
	},
	{
		name: "mask-removed-in-a-copy", step: 14, file: "receive.go",
		edits: []edit{{`	if c.frame.Masked {`, `	piece = append([]byte(nil), piece...)
	if c.frame.Masked {`}},
		words: "the mask was removed in a copy",
	},
	{
		name: "half-a-header-lost", step: 14, file: "receive.go",
		edits: []edit{{`	return c.headLen >= n
`, `	if c.headLen >= n {
		return true
	}
	c.headLen = 0
	return false
`}},
		words: "looks like: ",
	},
	{
		name: "second-frame-waits", step: 14, file: "receive.go",
		edits: []edit{{`	if err != nil {
		c.in = nil //`, `	if c.in = c.in[:min(len(c.in), int(c.left))]; err != nil {
		c.in = nil //`}},
		words: "it must not wait for another Feed",
	},
	{
		name: "whole-payload-awaited", step: 14, file: "receive.go",
		edits: []edit{{`func (c *Core) next() (Event, error) {`, `var kept = map[*Core][]byte{}

func (c *Core) next() (Event, error) {`}, {`			if ev, err := c.data(piece); err`, `			if c.inFrame {
				kept[c] = append(kept[c], piece...)
				return Event{}, ErrMore
			}
			piece = append(kept[c], piece...)
			delete(kept, c)
			if ev, err := c.data(piece); err`}},
		words: "a payload is given out as it comes",
	},
	{
		name: "first-piece-lost", step: 14, file: "receive.go",
		edits: []edit{{`			if ev, err := c.data(piece); err`, `			if c.inFrame {
				return Event{}, ErrMore
			}
			if ev, err := c.data(piece); err`}},
		words: "the beginning of the payload was lost",
	},
	{
		name: "end-with-every-piece", step: 14, file: "receive.go",
		edits: []edit{{`	ev := Event{c.message, piece, c.frame.Fin && !c.inFrame}`, `	ev := Event{c.message, piece, c.frame.Fin}`}},
		words: "looks like: ",
	},
	{
		name: "empty-frames-skipped", step: 14, file: "receive.go",
		edits: []edit{{`err != nil || len(piece) > 0 || ev.End {`, `err != nil || len(piece) > 0 {`}},
		words: "a message without a payload is",
	},
	{
		name: "nothing-is-an-event", step: 14, file: "receive.go",
		edits: []edit{{`	ev, err := c.next()
`, `	ev, err := c.next()
	if err == ErrMore {
		err = nil
	}
`}},
		words: "no event is not an empty event",
	},
	{
		name: "more-is-io-eof", step: 14, file: "receive.go",
		edits: []edit{{`	ev, err := c.next()
`, `	ev, err := c.next()
	if err == ErrMore {
		err = io.EOF
	}
`}},
		words: "the errors of Next are ErrMore, a ProtocolError and a CloseError",
	},
	{
		name: "empty-pieces", step: 14, file: "receive.go",
		edits: []edit{{`			if ev, err := c.data(piece); err != nil || len(piece) > 0 || ev.End {
				return ev, err
			}
		case !c.inFrame:`, `			if c.inFrame && len(piece) == 0 && c.left < c.frame.Length {
				return Event{}, ErrMore
			}
			return c.data(piece)
		case !c.inFrame:`}},
		words: "a piece without bytes is an event only at the end of a message",
	},
	{
		name: "header-not-checked", step: 14, file: "receive.go",
		edits: []edit{{`	if err := CheckHeader(start, c.role, c.message != OpContinuation); err != nil {
		return c.fail(err)
	}
`, `	_ = start
`}},
		words: "who sends with a mask and who does not is for CheckHeader",
	},
	{
		name: "unmasked-client-accepted", step: 14, file: "receive.go",
		edits: []edit{{`	if err := CheckHeader(start, c.role,`, `	start.Masked = c.role == Server
	if err := CheckHeader(start, c.role,`}},
		words: "who sends with a mask and who does not is for CheckHeader",
	},
	{
		name: "masked-server-accepted", step: 14, file: "receive.go",
		edits: []edit{{`	if err := CheckHeader(start, c.role,`, `	start.Masked = start.Masked && c.role == Server
	if err := CheckHeader(start, c.role,`}},
		words: "who sends with a mask and who does not is for CheckHeader",
	},
	{
		name: "header-checked-when-complete", step: 14, file: "receive.go",
		edits: []edit{{`	start := parseStart(c.head[0], c.head[1])
`, `	if !c.collect(HeaderLen(c.head[1])) {
		return ErrMore
	}
	start := parseStart(c.head[0], c.head[1])
`}},
		words: "two bytes of a header are enough for CheckHeader",
	},
	{
		name: "goes-on-after-a-bad-frame", step: 14, file: "receive.go",
		edits: []edit{{`		return c.fail(err)
	}
	if !c.collect`, `		err := c.fail(err)
		c.err, c.headLen = nil, 0
		return err
	}
	if !c.collect`}},
		words: "the core goes on after an error",
	},
	{
		name: "length-form-not-checked", step: 14, file: "receive.go",
		edits: []edit{{`	h, _, err := ParseHeader(c.head[:c.headLen])
	if err != nil {`, `	h, _, err := ParseHeader(c.head[:c.headLen])
	if err != nil && h.Length == 0 {`}},
		words: "the error of ParseHeader was passed over",
	},
	{
		name: "left-is-the-length", step: 14, file: "receive.go",
		edits: []edit{{`	return c.left
}`, `	return c.frame.Length
}`}},
		words: "Left is what is still to come, and not what was announced",
	},
	{
		name: "spins-without-bytes", hangs: true, step: 14, file: "receive.go",
		edits: []edit{{`	if !c.collect(2) {
		return ErrMore
	}`, `	for !c.collect(2) {
	}`}},
		words: "it did not end within 2s while",
	},
	{
		name: "errmore-kept", step: 14, file: "receive.go",
		edits: []edit{{`		c.in = nil //`, `		c.err = err
		c.in = nil //`}},
		words: "ErrMore is not an error to keep",
	},
	{
		name: "left-inside-a-header", step: 14, file: "receive.go",
		edits: []edit{{`	if !c.inFrame || c.frame.Opcode.IsControl() {`, `	if !c.inFrame && c.headLen > 0 {
		return int64(HeaderLen(c.head[1]) - c.headLen)
	}
	if !c.inFrame || c.frame.Opcode.IsControl() {`}},
		words: "inside a header Left is 0",
	},

	// Step 15: messages out of frames.
	{
		name: "core-calls-itself", step: 15, file: "receive.go",
		edits: []edit{{`			return Event{}, ErrMore // all of the chunk is used up
		}
`, `			return Event{}, ErrMore
		}
		return c.next()
`}},
		words: "a function that calls itself for each of them",
		race:  `at \S+ in \S+`, // whose call was the one too many
	},
	{
		name: "length-in-32-bits", step: 15, file: "receive.go",
		edits: []edit{{`	c.frame, c.left, c.inFrame, c.headLen = h, h.Length,`, `	h.Length = int64(uint32(h.Length))
	c.frame, c.left, c.inFrame, c.headLen = h, h.Length,`}},
		words: "a length has 63 bits",
	},
	{
		name: "continuation-is-an-opcode", step: 15, file: "receive.go",
		edits: []edit{{`	ev := Event{c.message, piece,`, `	ev := Event{c.frame.Opcode, piece,`}},
		words: "an event has the opcode of its message",
	},
	{
		name: "frame-is-a-message", step: 15, file: "receive.go",
		edits: []edit{{`c.frame.Fin && !c.inFrame}
`, `!c.inFrame}
`}, {`	if ev.End {
		c.message`, `	if ev.End && c.frame.Fin {
		c.message`}},
		words: "a frame was taken for a message",
	},
	{
		name: "nothing-to-continue", step: 15, file: "receive.go",
		edits: []edit{{`c.message != OpContinuation); err != nil {`, `c.message != OpContinuation); err != nil && (start.Opcode != OpContinuation || c.size == 0 && start.Length == 1 && start.Fin) {`}},
		words: "there is nothing to continue",
	},
	{
		name: "message-inside-a-message", step: 15, file: "receive.go",
		edits: []edit{{`CheckHeader(start, c.role, c.message != OpContinuation)`, `CheckHeader(start, c.role, start.Opcode == OpContinuation && c.message != OpContinuation)`}},
		words: "a message begins inside another one",
	},
	{
		name: "open-by-its-bytes", step: 15, file: "receive.go",
		edits: []edit{{`CheckHeader(start, c.role, c.message != OpContinuation)`, `CheckHeader(start, c.role, c.size > 0)`}},
		words: "a fragment without a payload begins, continues or ends a message like any other",
	},
	{
		name: "message-never-ends", step: 15, file: "receive.go",
		edits: []edit{{`		c.message, c.size = OpContinuation, 0
`, `		if c.size = 0; !(c.frame.Opcode == OpContinuation) {
			c.message = OpContinuation
		}
`}},
		words: "looks like: ",
	},
	{
		name: "fragments-checked-alone", step: 15, file: "receive.go",
		edits: []edit{{`	if ev.Opcode == OpText && (!c.text.next(piece) || ev.End && !c.text.complete()) {`, `	if ev.Opcode == OpText && (!c.text.next(piece) || !c.inFrame && !c.text.complete()) {`}},
		words: "every fragment was checked by itself",
	},
	{
		name: "chunks-checked-alone", step: 15, file: "receive.go",
		edits: []edit{{`(!c.text.next(piece) || ev.End && !c.text.complete()) {`, `!utf8.Valid(piece) {`}},
		words: "was checked by itself",
	},
	{
		name: "text-checked-at-its-end", step: 15, file: "receive.go",
		edits: []edit{{`(!c.text.next(piece) || ev.End && !c.text.complete()) {`, `c.wrong(piece, ev.End) {`}, {`// data judges`, `var wrongs = map[*Core]bool{}

func (c *Core) wrong(piece []byte, end bool) bool {
	wrongs[c] = !c.text.next(piece) || wrongs[c]
	return end && (wrongs[c] || !c.text.complete())
}

// data judges`}},
		words: "the error waits for the end of the frame or of the message",
	},
	{
		name: "text-checked-with-its-mask", step: 15, file: "receive.go",
		edits: []edit{{`(!c.text.next(piece) || ev.End && !c.text.complete()) {`, `(!c.text.next(c.masked(piece)) || ev.End && !c.text.complete()) {`}, {`// data judges`, `func (c *Core) masked(piece []byte) []byte {
	piece = append([]byte(nil), piece...)
	if c.frame.Masked {
		Mask(piece, c.frame.Key, c.frame.Length-c.left-int64(len(piece)))
	}
	return piece
}

// data judges`}},
		words: "it was checked while its mask was still on",
	},
	{
		name: "text-may-end-anywhere", step: 15, file: "receive.go",
		edits: []edit{{` || ev.End && !c.text.complete()) {`, `) {`}},
		words: "the text ends inside a character",
	},
	{
		name: "binary-checked-too", step: 14, file: "receive.go",
		edits: []edit{{`	if ev.Opcode == OpText && (`, `	if (`}},
		words: "binary messages are any bytes",
	},
	{
		name: "text-is-a-protocol-error", step: 15, file: "receive.go",
		edits: []edit{{`&ProtocolError{CloseInvalidPayload, "8.1", "a text message is not UTF-8"}`, `violation("8.1", "a text message is not UTF-8")`}},
		words: "text that is not UTF-8 has a code of its own",
	},
	{
		name: "limit-per-fragment", step: 15, file: "receive.go",
		edits: []edit{{`		if h.Length > c.limit-c.size {`, `		if h.Length > c.limit {`}},
		words: "the limit holds for the message: all its fragments together",
	},
	{
		name: "limit-on-what-came", step: 15, file: "receive.go",
		edits: []edit{{`		if h.Length > c.limit-c.size {
			return c.fail(&ProtocolError{CloseTooBig, "7.4.1", fmt.Sprintf("a message above %d bytes", c.limit)})
		}
		c.size += h.Length
`, ``}, {`	if ev.End {
		c.message`, `	if c.size += int64(len(piece)); c.size > c.limit {
		return Event{}, c.fail(&ProtocolError{CloseTooBig, "7.4.1", fmt.Sprintf("a message above %d bytes", c.limit)})
	}
	if ev.End {
		c.message`}},
		words: "the header announces more than the limit; the error waits for the payload",
	},
	{
		name: "limit-overflows", step: 15, file: "receive.go",
		edits: []edit{{`		if h.Length > c.limit-c.size {`, `		if c.size+h.Length > c.limit {`}},
		words: "the sum is negative, and so below every limit",
	},
	{
		name: "limit-is-refused", step: 15, file: "receive.go",
		edits: []edit{{`		if h.Length > c.limit-c.size {`, `		if h.Length >= c.limit-c.size {`}},
		words: "the limit is the longest message that is accepted",
	},
	{
		name: "limit-never-begins-anew", step: 15, file: "receive.go",
		edits: []edit{{`		c.message, c.size = OpContinuation, 0
`, `		c.message = OpContinuation
`}},
		words: "the bytes of the message before were counted too",
	},
	{
		name: "limit-is-a-protocol-error", step: 15, file: "receive.go",
		edits: []edit{{`&ProtocolError{CloseTooBig, "7.4.1", fmt.Sprintf("a message above %d bytes", c.limit)}`, `violation("7.4.1", "a message above %d bytes", c.limit)`}},
		words: "a message above the limit has a code of its own",
	},
	{
		name: "memory-before-the-limit", step: 15, file: "receive.go",
		edits: []edit{{`		// On the announced length,`, `		c.control[0] = append(make([]byte, h.Length), 0)[0]
		// On the announced length,`}},
		words: "your code panicked: runtime error: makeslice: len out of range",
	},
	{
		name: "memory-for-what-is-announced", step: 15, file: "receive.go",
		edits: []edit{{`		c.size += h.Length
`, `		c.size += h.Length
		c.control[0] = append(make([]byte, h.Length), 0)[0]
`}},
		words: "the length was believed",
	},

	// Step 16: send frames.
	{
		name: "a-key-for-each-message", step: 16, file: "send.go",
		edits: []edit{{`h.Masked, h.Key = true, c.keys.next()`, `if op != OpContinuation {
			lastKey = c.keys.next()
		}
		h.Masked, h.Key = true, lastKey`}, {`func (c *Core) append(`, `var lastKey [4]byte

func (c *Core) append(`}},
		words: "each fragment and each ping has a key of its own",
	},
	{
		name: "server-masks", step: 16, file: "send.go",
		edits: []edit{{`	if c.role == Client {
		h.Masked`, `	if true {
		h.Masked`}},
		words: "a server does not mask (section 5.1)",
	},
	{
		name: "client-does-not-mask", step: 16, file: "send.go",
		edits: []edit{{`	if c.role == Client {
		h.Masked`, `	if false {
		h.Masked`}},
		words: "a client masks every frame (section 5.1)",
	},
	{
		name: "mask-announced-and-not-applied", step: 16, file: "send.go",
		edits: []edit{{`	if !h.Masked {`, `	if true {`}},
		words: "the header says that there is a mask, and the payload has none",
	},
	{
		name: "callers-payload-masked", step: 16, file: "send.go",
		edits: []edit{{`	if !h.Masked {
		return append(dst, payload...)
	}
`, `	if h.Masked {
		Mask(payload, h.Key, 0)
	}
	if true {
		return append(dst, payload...)
	}
`}},
		words: "the mask was applied to the caller's own bytes",
	},
	{
		name: "constant-mask", step: 16, file: "send.go",
		edits: []edit{{`true, c.keys.next()`, `true, [4]byte{0x37, 0xfa, 0x21, 0x3d}`}},
		words: "a key is for one frame",
	},
	{
		name: "mask-of-zeros", step: 16, file: "send.go",
		edits: []edit{{`true, c.keys.next()`, `true, [4]byte{}`}},
		words: "the key is always zero",
	},
	{
		name: "mask-from-a-seed", step: 16, file: "send.go",
		edits: []edit{{`func (c *Core) append(`, `var seeded = map[*Core]*mathrand.Rand{}

func (c *Core) key() (key [4]byte) {
	if seeded[c] == nil {
		seeded[c] = mathrand.New(mathrand.NewSource(42))
	}
	binary.BigEndian.PutUint32(key[:], seeded[c].Uint32())
	return key
}

func (c *Core) append(`}, {`c.keys.next()`, `c.key()`}, {`	"fmt"
	"slices"
`, `	"encoding/binary"
	"fmt"
	mathrand "math/rand"
	"slices"
`}},
		words: "the keys come from a generator that always begins alike",
	},
	{
		name: "mask-from-math-rand", step: 16, file: "send.go",
		edits: []edit{{`	"fmt"
	"slices"
`, `	"encoding/binary"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
`}, {`		h.Masked, h.Key = true, c.keys.next()
`, `		h.Masked = true
		binary.BigEndian.PutUint32(h.Key[:], mathrand.Uint32())
`}},
		words: "the keys do not come from crypto/rand",
	},
	{
		name: "close-sent-as-a-frame", step: 16, file: "send.go",
		edits: []edit{{`	case op == OpClose || !op.IsKnown():`, `	case !op.IsKnown():`}},
		words: "a Close frame is not sent like this",
	},
	{
		name: "reserved-opcode-sent", step: 16, file: "send.go",
		edits: []edit{{`	case op == OpClose || !op.IsKnown():`, `	case op == OpClose:`}},
		words: "a reserved opcode was sent",
	},
	{
		name: "long-ping-sent", step: 16, file: "send.go",
		edits: []edit{{`(!fin || len(payload) > MaxControlPayload)`, `!fin`}},
		words: "a control frame has at most 125 bytes",
	},
	{
		name: "fragmented-ping-sent", step: 16, file: "send.go",
		edits: []edit{{`(!fin || len(payload) > MaxControlPayload)`, `len(payload) > MaxControlPayload`}},
		words: "a control frame is never fragmented",
	},
	{
		name: "fin-forgotten", step: 16, file: "send.go",
		edits: []edit{{`Header{Fin: fin, Opcode`, `Header{Fin: true, Opcode`}},
		words: "the FIN bit is not what fin says",
	},
	{
		name: "dst-overwritten", step: 16, file: "send.go",
		edits: []edit{{`	dst = AppendHeader(dst, h)`, `	dst = AppendHeader(dst[:0], h)`}},
		words: "what stood in dst is gone",
	},
	{
		name: "frame-made-anew", step: 16, file: "send.go",
		edits: []edit{{`	dst = AppendHeader(dst, h)
`, `	frame, whole := AppendHeader(nil, h), dst
	dst = frame
`}, {`		return append(dst, payload...)
`, `		return append(whole, append(dst, payload...)...)
`}, {`	return dst
}

// maskPiece`, `	return append(whole, dst...)
}

// maskPiece`}},
		words: "something is made anew for each frame",
	},
	{
		name: "half-a-character-not-sent", step: 16, file: "send.go",
		edits: []edit{{`	case op.IsControl() && (!fin`, `	case op == OpText && !utf8.Valid(payload):
		return dst, errors.New("websocket: this is not UTF-8")
	case op.IsControl() && (!fin`}, {`	"fmt"
	"slices"
`, `	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
`}},
		words: "a fragment may end inside a character",
	},

	// Step 17: ping and pong.
	{
		name: "ping-not-answered", step: 17, file: "control.go",
		edits: []edit{{`	case c.frame.Opcode == OpPing:`, `	case c.frame.Opcode == OpPing && false:`}},
		words: "the ping was not answered",
	},
	{
		name: "pong-is-empty", step: 17, file: "control.go",
		edits: []edit{{`append(c.pong[:0], payload...), true`, `c.pong[:0], true`}},
		words: "the pong is empty",
	},
	{
		name: "pong-to-the-first-ping", step: 17, file: "control.go",
		edits: []edit{{`	case c.frame.Opcode == OpPing:`, `	case c.frame.Opcode == OpPing && !c.pongDue:`}},
		words: "the answer is to an older ping",
	},
	{
		name: "pong-is-a-ping", step: 17, file: "control.go",
		edits: []edit{{`c.append(dst, OpPong, true, c.pong)`, `c.append(dst, OpPing, true, c.pong)`}},
		words: "a ping is answered with a pong",
	},
	{
		name: "pong-answered", step: 17, file: "control.go",
		edits: []edit{{`	case c.frame.Opcode == OpPing:`, `	default:`}},
		words: "a pong is an answer, or news that nobody asked for",
	},
	{
		name: "ping-answered-for-ever", step: 17, file: "control.go",
		edits: []edit{{`		c.pongDue = false
`, ``}},
		words: "the ping was answered once more",
	},
	{
		name: "pong-is-a-view", step: 17, file: "receive.go",
		edits: []edit{{`			return c.controlFrame()
`, `			ev, err := c.controlFrame()
			if c.pongDue && len(piece) == len(c.pong) {
				c.pong = piece
			}
			return ev, err
`}},
		words: "kept as a view of the chunk",
	},
	{
		name: "pong-shares-its-memory", step: 17, file: "control.go",
		edits: []edit{{`append(c.pong[:0], payload...), true`, `payload, true`}},
		words: "the payload for the pong was kept where the next control frame puts its own",
	},
	{
		name: "control-frames-stay-masked", step: 17, file: "receive.go",
		edits: []edit{{`	if c.frame.Masked {
		Mask(`, `	if c.frame.Masked && !c.frame.Opcode.IsControl() {
		Mask(`}},
		words: "the mask is still on",
	},
	{
		name: "ping-ends-the-message", step: 17, file: "control.go",
		edits: []edit{{`	payload := c.control[:c.frame.Length]
`, `	payload := c.control[:c.frame.Length]
	c.message = OpContinuation
`}},
		words: "a control frame between fragments leaves the message as it is",
	},
	{
		name: "ping-counted", step: 17, file: "receive.go",
		edits: []edit{{`	if !h.Opcode.IsControl() {
		// On`, `	if h.Opcode.IsControl() {
		c.size += h.Length
	} else {
		// On`}, {`h.Length > c.limit-c.size {`, `h.Length > c.limit-c.size || c.size > c.limit {`}},
		words: "a control frame is no part of the message and counts for nothing",
	},
	{
		name: "ping-in-pieces", step: 17, file: "receive.go",
		edits: []edit{{`		case !c.inFrame:
			return c.controlFrame()`, `		case !c.inFrame || len(piece) > 0:
			return c.controlFrame()`}, {`		copy(c.control[begin:], piece)
`, `		copy(c.control[:], piece)
`}},
		words: "a control frame that comes in pieces is put together before it is an event",
	},
	{
		name: "ping-loses-its-start", step: 17, file: "receive.go",
		edits: []edit{{`		copy(c.control[begin:], piece)
`, `		copy(c.control[c.frame.Length-int64(len(piece)):], piece)
`}},
		words: "looks like: ",
	},
	{
		name: "ping-is-no-event", step: 17, file: "receive.go",
		edits: []edit{{`			return c.controlFrame()
`, `			if _, err := c.controlFrame(); err != nil {
				return Event{}, err
			}
`}},
		words: "pings and pongs are events as well",
	},
	{
		name: "left-of-a-ping", step: 17, file: "receive.go",
		edits: []edit{{`	if !c.inFrame || c.frame.Opcode.IsControl() {`, `	if !c.inFrame {`}},
		words: "Left is about data frames",
	},
	{
		name: "pong-in-new-memory", step: 17, file: "control.go",
		edits: []edit{{`append(c.pong[:0], payload...), true`, `append([]byte(nil), payload...), true`}},
		words: "the payload is kept in new memory for each ping",
	},
	{
		name: "ping-against-the-limit", step: 17, file: "receive.go",
		edits: []edit{{`	if !h.Opcode.IsControl() {
		// On`, `	if h.Length > c.limit {
		return c.fail(&ProtocolError{CloseTooBig, "7.4.1", "too big"})
	}
	if !h.Opcode.IsControl() {
		// On`}},
		words: "a control frame is no part of the message and counts for nothing",
	},
	{
		name: "nothing-pending-destroys-dst", step: 17, file: "control.go",
		edits: []edit{{`	if c.pongDue {
		dst =`, `	if !c.Pending() {
		return nil
	}
	if c.pongDue {
		dst =`}},
		words: "AppendPending appends; what dst had is lost",
	},
	{
		name: "pong-destroys-dst", step: 17, file: "control.go",
		edits: []edit{{`		dst = c.append(dst, OpPong,`, `		dst = c.append(dst[:0], OpPong,`}},
		words: "AppendPending appends; what dst had is lost",
	},

	// Step 18: the closing handshake.
	{
		name: "close-not-answered", step: 18, file: "control.go",
		edits: []edit{{`	c.err = &CloseError{code, reason}
	c.close(payload)
`, `	c.err = &CloseError{code, reason}
`}},
		words: "the peer's Close frame was not answered",
	},
	{
		name: "code-1005-echoed", step: 18, file: "control.go",
		edits: []edit{{`	c.err = &CloseError{code, reason}
	c.close(payload)
`, `	c.err = &CloseError{code, reason}
	c.close(append([]byte{byte(code >> 8), byte(code)}, reason...))
`}},
		words: "code 1005 was sent",
	},
	{
		name: "close-answered-with-1000", step: 18, file: "control.go",
		edits: []edit{{`	c.err = &CloseError{code, reason}
	c.close(payload)
`, `	c.err = &CloseError{code, reason}
	c.close([]byte{3, 0xe8})
`}},
		words: "the answer to a Close frame has the same payload",
	},
	{
		name: "close-answered-twice", step: 18, file: "control.go",
		edits: []edit{{`	if !c.closeDue && !c.closeSent {
		c.closing, c.closeDue = append(c.closing, payload...), true`, `	if !c.closeDue {
		c.closing, c.closeDue = append(c.closing[:0], payload...), true`}},
		words: "there is only one Close frame, ever",
	},
	{
		name: "second-close-wins", step: 18, file: "control.go",
		edits: []edit{{`	if !c.closeDue && !c.closeSent {
		c.closing, c.closeDue = append(c.closing, payload...), true`, `	if !c.closeSent {
		c.closing, c.closeDue = append(c.closing[:0], payload...), true`}},
		words: "the Close frame that is pending first is the one that is sent",
	},
	{
		name: "data-behind-a-close", step: 18, file: "send.go",
		edits: []edit{{`	case c.closeDue || c.closeSent:
		return dst, ErrCloseSent
`, ``}},
		words: "behind a Close frame no data is sent (section 5.5.1), and here nothing of the caller's",
	},
	{
		name: "data-before-the-close-that-waits", step: 18, file: "send.go",
		edits: []edit{{`	case c.closeDue || c.closeSent:`, `	case c.closeSent:`}},
		words: "also while it is pending",
	},
	{
		name: "no-pong-behind-our-close", step: 18, file: "control.go",
		edits: []edit{{`	case c.frame.Opcode == OpPing:`, `	case c.frame.Opcode == OpPing && !c.closeSent:`}},
		words: "a ping is answered until the peer's Close frame has come",
	},
	{
		name: "pong-forgotten-with-a-close", step: 18, file: "control.go",
		edits: []edit{{`	if !c.closeDue && !c.closeSent {
		c.closing`, `	c.pongDue = false
	if !c.closeDue && !c.closeSent {
		c.closing`}},
		words: "the pong was forgotten",
	},
	{
		name: "pending-when-the-close-was-sent", step: 18, file: "control.go",
		edits: []edit{{`bool { return c.pongDue || c.closeDue }`, `bool { return c.pongDue || c.closeDue || c.closeSent }`}},
		words: "Pending, and nothing to send: the Close frame was sent already",
	},
	{
		name: "close-destroys-dst", step: 18, file: "control.go",
		edits: []edit{{`		dst = c.append(dst, OpClose,`, `		dst = c.append(dst[:0], OpClose,`}},
		words: "AppendPending appends; what dst had is lost",
	},
	{
		name: "close-before-the-pong", step: 18, file: "control.go",
		edits: []edit{{`	if c.pongDue {
		dst = c.append(dst, OpPong, true, c.pong)
		c.pongDue = false
	}
	if c.closeDue {
		dst = c.append(dst, OpClose, true, c.closing)
		c.closeDue, c.closeSent = false, true
	}
	return dst`, `	if c.closeDue {
		dst = c.append(dst, OpClose, true, c.closing)
		c.closeDue, c.closeSent = false, true
	}
	if c.pongDue {
		dst = c.append(dst, OpPong, true, c.pong)
		c.pongDue = false
	}
	return dst`}},
		words: "the pong goes first",
	},
	{
		name: "errors-without-a-close", step: 18, file: "control.go",
		edits: []edit{{`	payload, _ := AppendClosePayload(nil, problem.Code, problem.Problem)
	c.close(payload)
`, `	_ = problem
`}},
		words: "a peer that breaks a rule is told",
	},
	{
		name: "every-error-is-1002", step: 18, file: "control.go",
		edits: []edit{{`AppendClosePayload(nil, problem.Code, `, `AppendClosePayload(nil, CloseProtocolError, `}},
		words: "the Close frame says what was wrong: it has the code of the error",
	},
	{
		name: "close-payload-believed", step: 18, file: "control.go",
		edits: []edit{{`	if err != nil {
		return c.fail(err)
	}
	c.err = &CloseError`, `	if err != nil {
		code = CloseNoStatus
	}
	c.err = &CloseError`}},
		words: "what stands in a Close frame is for ParseClosePayload to judge",
	},
	{
		name: "close-is-an-event", step: 18, file: "control.go",
		edits: []edit{{`		return Event{}, c.closed(payload)
`, `		c.closed(payload)
		c.err = nil
`}},
		words: "a Close frame is a CloseError of Next",
	},
	{
		name: "bad-code-does-not-close", step: 18, file: "control.go",
		edits: []edit{{`	payload, err := AppendClosePayload(nil, code, reason)
	c.close(payload)
	return err`, `	payload, err := AppendClosePayload(nil, code, reason)
	if err == nil {
		c.close(payload)
	}
	return err`}},
		words: "the handshake begins all the same, without a code",
	},
	{
		name: "done-when-we-have-closed", step: 18, file: "control.go",
		edits: []edit{{`bool { return c.err != nil && c.err != ErrNoClose }`, `bool { return c.closeSent }`}},
		words: "it has not closed yet",
	},
	{
		name: "any-end-is-a-clean-one", step: 18, file: "control.go",
		edits: []edit{{`	if c.err == nil {
		c.err = ErrNoClose
	}
`, `	if c.err == nil && c.inFrame {
		c.err = ErrNoClose
	}
`}},
		words: "a stream that ends without a Close frame was cut off",
	},
	{
		name: "end-hides-the-error", step: 18, file: "control.go",
		edits: []edit{{`	if c.err == nil {
		c.err = ErrNoClose
	}
	return c.err`, `	return ErrNoClose`}},
		words: "the error of Next is what happened",
	},

	// Step 19: any cut, and a recording.
	{
		name: "limit-of-the-last-frame", step: 15, file: "receive.go",
		edits: []edit{{`if h.Length > c.limit-c.size {`, `if h.Fin && h.Length > c.limit-c.size {`}},
		words: "the limit holds from the first fragment on",
	},
	{
		name: "control-frame-resets-the-text", step: 17, file: "receive.go",
		edits: []edit{{`	c.frame, c.left, c.inFrame, c.headLen = h,`, `	if h.Opcode != OpContinuation {
		c.text = textCheck{}
	}
	c.frame, c.left, c.inFrame, c.headLen = h,`}},
		words: "the check of the text begins anew with a text, and not with a control frame",
	},
	{
		name: "close-frame-without-a-mask", step: 18, file: "control.go",
		edits: []edit{{`		dst = c.append(dst, OpClose, true, c.closing)
`, `		dst = append(AppendHeader(dst, Header{Fin: true, Opcode: OpClose, Length: int64(len(c.closing))}), c.closing...)
`}},
		words: "a client masks the frames, too, that the core sends of its own accord",
	},
	{
		name: "own-close-ends-the-stream-well", step: 18, file: "control.go",
		edits: []edit{{`	if c.err == nil {
		c.err = ErrNoClose
	}
	return c.err`, `	if c.closeSent && c.err == nil {
		return nil
	}
	if c.err == nil {
		c.err = ErrNoClose
	}
	return c.err`}},
		words: "only the peer's Close frame says",
	},
	{
		name: "buffer-pinned", step: 19, file: "receive.go",
		edits: []edit{{`		c.in = nil //`, `		c.in = c.in[len(c.in):] //`}},
		words: "a slice keeps all of the memory that it points into, even when it is empty",
	},
	{
		name: "buffer-pinned-behind-an-error", step: 19, file: "receive.go",
		edits: []edit{{`	ev, err := c.next()
`, `	if c.err != nil {
		return Event{}, c.err
	}
	ev, err := c.next()
`}},
		words: "behind an error a chunk is not looked at, but it must be let go of",
	},
	{
		name: "payloads-copied", step: 19, file: "receive.go",
		edits: []edit{{`	ev := Event{c.message, piece,`, `	piece = append([]byte(nil), piece...)
	ev := Event{c.message, piece,`}},
		words: "payloads are copied in the core; a piece is a view of the chunk",
	},
}
