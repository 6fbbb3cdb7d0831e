package solutions

// Mistakes of lesson 4, part E: a connection.
var mistakes04e = []mistake{
	// Step 20
	{
		name: "early-bytes-lost", step: 20, file: "read.go",
		edits: []edit{{`	for {
		c.mu.Lock()
		ev, err := c.core.Next()`, `	for first := true; ; first = false {
		if first && c.received.Load() == 0 {
			n, err := c.conn.Read(c.buf)
			c.received.Add(int64(n))
			if n == 0 && err == io.EOF {
				return Event{}, c.end()
			}
			c.core.Feed(c.buf[:n])
		}
		c.mu.Lock()
		ev, err := c.core.Next()`}},
		words: "the bytes that came with the opening handshake were lost",
	},
	{
		name: "early-message-waits", step: 20, file: "read.go",
		edits: []edit{{`	c.partial = nil
	for {`, `	c.partial = nil
	if c.received.Load() == 0 {
		n, _ := c.conn.Read(buf[len(buf):len(buf)])
		c.received.Add(int64(n))
	}
	for {`}},
		words: "a Read is for when c.core says ErrMore",
	},
	{
		name: "piece-for-a-message", step: 20, file: "read.go",
		edits: []edit{{`		if piece.End {
			return`, `		if len(buf) > 0 || piece.End {
			return`}},
		words: "a piece of a message was taken for all of it",
	},
	{
		name: "more-is-the-end", step: 20, file: "read.go",
		edits: []edit{{`		c.core.Feed(into[:n]) // an error that came with bytes comes again without
`, `		c.core.Feed(into[:n])
		ev, err = c.core.Next()
		if err != nil || !ev.Opcode.IsControl() {
			return ev, err
		}
`}},
		words: "ErrMore ends nothing",
	},
	{
		name: "control-frame-as-a-message", step: 20, file: "read.go",
		edits: []edit{{`		case err == nil && ev.Opcode.IsControl():
			continue // answered; and who waits for a pong asks Received
`, ``}},
		words: "a control frame is no message",
	},
	{
		name: "end-passed-on", step: 20, file: "read.go",
		edits: []edit{{`			return Event{}, c.end()
`, `			return Event{}, err
`}},
		words: "Core.End says what it means that the stream ends here",
	},
	{
		name: "received-not-counted", step: 20, file: "read.go",
		edits: []edit{{`		c.received.Add(int64(n))
`, ``}},
		words: "every byte that a Read brings is counted in c.received",
	},
	{
		name: "error-before-its-bytes", step: 20, file: "read.go",
		edits: []edit{{`		if n == 0 && err == io.EOF {`, `		if err == io.EOF {`}},
		words: "the error was looked at first, and the bytes that came with it were lost",
	},
	{
		name: "reset-taken-for-the-end", step: 20, file: "read.go",
		edits: []edit{{`		if n == 0 && err == io.EOF {
			return Event{}, c.end()
		}
		if n == 0 && err != nil {
			return Event{}, err
		}
`, `		if n == 0 && err != nil {
			return Event{}, c.end()
		}
`}},
		words: "only io.EOF is the end of the stream",
	},
	{
		name: "reads-on-after-an-error", step: 20, file: "read.go",
		edits: []edit{{`	for {
		c.mu.Lock()
		ev, err := c.core.Next()`, `	for {
		if c.core.Done() {
			_, err := c.conn.Read(c.buf)
			return Event{}, err
		}
		c.mu.Lock()
		ev, err := c.core.Next()`}},
		words: "while a server reads a Close frame with 1001",
	},
	{
		name: "another-error-after-a-close", step: 20, file: "read.go",
		edits: []edit{{`	for {
		c.mu.Lock()
		ev, err := c.core.Next()`, `	for {
		if c.core.Done() {
			return Event{}, io.EOF
		}
		c.mu.Lock()
		ev, err := c.core.Next()`}},
		words: "an error of c.core is for good",
	},
	{
		name: "peer-not-told", step: 20, file: "read.go",
		edits: []edit{{`		if owes {
			c.answer()
		}
		switch {
		case err == nil && ev.Opcode.IsControl():
			continue`, `		if err != nil && err != ErrMore {
			return ev, err
		}
		if owes {
			c.answer()
		}
		switch {
		case err == nil && ev.Opcode.IsControl():
			continue`}},
		words: "c.core has a Close frame to send (Pending), and nobody has called answer",
	},
	{
		name: "callers-buffer-kept", step: 20, file: "read.go",
		edits: []edit{{`	if left := min(c.core.Left(), int64(len(p))); left >= int64(len(c.buf)) {
		return p[:left], true
	}`, `	if len(p) >= len(c.buf) {
		return p, true
	}`}},
		words: "bytes behind the first message were read to the caller's buffer",
	},
	{
		name: "callers-buffer-not-used", step: 20, file: "read.go",
		edits: []edit{{`	buf = append(buf[:0], c.partial...)
	c.partial = nil
`, `	buf = c.partial
	c.partial = nil
`}},
		words: "append to buf[:0]",
	},
	{
		name: "view-returned", step: 20, file: "read.go",
		edits: []edit{{`		buf = c.makeRoom(buf, len(piece.Payload))
`, `		if piece.End && len(buf) == 0 && len(piece.Payload) > cap(buf) {
			return piece.Opcode, piece.Payload, nil
		}
		buf = c.makeRoom(buf, len(piece.Payload))
`}},
		words: "the payload is a view of the connection's own buffer",
	},
	{
		name: "new-memory-for-each-message", step: 20, file: "read.go",
		edits: []edit{{`	c.partial = nil
	for {`, `	c.partial = nil
	var all []byte
	for {`}, {`		n := copy(buf[len(buf):cap(buf)], piece.Payload)
		buf = buf[:len(buf)+n]
		if piece.End {
`, `		all = append(all, piece.Payload...)
		if piece.End {
			buf = append(buf[:0], all...)
`}},
		words: "memory is made anew for each message, or for each Read",
	},
	{
		name: "announced-length-believed", step: 20, file: "read.go",
		edits: []edit{{`int(min(c.core.Left(), trusted))`, `int(c.core.Left())`}},
		words: "the length was believed: ten bytes from the peer have ordered the memory",
	},
	{
		name: "memory-grows-by-a-little", step: 20, file: "read.go",
		edits: []edit{{`		need = max(need, 2*cap(buf)) // or many small fragments would copy all before them, each
`, ``}, {`	if len(buf) > 0 {
	}
`, ``}},
		words: "let it grow by a factor",
	},
	{
		name: "core-locked-during-a-read", step: 20, file: "read.go",
		edits: []edit{{`		n, err := c.conn.Read(into)
`, `		c.mu.Lock()
		n, err := c.conn.Read(into)
		c.mu.Unlock()
`}},
		words: "c.mu is held during a Read",
	},
	{
		name: "new-memory-for-each-read", step: 20, file: "read.go",
		edits: []edit{{`		into, direct := c.space(p)
`, `		into, direct := make([]byte, len(c.buf)), false
`}},
		words: "or for each Read",
	},
	{
		name: "appended-to-what-stood-there", step: 20, file: "read.go",
		edits: []edit{{`	buf = append(buf[:0], c.partial...)
`, `	buf = append(buf, c.partial...)
`}},
		words: "append to buf[:0]",
	},

	// Step 21
	{
		name: "context-of-a-read-ignored", step: 21, file: "read.go",
		edits: []edit{{`	defer c.deadlines.watch(ctx, cutRead)()
	buf = append`, `	buf = append`}},
		words: "your code waits at lessons/04-websocket/read.go",
	},
	{
		name: "deadline-for-the-context", step: 21, file: "read.go",
		edits: []edit{{`			return 0, nil, because(ctx, err)`, `			return 0, nil, err`}},
		words: "the deadline that woke the Read was passed on; ctx.Err() says why it was set",
	},
	{
		name: "nothing-read-is-the-end", step: 20, file: "read.go",
		edits: []edit{{`		if n == 0 && err == io.EOF {`, `		if n == 0 && (err == nil || err == io.EOF) {`}},
		words: "only io.EOF is the end of the stream; 0 bytes without an error are no news",
	},
	{
		name: "buffer-grows-with-messages", step: 20, file: "read.go",
		edits: []edit{{`		into, direct := c.space(p)
`, `		if n := c.core.Left(); n > int64(len(c.buf)) {
			c.buf = make([]byte, n)
		}
		into, direct := c.buf, false
`}},
		words: "every connection has such a buffer for as long as it is open",
	},
	{
		name: "reads-behind-the-message", step: 20, file: "read.go",
		edits: []edit{{`	if left := min(c.core.Left(), int64(len(p))); left >= int64(len(c.buf)) {
		return p[:left], true
	}`, `	if c.core.Left() > 0 && len(p) > 4000 {
		return p, true
	}`}},
		words: "to p goes at most what Core.Left says",
	},
	{
		name: "unlocked-before-the-watch-ends", step: 21, file: "read.go",
		edits: []edit{{`	defer c.reading.unlock()
	defer c.deadlines.watch(ctx, cutRead)()
`, `	stop := c.deadlines.watch(ctx, cutRead)
	defer func() { c.reading.unlock(); stop() }()
`}},
		words: "c.reading was given back while the deadline of the first was still set",
	},
	{
		name: "half-a-message-in-its-own-memory", step: 21, file: "read.go",
		edits: []edit{{`	buf = append(buf[:0], c.partial...)
`, `	if buf = buf[:0]; len(c.partial) > 0 {
		buf = c.partial
	}
`}},
		words: "what c.partial had goes to the caller's buffer",
	},
	{
		name: "read-without-mu", step: 20, file: "read.go",
		edits: []edit{{`		c.mu.Lock()
		ev, err`, `		ev, err`}, {`		c.mu.Unlock()
		if owes`, `		if owes`}},
		words: "readers and writers share c.core: whoever uses it has c.mu",
	},
	{
		name: "write-without-mu", step: 22, file: "write.go",
		edits: []edit{{`	c.mu.Lock()
`, ``}, {`	c.mu.Unlock()
`, ``}},
		words: "readers and writers share c.core: whoever uses it has c.mu",
	},
	{
		name: "answer-without-mu", step: 24, file: "answer.go",
		edits: []edit{{`			c.mu.Lock()
`, ``}, {`			c.mu.Unlock()
`, ``}, {`	c.mu.Lock()
	defer c.mu.Unlock()
`, ``}},
		words: "readers and writers share c.core: whoever uses it has c.mu",
	},
	{
		name: "answers-with-nothing-pending", step: 22, file: "answer.go",
		edits: []edit{{`for c.owes() && c.writing.try() {`, `for first := true; (first || c.owes()) && c.writing.try(); first = false {`}},
		words: "this answer writes what waits in c.out also when nothing is pending",
	},
	{
		name: "watch-before-the-lock", step: 23, file: "write.go",
		edits: []edit{{`	if err := c.startWriting(ctx, MaxHeaderLen+len(payload)); err != nil {
		return err
	}
	stop := c.deadlines.watch(ctx, cutWrite)
`, `	stop := c.deadlines.watch(ctx, cutWrite)
	if err := c.startWriting(ctx, MaxHeaderLen+len(payload)); err != nil {
		stop()
		return err
	}
`}},
		words: "watch begins behind startWriting, when it is your turn",
	},
	{
		name: "waits-for-its-turn-without-ctx", step: 23, file: "write.go",
		edits: []edit{{`c.startWriting(ctx, `, `c.startWriting(context.Background(), `}},
		words: "a ping with a context that runs out, while another writer is in the middle of a frame",
	},
	{
		name: "looks-again-before-it-unlocks", step: 24, file: "answer.go",
		edits: []edit{{`	for c.owes() && c.writing.try() {`, `	if c.owes() && c.writing.try() {`}, {`		c.deadlines.update(func(d *deadlines) { d.answering = time.Time{} })
		c.unlockWriting()
		if err != nil {
			return
		}
`, `		for err == nil && c.owes() {
			c.mu.Lock()
			c.out = c.core.AppendPending(c.out)
			c.mu.Unlock()
			err = c.flush()
		}
		c.deadlines.update(func(d *deadlines) { d.answering = time.Time{} })
		c.unlockWriting()
`}},
		words: "a ping that was found while an answer was being written was left",
	},
	{
		name: "buffer-kept-after-a-pong", step: 24, file: "answer.go",
		edits: []edit{{`		c.unlockWriting()
`, `		c.writing.unlock()
`}},
		words: "unlockWriting gives it back",
	},
	{
		name: "answer-time-for-each-write", step: 24, file: "answer.go",
		edits: []edit{{`			c.mu.Unlock()
			err = c.flush()
`, `			c.mu.Unlock()
			c.deadlines.update(func(d *deadlines) { d.answering = time.Now().Add(answerTime) })
			err = c.flush()
`}},
		words: "what was left and the pong had an answerTime each",
	},
	{
		name: "closing-deadline-of-the-caller", step: 25, file: "closing.go",
		edits: []edit{{`	first := false
	c.deadlines.update(func(d *deadlines) {
		if first = d.closing.IsZero(); first {
			d.closing = time.Now().Add(c.closeTimeout)
		}
	})
	if !first {`, `	_, closing := closings.LoadOrStore(c, true)
	if !closing {
		c.SetDeadline(time.Now().Add(c.closeTimeout))
	} else {`}, {`// Close does the closing handshake`, `var closings sync.Map

// Close does the closing handshake`}},
		words: "the limit of Close is d.closing in c.deadlines",
	},
	{
		name: "closewrite-of-everything", step: 25, file: "closing.go",
		edits: []edit{{`	if half, ok := c.conn.(interface{ CloseWrite() error }); ok && c.core.role == Server {
		half`, `	if c.core.role == Server {
		c.conn.(interface{ CloseWrite() error })`}},
		words: "while a server calls Close on a net.Conn that has no CloseWrite",
	},
	{
		name: "read-deadline-left-on", step: 21, file: "read.go",
		edits: []edit{{`	defer c.deadlines.watch(ctx, cutRead)()
	buf = append`, `	defer context.AfterFunc(ctx, func() { c.conn.SetReadDeadline(time.Unix(1, 0)) })()
	buf = append`}},
		words: "the deadline that has woken the Read was left behind",
		race:  `ctx .* of its bytes`, // which interruption comes at a bad time
	},
	{
		name: "callers-deadline-taken-away", step: 21, file: "read.go",
		edits: []edit{{`	defer c.deadlines.watch(ctx, cutRead)()
	buf = append`, `	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { c.conn.SetReadDeadline(time.Unix(1, 0)); close(woken) })
	defer func() {
		if !stop() {
			<-woken
			c.conn.SetReadDeadline(time.Time{})
		}
	}()
	buf = append`}},
		words: "until the caller's own deadline passes after 10 seconds (a context that ends must not take it away)",
	},
	{
		name: "read-watched-too-long", step: 21, file: "read.go",
		edits: []edit{{`	defer c.deadlines.watch(ctx, cutRead)()
	buf = append`, `	c.deadlines.watch(ctx, cutRead)
	buf = append`}},
		words: "the deadline that has woken the Read was left behind",
	},
	{
		name: "read-not-waited-for", step: 21, file: "read.go",
		edits: []edit{{`	defer c.deadlines.watch(ctx, cutRead)()
	buf = append`, `	stop := c.deadlines.watch(ctx, cutRead)
	defer func() { go stop() }()
	buf = append`}},
		words: "the deadline that has woken the Read was left behind",
		race:  `ctx .* of its bytes`, // which interruption comes at a bad time
	},
	{
		name: "half-a-message-thrown-away", step: 21, file: "read.go",
		edits: []edit{{`				c.partial = slices.Clone(buf) // buf is the caller's
`, ``}, {`			if errors.Is(err, os.ErrDeadlineExceeded) {
			}
`, ``}},
		words: "the part of the message that had come was thrown away",
	},
	{
		name: "half-a-message-in-the-callers-buffer", step: 21, file: "read.go",
		edits: []edit{{`slices.Clone(buf) // buf is the caller's`, `buf`}},
		words: "the part that had come was kept in the caller's buffer",
	},
	{
		name: "half-a-message-used-twice", step: 21, file: "read.go",
		edits: []edit{{`	c.partial = nil
`, ``}},
		words: "the part that was kept belongs to one message; it is used once",
	},
	{
		name: "two-readers-at-once", step: 21, file: "read.go",
		edits: []edit{{`	defer c.reading.unlock()
`, `	c.reading.unlock()
`}},
		words: "while reading twice at the same time (c.reading is held for a whole message)",
	},

	// Step 22
	{
		name: "header-and-payload-apart", step: 22, file: "write.go",
		edits: []edit{{`		n, err = c.conn.Write(c.out)
`, `		n, err = c.conn.Write(c.out[:min(len(c.out), 2)])
`}},
		words: "header and payload belong together",
	},
	{
		name: "payload-masked-in-place", step: 22, file: "write.go",
		edits: []edit{{`	before := len(c.out)
	c.mu.Lock()
`, `	before := len(c.out)
	c.mu.Lock()
	if c.core.role == Client {
		defer Mask(payload, [4]byte{1, 2, 3, 4}, 0)
	}
`}},
		words: "the mask goes on a copy",
	},
	{
		name: "short-write-ignored", step: 22, file: "write.go",
		edits: []edit{{`		c.out = c.out[n:]
	}
	return err`, `		c.out = nil
	}
	return err`}},
		words: "a Write may take less than it is given",
	},
	{
		name: "writes-nothing-for-ever", hangs: true, step: 22, file: "write.go",
		edits: []edit{{`		if n == 0 && err == nil {
			err = io.ErrShortWrite
		}
`, ``}},
		words: "it did not end within 2s while a server sends a text, and every Write takes nothing",
	},
	{
		name: "a-write-of-nothing", step: 22, file: "write.go",
		edits: []edit{{`	for len(c.out) > 0 && err == nil {
		var n int
`, `	for first := true; (first || len(c.out) > 0) && err == nil; first = false {
		var n int
`}, {`		if n == 0 && err == nil {`, `		if n == 0 && err == nil && len(c.out) > 0 {`}},
		words: "nothing waited in c.out, and there was a Write all the same",
	},
	{
		name: "queue-written-one-by-one", step: 22, file: "write.go",
		edits: []edit{{`	if err == nil && len(out) > keep {
`, `	if err == nil && len(out) > keep {
		if before > 0 {
			c.conn.Write(c.out[:before])
			c.out = c.out[before:]
		}
`}},
		words: "all that waits goes out together, in one Write",
	},
	{
		name: "queue-does-not-wait", step: 22, file: "write.go",
		edits: []edit{{`	if err == nil && len(out) > keep {`, `	if err == nil {`}},
		words: "keep says how many bytes may wait in c.out",
	},
	{
		name: "queue-without-a-limit", step: 22, file: "write.go",
		edits: []edit{{`	if err == nil && len(out) > keep {`, `	if err == nil && keep == 0 {`}},
		words: "what may wait has a limit: keep",
	},
	{
		name: "written-and-kept", step: 22, file: "write.go",
		edits: []edit{{`		c.out = c.out[n:]
	}
	return err`, `		if n == len(c.out) {
			return err
		}
		c.out = c.out[n:]
	}
	return err`}},
		words: "what was written is still in c.out, and goes out again",
	},
	{
		name: "error-of-a-frame-dropped", step: 22, file: "write.go",
		edits: []edit{{`	c.doneWriting(ctx)
	return err
}

// flush`, `	c.doneWriting(ctx)
	if frame == 0 {
		return nil
	}
	return err
}

// flush`}},
		words: "AppendFrame has an error, and somebody has to look at it",
	},
	{
		name: "text-of-a-write-error", step: 22, file: "write.go",
		edits: []edit{{`		switch err = because(ctx, c.flush()); {
		case err == nil:
`, `		switch err = because(ctx, c.flush()); {
		case err == nil:
		case errors.Is(err, io.ErrClosedPipe):
			err = errors.New("writing: " + err.Error())
`}},
		words: "only the text of the error was passed on",
	},
	{
		name: "core-locked-during-a-write", step: 22, file: "write.go",
		edits: []edit{{`	c.mu.Unlock()
	c.out = out
`, `	defer c.mu.Unlock()
	c.out = out
`}},
		words: "c.mu is held during a Write",
	},
	{
		name: "rest-dropped-after-an-error", step: 22, file: "write.go",
		edits: []edit{{`		c.out = c.out[n:]
	}
	return err`, `		c.out = c.out[n:]
	}
	if err != nil {
		c.out = nil
	}
	return err`}, {`			c.out = c.out[:len(c.out)-frame]
`, ``}},
		words: "what was not written stays in c.out, after an error too",
	},
	{
		name: "writing-not-given-back", step: 22, file: "write.go",
		edits: []edit{{`	frame := len(out) - before
`, `	frame := len(out) - before
	if err != nil {
		stop()
		return err
	}
`}},
		words: "c.writing was taken, and not given back on a path with an error",
	},
	{
		name: "keep-is-one-too-many", step: 22, file: "write.go",
		edits: []edit{{`	if err == nil && len(out) > keep {`, `	if err == nil && len(out) >= keep {`}},
		words: "only more than that are written",
	},

	// Step 23
	{
		name: "no-lock", step: 23, file: "write.go",
		edits: []edit{{`	if err := c.startWriting(ctx, MaxHeaderLen+len(payload)); err != nil {
		return err
	}
`, ``}, {`	stop() // before the next one writes: it has a context of its own
	c.doneWriting(ctx)
`, `	stop()
`}},
		words: "two writers mix their frames",
	},
	{
		name: "context-of-a-write-ignored", step: 23, file: "write.go",
		edits: []edit{{`	stop := c.deadlines.watch(ctx, cutWrite)
`, ``}, {`	stop() // before the next one writes: it has a context of its own
`, ``}},
		words: "your code waits at lessons/04-websocket/write.go",
	},
	{
		name: "write-deadline-for-the-context", step: 23, file: "write.go",
		edits: []edit{{`because(ctx, c.flush())`, `c.flush()`}},
		words: "the deadline that woke the Write was passed on; ctx.Err() says why it was set",
	},
	{
		name: "write-deadline-left-on", step: 23, file: "write.go",
		edits: []edit{{`	stop := c.deadlines.watch(ctx, cutWrite)
`, `	stop := context.AfterFunc(ctx, func() { c.conn.SetWriteDeadline(time.Unix(1, 0)) })
`}},
		words: "the deadline that has woken the last Write was left behind",
	},
	{
		name: "write-watched-too-long", step: 23, file: "write.go",
		edits: []edit{{`	stop() // before the next one writes: it has a context of its own
`, ``}, {`	stop := c.deadlines.watch`, `	c.deadlines.watch`}},
		words: "the deadline that has woken the last Write was left behind",
	},
	{
		name: "next-writer-cut-off", step: 23, file: "write.go",
		edits: []edit{{`	stop() // before the next one writes: it has a context of its own
	c.doneWriting(ctx)
`, `	c.doneWriting(ctx)
	stop()
`}},
		words: "the deadline that has woken the first was still set when the next one was let in",
	},
	{
		name: "frame-left-behind", step: 23, file: "write.go",
		edits: []edit{{`			c.out = c.out[:len(c.out)-frame]
`, ``}},
		words: "the write had failed, and its frame was still in c.out",
	},
	{
		name: "unsent-not-said", step: 23, file: "write.go",
		edits: []edit{{`			err = unsent{err}
`, ``}},
		words: "who writes has to know that the frame has begun",
	},
	{
		name: "unsent-tail-dropped", step: 23, file: "write.go",
		edits: []edit{{`			err = unsent{err}
`, `			err = unsent{err}
			c.out = c.out[:0]
`}},
		words: "the rest of the half frame was dropped",
	},
	{
		name: "half-frame-sent-again", step: 23, file: "write.go",
		edits: []edit{{`		case len(c.out) < frame:
			err = unsent{err}
`, `		case len(c.out) < frame:
			err = unsent{err}
			c.out = out
`}},
		words: "the frame was sent again from its beginning",
	},
	{
		name: "tail-taken-for-the-frame", step: 23, file: "write.go",
		edits: []edit{{`		case len(c.out) < frame:
`, `		case len(c.out) < len(out):
`}},
		words: "what is left in c.out is more than this frame",
	},
	{
		name: "whole-frame-taken-for-begun", step: 23, file: "write.go",
		edits: []edit{{`		case len(c.out) < frame:
`, `		case len(c.out) <= frame:
`}},
		words: "it has begun when there are fewer",
	},
	{
		name: "length-before-the-lock", step: 23, file: "write.go",
		edits: []edit{{`	if err := c.startWriting(ctx, MaxHeaderLen+len(payload)); err != nil {
`, `	before := len(c.out)
	if err := c.startWriting(ctx, MaxHeaderLen+len(payload)); err != nil {
`}, {`	stop := c.deadlines.watch(ctx, cutWrite)
	before := len(c.out)
`, `	stop := c.deadlines.watch(ctx, cutWrite)
`}},
		words: "changes while you wait for startWriting",
	},

	// Step 24
	{
		name: "reader-waits-for-a-writer", step: 24, file: "answer.go",
		edits: []edit{{`	for c.owes() && c.writing.try() {
`, `	for c.owes() && c.writing.lock(context.Background(), c.closed) == nil {
`}},
		words: "the reader waits for the writer, and the writer for the peer to read",
	},
	{
		name: "pong-inside-a-frame", step: 24, file: "answer.go",
		edits: []edit{{`	for c.owes() && c.writing.try() {
`, `	for c.owes() {
		if !c.writing.try() {
			c.mu.Lock()
			frames := c.core.AppendPending(nil)
			c.mu.Unlock()
			go c.conn.Write(frames)
			return
		}
`}},
		words: "the pong stands in the middle of another frame",
	},
	{
		name: "answer-forgotten-while-writing", step: 24, file: "answer.go",
		edits: []edit{{`	for c.owes() && c.writing.try() {
`, `	for c.owes() {
		if !c.writing.try() {
			c.mu.Lock()
			c.core.AppendPending(nil)
			c.mu.Unlock()
			return
		}
`}},
		words: "they have not looked when they were done",
	},
	{
		name: "answers-once", step: 24, file: "answer.go",
		edits: []edit{{`		// Again: since we had the lock, a reader may have left us another one.
`, `		return
`}},
		words: "was left to whoever wrote, and they have not looked again",
	},
	{
		name: "close-forgotten-while-writing", step: 24, file: "answer.go",
		edits: []edit{{`	for c.owes() && c.writing.try() {
`, `	for c.owes() {
		if !c.writing.try() {
			c.mu.Lock()
			if c.core.Done() {
				c.core.AppendPending(nil)
			}
			c.mu.Unlock()
			return
		}
`}},
		words: "the peer's Close frame was not answered",
	},
	{
		name: "reader-waits-for-the-peer", step: 24, file: "answer.go",
		edits: []edit{{`		c.deadlines.update(func(d *deadlines) { d.answering = time.Now().Add(answerTime) })
`, ``}},
		words: "while a server reads a ping and a message from a peer that takes nothing (it waits for the peer no longer than answerTime)",
	},
	{
		name: "answering-deadline-left-on", step: 24, file: "answer.go",
		edits: []edit{{`		c.deadlines.update(func(d *deadlines) { d.answering = time.Time{} })
`, ``}},
		words: "the deadline for answering was left behind",
	},
	{
		name: "pong-dropped", step: 24, file: "answer.go",
		edits: []edit{{`		if err != nil {
			return
		}
		// Again`, `		if err != nil {
			c.writing.try()
			c.out = nil
			c.unlockWriting()
			return
		}
		// Again`}},
		words: "a pong that could not be sent was dropped",
	},
	{
		name: "a-row-of-pongs", step: 24, file: "answer.go",
		edits: []edit{{`		err := c.flush()
		if err == nil {
			// Only now, behind nothing: while a peer takes nothing the core keeps
			// its newest ping, and no row of pongs grows here.
			c.room(2 * (MaxHeaderLen + MaxControlPayload))
			c.mu.Lock()
			c.out = c.core.AppendPending(c.out)
			c.mu.Unlock()
			err = c.flush()
		}
`, `		c.mu.Lock()
		c.out = c.core.AppendPending(c.out)
		c.mu.Unlock()
		err := c.flush()
`}},
		words: "a pong is put into c.out for every ping",
	},
	{
		name: "answering-deadline-on-for-the-next", step: 24, file: "answer.go",
		edits: []edit{{`		c.deadlines.update(func(d *deadlines) { d.answering = time.Time{} })
		c.unlockWriting()
`, `		c.unlockWriting()
		c.deadlines.update(func(d *deadlines) { d.answering = time.Time{} })
`}},
		words: "take it back before unlockWriting",
	},

	// Step 25
	{
		name: "does-not-wait-for-the-close-frame", step: 25, file: "closing.go",
		edits: []edit{{`	for {
		if _, readErr := c.advance(nil); c.core.Done() {`, `	for false {
		if _, readErr := c.advance(nil); c.core.Done() {`}, {`	for readErr := error(nil); readErr == nil; {
		_, readErr = c.conn.Read(c.buf)
	}
`, ``}},
		words: "the closing handshake is two Close frames",
	},
	{
		name: "waits-for-a-silent-peer", step: 25, file: "closing.go",
		edits: []edit{{`			d.closing = time.Now().Add(c.closeTimeout)
`, `			d.closing = time.Now().Add(1000 * c.closeTimeout)
`}},
		words: "Close waits for the peer for ever",
	},
	{
		name: "a-limit-for-each-wait", step: 25, file: "closing.go",
		edits: []edit{{`	for {
		if _, readErr := c.advance(nil); c.core.Done() {`, `	for {
		c.deadlines.update(func(d *deadlines) { d.closing = time.Now().Add(c.closeTimeout) })
		if _, readErr := c.advance(nil); c.core.Done() {`}},
		words: "the limit is for all of Close, and not for each wait",
	},
	{
		name: "close-panics-the-second-time", step: 25, file: "closing.go",
		edits: []edit{{`	if !first {
		<-c.closed
		return nil
	}
`, ``}, {`	c.reading.lock(context.Background(), nil)
`, `	c.reading.lock(context.Background(), c.closed)
`}},
		words: "your code panicked: close of closed channel",
	},
	{
		name: "second-close-does-not-wait", step: 25, file: "closing.go",
		edits: []edit{{`		<-c.closed
		return nil
`, `		return nil
`}},
		words: "a second Close waits for the first",
	},
	{
		name: "two-close-frames", step: 25, file: "closing.go",
		edits: []edit{{`	if !first {
		<-c.closed
`, `	if !first {
		frame, _ := AppendClosePayload([]byte{0x88, 2}, code, reason)
		c.conn.Write(frame)
		<-c.closed
`}},
		words: "there is one Close frame, whoever calls Close, and how often",
	},
	{
		name: "closed-not-told", step: 25, file: "closing.go",
		edits: []edit{{`	defer close(c.closed)
`, ``}},
		words: "reading and writing after Close has returned",
	},
	{
		name: "waits-for-readers", step: 25, file: "closing.go",
		edits: []edit{{`	// From here on everything that waits on the net.Conn, in here or elsewhere,
	// ends in time.
`, `	c.reading.lock(context.Background(), c.closed)
`}, {`	c.reading.lock(context.Background(), nil)
`, ``}},
		words: "Close waits for those who read, and they wait for the peer",
	},
	{
		name: "goroutine-left", step: 25, file: "closing.go",
		edits: []edit{{`	defer close(c.closed)
`, `	left := make(chan struct{})
	go func() { <-left }()
	defer close(c.closed)
`}},
		words: "a goroutine was left running after the step",
	},
	{
		name: "server-does-not-close-first", step: 25, file: "closing.go",
		edits: []edit{{`		half.CloseWrite()
`, `		_ = half
`}},
		words: "the client waits for the server to close first",
	},
	{
		name: "client-closes-at-once", step: 25, file: "closing.go",
		edits: []edit{{`	for readErr := error(nil); readErr == nil; {
`, `	for readErr := error(nil); readErr == nil && c.core.role == Server; {
`}},
		words: "the server closes first, and the client waits for that",
	},
	{
		name: "server-does-not-read-to-the-end", step: 25, file: "closing.go",
		edits: []edit{{`	for readErr := error(nil); readErr == nil; {
`, `	for readErr := error(nil); readErr == nil && c.core.role == Client; {
`}},
		words: "behind CloseWrite, read to the end",
	},
	{
		name: "client-ends-its-direction", step: 25, file: "closing.go",
		edits: []edit{{`; ok && c.core.role == Server {`, `; ok {`}},
		words: "CloseWrite is for the server",
	},
	{
		name: "close-waits-for-a-writer", step: 25, file: "closing.go",
		edits: []edit{{`	c.mu.Lock()
	err := c.core.Close(code, reason)
`, `	c.sending.lock(context.Background(), c.closed)
	c.sending.unlock()
	c.mu.Lock()
	err := c.core.Close(code, reason)
`}},
		words: "Close waits for the end of the message, which may never come",
	},
	{
		name: "close-error-of-a-good-end", step: 25, file: "closing.go",
		edits: []edit{{`		if _, readErr := c.advance(nil); c.core.Done() {
			break`, `		if _, readErr := c.advance(nil); c.core.Done() {
			err = readErr
			break`}},
		words: "the peer's Close frame is what Close waits for",
	},
	{
		name: "end-told-as-an-error", step: 25, file: "closing.go",
		edits: []edit{{`		_, readErr = c.conn.Read(c.buf)
	}
`, `		_, readErr = c.conn.Read(c.buf)
		err = errors.Join(err, readErr)
	}
`}},
		words: "the end of the stream is what Close waits for",
	},
	{
		name: "second-close-is-an-error", step: 25, file: "closing.go",
		edits: []edit{{`		<-c.closed
		return nil
`, `		<-c.closed
		return net.ErrClosed
`}},
		words: "there is nothing left to do, and nothing wrong",
	},
	{
		name: "file-left-open", step: 25, file: "closing.go",
		edits: []edit{{`	defer c.conn.Close()
`, ``}},
		words: "Close has returned, and the file of the connection is still open",
	},
	{
		name: "messages-taken-from-readers", step: 25, file: "closing.go",
		edits: []edit{{`	c.reading.lock(context.Background(), nil)
	for {`, `	for {`}},
		words: "messages that come before the peer's Close frame are for those who read",
	},
	{
		name: "reading-given-back", step: 25, file: "closing.go",
		edits: []edit{{`	c.reading.lock(context.Background(), nil)
`, `	c.reading.lock(context.Background(), nil)
	defer c.reading.unlock()
`}},
		words: "c.reading was given back",
	},
	{
		name: "reads-whole-messages", step: 25, file: "closing.go",
		edits: []edit{{`	c.reading.lock(context.Background(), nil)
`, ``}, {`c.advance(nil); c.core.Done() {`, `c.Read(); c.core.Done() {`}, {`// CloseNow closes`, `func (c *Conn) Read() (Opcode, error) {
	op, _, err := c.ReadMessage(context.Background(), nil)
	return op, err
}

// CloseNow closes`}},
		words: "io.EOF is the end of the message, and half of it was never read",
	},
	{
		name: "queue-thrown-away", step: 25, file: "closing.go",
		edits: []edit{{`	if failed := c.Flush(context.Background()); failed != nil {`, `	c.mu.Lock()
	frames := c.core.AppendPending(nil)
	c.mu.Unlock()
	if _, failed := c.conn.Write(frames); failed != nil {`}},
		words: "what is queued is never sent if it does not go before",
	},
	{
		name: "peers-close-forgotten", step: 25, file: "closing.go",
		edits: []edit{{`		if _, readErr := c.advance(nil); c.core.Done() {
			break`, `		if _, readErr := c.advance(nil); errors.As(readErr, new(*CloseError)) {
			break`}},
		words: "the peer has broken a rule before, and was told",
	},
	{
		name: "data-behind-a-close-frame", step: 25, file: "closing.go",
		edits: []edit{{`	c.mu.Lock()
	err := c.core.Close(code, reason)
	c.mu.Unlock()
`, `	payload, err := AppendClosePayload(nil, code, reason)
	c.writing.lock(context.Background(), nil)
	c.out = c.core.append(c.out, OpClose, true, payload)
	c.writing.unlock()
`}},
		words: "nothing may be sent behind a Close frame (section 5.5.1)",
	},
	{
		name: "bad-code-not-told", step: 25, file: "closing.go",
		edits: []edit{{`	err := c.core.Close(code, reason)
	c.mu.Unlock()
`, `	err := error(nil)
	c.core.Close(code, reason)
	c.mu.Unlock()
`}},
		words: "the Close frame was sent without a code, and nobody is told why",
	},
	{
		name: "close-now-says-goodbye", step: 25, file: "closing.go",
		edits: []edit{{`	err := c.conn.Close()
	c.Close(CloseNoStatus, "") // wakes`, `	c.core.Close(CloseNormal, "")
	c.Flush(context.Background())
	err := c.conn.Close()
	c.Close(CloseNoStatus, "") // wakes`}},
		words: "CloseNow says nothing to the peer",
	},
	{
		name: "close-now-only-closes", step: 25, file: "closing.go",
		edits: []edit{{`	c.Close(CloseNoStatus, "") // wakes who waits, and fails at once with the net.Conn gone
`, ``}},
		words: "the connection is closed already: there is nothing left to do",
	},
}
