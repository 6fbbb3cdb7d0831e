package solutions

var mistakes04b = []mistake{
	{
		name: "nothing-at-time", step: 1, file: "library.go",
		edits: []edit{{`	mux.Handle("/time", xnet`, `	mux.Handle("/", xnet`}, {`		w.Write(page)
	})`, `		w.Write(page)
	})
	mux.Handle("/time", http.NotFoundHandler())`}},
		words: "nothing is served at /time",
	},
	{
		name: "page-at-every-path", step: 1, file: "library.go",
		edits: []edit{{`	mux.Handle("/time", xnet`, `	mux.Handle("/ws", xnet`}, {`"GET /{$}"`, `"/"`}},
		words: "a page was served at /time; a WebSocket was wanted there",
	},
	{
		name: "pause-before-the-first-update", step: 1, file: "library.go",
		edits: []edit{{`for i := range count`, `for range count`}, {`		if i > 0 {
			select {
			case <-left:
				return
			case <-time.After(interval):
			}
		}
`, `		select {
		case <-left:
			return
		case <-time.After(interval):
		}
`}},
		words: "the pause comes before the update",
	},
	{
		name: "sent-as-bytes", step: 1, file: "library.go",
		edits: []edit{{`xnet.Message.Send(conn, fmt.Sprintf("The time is %d.%06d", now.Unix(), now.Nanosecond()/1000))`,
			`xnet.Message.Send(conn, fmt.Appendf(nil, "The time is %d.%06d", now.Unix(), now.Nanosecond()/1000))`}},
		words: "that makes a binary message",
	},
	{
		name: "sent-as-json", step: 1, file: "library.go",
		edits: []edit{{`xnet.Message.Send`, `xnet.JSON.Send`}},
		words: "it was sent as JSON",
	},
	{
		name: "line-end-in-the-message", step: 1, file: "library.go",
		edits: []edit{{`"The time is %d.%06d"`, `"The time is %d.%06d\n"`}},
		words: "a message has its own end",
	},
	{
		name: "digits-missing", step: 1, file: "library.go",
		edits: []edit{{`"The time is %d.%06d"`, `"The time is %d.%d"`}},
		words: "the fraction has six digits, zeros included",
	},
	{
		name: "time-of-the-start", step: 1, file: "library.go",
		edits: []edit{{`	for i := range count {
`, `	begun := time.Now()
	for i := range count {
`}, {`		conn.SetWriteDeadline(now.Add(LibraryTimeout))
`, `		conn.SetWriteDeadline(now.Add(LibraryTimeout))
		now = begun
`}},
		words: "this is the time of another moment",
	},
	{
		name: "no-goodbye", step: 1, file: "library.go",
		edits: []edit{{`	go func() {
		defer close(left)
		io.Copy(io.Discard, conn)
	}()
	defer func() {
		conn.Close() // with a Close frame, and it ends the reading as well
		<-left
	}()`, `	go func() {
		defer close(left)
		io.Copy(io.Discard, conn)
	}()`}},
		words: "the handler returned without Close",
	},
	{
		name: "pause-before-the-goodbye", step: 1, file: "library.go",
		edits: []edit{{`		if xnet.Message.Send(`, `		if i == count-1 {
			defer time.Sleep(interval)
		}
		if xnet.Message.Send(`}},
		words: "or the deadline of that update had passed by then",
	},
	{
		name: "short-pause-before-the-goodbye", step: 1, file: "library.go",
		edits: []edit{{`		conn.Close() // with`, `		time.Sleep(time.Second)
		conn.Close() // with`}},
		words: "behind the last update there is nothing to wait for",
	},
	{
		name: "one-update-too-many", step: 1, file: "library.go",
		edits: []edit{{`range count {`, `range count + 1 {`}},
		words: "this is one update too many",
	},
	{
		name: "sleeps-while-the-client-leaves", step: 1, file: "library.go",
		edits: []edit{{`			select {
			case <-left:
				return
			case <-time.After(interval):
			}
`, `			time.Sleep(interval)
`}},
		words: "the handler does not notice during its pause",
	},
	{
		name: "nobody-reads", step: 1, file: "library.go",
		edits: []edit{{`	go func() {
		defer close(left)
		io.Copy(io.Discard, conn)
	}()
	defer func() {
		conn.Close() // with a Close frame, and it ends the reading as well
		<-left
	}()`, `	defer conn.Close()`}},
		words: "only who reads learns that it has left",
	},
	{
		name: "first-word-taken-for-the-end", step: 1, file: "library.go",
		edits: []edit{{`		io.Copy(io.Discard, conn)
`, `		conn.Read(make([]byte, 2000))
`}},
		words: "a message of the client was taken for its end",
	},
	{
		name: "library-no-deadline", step: 1, file: "library.go",
		edits: []edit{{`		conn.SetWriteDeadline(now.Add(LibraryTimeout))
`, ``}},
		words: "a client that takes nothing: its second update has nowhere to go",
	},
	{
		name: "library-deadline-set-once", step: 1, file: "library.go",
		edits: []edit{{`	for i := range count {
`, `	conn.SetWriteDeadline(time.Now().Add(LibraryTimeout))
	for i := range count {
`}, {`		conn.SetWriteDeadline(now.Add(LibraryTimeout))
`, ``}},
		words: "each update has a LibraryTimeout of its own",
	},
	{
		name: "library-deadline-for-reads-too", step: 1, file: "library.go",
		edits: []edit{{`conn.SetWriteDeadline(`, `conn.SetDeadline(`}},
		words: "SetWriteDeadline is for writes alone",
	},
	{
		name: "library-send-error-passed-over", step: 1, file: "library.go",
		edits: []edit{{`		if xnet.Message.Send(conn,`, `		xnet.Message.Send(conn,`}, {`now.Nanosecond()/1000)) != nil {
			return
		}
`, `now.Nanosecond()/1000))
`}},
		words: "the error of the write was passed over",
	},
	{
		name: "sleeps-and-returns", step: 1, file: "library.go",
		edits: []edit{{`	// Only who reads learns that a client has left. A client has nothing to say
	// here; whatever it does say is thrown away as it comes.
	left := make(chan struct{})
	go func() {
		defer close(left)
		io.Copy(io.Discard, conn)
	}()
	defer func() {
		conn.Close() // with a Close frame, and it ends the reading as well
		<-left
	}()

	for i := range count {
		if i > 0 {
			select {
			case <-left:
				return
			case <-time.After(interval):
			}
		}
`, `	for range count {
`}, {`			return
		}
	}
}

// LibraryClient`, `			return
		}
		time.Sleep(interval)
	}
}

// LibraryClient`}},
		words: "behind the last update there is nothing to wait for; and either Close was not called",
	},
	{
		name: "ticker-of-no-interval", step: 1, file: "library.go",
		edits: []edit{{`	for i := range count {
`, `	ticks := time.NewTicker(interval)
	defer ticks.Stop()
	for i := range count {
`}, {`			case <-time.After(interval):
`, `			case <-ticks.C:
`}},
		words: "non-positive interval for NewTicker",
	},

	{
		name: "no-origin", step: 2, file: "library.go",
		edits: []edit{{`	return config.DialContext(ctx)`, `	config.Origin = nil
	return config.DialContext(ctx)`}},
		words: "this library does not connect without one",
	},
	{
		name: "empty-origin", step: 2, file: "library.go",
		edits: []edit{{`xnet.NewConfig(rawURL, origin)`, `xnet.NewConfig(rawURL, "")`}, {`	origin := "http://" + u.Host
	if u.Scheme == "wss" {
		origin = "https://" + u.Host
	}
`, `	_ = u
`}},
		words: "this library does not connect without one",
	},
	{
		name: "origin-of-another-host", step: 2, file: "library.go",
		edits: []edit{{`	config, err := xnet`, `	origin = "http://localhost/"
	config, err := xnet`}},
		words: "this server lets pages of its own host in",
	},
	{
		name: "library-origin-with-a-path", step: 2, file: "library.go",
		edits: []edit{{`	origin := "http://" + u.Host
`, `	origin := "http://" + u.Host + u.Path
`}},
		words: "an origin is a scheme, a host and a port, and nothing else",
	},
	{
		name: "library-origin-of-ws", step: 2, file: "library.go",
		edits: []edit{{`xnet.NewConfig(rawURL, origin)`, `xnet.NewConfig(rawURL, strings.Replace(origin, "http", "ws", 1))`}},
		words: "an origin is where a page comes from, by http or https",
	},
	{
		name: "reads-and-loses-the-boundaries", step: 2, file: "library.go",
		edits: []edit{{`		var text string
		switch err := xnet.Message.Receive(conn, &text); {
`, `		buf := make([]byte, 1024)
		n, err := conn.Read(buf)
		text := string(buf[:n])
		switch {
`}},
		words: "Read gives bytes, Message.Receive gives a message",
	},
	{
		name: "empty-message-left-out", step: 2, file: "library.go",
		edits: []edit{{`		take(text)
`, `		if text != "" {
			take(text)
		}
`}},
		words: "an empty message is a message too",
	},
	{
		name: "end-of-the-library-is-an-error", step: 2, file: "library.go",
		edits: []edit{{`		case err == io.EOF:
			return nil
`, ``}},
		words: "io.EOF is the end, not a failure",
	},
	{
		name: "every-error-is-the-end", step: 2, file: "library.go",
		edits: []edit{{`		case err != nil:
			return err
		}
		take(text)`, `		case err != nil:
			return nil
		}
		take(text)`}},
		words: "every error was taken for the end",
	},
	{
		name: "library-context-ignored", hangs: true, step: 2, file: "library.go",
		edits: []edit{{`	defer context.AfterFunc(ctx, func() { conn.Close() })()
`, ``}},
		words: "Receive knows nothing of contexts",
	},
	{
		name: "stop-taken-for-the-end", step: 2, file: "library.go",
		edits: []edit{{`		case ctx.Err() != nil:
			return ctx.Err()
		case err == io.EOF:
			return nil
`, `		case err == io.EOF || errors.Is(err, net.ErrClosed):
			return nil
`}},
		words: "a stop was taken for the end of the messages",
	},
	{
		name: "echo-of-the-closed-connection", step: 2, file: "library.go",
		edits: []edit{{`		case ctx.Err() != nil:
			return ctx.Err()
		case err == io.EOF:
`, `		case err == io.EOF:
`}},
		words: "that is what the closed connection says",
	},
	{
		name: "error-of-the-library", step: 2, file: "library.go",
		edits: []edit{{`	if ctx.Err() != nil {
		err = ctx.Err() // the library's own error does not tell
	}
`, ``}},
		words: "the library's error does not pass the context's on",
	},
	{
		name: "dials-without-the-context", hangs: true, step: 2, file: "library.go",
		edits: []edit{{`config.DialContext(ctx)`, `xnet.DialConfig(config)`}, {`	if ctx.Err() != nil {
		err = ctx.Err() // the library's own error does not tell
	}
`, `	if ctx.Err() != nil {
		return ctx.Err()
	}
`}},
		words: "the library has a Dial that takes a context",
	},
	{
		name: "watcher-left-behind", step: 2, file: "library.go",
		edits: []edit{{`	defer context.AfterFunc(ctx, func() { conn.Close() })()
`, `	go func() {
		<-ctx.Done()
		conn.Close()
	}()
`}},
		words: "a goroutine was left running after the step",
	},
	{
		name: "library-connection-left-open", hangs: true, step: 2, file: "library.go",
		edits: []edit{{`	defer conn.Close()
`, ``}},
		words: "while waiting for LibraryClient's connection to be closed",
	},

	{
		name: "accept-key-in-hex", step: 3, file: "handshake.go",
		edits: []edit{{`	return base64.StdEncoding.EncodeToString(sum[:])`, `	return hex.EncodeToString(sum[:])`}},
		words: "written in hex",
	},
	{
		name: "hex-in-base64", step: 3, file: "handshake.go",
		edits: []edit{{`EncodeToString(sum[:])`, `EncodeToString([]byte(hex.EncodeToString(sum[:])))`}},
		words: "made into hex before it was put in base64",
	},
	{
		name: "sum-as-bytes", step: 3, file: "handshake.go",
		edits: []edit{{`	return base64.StdEncoding.EncodeToString(sum[:])`, `	return string(sum[:])`}},
		words: "a header field is text",
	},
	{
		name: "guid-forgotten", step: 3, file: "handshake.go",
		edits: []edit{{`(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")`, `(key)`}},
		words: "the fixed text behind the key was forgotten",
	},
	{
		name: "guid-alone", step: 3, file: "handshake.go",
		edits: []edit{{`(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")`, `("258EAFA5-E914-47DA-95CA-C5AB0DC85B11")`}},
		words: "without the key",
	},
	{
		name: "guid-in-front", step: 3, file: "handshake.go",
		edits: []edit{{`(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")`, `("258EAFA5-E914-47DA-95CA-C5AB0DC85B11" + key)`}},
		words: "the fixed text stands in front of the key",
	},
	{
		name: "guid-in-lower-case", step: 3, file: "handshake.go",
		edits: []edit{{`"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"`, `"258eafa5-e914-47da-95ca-c5ab0dc85b11"`}},
		words: "the fixed text is in lower case",
	},
	{
		name: "key-decoded-first", step: 3, file: "handshake.go",
		edits: []edit{{`	sum := sha1.Sum([]byte(key + `, `	decoded, _ := base64.StdEncoding.DecodeString(key)
	sum := sha1.Sum([]byte(string(decoded) + `}},
		words: "the key was decoded before it was hashed",
	},
	{
		name: "key-that-must-decode", step: 3, file: "handshake.go",
		edits: []edit{{`	sum := sha1`, `	if _, err := base64.StdEncoding.DecodeString(key); err != nil {
		return ""
	}
	sum := sha1`}},
		words: "whatever it is",
	},
	{
		name: "key-trimmed-first", step: 3, file: "handshake.go",
		edits: []edit{{`[]byte(key + `, `[]byte(strings.TrimSpace(key) + `}},
		words: "the spaces around the key were taken off",
	},
	{
		name: "accept-key-without-padding", step: 3, file: "handshake.go",
		edits: []edit{{`base64.StdEncoding.EncodeToString`, `base64.RawStdEncoding.EncodeToString`}},
		words: "the padding is missing",
	},
	{
		name: "base64-of-urls", step: 3, file: "handshake.go",
		edits: []edit{{`base64.StdEncoding.EncodeToString`, `base64.URLEncoding.EncodeToString`}},
		words: "the base64 for file names and URLs",
	},
	{
		name: "never-hashed", step: 3, file: "handshake.go",
		edits: []edit{{`	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])`, `	return base64.StdEncoding.EncodeToString([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))`}},
		words: "never hashed",
	},
	{
		name: "sum-appended", step: 3, file: "handshake.go",
		edits: []edit{{`	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))`, `	sum := sha1.New().Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))`}},
		words: "h.Sum(b) appends a sum to b",
	},

	{
		name: "first-line-alone", step: 4, file: "handshake.go",
		edits: []edit{{`	for _, line := range lines {
`, `	for _, line := range lines[:min(len(lines), 1)] {
`}},
		words: "only the first line was looked at",
	},
	{
		name: "last-line-alone", step: 4, file: "handshake.go",
		edits: []edit{{`	for _, line := range lines {
`, `	for _, line := range lines {
		tokens = nil
`}},
		words: "only the last line is left",
	},
	{
		name: "tokens-in-lower-case", step: 4, file: "handshake.go",
		edits: []edit{{`strings.Trim(token, " \t"); token`, `strings.ToLower(strings.Trim(token, " \t")); token`}},
		words: "who compares them decides about the case",
	},
	{
		name: "all-kinds-of-space", step: 4, file: "handshake.go",
		edits: []edit{{`strings.Trim(token, " \t"); token`, `strings.TrimSpace(token); token`}},
		words: "strings.TrimSpace knows other spaces too",
	},
	{
		name: "empty-tokens", step: 4, file: "handshake.go",
		edits: []edit{{`			if token = strings.Trim(token, " \t"); token != "" {
				tokens = append(tokens, token)
			}`, `			tokens = append(tokens, strings.Trim(token, " \t"))`}},
		words: "an element with nothing in it is none",
	},
	{
		name: "spaces-kept", step: 4, file: "handshake.go",
		edits: []edit{{`token = strings.Trim(token, " \t"); token`, `token = strings.TrimLeft(token, " "); token`}},
		words: "spaces and tabs around an element do not belong to it",
	},
	{
		name: "comma-and-space", step: 4, file: "handshake.go",
		edits: []edit{{`strings.SplitSeq(line, ",")`, `strings.SplitSeq(line, ", ")`}},
		words: "the comma alone separates",
	},
	{
		name: "tokens-split-at-spaces", step: 4, file: "handshake.go",
		edits: []edit{{`strings.SplitSeq(line, ",")`, `strings.FieldsFuncSeq(line, func(r rune) bool { return strings.ContainsRune(", \t", r) })`}},
		words: "it was split at a space as well",
	},
	{
		name: "tokens-once", step: 4, file: "handshake.go",
		edits: []edit{{`	return tokens
}`, `	return slices.Compact(tokens)
}`}},
		words: "an element that comes again was left out",
	},
	{
		name: "lines-changed", step: 4, file: "handshake.go",
		edits: []edit{{`	for _, line := range lines {
`, `	for i, line := range lines {
		lines[i] = strings.ToLower(line)
`}},
		words: "the lines belong to the request",
	},

	{
		name: "spelling-of-the-rfc", step: 5, file: "handshake.go",
		edits: []edit{{`r.Header["Sec-Websocket-Key"] // in the spelling of net/http`, `r.Header["Sec-WebSocket-Key"]`}},
		words: "net/http keeps the name as Sec-Websocket-Key",
	},
	{
		name: "host-in-the-header", step: 5, file: "handshake.go",
		edits: []edit{{`r.Host == "":`, `r.Header.Get("Host") == "":`}},
		words: "it is in r.Host",
	},
	{
		name: "keep-alive-refused", step: 5, file: "handshake.go",
		edits: []edit{{`	case !hasToken(r.Header["Connection"], "upgrade"):
		return refuse(http`, `	case !strings.EqualFold(r.Header.Get("Connection"), "upgrade"):
		return refuse(http`}},
		words: "Firefox sends this",
	},
	{
		name: "first-line-of-connection", step: 5, file: "handshake.go",
		edits: []edit{{`	case !hasToken(r.Header["Connection"], "upgrade"):
		return refuse(http`, `	case !hasToken([]string{r.Header.Get("Connection")}, "upgrade"):
		return refuse(http`}},
		words: "only the first line of Connection was looked at",
	},
	{
		name: "one-case-only", step: 5, file: "handshake.go",
		edits: []edit{{`return isToken(t, token) })
}`, `return strings.ToLower(t[:1])+t[1:] == token })
}`}},
		words: "compared in one case only",
	},
	{
		name: "upgrade-as-a-whole", step: 5, file: "handshake.go",
		edits: []edit{{`!hasToken(r.Header["Upgrade"], "websocket"):`, `!strings.EqualFold(r.Header.Get("Upgrade"), "websocket"):`}},
		words: "Upgrade is a list of tokens",
	},
	{
		name: "part-of-a-token", step: 5, file: "handshake.go",
		edits: []edit{{`return isToken(t, token) })
}`, `return strings.Contains(strings.ToLower(t), token) })
}`}},
		words: "a part of a longer token is not the token",
	},
	{
		name: "letters-that-are-not-ascii", step: 5, file: "handshake.go",
		edits: []edit{{`return isToken(t, token) })
}`, `return strings.EqualFold(t, token) })
}`}},
		words: "the case of ASCII letters does not matter; strings.EqualFold and ToLower know others too",
	},
	{
		name: "method-in-any-case", step: 5, file: "handshake.go",
		edits: []edit{{`r.Method != http.MethodGet:`, `strings.ToUpper(r.Method) != http.MethodGet:`}},
		words: "methods have a case",
	},
	{
		name: "post-accepted", step: 5, file: "handshake.go",
		edits: []edit{{`	case r.Method != http.MethodGet:
		return refuse(http.StatusMethodNotAllowed, "the method is %.20q, not GET", r.Method)
`, ``}},
		words: "only GET can open a WebSocket",
	},
	{
		name: "post-is-a-bad-request", step: 5, file: "handshake.go",
		edits: []edit{{`http.StatusMethodNotAllowed, `, `http.StatusBadRequest, `}},
		words: "a server has the status 405",
	},
	{
		name: "http-1-0", step: 5, file: "handshake.go",
		edits: []edit{{`	case r.ProtoMajor != 1 || r.ProtoMinor < 1:
		return refuse(http.StatusBadRequest, "the protocol is %.20q, not HTTP/1.1", r.Proto)
`, ``}},
		words: "1.0 has no Upgrade",
	},
	{
		name: "http-2", step: 5, file: "handshake.go",
		edits: []edit{{`	case r.ProtoMajor != 1 || r.ProtoMinor < 1:
		return refuse(http`, `	case !r.ProtoAtLeast(1, 1):
		return refuse(http`}},
		words: "has another handshake (RFC 8441)",
	},
	{
		name: "version-not-checked", step: 5, file: "handshake.go",
		edits: []edit{{`	case !slices.Equal(r.Header["Sec-Websocket-Version"], []string{Version}):
		return refuse(http.StatusUpgradeRequired, "Sec-WebSocket-Version is not %s", Version)
`, ``}},
		words: "the version was not looked at",
	},
	{
		name: "version-as-a-number", step: 5, file: "handshake.go",
		edits: []edit{{`!slices.Equal(r.Header["Sec-Websocket-Version"], []string{Version}):`, `len(r.Header["Sec-Websocket-Version"]) != 1 || strings.TrimLeft(r.Header.Get("Sec-WebSocket-Version"), "0") != Version:`}},
		words: "the version was compared as a number",
	},
	{
		name: "protocol-before-the-method", step: 5, file: "handshake.go",
		edits: []edit{{`	switch {
	// What would`, `	switch {
	case r.ProtoMajor == 1 && r.ProtoMinor < 1:
		return refuse(http.StatusBadRequest, "HTTP/1.0")
	// What would`}},
		words: "the first on the list decides: the method",
	},
	{
		name: "version-is-a-bad-request", step: 5, file: "handshake.go",
		edits: []edit{{`refuse(http.StatusUpgradeRequired, `, `refuse(http.StatusBadRequest, `}},
		words: "a server has the status 426 (section 4.2.2)",
	},
	{
		name: "first-version-only", step: 5, file: "handshake.go",
		edits: []edit{{`!slices.Equal(r.Header["Sec-Websocket-Version"], []string{Version}):`, `r.Header.Get("Sec-WebSocket-Version") != Version:`}},
		words: "only the first line of the version was looked at",
	},
	{
		name: "version-before-all", step: 5, file: "handshake.go",
		edits: []edit{{`	switch {
	// What would`, `	switch {
	case r.Method == http.MethodGet && len(r.Header["Sec-Websocket-Version"]) == 0:
		return refuse(http.StatusUpgradeRequired, "no version")
	// What would`}},
		words: "this is no WebSocket request at all",
	},
	{
		name: "key-not-checked", step: 5, file: "handshake.go",
		edits: []edit{{`	case len(key) != 1 || !isKey(key[0]):
`, `	case len(key) != 1:
`}},
		words: "nobody asked what the key says",
	},
	{
		name: "key-of-any-length", step: 5, file: "handshake.go",
		edits: []edit{{`	return err == nil && len(key) == 16 && len(s) == 24`, `	return err == nil && len(key) > 0`}},
		words: "how many bytes that makes, nobody asked",
	},
	{
		name: "key-by-its-characters", step: 5, file: "handshake.go",
		edits: []edit{{`	return err == nil && len(key) == 16 && len(s) == 24`, `	return err == nil && len(s) == 24 && len(key) > 0`}},
		words: "decode it to know",
	},
	{
		name: "key-that-is-no-base64", step: 5, file: "handshake.go",
		edits: []edit{{`	key, err := base64.StdEncoding.DecodeString(s)
	return err == nil && len(key) == 16 && len(s) == 24`, `	return len(s) == 24 && strings.HasSuffix(s, "==")`}},
		words: "nobody asked whether it is base64",
	},
	{
		name: "key-decode-error-ignored", step: 5, file: "handshake.go",
		words: "look at the error too",
		edits: []edit{{`return err == nil && len(key) == 16 && len(s) == 24`, `_ = err
	return len(key) == 16`}},
	},
	{
		name: "version-among-others", step: 5, file: "handshake.go",
		words: "one of several values is not enough",
		edits: []edit{{`!slices.Equal(r.Header["Sec-Websocket-Version"], []string{Version})`, `len(r.Header["Sec-Websocket-Version"]) != 1 || !hasToken(r.Header["Sec-Websocket-Version"], Version)`}},
	},
	{
		name: "key-without-padding", step: 5, file: "handshake.go",
		edits: []edit{{`	key, err := base64.StdEncoding.DecodeString(s)
	return err == nil && len(key) == 16 && len(s) == 24`, `	key, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	return err == nil && len(key) == 16`}},
		words: "base64 without its padding was accepted",
	},
	{
		name: "two-keys", step: 5, file: "handshake.go",
		edits: []edit{{`	case len(key) != 1 || !isKey(key[0]):
`, `	case len(key) == 0 || !isKey(key[0]):
`}},
		words: "only the first line of the key was looked at",
	},
	{
		name: "body-accepted", step: 5, file: "handshake.go",
		edits: []edit{{`	case r.ContentLength != 0 || len(r.TransferEncoding) != 0:`, `	case false:`}},
		words: "its bytes would be taken for frames",
	},
	{
		name: "body-without-length", step: 5, file: "handshake.go",
		edits: []edit{{`	case r.ContentLength != 0 || len(r.TransferEncoding) != 0:`, `	case r.ContentLength > 0:`}},
		words: "then r.TransferEncoding says that it is there",
	},
	{
		name: "nil-in-an-error", step: 5, file: "handshake.go",
		edits: []edit{{`		return refuse(http.StatusForbidden, "the origin %.80q is not allowed", r.Header["Origin"])
	}
	return nil`, `		return refuse(http.StatusForbidden, "the origin %.80q is not allowed", r.Header["Origin"])
	}
	var problem *HandshakeError
	return problem`}},
		words: "a nil pointer in an error is not a nil error",
	},
	{
		name: "error-without-a-status", step: 5, file: "handshake.go",
		edits: []edit{{`	refuse := func(status int, format string, args ...any) error {
		return &HandshakeError{status, fmt.Sprintf(format, args...)}
	}`, `	refuse := func(status int, format string, args ...any) error {
		return fmt.Errorf("%d: "+format, append([]any{status}, args...)...)
	}`}},
		words: "nobody can ask that one for the status",
	},

	{
		name: "origin-not-checked", step: 6, file: "handshake.go",
		edits: []edit{{`	case !originAllowed(r, origins):`, `	case !originAllowed(r, []string{"*"}):`}},
		words: "any page could connect, with the cookies of its reader",
	},
	{
		name: "missing-origin-refused", step: 5, file: "handshake.go",
		edits: []edit{{`	case len(origin) == 0:
		return true
	case len(origin) > 1:
		return false`, `	case len(origin) != 1:
		return false`}},
		words: "a request without Origin was refused",
	},
	{
		name: "origin-by-its-start", step: 6, file: "handshake.go",
		edits: []edit{{`	u, err := url.Parse(origin[0])
	// Nothing but scheme and host: what else could be in there is not from a browser.
	return err == nil && strings.EqualFold(origin[0], u.Scheme+"://"+u.Host) && strings.EqualFold(u.Host, r.Host)`,
			`	_, host, _ := strings.Cut(strings.ToLower(origin[0]), "://")
	return strings.HasPrefix(host, strings.ToLower(r.Host))`}},
		words: "the origin begins like the right one",
	},
	{
		name: "origin-by-its-end", step: 6, file: "handshake.go",
		edits: []edit{{`	u, err := url.Parse(origin[0])
	// Nothing but scheme and host: what else could be in there is not from a browser.
	return err == nil && strings.EqualFold(origin[0], u.Scheme+"://"+u.Host) && strings.EqualFold(u.Host, r.Host)`,
			`	return strings.HasSuffix(strings.ToLower(origin[0]), strings.ToLower(r.Host))`}},
		words: "the origin ends like the right one",
	},
	{
		name: "port-ignored", step: 6, file: "handshake.go",
		edits: []edit{{`strings.EqualFold(origin[0], u.Scheme+"://"+u.Host) && strings.EqualFold(u.Host, r.Host)`,
			`strings.EqualFold(u.Hostname(), (&url.URL{Host: r.Host}).Hostname())`}},
		words: "another port is another origin",
	},
	{
		name: "port-lost", step: 6, file: "handshake.go",
		edits: []edit{{`strings.EqualFold(origin[0], u.Scheme+"://"+u.Host) && strings.EqualFold(u.Host, r.Host)`,
			`strings.EqualFold(u.Hostname(), r.Host)`}},
		words: "r.Host has the port in it",
	},
	{
		name: "ipv6-cut-at-a-colon", step: 6, file: "handshake.go",
		edits: []edit{{`strings.EqualFold(origin[0], u.Scheme+"://"+u.Host) && strings.EqualFold(u.Host, r.Host)`,
			`strings.Count(u.Host, ":") < 2 && strings.EqualFold(u.Host, r.Host)`}},
		words: "an IPv6 address has colons of its own",
	},
	{
		name: "hosts-in-one-case", step: 6, file: "handshake.go",
		edits: []edit{{`strings.EqualFold(u.Host, r.Host)`, `u.Host == r.Host`}},
		words: "names of hosts are the same in upper and lower case",
	},
	{
		name: "null-allowed", step: 6, file: "handshake.go",
		edits: []edit{{`	case len(origin) == 0:
		return true`, `	case len(origin) == 0 || origin[0] == "null":
		return true`}},
		words: "a page in a sandboxed frame sends it",
	},
	{
		name: "first-origin-only", step: 6, file: "handshake.go",
		edits: []edit{{`	case len(origin) > 1:
		return false
`, ``}},
		words: "one of two Origin lines was enough",
	},
	{
		name: "empty-origin-is-none", step: 6, file: "handshake.go",
		edits: []edit{{`	case len(origin) == 0:
`, `	case len(origin) == 0 || len(origin) == 1 && origin[0] == "":
`}},
		words: "an empty Origin is not the lack of one",
	},
	{
		name: "usual-port-taken-off", step: 6, file: "handshake.go",
		edits: []edit{{`strings.EqualFold(origin[0], u.Scheme+"://"+u.Host) && strings.EqualFold(u.Host, r.Host)`, `strings.EqualFold(origin[0], u.Scheme+"://"+u.Host) && strings.EqualFold(strings.TrimSuffix(u.Host, ":443"), strings.TrimSuffix(r.Host, ":443"))`}},
		words: "a port was taken off or added",
	},
	{
		name: "origin-is-a-bad-request", step: 6, file: "handshake.go",
		edits: []edit{{`refuse(http.StatusForbidden, `, `refuse(http.StatusBadRequest, `}},
		words: "the request is understood, and refused: that is 403",
	},
	{
		name: "origin-before-all", step: 6, file: "handshake.go",
		edits: []edit{{`	switch {
	// What would`, `	switch {
	case !originAllowed(r, origins):
		return refuse(http.StatusForbidden, "another origin")
	// What would`}, {`	case !originAllowed(r, origins):
		return refuse(http.StatusForbidden, "the origin %.80q`, `	case false:
		return refuse(http.StatusForbidden, "the origin %.80q`}},
		words: "the origin is looked at last",
	},
	{
		name: "list-and-own-host", step: 6, file: "handshake.go",
		edits: []edit{{`		return slices.ContainsFunc(allowed, func(a string) bool { return a == "*" || strings.EqualFold(a, origin[0]) })
`, `		if slices.ContainsFunc(allowed, func(a string) bool { return a == "*" || strings.EqualFold(a, origin[0]) }) {
			return true
		}
`}},
		words: "then the request's own host is not enough",
	},
	{
		name: "empty-list-is-nil", step: 6, file: "handshake.go",
		edits: []edit{{`	case allowed != nil:`, `	case len(allowed) > 0:`}},
		words: "an empty list was taken for nil",
	},
	{
		name: "star-before-the-count", step: 6, file: "handshake.go",
		edits: []edit{{`	case len(origin) == 0:
`, `	case len(origin) == 0 || slices.Contains(allowed, "*"):
`}},
		words: "came before the number of Origin lines",
	},
	{
		name: "list-by-its-start", step: 6, file: "handshake.go",
		edits: []edit{{`a == "*" || strings.EqualFold(a, origin[0])`, `a == "*" || strings.HasPrefix(strings.ToLower(origin[0]), a)`}},
		words: "the origin begins like the right one",
	},
	{
		name: "list-without-schemes", step: 6, file: "handshake.go",
		edits: []edit{{`a == "*" || strings.EqualFold(a, origin[0])`, `a == "*" || strings.EqualFold(a[strings.Index(a, "://")+1:], origin[0][max(0, strings.Index(origin[0], "://")+1):])`}},
		words: "the scheme belongs to the origin",
	},
	{
		name: "star-among-others", step: 6, file: "handshake.go",
		edits: []edit{{`a == "*" || strings.EqualFold(a, origin[0])`, `len(allowed) == 1 && a == "*" || strings.EqualFold(a, origin[0])`}},
		words: "wherever it stands in the list",
	},
	{
		name: "no-star", step: 6, file: "handshake.go",
		edits: []edit{{`a == "*" || strings.EqualFold(a, origin[0])`, `strings.EqualFold(a, origin[0])`}},
		words: "stands for all origins",
	},

	{
		name: "clients-order", step: 7, file: "handshake.go",
		edits: []edit{{`	for _, p := range supported {
		if slices.Contains(offered, p) { // unlike other tokens, in the same case`, `	for _, p := range offered {
		if slices.Contains(supported, p) {`}},
		words: "this is the client's order",
	},
	{
		name: "subprotocols-in-any-case", step: 7, file: "handshake.go",
		edits: []edit{{`		if slices.Contains(offered, p) { // unlike other tokens, in the same case`, `		if hasToken(offered, p) {`}},
		words: "subprotocols are compared in the case in which they are written",
	},
	{
		name: "subprotocol-not-offered", step: 7, file: "handshake.go",
		edits: []edit{{`		if slices.Contains(offered, p) { // unlike other tokens, in the same case
			return p
		}
	}
	return ""`, `		if slices.Contains(offered, p) || len(offered) == 0 {
			return p
		}
	}
	return ""`}},
		words: "the client did not offer it",
	},
	{
		name: "subprotocol-not-supported", step: 7, file: "handshake.go",
		edits: []edit{{`	for _, p := range supported {
		if slices.Contains(offered, p) { // unlike other tokens, in the same case
			return p
		}
	}
	return ""`, `	if len(offered) == 1 {
		return offered[0]
	}
	for _, p := range supported {
		if slices.Contains(offered, p) {
			return p
		}
	}
	return ""`}},
		words: "the server has no such subprotocol",
	},
	{
		name: "first-line-of-subprotocols", step: 7, file: "handshake.go",
		edits: []edit{{`	offered := Tokens(r.Header["Sec-Websocket-Protocol"])`, `	offered := Tokens([]string{r.Header.Get("Sec-WebSocket-Protocol")})`}},
		words: "only the first line was looked at",
	},
	{
		name: "offer-as-a-whole", step: 7, file: "handshake.go",
		edits: []edit{{`	offered := Tokens(r.Header["Sec-Websocket-Protocol"])`, `	offered := r.Header["Sec-Websocket-Protocol"]`}},
		words: "the offer is a list of tokens",
	},
	{
		name: "status-not-looked-at", step: 7, file: "handshake.go",
		edits: []edit{{`	case r.StatusCode != http.StatusSwitchingProtocols:
		return refuse("the server does not switch protocols")
`, ``}},
		words: "only 101 opens the connection",
	},
	{
		name: "status-below-200", step: 7, file: "handshake.go",
		edits: []edit{{`r.StatusCode != http.StatusSwitchingProtocols:`, `r.StatusCode >= 200:`}},
		words: "not every status below 200 switches protocols",
	},
	{
		name: "http-2-in-a-response", step: 7, file: "handshake.go",
		edits: []edit{{`	case r.ProtoMajor != 1 || r.ProtoMinor < 1:
		return refuse("the`, `	case !r.ProtoAtLeast(1, 1):
		return refuse("the`}},
		words: "has another handshake",
	},
	{
		name: "letters-of-a-response", step: 7, file: "handshake.go",
		edits: []edit{{`!isToken(upgrade[0], "websocket")`, `!strings.EqualFold(upgrade[0], "websocket")`}},
		words: "strings.EqualFold and ToLower know others too",
	},
	{
		name: "first-line-of-the-upgrade", step: 7, file: "handshake.go",
		edits: []edit{{`upgrade := Tokens(r.Header["Upgrade"])`, `upgrade := Tokens([]string{r.Header.Get("Upgrade")})`}},
		words: "only the first line of Upgrade was looked at; a response names one",
	},
	{
		name: "choice-of-upgrades", step: 7, file: "handshake.go",
		edits: []edit{{`	case len(upgrade) != 1 || !isToken`, `	case len(upgrade) == 0 || !isToken`}},
		words: "a response names the one that is spoken from here on",
	},
	{
		name: "accept-key-not-compared", step: 7, file: "handshake.go",
		edits: []edit{{`	case !slices.Equal(r.Header["Sec-Websocket-Accept"], []string{AcceptKey(key)}):`, `	case r.Header.Get("Sec-WebSocket-Accept") == "":`}},
		words: "the accept key was not compared",
	},
	{
		name: "accept-key-missing", step: 7, file: "handshake.go",
		edits: []edit{{`	case !slices.Equal(r.Header["Sec-Websocket-Accept"], []string{AcceptKey(key)}):`, `	case len(r.Header["Sec-Websocket-Accept"]) > 0 && !slices.Equal(r.Header["Sec-Websocket-Accept"], []string{AcceptKey(key)}):`}},
		words: "nobody asked for the accept key",
	},
	{
		name: "accept-key-in-any-case", step: 7, file: "handshake.go",
		edits: []edit{{`	case !slices.Equal(r.Header["Sec-Websocket-Accept"], []string{AcceptKey(key)}):`, `	case !strings.EqualFold(r.Header.Get("Sec-WebSocket-Accept"), AcceptKey(key)):`}},
		words: "the accept key is base64",
	},
	{
		name: "first-accept-key", step: 7, file: "handshake.go",
		edits: []edit{{`	case !slices.Equal(r.Header["Sec-Websocket-Accept"], []string{AcceptKey(key)}):`, `	case r.Header.Get("Sec-WebSocket-Accept") != AcceptKey(key):`}},
		words: "only the first line of the accept key was looked at",
	},
	{
		name: "accept-key-in-the-spelling-of-the-rfc", step: 7, file: "handshake.go",
		edits: []edit{{`r.Header["Sec-Websocket-Accept"]`, `r.Header["Sec-WebSocket-Accept"]`}},
		words: "net/http keeps the name as Sec-Websocket-Accept",
	},
	{
		name: "extension-accepted", step: 7, file: "handshake.go",
		edits: []edit{{`	case len(Tokens(r.Header["Sec-Websocket-Extensions"])) != 0:
		return refuse("the server chose an extension that was not offered: %.80q", r.Header["Sec-Websocket-Extensions"])
`, ``}},
		words: "the server chose an extension",
	},
	{
		name: "first-line-of-the-extensions", step: 7, file: "handshake.go",
		edits: []edit{{`case len(Tokens(r.Header["Sec-Websocket-Extensions"])) != 0:`, `case r.Header.Get("Sec-WebSocket-Extensions") != "":`}},
		words: "only the first line of Sec-WebSocket-Extensions",
	},
	{
		name: "empty-choice-is-none", step: 7, file: "handshake.go",
		edits: []edit{{`	case len(chosen) == 0:
`, `	case r.Header.Get("Sec-WebSocket-Protocol") == "":
`}},
		words: "an empty line was taken for none",
	},
	{
		name: "any-subprotocol-accepted", step: 7, file: "handshake.go",
		edits: []edit{{`	case len(chosen) != 1 || !slices.Contains(offered, chosen[0]):`, `	case len(chosen) != 1:`}},
		words: "the server chose a subprotocol",
	},
	{
		name: "first-chosen-subprotocol", step: 7, file: "handshake.go",
		edits: []edit{{`	case len(chosen) != 1 || !slices.Contains(offered, chosen[0]):`, `	case !slices.Contains(offered, chosen[0]):`}},
		words: "the server chooses one subprotocol, or none",
	},
	{
		name: "subprotocol-demanded", step: 7, file: "handshake.go",
		edits: []edit{{`	case len(chosen) == 0:
		return "", nil`, `	case len(chosen) == 0 && len(offered) == 0:
		return "", nil`}},
		words: "the server may choose none of the subprotocols",
	},
	{
		name: "subprotocol-not-returned", step: 7, file: "handshake.go",
		edits: []edit{{`	return chosen[0], nil`, `	return "", nil`}},
		words: "the subprotocol that the server chose is returned",
	},
	{
		name: "subprotocol-with-an-error", step: 7, file: "handshake.go",
		edits: []edit{{`		return "", &HandshakeError{r.StatusCode, fmt.Sprintf(format, args...)}`, `		return r.Header.Get("Sec-WebSocket-Protocol"), &HandshakeError{r.StatusCode, fmt.Sprintf(format, args...)}`}},
		words: "and no subprotocol either",
	},
	{
		name: "status-of-a-server", step: 7, file: "handshake.go",
		edits: []edit{{`		return "", &HandshakeError{r.StatusCode, fmt.Sprintf(format, args...)}`, `		return "", &HandshakeError{http.StatusBadRequest, fmt.Sprintf(format, args...)}`}},
		words: "a client sends no status",
	},
}
