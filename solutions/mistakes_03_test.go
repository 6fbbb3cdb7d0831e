package solutions

var mistakes03 = []mistake{
	{
		name: "chunk-kept", step: 1, file: "decoder.go",
		edits: []edit{{`	if len(d.buf)+len(chunk) > cap(d.buf) {
		d.makeRoom(len(chunk))
	}
	d.buf = append(d.buf, chunk...)`, `	if d.read == len(d.buf) {
		d.buf, d.read = chunk, 0
		return
	}
	d.buf = append(d.buf, chunk...)`}},
		words: "the chunk was kept and not copied",
	},
	{
		name: "header-still-in-front", step: 1, file: "decoder.go",
		edits: []edit{{`	return d.buf[begin:d.read:d.read], nil`, `	return d.buf[begin-HeaderLen : d.read : d.read], nil`}},
		words: "the header is still in front",
	},
	{
		name: "never-taken-out", step: 1, file: "decoder.go",
		edits: []edit{{`	d.read, d.need = begin+length, HeaderLen
	// The capacity ends with the payload: an append to it must not write over
	// the message behind it.
	return d.buf[begin:d.read:d.read], nil`, `	return d.buf[begin : begin+length], nil`}},
		words: "the message was returned, and not taken out",
	},
	{
		name: "nothing-is-an-empty-message", step: 1, file: "decoder.go",
		edits: []edit{{`	if len(d.buf)-d.read < d.need {
		return nil, ErrMore
	}
	return d.next()`, `	if len(d.buf)-d.read < d.need {
		return nil, nil
	}
	return d.next()`}},
		words: "no message is not an empty message",
	},
	{
		name: "panics-without-bytes", step: 1, file: "decoder.go",
		edits: []edit{{`	if len(d.buf)-d.read < d.need {
		return nil, ErrMore
	}
	return d.next()`, `	return d.next()`}},
		words: "your code panicked: runtime error: slice bounds out of range",
	},
	{
		name: "waits-for-more", hangs: true, step: 1, file: "decoder.go",
		edits: []edit{{`	if len(d.buf)-d.read < d.need {
		return nil, ErrMore
	}
	return d.next()`, `	for len(d.buf)-d.read < d.need {
	}
	return d.next()`}},
		words: "it did not end within 2s while",
	},
	{
		name: "ends-the-program", step: 1, file: "decoder.go",
		edits: []edit{{`	if len(d.buf)-d.read < d.need {
		return nil, ErrMore
	}
	return d.next()`, `	if len(d.buf)-d.read < d.need {
		os.Exit(1)
	}
	return d.next()`}},
		words: "your code ended the whole program (exit status 1)",
	},
	{
		name: "only-the-last-chunk", step: 2, file: "decoder.go",
		edits: []edit{{`	d.buf = append(d.buf, chunk...)
`, `	d.buf, d.read = append([]byte(nil), chunk...), 0
`}},
		words: "what came in the chunks before the last was lost",
	},
	{
		name: "half-a-payload", step: 2, file: "decoder.go",
		edits: []edit{{`	if len(d.buf)-begin < length {
		d.need = HeaderLen + length
		return nil, ErrMore
	}
	d.read,`, `	length = min(length, len(d.buf)-begin)
	d.read,`}},
		words: "a payload was returned before all of it had come",
	},
	{
		name: "header-in-two-pieces", notes: true, step: 3, file: "decoder.go",
		edits: []edit{{`	err   error // the first error, for good
`, `	err   error // the first error, for good
	known bool
	size  int
`}, {`	if len(d.buf)-d.read < d.need {
		return nil, ErrMore
	}
	return d.next()`, `	if !d.known && len(d.buf) > d.read {
		h := d.buf[d.read:min(d.read+HeaderLen, len(d.buf))]
		d.size, d.err = strconv.Atoi(strings.TrimRight(string(h), " "))
		if d.err != nil {
			d.err = fmt.Errorf("%w: %q", ErrHeader, h)
		}
		d.known, d.need = true, HeaderLen+d.size
	}
	if len(d.buf)-d.read < d.need {
		return nil, ErrMore
	}
	d.known = false
	return d.next()`}, {`	length, err := parseHeader(d.buf[d.read:begin])
`, `	length := d.size
`}},
		words: "a length was read from the part of the header that came first",
	},
	{
		name: "short-chunk-thrown-away", step: 3, file: "decoder.go",
		edits: []edit{{`	if len(d.buf)+len(chunk) > cap(d.buf) {`, `	if d.read == len(d.buf) && len(chunk) < HeaderLen {
		return
	}
	if len(d.buf)+len(chunk) > cap(d.buf) {`}},
		words: "the start of the header was lost with its chunk",
	},
	{
		name: "half-a-header-parsed", step: 3, file: "decoder.go",
		edits: []edit{{`	if len(d.buf)-d.read < d.need {
		return nil, ErrMore
	}
	return d.next()`, `	if len(d.buf) == d.read {
		return nil, ErrMore
	}
	if len(d.buf)-d.read < HeaderLen {
		_, err := parseHeader(d.buf[d.read:])
		return nil, err
	}
	return d.next()`}},
		words: "a header was parsed before all ten bytes of it had come",
	},
	{
		name: "second-message-waits", notes: true, step: 4, file: "decoder.go",
		edits: []edit{{`	err   error // the first error, for good
`, `	err   error // the first error, for good
	done  bool
`}, {`	if len(d.buf)+len(chunk) > cap(d.buf) {`, `	d.done = false
	if len(d.buf)+len(chunk) > cap(d.buf) {`}, {`	if len(d.buf)-d.read < d.need {`, `	if len(d.buf)-d.read < d.need || d.done {`}, {`	d.read, d.need = begin+length, HeaderLen
`, `	d.read, d.need, d.done = begin+length, HeaderLen, true
`}},
		words: "the bytes of this message came with the one before it; it must not wait for more",
	},
	{
		name: "moved-over-the-view", step: 4, file: "decoder.go",
		edits: []edit{{`	d.read, d.need = begin+length, HeaderLen
	// The capacity ends with the payload: an append to it must not write over
	// the message behind it.
	return d.buf[begin:d.read:d.read], nil`, `	d.buf = d.buf[:copy(d.buf, d.buf[d.read:])]
	d.read, d.need = HeaderLen+length, HeaderLen
	return d.buf[HeaderLen:d.read], nil`}},
		words: "a later Next wrote over a payload",
	},
	{
		name: "chunks-made-into-text", notes: true, step: 5, file: "decoder.go",
		edits: []edit{{`	if len(d.buf)+len(chunk) > cap(d.buf) {`, `	chunk = []byte(strings.ToValidUTF8(string(chunk), "�"))
	if len(d.buf)+len(chunk) > cap(d.buf) {`}},
		words: "a chunk was made into text by itself: the character that its end cuts in two was lost",
	},
	{
		name: "empty-messages-skipped", step: 5, file: "decoder.go",
		edits: []edit{{`	d.read, d.need = begin+length, HeaderLen
`, `	d.read, d.need = begin+length, HeaderLen
	if length == 0 {
		return d.Next()
	}
`}},
		words: "an empty payload is a message too",
	},
	{
		name: "only-text-accepted", step: 5, file: "decoder.go",
		edits: []edit{{`	d.read, d.need = begin+length, HeaderLen
`, `	if !utf8.Valid(d.buf[begin : begin+length]) {
		d.err = errors.New("this is no text")
		return nil, d.err
	}
	d.read, d.need = begin+length, HeaderLen
`}},
		words: "a payload is bytes; it need not be text",
	},
	{
		name: "goes-on-after-an-error", step: 6, file: "decoder.go",
		edits: []edit{{`		d.err = err
		d.buf, d.read, d.need = nil, 0, 0
		return nil, err`, `		d.buf, d.read = nil, 0
		return nil, err`}},
		words: "the decoder went on after an error",
	},
	{
		name: "another-error-each-time", step: 6, file: "decoder.go",
		edits: []edit{{`		return nil, d.err
`, `		return nil, fmt.Errorf("after an error: %w", d.err)
`}},
		words: "the error has changed; the first one is what happened",
	},
	{
		name: "limit-not-looked-at", step: 6, file: "decoder.go",
		edits: []edit{{`	if err == nil && length > d.limit {
		err = fmt.Errorf("%w: %d bytes announced, at most %d accepted", ErrTooLong, length, d.limit)
	}
`, ``}},
		words: "nobody looked at the limit when the header was there",
	},
	{
		name: "limit-refused", step: 6, file: "decoder.go",
		edits: []edit{{`length > d.limit {`, `length >= d.limit {`}},
		words: "limit is the longest payload that is accepted",
	},
	{
		name: "header-judged-with-its-payload", step: 6, file: "decoder.go",
		edits: []edit{{`	if err != nil {
		d.err = err
`, `	if err != nil && len(d.buf) == begin {
		return nil, ErrMore
	}
	if err != nil {
		d.err = err
`}},
		words: "the header is whole, and it can be judged",
	},
	{
		name: "length-believed", step: 6, file: "decoder.go",
		edits: []edit{{`	if err == nil && length > d.limit {
`, `	payload = make([]byte, 0, length)
	if err == nil && length > d.limit {
`}},
		words: "the length was believed: ten bytes from the other side ordered the memory",
	},
	{
		name: "error-before-the-messages", step: 6, file: "decoder.go",
		edits: []edit{{`	if d.err != nil {
		return // nothing behind an error is believed, so nothing is kept
	}
	if len(d.buf)+len(chunk) > cap(d.buf) {
		d.makeRoom(len(chunk))
	}
	d.buf = append(d.buf, chunk...)
`, `	if d.err != nil {
		return // nothing behind an error is believed, so nothing is kept
	}
	if len(d.buf)+len(chunk) > cap(d.buf) {
		d.makeRoom(len(chunk))
	}
	d.buf = append(d.buf, chunk...)
	for at := d.read; at+HeaderLen <= len(d.buf); {
		length, err := parseHeader(d.buf[at : at+HeaderLen])
		if err == nil && length > d.limit {
			err = fmt.Errorf("%w: %d bytes announced, at most %d accepted", ErrTooLong, length, d.limit)
		}
		if err != nil {
			d.err = err
			d.need = 0
			return
		}
		at += HeaderLen + length
	}
`}},
		words: "what is wrong further on does not make the messages before it wrong",
	},
	{
		name: "end-never-asked", step: 7, file: "decoder.go",
		edits: []edit{{`		return fmt.Errorf("%w: %d of %d bytes came: %q", ErrCutHeader, left, HeaderLen, d.buf[d.read:])
`, `		return nil
`}},
		words: "a message was cut off, and nobody is told",
	},
	{
		name: "header-at-the-end-is-cut", step: 7, file: "decoder.go",
		edits: []edit{{`	case left < HeaderLen:
`, `	case left <= HeaderLen:
`}},
		words: "the header was whole: ten bytes are there",
	},
	{
		name: "half-a-header-parsed-at-the-end", step: 7, file: "decoder.go",
		edits: []edit{{`		return fmt.Errorf("%w: %d of %d bytes came: %q", ErrCutHeader, left, HeaderLen, d.buf[d.read:])
`, `		_, err := parseHeader(d.buf[d.read:])
		return err
`}},
		words: "what had come of the header was parsed as if it were all of it",
	},
	{
		name: "every-end-is-a-cut", step: 7, file: "decoder.go",
		edits: []edit{{`	case left == 0:
		return nil
`, ``}},
		words: "between two messages the end is a clean one",
	},
	{
		name: "end-forgets-the-error", step: 7, file: "decoder.go",
		edits: []edit{{`	case d.err != nil:
		return d.err
`, ``}},
		words: "the error of Next was forgotten",
	},
	{
		name: "rebuilt-for-each-message", notes: true, step: 8, file: "decoder.go",
		edits: []edit{{`	d.read, d.need = begin+length, HeaderLen
	// The capacity ends with the payload: an append to it must not write over
	// the message behind it.
	return d.buf[begin:d.read:d.read], nil`, `	payload = d.buf[begin : begin+length]
	d.buf = append([]byte(nil), d.buf[begin+length:]...)
	d.read, d.need = 0, HeaderLen
	return payload, nil`}},
		words: "a buffer that is rebuilt or moved for each message copies hundreds of gigabytes",
		hangs: true,
	},
	{
		name: "buffer-built-anew", step: 8, file: "decoder.go",
		edits: []edit{{`	if len(d.buf)+len(chunk) > cap(d.buf) {
		d.makeRoom(len(chunk))
	}
	d.buf = append(d.buf, chunk...)`, `	d.buf = []byte(string(d.buf[d.read:]) + string(chunk))
	d.read = 0`}},
		words: "the buffer is built anew for each chunk",
	},
	{
		name: "grows-with-the-stream", step: 8, file: "decoder.go",
		edits: []edit{{`	if len(d.buf)+len(chunk) > cap(d.buf) {
		d.makeRoom(len(chunk))
	}
`, ``}},
		words: "what was taken out is still in the buffer",
	},
	{
		name: "context-ignored", step: 9, file: "receive.go",
		edits: []edit{{`conn.SetReadDeadline(time.Unix(1, 0))`, ``}, {`		n, readErr := conn.Read(chunk)
`, `		if err := ctx.Err(); err != nil {
			return err
		}
		n, readErr := conn.Read(chunk)
`}},
		words: "(a Read knows nothing of contexts)",
	},
	{
		name: "connection-closed", step: 9, file: "receive.go",
		edits: []edit{{`conn.SetReadDeadline(time.Unix(1, 0))`, `conn.Close()`}},
		words: "the connection belongs to the caller",
	},
	{
		name: "deadline-is-the-answer", step: 9, file: "receive.go",
		edits: []edit{{`		if err := ctx.Err(); err != nil {
			return err
		}
`, ``}},
		words: "the deadline that woke the Read was passed on; ctx.Err() says why it was set",
	},
	{
		name: "size-not-kept", step: 9, file: "receive.go",
		edits: []edit{{`make([]byte, size)`, `make([]byte, 4096)`}},
		words: "the most bytes it asked for in one Read",
	},
	{
		name: "end-not-asked-for", step: 9, file: "receive.go",
		edits: []edit{{`			return d.End()
`, `			return nil
`}},
		words: "what ended the stream was taken for a clean end",
	},
	{
		name: "end-is-an-error", step: 9, file: "receive.go",
		edits: []edit{{`		if readErr == io.EOF {
			return d.End()
		}
`, ``}},
		words: "io.EOF is the end of the stream; between two messages it is a clean one",
	},
	{
		name: "error-before-the-bytes", step: 9, file: "receive.go",
		edits: []edit{{`		d.Feed(chunk[:n]) // first the bytes, then the error that came with them
`, `		if n > 0 && readErr == io.EOF {
			return d.End()
		}
		d.Feed(chunk[:n])
`}},
		words: "the error was looked at first, and the bytes that came with it were lost",
	},
	{
		name: "one-message-for-each-read", step: 9, file: "receive.go",
		edits: []edit{{`			take(payload)
`, `			take(payload)
			break
`}},
		words: "one Read may bring more than one message",
	},
	{
		name: "end-read-for-ever", hangs: true, step: 9, file: "receive.go",
		edits: []edit{{`		if readErr == io.EOF {
			return d.End()
		}
		if readErr != nil {`, `		if readErr != nil && readErr != io.EOF {`}},
		words: "it did not end within 2s while waiting for Receive to return after the other side closed",
	},
	{
		name: "reads-of-nothing", hangs: true, step: 9, file: "receive.go",
		edits: []edit{{`	if size < 1 {
		return fmt.Errorf("reads of %d bytes: at least 1 is needed", size)
	}
`, ``}},
		words: "while calling Receive with size = 0",
	},
	{
		name: "watcher-left-behind", step: 9, file: "receive.go",
		edits: []edit{{`	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		conn.SetReadDeadline(time.Unix(1, 0))
	})
	defer func() {
		if !stop() {
			<-woken // it has begun: nothing of it may outlive this call
		}
	}()
`, `	go func() {
		select {
		case <-ctx.Done():
			conn.SetReadDeadline(time.Unix(1, 0))
		case <-woken:
		}
	}()
`}},
		words: "something still watches ctx",
	},
	{
		name: "goroutine-left-behind", step: 9, file: "receive.go",
		edits: []edit{{`	woken := make(chan struct{})
`, `	woken := make(chan struct{})
	go func() { <-woken }()
`}},
		words: "a goroutine was left running after the step",
	},
	{
		name: "closes-a-channel-twice", step: 9, file: "receive.go",
		edits: []edit{{`			<-woken // it has begun: nothing of it may outlive this call
`, `			<-woken // it has begun: nothing of it may outlive this call
			close(woken)
`}},
		words: "your code panicked: close of closed channel",
	},
	{
		name: "panics-in-a-goroutine", step: 9, file: "receive.go",
		edits: []edit{{`		defer close(woken)
`, `		close(woken)
		close(woken)
`}},
		words: "your code panicked in a goroutine it had started: close of closed channel",
	},
	{
		name: "only-the-whole-stream", step: 10, file: "chunkings.go",
		edits: []edit{{`	for size := 1; size <= 2*HeaderLen; size++ {`, `	return all
	for size := 1; size <= 2*HeaderLen; size++ {`}},
		words: "this one slipped through: a decoder that parses as much of a header as has come",
	},
	{
		name: "only-whole-and-single-bytes", step: 10, file: "chunkings.go",
		edits: []edit{{`size <= 2*HeaderLen`, `size <= 1`}, {`	for cut := 1; cut < len(stream); cut++ {
		all = append(all, [][]byte{stream[:cut], stream[cut:]})
	}
`, ``}},
		words: "this one slipped through: a decoder that forgets the start of a payload",
	},
	{
		name: "last-bytes-dropped", step: 10, file: "chunkings.go",
		edits: []edit{{`		for rest := stream; len(rest) > 0; {
			n := min(size, len(rest))`, `		for rest := stream; len(rest) >= size; {
			n := size`}},
		words: "its chunks, put together",
	},
	{
		name: "too-many", step: 10, file: "chunkings.go",
		edits: []edit{{`size <= 2*HeaderLen`, `size <= len(stream)`}},
		words: "1 to 200",
	},
}
