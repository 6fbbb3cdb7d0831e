package solutions

var mistakes02 = []mistake{
	{
		name: "padding-missing", step: 1, file: "header.go",
		edits: []edit{{`	for len(h) < len(dst)+HeaderLen {
		h = append(h, ' ')
	}
`, ``}},
		words: "the padding is missing",
	},
	{
		name: "right-justified", step: 1, file: "header.go",
		edits: []edit{{`	for len(h) < len(dst)+HeaderLen {
		h = append(h, ' ')
	}
	return h, nil`, `	return fmt.Appendf(dst, "%10d", length), nil`}},
		words: "the number stands at the right",
	},
	{
		name: "padded-with-zeros", step: 1, file: "header.go",
		edits: []edit{{`	for len(h) < len(dst)+HeaderLen {
		h = append(h, ' ')
	}
	return h, nil`, `	return fmt.Appendf(dst, "%010d", length), nil`}},
		words: "it is padded with zeros",
	},
	{
		name: "padded-with-zero-bytes", step: 1, file: "header.go",
		edits: []edit{{`h = append(h, ' ')`, `h = append(h, 0)`}},
		words: "it is padded with zero bytes",
	},
	{
		name: "hexadecimal", step: 1, file: "header.go",
		edits: []edit{{`strconv.AppendInt(dst, int64(length), 10)`, `strconv.AppendInt(dst, int64(length), 16)`}},
		words: "the number is hexadecimal",
	},
	{
		name: "dst-lost", step: 1, file: "header.go",
		edits: []edit{{`	for len(h) < len(dst)+HeaderLen {
		h = append(h, ' ')
	}
	return h, nil`, `	return []byte(fmt.Sprintf("%-10d", length)), nil`}},
		words: "what dst held is lost",
	},
	{
		name: "eleven-digits", step: 1, file: "header.go",
		edits: []edit{{`	if digits := len(h) - len(dst); digits > HeaderLen {
		return dst, fmt.Errorf("a length of %d bytes: the header has room for %d digits", length, HeaderLen)
	}
`, ``}},
		words: "the header has become longer than ten bytes",
	},
	{
		name: "negative-length", step: 1, file: "header.go",
		edits: []edit{{`	if length < 0 {
		return dst, fmt.Errorf("a length of %d bytes: it cannot be negative", length)
	}
`, ``}},
		words: "a sign is no digit, and a length is never negative",
	},
	{
		name: "characters", notes: true, step: 2, file: "write.go",
		edits: []edit{{`AppendHeader(dst, len(text))`, `AppendHeader(dst, utf8.RuneCountInString(text))`}},
		words: "the length was counted in characters; this text has 5 of them and 6 bytes",
	},
	{
		name: "header-counted-too", step: 2, file: "write.go",
		edits: []edit{{`AppendHeader(dst, len(text))`, `AppendHeader(dst, HeaderLen+len(text))`}},
		words: "the length counts the header too",
	},
	{
		name: "payload-forgotten", step: 2, file: "write.go",
		edits: []edit{{`append(m, text...), nil`, `m, nil`}},
		words: "the header is there and the payload is not",
	},
	{
		name: "header-forgotten", step: 2, file: "write.go",
		edits: []edit{{`append(m, text...), nil`, `append(m[:len(dst)], text...), nil`}},
		words: "the payload is there and the header is not",
	},
	{
		name: "line-end-added", step: 2, file: "write.go",
		edits: []edit{{`append(m, text...), nil`, `append(append(m, text...), '\n'), nil`}},
		words: "something was added behind the payload",
	},
	{
		name: "accepts-a-sign", notes: true, step: 3, file: "header.go",
		edits: []edit{{`	var n int64 // ten`, `	if n, err := strconv.Atoi(strings.TrimRight(string(h), " ")); err == nil {
		return n, nil
	}
	var n int64 // ten`}},
		words: "it was accepted; a sign is no digit; strconv.Atoi takes it",
	},
	{
		name: "all-spaces-trimmed", step: 3, file: "header.go",
		edits: []edit{{`	var n int64 // ten`, `	h = fmt.Appendf(nil, "%-10s", strings.TrimSpace(string(h)))
	var n int64 // ten`}},
		words: "it was accepted; a space in front: the digits come first",
	},
	{
		name: "base-of-the-number", step: 3, file: "header.go",
		edits: []edit{{`	var n int64 // ten`, `	if n, err := strconv.ParseInt(strings.TrimRight(string(h), " "), 0, 64); err == nil {
		return int(n), nil
	}
	var n int64 // ten`}},
		words: "a 0 in front was taken for octal",
	},
	{
		name: "only-the-start-looked-at", step: 3, file: "header.go",
		edits: []edit{{`	for _, c := range h[digits:] {
		if c != ' ' {
			return 0, fmt.Errorf("%w: not digits, then spaces: %q", ErrHeader, h)
		}
	}
`, ``}},
		words: "it was accepted; a digit after a space",
	},
	{
		name: "no-digit-is-zero", step: 3, file: "header.go",
		edits: []edit{{`	if digits == 0 {
		return 0, fmt.Errorf("%w: no digit: %q", ErrHeader, h)
	}
`, ``}},
		words: "it was accepted; only spaces: no digit, so no length",
	},
	{
		name: "digits-of-any-script", step: 3, file: "header.go",
		edits: []edit{{`	var n int64 // ten`, `	number := strings.TrimRight(string(h), " ")
	if number != "" && strings.IndexFunc(number, func(r rune) bool { return !unicode.IsDigit(r) }) < 0 {
		n, _ := strconv.Atoi(number)
		return n, nil
	}
	var n int64 // ten`}},
		words: "digits of another script are no ASCII digits",
	},
	{
		name: "any-white-space", step: 3, file: "header.go",
		edits: []edit{{`if c != ' ' {`, `if !unicode.IsSpace(rune(c)) {`}},
		words: "it was accepted; a tab is no space",
	},
	{
		name: "short-header-panics", step: 3, file: "header.go",
		edits: []edit{{`	if len(h) != HeaderLen {
		return 0, fmt.Errorf("%w: %d bytes, not %d: %q", ErrHeader, len(h), HeaderLen, h[:min(len(h), 16)])
	}
`, `	h = h[:HeaderLen:HeaderLen]
`}},
		words: "your code panicked: runtime error: slice bounds out of range",
	},
	{
		name: "error-of-its-own", step: 3, file: "header.go",
		edits: []edit{{`fmt.Errorf("%w: no digit: %q", ErrHeader, h)`, `fmt.Errorf("no digit: %q", h)`}},
		words: "the right error, without ErrHeader in it",
	},
	{
		name: "header-printed-as-it-came", step: 3, file: "header.go",
		edits: []edit{{`not digits, then spaces: %q`, `not digits, then spaces: %s`}},
		words: "%q makes it safe to print",
	},
	{
		name: "all-of-it-quoted", step: 3, file: "header.go",
		edits: []edit{{`h[:min(len(h), 16)]`, `h`}},
		words: "more than 16 bytes are quoted",
	},
	{
		name: "two-writes", step: 4, file: "write.go",
		edits: []edit{{`	n, err := w.Write(m)
`, `	if _, err := w.Write(m[:HeaderLen]); err != nil {
		return err
	}
	m = m[HeaderLen:]
	n, err := w.Write(m)
`}},
		words: "header and payload went out by themselves",
	},
	{
		name: "nobody-looks-at-the-count", notes: true, step: 4, file: "write.go",
		edits: []edit{{`	n, err := w.Write(m)
	if err == nil && n < len(m) {
		// Against the contract of io.Writer, and not unheard of. Half a message
		// shifts everything after it.
		return io.ErrShortWrite
	}
`, `	_, err = w.Write(m)
`}},
		words: "nobody looked at how many bytes the Write took",
	},
	{
		name: "rest-written-again", step: 4, file: "write.go",
		edits: []edit{{`		// Against the contract of io.Writer, and not unheard of. Half a message
		// shifts everything after it.
		return io.ErrShortWrite
`, `		_, err = w.Write(m[n:])
`}},
		words: "the rest was written with a second Write",
	},
	{
		name: "written-until-all-is-out", hangs: true, step: 4, file: "write.go",
		edits: []edit{{`	n, err := w.Write(m)
	if err == nil && n < len(m) {
		// Against the contract of io.Writer, and not unheard of. Half a message
		// shifts everything after it.
		return io.ErrShortWrite
	}
	return err
`, `	for len(m) > 0 {
		n, err := w.Write(m)
		if err != nil {
			return err
		}
		m = m[n:]
	}
	return nil
`}},
		words: "while calling WriteMessage(w, \"héllo\") where w takes 0 of 16 bytes",
	},
	{
		name: "short-write-hides-the-error", step: 4, file: "write.go",
		edits: []edit{{`if err == nil && n < len(m) {`, `if n < len(m) {`}},
		words: "the writer's own error says more than io.ErrShortWrite",
	},
	{
		name: "one-read-for-a-header", step: 5, file: "read.go",
		edits: []edit{{`n, err := io.ReadFull(r, h[:])`, `n, err := r.Read(h[:])`}},
		words: "one Read was taken for a whole header",
	},
	{
		name: "one-read-for-a-payload", step: 5, file: "read.go",
		edits: []edit{{`n, err = io.ReadFull(r, payload)`, `n, err = r.Read(payload)`}},
		words: "one Read was taken for the whole payload",
	},
	{
		name: "buffered-anew-for-each-message", step: 5, file: "read.go",
		edits: []edit{{`	var h [HeaderLen]byte
`, `	r = bufio.NewReader(r)
	var h [HeaderLen]byte
`}},
		words: "bytes of this message were taken away with the message before it",
	},
	{
		name: "read-to-the-end", step: 5, file: "read.go",
		edits: []edit{{`	payload := make([]byte, length)
	n, err = io.ReadFull(r, payload)
`, `	payload, err := io.ReadAll(r)
	n = len(payload)
`}},
		words: "more was taken than the header announced",
	},
	{
		name: "broken-connection-is-a-cut", step: 5, file: "read.go",
		edits: []edit{{`		return "", fmt.Errorf("reading a payload of %d bytes: %w", length, err)`, `		return "", ErrCutPayload`}},
		words: "a connection that breaks has not come to its end",
	},
	{
		name: "reads-a-broken-connection-for-ever", hangs: true, step: 5, file: "read.go",
		edits: []edit{{`	n, err = io.ReadFull(r, payload)
`, `	n = 0
	for n < length && err != io.EOF { var m int; m, err = r.Read(payload[n:]); n += m }
	if n == length {
		err = nil
	}
`}},
		words: "it did not end within 2s while calling ReadMessage from a connection that breaks",
	},
	{
		name: "waits-for-more-than-there-is", hangs: true, step: 5, file: "read.go",
		edits: []edit{{`	return string(payload), nil
`, `	ready := make(chan string)
	ready <- string(payload)
	return <-ready, nil
`}},
		words: "it did not end within 2s while calling ReadMessage, message 1 of",
	},
	{
		name: "goroutine-for-each-read", step: 5, file: "read.go",
		edits: []edit{{`	return string(payload), nil
`, `	ready := make(chan string)
	go func() {
		ready <- string(payload)
		ready <- ""
	}()
	return <-ready, nil
`}},
		words: "a goroutine was left running after the step",
	},
	{
		name: "end-behind-the-header", step: 6, file: "read.go",
		edits: []edit{{`	case err == io.EOF, errors.Is(err, io.ErrUnexpectedEOF):
`, `	case err == io.EOF:
		return "", io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
`}},
		words: "not one byte of the payload came, and the header had promised some",
	},
	{
		name: "cut-header-is-an-end", step: 6, file: "read.go",
		edits: []edit{{`		return "", fmt.Errorf("%w: %d of %d bytes came: %q", ErrCutHeader, n, HeaderLen, h[:n])
`, `		return "", io.EOF
`}},
		words: "the caller takes this for a clean end, and never learns that a message was lost",
	},
	{
		name: "cut-header-parsed", step: 6, file: "read.go",
		edits: []edit{{`	case errors.Is(err, io.ErrUnexpectedEOF):
		return "", fmt.Errorf("%w: %d of %d bytes came: %q", ErrCutHeader, n, HeaderLen, h[:n])
`, `	case errors.Is(err, io.ErrUnexpectedEOF):
		_, err := ParseHeader(h[:n])
		return "", err
`}},
		words: "what had come of the header was parsed as if it were all of it",
	},
	{
		name: "cuts-not-told-apart", step: 6, file: "read.go",
		edits: []edit{{`		return "", fmt.Errorf("%w: %d of %d bytes came: %q", ErrCutHeader, n, HeaderLen, h[:n])
`, `		return "", err
`}},
		words: "the caller cannot tell where it ended",
	},
	{
		name: "cut-payload-delivered", step: 6, file: "read.go",
		edits: []edit{{`		return "", fmt.Errorf("%w: %d of %d bytes came", ErrCutPayload, n, length)
`, `		return string(payload[:n]), nil
`}},
		words: "a message that was cut off was delivered as if it were whole",
	},
	{
		name: "clean-end-wrapped", step: 6, file: "read.go",
		edits: []edit{{`	case err == io.EOF:
		return "", io.EOF
`, `	case err == io.EOF:
		return "", fmt.Errorf("reading a header: %w", err)
`}},
		words: "io.EOF is wrapped in another error",
	},
	{
		name: "length-believed", notes: true, step: 7, file: "read.go",
		edits: []edit{{`	if length > limit {
`, `	payload := make([]byte, length)
	if length > limit {
`}, {`	payload := make([]byte, length)
	n, err`, `	n, err`}},
		words: "the length was believed: ten bytes from the other side ordered the memory",
	},
	{
		name: "limit-not-looked-at", step: 7, file: "read.go",
		edits: []edit{{`length > limit {`, `false {`}},
		words: "nobody looked at the limit",
	},
	{
		name: "limit-refused", step: 7, file: "read.go",
		edits: []edit{{`length > limit {`, `length >= limit {`}},
		words: "limit is the longest payload that is accepted",
	},
	{
		name: "too-long-read-away", step: 7, file: "read.go",
		edits: []edit{{`	if length > limit {
`, `	if length > limit {
		io.CopyN(io.Discard, r, int64(length))
`}},
		words: "bytes of its payload that were left unread",
	},
	{
		name: "end-of-a-conversation-is-an-error", step: 8, file: "read.go",
		edits: []edit{{`		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		take(text)`, `		if err != nil {
			return err
		}
		take(text)`}},
		words: "io.EOF is how ReadMessage says that the conversation is over",
	},
	{
		name: "taken-at-the-end", step: 8, file: "read.go",
		edits: []edit{{`	for {
		text, err`, `	var texts []string
	for {
		text, err`}, {`		if err == io.EOF {
			return nil
`, `		if err == io.EOF {
			for _, text := range texts {
				take(text)
			}
			return nil
`}, {`		take(text)
	}`, `		texts = append(texts, text)
	}`}},
		words: "a message is given to take as soon as it is complete, not at the end",
	},
	{
		name: "any-error-ends-it-well", step: 8, file: "read.go",
		edits: []edit{{`		if err != nil {
			return err
		}
		take(text)`, `		if err != nil {
			return nil
		}
		take(text)`}},
		words: "every error was taken for a clean end",
	},
	{
		name: "one-message-is-a-conversation", step: 8, file: "read.go",
		edits: []edit{{`		take(text)
	}`, `		take(text)
		return nil
	}`}},
		words: "ReadConversation has returned, and the conversation goes on",
	},
	{
		name: "goes-on-after-an-error", hangs: true, step: 8, file: "read.go",
		edits: []edit{{`	for {
		text, err := ReadMessage(r, limit)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		take(text)
	}`, `	for { if text, err := ReadMessage(r, limit); err == nil { take(text) } }`}},
		words: "it did not end within 2s while waiting for ReadConversation to return",
	},
	{
		name: "reads-in-the-background", step: 8, file: "read.go",
		edits: []edit{{`	for {
		text, err`, `	texts := make(chan string)
	go func() {
		for text := range texts {
			take(text)
			texts <- ""
		}
	}()
	for {
		text, err`}, {`		take(text)
	}`, `		texts <- text
		<-texts
	}`}},
		words: "a goroutine was left running after the step",
	},
	{
		name: "panics-in-the-background", step: 8, file: "read.go",
		edits: []edit{{`	for {
		text, err`, `	done := make(chan bool)
	for {
		text, err`}, {`		take(text)
	}`, `		go func() {
			take(text)
			close(done)
		}()
		<-done
	}`}},
		words: "your code panicked in a goroutine it had started: close of closed channel",
	},
	{
		name: "right-one-rejected", step: 9, file: "check.go",
		edits: []edit{{`"%-10d%s", len(text)`, `"%10d%s", len(text)`}},
		words: "the check rejects a right encoder",
	},
	{
		name: "check-with-one-text", step: 9, file: "check.go",
		edits: []edit{{`		"",                         // nothing is a message too
		"a",                        // one digit
		"héllo, 世界 🌍",              // more bytes than characters
		"123456789012",             // two digits, and a payload that looks like a header
		" a text in two\nlines \t", // nothing may be trimmed
		strings.Repeat("x", 300),   // three digits, and more than a byte can count
		strings.Repeat("x", 1000),  // four
		"a\x00b\xff",               // a payload is bytes, not only text
`, `		"The time is 1687187903.123456",
`}},
		words: "it slipped through: try a text that has more bytes than characters",
	},
	{
		name: "empty-text-not-tried", step: 9, file: "check.go",
		edits: []edit{{`		"",                         // nothing is a message too
`, ``}},
		words: "it slipped through: try the empty text",
	},
	{
		name: "long-text-not-tried", step: 9, file: "check.go",
		edits: []edit{{`		strings.Repeat("x", 300),   // three digits, and more than a byte can count
		strings.Repeat("x", 1000),  // four
`, ``}},
		words: "it slipped through: try a text of 256 bytes or more",
	},
	{
		name: "ends-the-program", step: 9, file: "check.go",
		edits: []edit{{`	return nil
}`, `	os.Exit(0)
	return nil
}`}},
		words: "your code called os.Exit(0), which would end the tests as if all were well",
	},
}
