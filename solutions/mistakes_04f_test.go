package solutions

// Mistakes of lesson 4, steps 26 to 29: the ends of a connection, and the library.
var mistakes04f = []mistake{
	{
		name: "early-bytes-lost-at-the-upgrade", step: 26, file: "upgrade.go",
		edits: []edit{{`	early, _ := buffered.Reader.Peek(buffered.Reader.Buffered())
	c := NewConn(conn, Server, early, &opt.Options)`, `	c := NewConn(conn, Server, nil, &opt.Options)`}, {`conn, buffered, err`, `conn, _, err`}},
		words: "what came with the request was lost: it is in the bufio.Reader that Hijack returns",
	},
	{
		name: "handshake-deadline-stays", step: 26, file: "upgrade.go",
		edits: []edit{{`	conn.SetWriteDeadline(time.Now().Add(HandshakeTimeout))
`, `	conn.SetDeadline(time.Now().Add(HandshakeTimeout))
`}, {`conn.SetDeadline(time.Time{})); err`, `conn.SetWriteDeadline(time.Time{})); err`}},
		words: "the deadline of the handshake is still set",
	},
	{
		name: "deadline-of-the-server-stays", step: 26, file: "upgrade.go",
		edits: []edit{{`conn.SetDeadline(time.Time{})); err`, `conn.SetWriteDeadline(time.Time{})); err`}},
		words: "the deadline of the handshake is still set",
	},
	{
		name: "write-deadline-stays", step: 26, file: "upgrade.go",
		edits: []edit{{`conn.SetDeadline(time.Time{})); err`, `conn.SetReadDeadline(time.Time{})); err`}},
		words: "the deadline of the handshake is still set",
	},
	{
		name: "answer-without-a-limit", step: 26, file: "upgrade.go",
		edits: []edit{{`	conn.SetWriteDeadline(time.Now().Add(HandshakeTimeout))
`, ``}},
		words: "a Write without a deadline waits for ever",
	},
	{
		name: "open-after-a-failed-answer", step: 26, file: "upgrade.go",
		edits: []edit{{`		conn.Close()
		return nil, fmt.Errorf("websocket: answering`, `		return nil, fmt.Errorf("websocket: answering`}},
		words: "after Hijack nobody else closes it",
	},
	{
		name: "426-without-the-version", step: 26, file: "upgrade.go",
		edits: []edit{{`			w.Header().Set("Sec-WebSocket-Version", Version) // section 4.4
`, ``}},
		words: "a client that speaks another version is told which one we speak (section 4.4)",
	},
	{
		name: "405-without-allow", step: 26, file: "upgrade.go",
		edits: []edit{{`			w.Header().Set("Allow", http.MethodGet)
`, ``}},
		words: "with 405 go the methods that are allowed",
	},
	{
		name: "one-status-for-all", step: 26, file: "upgrade.go",
		edits: []edit{{`http.Error(w, refusal.Problem, refusal.Status)`, `http.Error(w, refusal.Problem, http.StatusBadRequest)`}},
		words: "the status to answer with is in the HandshakeError",
	},
	{
		name: "refused-without-a-word", step: 26, file: "upgrade.go",
		edits: []edit{{`		http.Error(w, refusal.Problem, refusal.Status)
`, ``}},
		words: "nobody has answered: net/http says 200",
	},
	{
		name: "refused-without-a-reason", step: 26, file: "upgrade.go",
		edits: []edit{{`http.Error(w, refusal.Problem, refusal.Status)`, `w.WriteHeader(refusal.Status)`}},
		words: "somebody will look at this answer and want to know why",
	},
	{
		name: "refusal-as-text", step: 26, file: "upgrade.go",
		edits: []edit{{`		return nil, err
	}
	header`, `		return nil, fmt.Errorf("refused: %v", err)
	}
	header`}},
		words: "only the text of the error was passed on",
	},
	{
		name: "refusal-not-told", step: 26, file: "upgrade.go",
		edits: []edit{{`		return nil, err
	}
	header`, `		return nil, nil
	}
	header`}},
		words: "the caller has to know that there is no connection",
	},
	{
		name: "request-not-checked", step: 26, file: "upgrade.go",
		edits: []edit{{`if err := CheckRequest(r, opt.Origins); err != nil {`, `if err := CheckRequest(r, opt.Origins); err != nil && false {`}},
		words: "the error of CheckRequest was not looked at",
	},
	{
		name: "taken-over-to-refuse", step: 26, file: "upgrade.go",
		edits: []edit{{`		http.Error(w, refusal.Problem, refusal.Status)
`, `		if conn, _, hijacked := http.NewResponseController(w).Hijack(); hijacked == nil {
			fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\n", refusal.Status, http.StatusText(refusal.Status))
			w.Header().Write(conn)
			fmt.Fprintf(conn, "\r\n%s", refusal.Problem)
			conn.Close()
			return nil, err
		}
`}},
		words: "the connection was taken over before the request was checked",
	},
	{
		name: "connection-field-with-more", step: 26, file: "upgrade.go",
		edits: []edit{{`header.Set("Connection", "Upgrade")`, `header.Set("Connection", "keep-alive, Upgrade")`}},
		words: "there are clients that compare the whole of it",
	},
	{
		name: "no-accept-key", step: 26, file: "upgrade.go",
		edits: []edit{{`	header.Set("Sec-WebSocket-Accept", AcceptKey(r.Header.Get("Sec-WebSocket-Key")))
`, ``}},
		words: "without it a client cannot tell a WebSocket server from one that answers by chance",
	},
	{
		name: "key-from-the-answer", step: 26, file: "upgrade.go",
		edits: []edit{{`AcceptKey(r.Header.Get("Sec-WebSocket-Key"))`, `AcceptKey(header.Get("Sec-WebSocket-Key"))`}},
		words: "it is the answer to no key at all",
	},
	{
		name: "key-sent-back", step: 26, file: "upgrade.go",
		edits: []edit{{`AcceptKey(r.Header.Get("Sec-WebSocket-Key"))`, `r.Header.Get("Sec-WebSocket-Key")`}},
		words: "the client's key was sent back as it is",
	},
	{
		name: "answer-does-not-end", step: 26, file: "upgrade.go",
		edits: []edit{{`	header.Write(&response)
	response.WriteString("\r\n")
`, `	header.Write(&response)
`}},
		words: "an empty line ends a header; the client still waits for it",
	},
	{
		name: "answer-not-flushed", step: 26, file: "upgrade.go",
		edits: []edit{{`conn.Write(response.Bytes())`, `buffered.Write(response.Bytes())`}},
		words: "a bufio.Writer keeps what it has until it is flushed",
	},
	{
		name: "lines-without-a-return", step: 26, file: "upgrade.go",
		edits: []edit{{`conn.Write(response.Bytes())`, `conn.Write(bytes.ReplaceAll(response.Bytes(), []byte("\r"), nil))`}},
		words: `a line of HTTP ends with \r\n, and not with \n alone`,
	},
	{
		name: "fields-of-the-handler-lost", step: 26, file: "upgrade.go",
		edits: []edit{{`	header := w.Header().Clone()
`, `	header := http.Header{}
`}},
		words: "the fields that were set on w are not in the answer",
	},
	{
		name: "one-value-for-each-field", step: 26, file: "upgrade.go",
		edits: []edit{{`	header.Write(&response)
`, `	for name := range header {
		fmt.Fprintf(&response, "%s: %s\r\n", name, header.Get(name))
	}
`}},
		words: "a field may have several values",
	},
	{
		name: "subprotocol-not-told", step: 26, file: "upgrade.go",
		edits: []edit{{`	if subprotocol != "" {
		header.Set("Sec-WebSocket-Protocol", subprotocol)
	}
`, ``}},
		words: "the client is not told which of its subprotocols was chosen",
	},
	{
		name: "all-subprotocols-chosen", step: 26, file: "upgrade.go",
		edits: []edit{{`		header.Set("Sec-WebSocket-Protocol", subprotocol)
`, `		header["Sec-Websocket-Protocol"] = r.Header["Sec-Websocket-Protocol"]
`}},
		words: "one subprotocol is chosen (section 4.2.2)",
	},
	{
		name: "subprotocol-of-the-handler", step: 26, file: "upgrade.go",
		edits: []edit{{`	if subprotocol != "" {
		header.Set("Sec-WebSocket-Protocol", subprotocol)
	}
`, `	if p := w.Header().Get("Sec-WebSocket-Protocol"); p != "" {
		header.Set("Sec-WebSocket-Protocol", p)
	}
`}},
		words: "ChooseSubprotocol decides",
	},
	{
		name: "empty-subprotocol", step: 26, file: "upgrade.go",
		edits: []edit{{`	if subprotocol != "" {
		header.Set("Sec-WebSocket-Protocol", subprotocol)
	}
`, `	header.Set("Sec-WebSocket-Protocol", subprotocol)
`}},
		words: "an empty subprotocol is none: the field is left out",
	},
	{
		name: "extension-agreed-on", step: 26, file: "upgrade.go",
		edits: []edit{{`	header.Del("Sec-WebSocket-Extensions") // we know none
`, `	header["Sec-Websocket-Extensions"] = r.Header["Sec-Websocket-Extensions"]
`}},
		words: "an extension that is agreed on changes the frames",
	},
	{
		name: "subprotocol-of-the-handler-stays", step: 26, file: "upgrade.go",
		edits: []edit{{`	header.Del("Sec-WebSocket-Protocol")
`, ``}},
		words: "the handler had set v1 on w, and nobody took it away",
	},
	{
		name: "extension-of-the-handler-stays", step: 26, file: "upgrade.go",
		edits: []edit{{`	header.Del("Sec-WebSocket-Extensions") // we know none
`, ``}},
		words: "the handler had set it on w: this field does not go along",
	},
	{
		name: "status-line-without-a-return", step: 26, file: "upgrade.go",
		edits: []edit{{`"HTTP/1.1 101 Switching Protocols\r\n"`, `"HTTP/1.1 101 Switching Protocols\n"`}},
		words: `a line of HTTP ends with \r\n, and not with \n alone`,
	},
	{
		name: "origins-of-upgrade-forgotten", step: 26, file: "upgrade.go",
		edits: []edit{{`CheckRequest(r, opt.Origins)`, `CheckRequest(r, nil)`}},
		words: "the Origins of the UpgradeOptions were not handed on to CheckRequest",
	},
	{
		name: "answer-by-net-http", step: 26, file: "upgrade.go",
		edits: []edit{{`	var response bytes.Buffer
	response.WriteString("HTTP/1.1 101 Switching Protocols\r\n")
	header.Write(&response)
	response.WriteString("\r\n")
`, `	clear(w.Header())
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(http.StatusSwitchingProtocols)
`}, {`	_, err = conn.Write(response.Bytes())
`, ``}},
		words: "whoever lets net/http send the 101 does not learn whether it was taken",
	},
	{
		name: "answer-lost-unnoticed", step: 26, file: "upgrade.go",
		edits: []edit{{`	_, err = conn.Write(response.Bytes())
`, `	conn.Write(response.Bytes())
`}},
		words: "the error of the Write was not looked at",
	},
	{
		name: "subprotocol-forgotten", step: 26, file: "upgrade.go",
		edits: []edit{{`	c.subprotocol = subprotocol
`, ``}},
		words: "a Conn has a field for it",
	},
	{
		name: "options-of-upgrade-forgotten", step: 26, file: "upgrade.go",
		edits: []edit{{`NewConn(conn, Server, early, &opt.Options)`, `NewConn(conn, Server, early, nil)`}},
		words: "the Options of the UpgradeOptions were not handed on",
	},
	{
		name: "hijacker-asked-directly", step: 26, file: "upgrade.go",
		edits: []edit{{`	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {`, `	hijacker, ok := w.(http.Hijacker)
	if !ok {
		http.Error(w, "this server cannot switch protocols", http.StatusInternalServerError)
		return nil, http.ErrNotSupported
	}
	conn, buffered, err := hijacker.Hijack()
	if err != nil {`}},
		words: "w.(http.Hijacker) sees only the outer one",
	},
	{
		name: "cannot-and-says-nothing", step: 26, file: "upgrade.go",
		edits: []edit{{`		http.Error(w, "this server cannot switch protocols", http.StatusInternalServerError)
`, ``}},
		words: "a handler that says nothing says 200",
	},
	{
		name: "upgrade-panics", step: 26, file: "upgrade.go",
		edits: []edit{{`	if opt == nil {
		opt = &UpgradeOptions{}
	}
`, ``}},
		words: "your code panicked",
	},

	{
		name: "fields-left-on-w", step: 26, file: "upgrade.go",
		edits: []edit{{`header := w.Header().Clone()`, `header := w.Header()`}},
		words: "change a copy (Header.Clone)",
	},
	{
		name: "early-answer-bytes-lost", step: 27, file: "dial.go",
		edits: []edit{{`	early, _ := r.Peek(r.Buffered())
	c := NewConn(conn, Client, early, &opt.Options)`, `	c := NewConn(conn, Client, nil, &opt.Options)`}},
		words: "what came with the answer was lost",
	},
	{
		name: "dial-deadline-stays", step: 27, file: "dial.go",
		edits: []edit{{`	stop := context.AfterFunc(ctx, func() { conn.Close() })
`, `	conn.SetDeadline(time.Now().Add(2 * HandshakeTimeout))
	stop := context.AfterFunc(ctx, func() { conn.Close() })
`}},
		words: "a deadline of the handshake is still set",
	},
	{
		name: "context-outlives-dial", step: 27, file: "dial.go",
		edits: []edit{{`	stop := context.AfterFunc(ctx, func() { conn.Close() })
`, `	context.AfterFunc(ctx, func() { conn.Close() })
`}, {`	if !stop() {
		err = ctx.Err()
	}
`, `	if ctx.Err() != nil {
		err = ctx.Err()
	}
`}},
		words: "the context of the handshake has ended with the handshake, and has ended the connection too",
	},
	{
		name: "context-for-the-connection", step: 27, file: "dial.go",
		edits: []edit{{`	c, err := open(ctx, conn, newRequest(u, opt), opt)
`, `	c, err := open(ctx, conn, newRequest(u, opt), opt)
	context.AfterFunc(caller, func() { conn.Close() })
`}, {`	ctx, cancel := context.WithTimeout(ctx, HandshakeTimeout)
`, `	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, HandshakeTimeout)
`}},
		words: "the end of ctx has closed the connection",
	},
	{
		name: "context-not-heard", step: 27, file: "dial.go",
		edits: []edit{{`	stop := context.AfterFunc(ctx, func() { conn.Close() })
`, `	until, _ := ctx.Deadline()
	conn.SetDeadline(until)
	stop := func() bool { conn.SetDeadline(time.Time{}); return ctx.Err() == nil }
`}},
		words: "ctx was not looked at while the answer was waited for",
	},
	{
		name: "no-end-to-the-handshake", step: 27, file: "dial.go",
		edits: []edit{{`	stop := context.AfterFunc(ctx, func() { conn.Close() })
`, `	stop := func() bool { return ctx.Err() == nil }
`}},
		words: "deadlock: everybody waits for somebody else",
	},
	{
		name: "closing-is-the-answer", step: 27, file: "dial.go",
		edits: []edit{{`	if !stop() {
		err = ctx.Err()
	}
`, `	stop()
`}},
		words: "what woke the Read was passed on; ctx.Err() says why",
	},
	{
		name: "ended-at-the-last-moment", step: 27, file: "dial.go",
		edits: []edit{{`	if !stop() {
		err = ctx.Err()
	}
`, `	stop()
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
`}},
		words: "the end of ctx has struck the connection, and nobody noticed",
	},
	{
		name: "connection-left-open-when-refused", step: 27, file: "dial.go",
		edits: []edit{{`	if err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}`, `	return c, err
}`}},
		words: "Dial has returned an error, so nobody else can close it",
	},
	{
		name: "constant-key", step: 27, file: "dial.go",
		edits: []edit{{`	rand.Read(random[:])
`, `	copy(random[:], "the sample nonce")
`}},
		words: "a key that is known can be answered without asking us",
	},
	{
		name: "key-made-once", step: 27, file: "dial.go",
		edits: []edit{{`	var random [16]byte
	rand.Read(random[:])
	key := base64.StdEncoding.EncodeToString(random[:])
`, `	key := onlyKey
`}, {`// connect makes`, `var onlyKey = func() string {
	b := make([]byte, 16)
	rand.Read(b)
	return base64.StdEncoding.EncodeToString(b)
}()

// connect makes`}},
		words: "it is random, and fresh each time (section 4.1)",
	},
	{
		name: "key-not-sent", step: 27, file: "dial.go",
		edits: []edit{{`	request.Header.Set("Sec-WebSocket-Key", key)
`, ``}},
		words: "newRequest leaves the key to you",
	},
	{
		name: "dial-key-without-padding", step: 27, file: "dial.go",
		edits: []edit{{`base64.StdEncoding.EncodeToString`, `base64.RawStdEncoding.EncodeToString`}},
		words: "base64 with its two characters of padding",
	},
	{
		name: "key-without-base64", step: 27, file: "dial.go",
		edits: []edit{{`	key := base64.StdEncoding.EncodeToString(random[:])
`, `	key := fmt.Sprintf("%x", random[:8])
`}},
		words: "16 random characters are not 16 bytes in base64",
	},
	{
		name: "port-of-wss", step: 27, file: "dial.go",
		edits: []edit{{`"wss": "443"}`, `"wss": "80"}`}},
		words: "80 is the port of ws; that of wss is 443 (section 3)",
	},
	{
		name: "redirect-followed", step: 27, file: "dial.go",
		edits: []edit{{`	c, err := open(ctx, conn, newRequest(u, opt), opt)
`, `	c, err := open(ctx, conn, newRequest(u, opt), opt)
	if refused, ok := errors.AsType[*HandshakeError](err); ok && refused.Status == http.StatusFound {
		return Dial(ctx, u.Scheme+"://"+u.Host+"/new", opt)
	}
`}},
		words: "a redirect was followed",
	},
	{
		name: "answer-not-judged", step: 27, file: "dial.go",
		edits: []edit{{`	subprotocol, err := CheckResponse(response, key, opt.Subprotocols)
	if err != nil {
		return nil, err
	}
`, `	subprotocol, _ := CheckResponse(response, key, opt.Subprotocols)
`}},
		words: "nobody has asked CheckResponse",
	},
	{
		name: "answer-as-text", step: 27, file: "dial.go",
		edits: []edit{{`fmt.Errorf("websocket: opening handshake: %w", err)`, `fmt.Errorf("websocket: opening handshake: %v", err)`}},
		words: "only the text of the error was passed on",
	},
	{
		name: "endless-header", step: 27, file: "dial.go",
		edits: []edit{{`bufio.NewReader(io.LimitReader(conn, MaxHandshake))`, `bufio.NewReader(conn)`}},
		words: "http.ReadResponse reads on for as long as there is something",
	},
	{
		name: "options-of-dial-forgotten", step: 27, file: "dial.go",
		edits: []edit{{`NewConn(conn, Client, early, &opt.Options)`, `NewConn(conn, Client, early, nil)`}},
		words: "the Options of the DialOptions were not handed on",
	},
	{
		name: "chosen-subprotocol-forgotten", step: 27, file: "dial.go",
		edits: []edit{{`c.subprotocol = subprotocol`, `_ = subprotocol`}},
		words: "CheckResponse says it, and a Conn has a field for it",
	},
	{
		name: "context-made-anew", step: 27, file: "dial.go",
		edits: []edit{{`dial(ctx, "tcp", address)`, `dial(context.Background(), "tcp", address)`}},
		words: "a context was made anew",
	},
	{
		name: "tls-config-changed", step: 27, file: "dial.go",
		edits: []edit{{`	config := opt.TLS.Clone() // the caller's stays as it is; nil gives nil
`, `	config := opt.TLS
`}},
		words: "change a copy (tls.Config.Clone)",
	},
	{
		name: "tls-config-ignored", step: 27, file: "dial.go",
		edits: []edit{{`	config := opt.TLS.Clone() // the caller's stays as it is; nil gives nil
	if config == nil {
		config = &tls.Config{}
	}
	if config.ServerName == "" {
		config.ServerName = u.Hostname()
	}
`, `	config := &tls.Config{ServerName: u.Hostname()}
`}},
		words: "the caller's tls.Config was not used",
	},
	{
		name: "server-name-missing", step: 27, file: "dial.go",
		edits: []edit{{`	if config.ServerName == "" {
		config.ServerName = u.Hostname()
	}
`, ``}},
		words: "a client of TLS has to say which name it wants to see proved",
	},
	{
		name: "server-name-with-the-port", step: 27, file: "dial.go",
		edits: []edit{{`config.ServerName = u.Hostname()`, `config.ServerName = u.Host`}},
		words: "ServerName is a host without a port: u.Hostname()",
	},
	{
		name: "server-name-replaced", step: 27, file: "dial.go",
		edits: []edit{{`	if config.ServerName == "" {
		config.ServerName = u.Hostname()
	}
`, `	config.ServerName = u.Hostname()
`}},
		words: "the caller's ServerName was lost",
	},
	{
		name: "http-2-agreed-on", step: 27, file: "dial.go",
		edits: []edit{{`	config.NextProtos = []string{"http/1.1"} // this handshake is not one of HTTP/2
`, ``}},
		words: "this handshake is one of HTTP/1.1",
	},
	{
		name: "wss-in-the-clear", step: 27, file: "dial.go",
		edits: []edit{{`	if err != nil || u.Scheme == "ws" {`, `	if err != nil || u.Scheme != "" {`}},
		words: "the request was sent in the clear",
	},
	{
		name: "no-certificate-checked", step: 27, file: "dial.go",
		edits: []edit{{`		config = &tls.Config{}
`, `		config = &tls.Config{InsecureSkipVerify: true}
`}},
		words: "anybody could have answered",
	},

	{
		name: "every-message-delays-the-ping", step: 28, file: "hub.go",
		edits: []edit{{`		case <-ticks.C:
`, `		case <-time.After(every):
`}},
		words: "every message begins the wait for the next ping anew",
	},
	{
		name: "ticker-not-reset", step: 28, file: "hub.go",
		edits: []edit{{`				ticks.Reset(every) // for the answer, also when a slow write has held the ping up
`, ``}},
		words: "an answer has the time every from the ping on",
	},
	{
		name: "shutdown-waits-for-len", step: 28, file: "hub.go",
		edits: []edit{{`	h.serving.Wait()
}`, `	for h.Len() > 0 {
		time.Sleep(time.Millisecond)
	}
}`}},
		words: "who was dropped is no client any more for Len",
	},
	{
		name: "half-a-key", step: 27, file: "dial.go",
		edits: []edit{{`	rand.Read(random[:])`, `	rand.Read(random[:8])`}},
		words: "one half of the key is always the same",
	},
	{
		name: "broadcast-waits", step: 28, file: "hub.go",
		edits: []edit{{`		select {
		case c.queue <- broadcast{op, payload}:
		default:
			c.drop(&Dropped{ClosePolicy, "too slow"})
			delete(h.clients, c)
		}
`, `		c.queue <- broadcast{op, payload}
`}},
		words: "Broadcast waits for a client, and so everybody does",
	},
	{
		name: "broadcast-writes", step: 28, file: "hub.go",
		edits: []edit{{`		select {
		case c.queue <- broadcast{op, payload}:
		default:
			c.drop(&Dropped{ClosePolicy, "too slow"})
			delete(h.clients, c)
		}
`, `		c.conn.WriteMessage(context.Background(), op, payload)
`}},
		words: "Broadcast waits for a client, and so everybody does",
	},
	{
		name: "queue-without-an-end", step: 28, file: "hub.go",
		edits: []edit{{`		default:
			c.drop(&Dropped{ClosePolicy, "too slow"})
			delete(h.clients, c)
		}
`, `		default:
			go func() { c.queue <- broadcast{op, payload} }()
		}
`}},
		words: "nobody drops the client: its messages are kept in memory",
	},
	{
		name: "messages-left-out", step: 28, file: "hub.go",
		edits: []edit{{`			c.drop(&Dropped{ClosePolicy, "too slow"})
			delete(h.clients, c)
`, ``}},
		words: "nobody drops the client",
	},
	{
		name: "slow-client-cut-off", step: 28, file: "hub.go",
		edits: []edit{{`	c.conn.Close(code, reason)
`, `	_, _ = code, reason
	c.conn.CloseNow()
`}},
		words: "it was dropped without a word",
	},
	{
		name: "always-a-normal-close", step: 28, file: "hub.go",
		edits: []edit{{`	c.conn.Close(code, reason)
`, `	_, _ = code, reason
	c.conn.Close(CloseNormal, "")
`}},
		words: "the code and the reason are those of the Dropped",
	},
	{
		name: "writes-without-an-end", step: 28, file: "hub.go",
		edits: []edit{{`			c.conn.SetWriteDeadline(time.Now().Add(every))
			err = c.conn.WriteMessage(ctx, m.op, m.payload)
`, `			err = c.conn.WriteMessage(ctx, m.op, m.payload)
`}},
		words: "a write to it waits for ever: SetWriteDeadline gives each write its time",
	},
	{
		name: "no-pings", step: 28, file: "hub.go",
		edits: []edit{{`		case <-ticks.C:
			if now`, `		case <-ticks.C:
			if every > 0 {
				break
			}
			if now`}},
		words: "no ping was sent: to a silent client that is gone",
	},
	{
		name: "pings-into-the-dark", step: 28, file: "hub.go",
		edits: []edit{{`now != received {`, `now >= received {`}},
		words: "it is pinged, and nobody looks at whether anything comes back",
	},
	{
		name: "silence-is-death", step: 28, file: "hub.go",
		edits: []edit{{`	received := int64(-1)
`, `	received := int64(0)
`}},
		words: "no ping was sent: a client that has nothing to say is not dead",
	},
	{
		name: "alive-for-ever", step: 28, file: "hub.go",
		edits: []edit{{`now != received {`, `now != received || now > 0 {`}},
		words: "something has come from it once, and that is taken for life ever after",
	},
	{
		name: "goodbye-to-nobody", step: 28, file: "hub.go",
		edits: []edit{{`				c.conn.CloseNow() // there is nobody to say goodbye to
`, ``}, {`errors.AsType[*Dropped](context.Cause(ctx)); ok && d.Code != CloseAbnormal {`, `errors.AsType[*Dropped](context.Cause(ctx)); ok {`}},
		words: "there is nobody to say goodbye to, and to wait for",
	},
	{
		name: "ping-without-an-end", step: 28, file: "hub.go",
		edits: []edit{{`				c.conn.SetWriteDeadline(time.Now().Add(every))
				err = c.conn.Ping(ctx, nil)
`, `				c.conn.SetWriteDeadline(time.Time{})
				err = c.conn.Ping(ctx, nil)
`}},
		words: "a ping is a write too, and may wait for ever",
	},
	{
		name: "deadline-too-early", step: 28, file: "hub.go",
		edits: []edit{{`		select {
		case <-ctx.Done():
`, `		c.conn.SetWriteDeadline(time.Now().Add(every))
		select {
		case <-ctx.Done():
`}, {`		case m := <-c.queue:
			c.conn.SetWriteDeadline(time.Now().Add(every))
`, `		case m := <-c.queue:
`}, {`				c.conn.SetWriteDeadline(time.Now().Add(every))
				err = c.conn.Ping(ctx, nil)
`, `				err = c.conn.Ping(ctx, nil)
`}},
		words: "the deadline has run while send waited for something to do",
	},
	{
		name: "dropped-and-still-a-client", step: 28, file: "hub.go",
		edits: []edit{{`			delete(h.clients, c)
		}
`, `		}
`}},
		words: "it was dropped and still stands in h.clients",
	},
	{
		name: "one-ping-only", step: 28, file: "hub.go",
		edits: []edit{{`			if now := c.conn.Received(); now != received {
				received = now
`, `			if now := c.conn.Received(); received > 0 {
				break
			} else if now != received {
				received = now
`}},
		words: "the pings stop; a client may die later as well",
	},
	{
		name: "only-pongs-count", step: 28, file: "hub.go",
		edits: []edit{{`now != received {`, `now == received+6 || received < 0 {`}},
		words: "whatever comes is a sign of life",
	},
	{
		name: "shutdown-without-a-code", step: 28, file: "hub.go",
		edits: []edit{{`	for c := range h.clients {
		c.drop(&Dropped{CloseGoingAway, "shutting down"})
	}
`, `	for c := range h.clients {
		c.drop(errors.New("shutting down"))
	}
`}},
		words: "1001 says that the server goes away",
	},
	{
		name: "shutdown-does-not-wait", step: 28, file: "hub.go",
		edits: []edit{{`	h.serving.Wait()
`, ``}},
		words: "whoever calls Shutdown ends the program next, and cuts the goodbyes off",
	},
	{
		name: "shutdown-holds-the-lock", hangs: true, step: 28, file: "hub.go",
		edits: []edit{{`	h.mu.Unlock()
	h.serving.Wait()
`, `	defer h.mu.Unlock()
	h.serving.Wait()
`}},
		words: "in Hub.Shutdown (in sync.WaitGroup.Wait)",
	},
	{
		name: "still-open", step: 28, file: "hub.go",
		edits: []edit{{`	h.over = true
`, ``}},
		words: "Serve asks h.over whether the hub has been shut down",
	},
	{
		name: "write-without-a-context", step: 28, file: "hub.go",
		edits: []edit{{`c.conn.WriteMessage(ctx, m.op, m.payload)`, `c.conn.WriteMessage(context.Background(), m.op, m.payload)`}},
		words: "a write that waits for a client does not know that the client was dropped",
	},
	{
		name: "sender-left-behind", step: 28, file: "hub.go",
		edits: []edit{{`		case <-ctx.Done():
			err = ctx.Err()
`, ``}},
		words: "send is still there: it returns when ctx has ended",
	},
	{
		name: "dropped-for-no-reason", step: 28, file: "hub.go",
		edits: []edit{{`		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = &Dropped{ClosePolicy, "too slow"}
		}
`, `		if err != nil {
			err = context.Canceled
		}
`}},
		words: "context.Canceled says that ctx has ended, and not why",
	},
	{
		name: "messages-in-pairs", step: 28, file: "hub.go",
		edits: []edit{{`			err = c.conn.WriteMessage(ctx, m.op, m.payload)
`, `			held = append(held, m)
			if len(held) < 2 {
				continue
			}
			for _, m := range []broadcast{held[1], held[0]} {
				err = c.conn.WriteMessage(ctx, m.op, m.payload)
			}
			held = nil
`}, {`	received := int64(-1)
`, `	received := int64(-1)
	var held []broadcast
`}},
		words: "the messages came in another order",
	},
	{
		name: "nothing-sent", step: 28, file: "hub.go",
		edits: []edit{{`		case m := <-c.queue:
			c.conn.SetWriteDeadline(time.Now().Add(every))
			err = c.conn.WriteMessage(ctx, m.op, m.payload)
`, `		case m := <-c.queue:
			_ = m
`}},
		words: "nothing was sent",
	},

	{
		name: "no-origin-for-the-library", step: 29, file: "others.go",
		edits: []edit{{`	opt := &DialOptions{Header: http.Header{"Origin": {origin}}}
`, `	_ = origin
	opt := &DialOptions{}
`}},
		words: "there was no Origin in the request",
	},
	{
		name: "origin-without-a-scheme", step: 29, file: "others.go",
		edits: []edit{{`strings.Replace(u.Scheme, "ws", "http", 1) + "://" + u.Host`, `u.Host`}},
		words: "the library wants a URL",
	},
	{
		name: "origin-of-ws", step: 29, file: "others.go",
		edits: []edit{{`strings.Replace(u.Scheme, "ws", "http", 1) + "://"`, `u.Scheme + "://"`}},
		words: "an origin is where a page comes from, by http or https",
	},
	{
		name: "origin-with-a-path", step: 29, file: "others.go",
		edits: []edit{{`"://" + u.Host
`, `"://" + u.Host + u.Path
`}},
		words: "an origin is a scheme, a host and a port, and nothing else",
	},
	{
		name: "two-subprotocols", step: 29, file: "others.go",
		edits: []edit{{`[]string{subprotocol}`, `[]string{subprotocol, "other"}`}},
		words: "the library does not choose",
	},
	{
		name: "library-close-is-an-error", step: 29, file: "others.go",
		edits: []edit{{`	if errors.Is(err, ErrNoClose) {
		return nil
	}
`, ``}},
		words: "for a Conn this is an abnormal end; here it is the only one that there is",
	},
	{
		name: "library-close-compared", step: 29, file: "others.go",
		edits: []edit{{`	if errors.Is(err, ErrNoClose) {
`, `	if err == ErrNoClose {
`}},
		words: "errors.Is finds ErrNoClose in it, == does not",
	},
	{
		name: "library-close-with-another-code", step: 29, file: "others.go",
		edits: []edit{{`c.Close(CloseNormal, "")`, `c.Close(CloseGoingAway, "")`}},
		words: "a Close frame with code 1001",
	},
	{
		name: "subprotocol-without-a-name", step: 29, file: "others.go",
		edits: []edit{{`	if subprotocol != "" {
		opt.Subprotocols = []string{subprotocol}
	}
`, `	opt.Subprotocols = []string{subprotocol}
`}},
		words: "a subprotocol without a name was offered",
	},
	{
		name: "library-hung-up-on", step: 29, file: "others.go",
		edits: []edit{{`c.Close(CloseNormal, "")`, `c.CloseNow()`}},
		words: "nothing was sent: closing begins with a Close frame",
	},
	{
		name: "request-never-sent", step: 27, file: "dial.go",
		edits: []edit{{`	if err := request.Write(conn); err != nil {
		return nil, err
	}
`, ``}},
		words: "no whole request has come to the server: request.Write(conn) sends it",
	},
	{
		name: "unexpected-end-for-no-close", step: 29, file: "others.go",
		edits: []edit{{`errors.Is(err, ErrNoClose)`, `errors.Is(err, io.ErrUnexpectedEOF)`}},
		words: "ErrNoClose wraps io.ErrUnexpectedEOF, and is not the only one",
	},
	{
		name: "received-asked-after-the-ping", step: 28, file: "hub.go",
		edits: []edit{{`				received = now
`, ``}, {`				err = c.conn.Ping(ctx, nil)
`, `				err = c.conn.Ping(ctx, nil)
				received = c.conn.Received()
`}},
		words: "Received was asked after the ping",
	},
	{
		name: "library-close-is-never-an-error", step: 29, file: "others.go",
		edits: []edit{{`	if errors.Is(err, ErrNoClose) {
		return nil
	}
	return err
`, `	_ = errors.Is(err, ErrNoClose)
	return nil
`}},
		words: "every error was passed over",
	},
}
