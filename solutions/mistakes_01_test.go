package solutions

var mistakes01 = []mistake{
	{
		name: "greeting-never-sent", notes: true, step: 1, file: "greet.go",
		edits: []edit{{`_, err := io.WriteString(w, Greeting)
	return err`, `text := Greeting
	text = Update(time.Now())
	_ = text
	return nil`}},
		words: "the greeting was built and not written",
	},
	{
		name: "greeting-with-line-end", step: 1, file: "greet.go",
		edits: []edit{{`io.WriteString(w, Greeting)`, `fmt.Fprintln(w, Greeting)`}},
		words: "something was added around the greeting",
	},
	{
		name: "greeting-error-dropped", step: 1, file: "greet.go",
		edits: []edit{{`_, err := io.WriteString(w, Greeting)
	return err`, `io.WriteString(w, Greeting)
	return nil`}},
		words: "nobody looks at the error of the write",
	},
	{
		name: "greeting-tried-for-ever", hangs: true, step: 1, file: "greet.go",
		edits: []edit{{`_, err := io.WriteString(w, Greeting)
	return err`, `for {
		if _, err := io.WriteString(w, Greeting); err == nil {
			return nil
		}
	}`}},
		words: "it did not end within 2s while calling Greet with a writer that fails",
	},
	{
		name: "greeting-ends-the-program", step: 1, file: "greet.go",
		edits: []edit{{`	return err
}`, `	if err != nil {
		os.Exit(1)
	}
	return nil
}`}},
		words: "your code ended the whole program (exit status 1)",
	},
	{
		name: "fraction-without-zeros", step: 2, file: "greet.go",
		edits: []edit{{`%d.%06d`, `%d.%d`}},
		words: "the zeros in front of the fraction are missing",
	},
	{
		name: "fraction-in-nanoseconds", step: 2, file: "greet.go",
		edits: []edit{{`%d.%06d`, `%d.%09d`}, {`now.Nanosecond()/1000`, `now.Nanosecond()`}},
		words: "the fraction is in nanoseconds",
	},
	{
		name: "time-through-a-float", step: 2, file: "greet.go",
		edits: []edit{{`"The time is %d.%06d", now.Unix(), now.Nanosecond()/1000`, `"The time is %.6f", float64(now.UnixNano())/1e9`}},
		words: "the fraction was rounded",
	},
	{
		name: "time-rounded", step: 2, file: "greet.go",
		edits: []edit{{`	return fmt.Sprintf("The time is`, `	now = now.Round(time.Microsecond)
	return fmt.Sprintf("The time is`}},
		words: "the fraction was rounded",
	},
	{
		name: "time-as-a-date", step: 2, file: "greet.go",
		edits: []edit{{`"The time is %d.%06d", now.Unix(), now.Nanosecond()/1000`, `"The time is %s", now.UTC().Format("15:04:05.000000")`}},
		words: "this is a date or a time of day",
	},
	{
		name: "other-words-in-front", step: 2, file: "greet.go",
		edits: []edit{{`"The time is %d`, `"Time: %d`}},
		words: "the text in front of the number",
	},
	{
		name: "pause-first", step: 3, file: "push.go",
		edits: []edit{{`		if i > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(interval):
			}
		}
`, `		select {
		case <-ctx.Done():
		case <-time.After(interval):
		}
`}},
		words: "the pause comes before the update",
	},
	{
		name: "pause-last", step: 3, file: "push.go",
		edits: []edit{{`		if i > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(interval):
			}
		}
`, ``}, {`			return fmt.Errorf("update %d of %d: %w", i+1, n, err)
		}
	}
`, `			return fmt.Errorf("update %d of %d: %w", i+1, n, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(interval):
		}
	}
`}},
		words: "there is a pause after the last update",
	},
	{
		name: "no-pause", step: 3, file: "push.go",
		edits: []edit{{`			case <-time.After(interval):
`, `			default:
`}},
		words: "there is no pause between two updates",
	},
	{
		name: "text-made-once", step: 3, file: "push.go",
		edits: []edit{{`	for i := range n {
`, `	text := Update(time.Now())
	for i := range n {
`}, {`Update(now))`, `text)`}},
		words: "the text was made once, before the loop",
	},
	{
		name: "one-too-many", step: 3, file: "push.go",
		edits: []edit{{`range n {`, `range n + 1 {`}},
		words: "more than n updates were sent",
	},
	{
		name: "ticker-of-nothing", step: 3, file: "push.go",
		edits: []edit{{`	for i := range n {
`, `	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for i := range n {
`}, {`<-time.After(interval)`, `<-ticker.C`}},
		words: "your code panicked: non-positive interval for NewTicker",
	},
	{
		name: "waits-for-nobody", step: 3, file: "push.go",
		edits: []edit{{`			case <-time.After(interval):
`, ``}},
		words: "deadlock: everybody waits for somebody else",
	},
	{
		name: "deaf-to-the-stop", step: 4, file: "push.go",
		edits: []edit{{`			case <-ctx.Done():
`, ``}, {`		if err := ctx.Err(); err != nil {
			return err
		}
`, ``}},
		words: "nothing in Push looks at ctx",
	},
	{
		name: "sleeps-through-the-stop", step: 4, file: "push.go",
		edits: []edit{{`			case <-ctx.Done():
`, ``}},
		words: "Push sleeps through the stop",
	},
	{
		name: "select-alone", step: 4, file: "push.go",
		edits: []edit{{`			select {
			case <-ctx.Done():
			case`, `			select {
			case <-ctx.Done():
				return ctx.Err()
			case`}, {`		if err := ctx.Err(); err != nil {
			return err
		}
`, ``}},
		words: "something was sent before anybody looked at ctx",
	},
	{
		name: "stop-is-no-error", step: 4, file: "push.go",
		edits: []edit{{`		if err := ctx.Err(); err != nil {
			return err
		}
`, `		if ctx.Err() != nil {
			return nil
		}
`}},
		words: "Push returned as if all updates had been sent",
	},
	{
		name: "pause-in-a-goroutine", step: 4, file: "push.go",
		edits: []edit{{`			select {
			case <-ctx.Done():
			case <-time.After(interval):
			}
`, `			over := make(chan bool)
			go func() {
				time.Sleep(interval)
				over <- true
			}()
			select {
			case <-ctx.Done():
			case <-over:
			}
`}},
		words: "a goroutine was left running after the step",
	},
	{
		name: "no-deadline", step: 5, file: "push.go",
		edits: []edit{{`		if err := conn.SetWriteDeadline(now.Add(WriteTimeout)); err != nil {
			return fmt.Errorf("update %d of %d: %w", i+1, n, err)
		}
`, ``}},
		words: "while waiting for Push to give up a client that reads nothing",
	},
	{
		name: "deadline-set-once", step: 5, file: "push.go",
		edits: []edit{{`		if err := conn.SetWriteDeadline(now.Add(WriteTimeout)); err != nil {
			return fmt.Errorf("update %d of %d: %w", i+1, n, err)
		}
`, ``}, {`	for i := range n {
`, `	if err := conn.SetWriteDeadline(time.Now().Add(WriteTimeout)); err != nil {
		return err
	}
	for i := range n {
`}},
		words: "set once for the whole push",
	},
	{
		name: "write-error-dropped", step: 5, file: "push.go",
		edits: []edit{{`		if _, err := io.WriteString(conn, Update(now)); err != nil {
			return fmt.Errorf("update %d of %d: %w", i+1, n, err)
		}
`, `		io.WriteString(conn, Update(now))
`}},
		words: "nobody looks at the error of the write",
	},
	{
		name: "write-error-as-text", step: 5, file: "push.go",
		edits: []edit{{`		if _, err := io.WriteString(conn, Update(now)); err != nil {
			return fmt.Errorf("update %d of %d: %w", i+1, n, err)`, `		if _, err := io.WriteString(conn, Update(now)); err != nil {
			return fmt.Errorf("update %d of %d: %v", i+1, n, err)`}},
		words: "only the text of the error was passed on",
	},
	{
		name: "one-client-at-a-time", notes: true, step: 6, file: "serve.go",
		edits: []edit{{`		running.Go(func() {
			// The client's`, `		func() {
			// The client's`}, {`			handle(client, conn)
		})`, `			handle(client, conn)
		}()`}},
		words: "one client at a time: the second waits for the first",
	},
	{
		name: "connection-left-open", step: 6, file: "serve.go",
		edits: []edit{{`			client, done := context.WithCancel(ctx)
`, `			client := ctx
`}, {`			defer done()
`, ``}},
		words: "nobody closed the connection when its handle returned",
	},
	{
		name: "connection-closed-at-once", step: 6, file: "serve.go",
		edits: []edit{{`			client, done := context.WithCancel(ctx)
			running.Go(func() {
				<-client.Done()
				conn.Close()
			})
			defer done()
			handle(client, conn)`, `			defer conn.Close()
			running.Go(func() { handle(ctx, conn) })`}},
		words: "the connection was closed while its handle was still at work",
	},
	{
		name: "panics-for-a-client", step: 6, file: "serve.go",
		edits: []edit{{`	var running sync.WaitGroup
`, `	var running sync.WaitGroup
	var clients map[net.Conn]bool
`}, {`			handle(client, conn)
`, `			clients[conn] = true
			handle(client, conn)
`}},
		words: "your code panicked in a goroutine it had started: assignment to entry in nil map",
	},
	{
		name: "closes-a-channel-twice", step: 6, file: "serve.go",
		edits: []edit{{`	var running sync.WaitGroup
`, `	var running sync.WaitGroup
	gone := make(chan bool)
`}, {`			handle(client, conn)
`, `			handle(client, conn)
			close(gone)
`}},
		words: "your code panicked in a goroutine it had started: close of closed channel",
	},
	{
		name: "accept-tried-for-ever", hangs: true, step: 6, file: "serve.go",
		edits: []edit{{`		if ctx.Err() != nil {
			if err == nil {
				conn.Close() // accepted in the very moment of the stop
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("accepting a client: %w", err)
		}
`, `		if err != nil {
			continue
		}
`}},
		words: "it did not end within 2s while waiting for Serve to return after ctx has ended and the listener is closed",
	},
	{
		name: "listener-left-open", step: 7, file: "serve.go",
		edits: []edit{{`	running.Go(func() {
		<-ctx.Done()
		ln.Close()
	})
`, ``}},
		words: "Accept knows nothing of contexts and waits on",
	},
	{
		name: "connections-left-open", step: 7, file: "serve.go",
		edits: []edit{{`			client, done := context.WithCancel(ctx)
			running.Go(func() {
				<-client.Done()
				conn.Close()
			})
			defer done()
			handle(client, conn)`, `			defer conn.Close()
			handle(ctx, conn)`}},
		words: "a handle that waits in Read knows nothing of contexts",
	},
	{
		name: "does-not-wait", step: 7, file: "serve.go",
		edits: []edit{{`	defer running.Wait()
`, ``}},
		words: "Serve did not wait for the handles it had started",
	},
	{
		name: "stop-is-an-error", step: 7, file: "serve.go",
		edits: []edit{{`				conn.Close() // accepted in the very moment of the stop
			}
			return nil
`, `				conn.Close() // accepted in the very moment of the stop
			}
			return err
`}},
		words: "a stop that was asked for is no error",
	},
	{
		name: "failed-listener-stops-nothing", step: 7, file: "serve.go",
		edits: []edit{{`	ctx, stop := context.WithCancel(ctx)
	defer stop() // before the Wait: deferred calls run last to first
`, ``}},
		words: "while waiting for Serve to return after its listener failed",
	},
	{
		name: "failed-listener-is-no-error", step: 7, file: "serve.go",
		edits: []edit{{`			return fmt.Errorf("accepting a client: %w", err)`, `			return nil`}},
		words: "the failure of the listener was taken for a stop",
	},
	{
		name: "watcher-left-behind", step: 7, file: "serve.go",
		edits: []edit{{`	ctx, stop := context.WithCancel(ctx)
	defer stop() // before the Wait: deferred calls run last to first

	// Accept and Read know nothing of contexts. Closing is what wakes them.
	running.Go(func() {
		<-ctx.Done()
		ln.Close()
	})
`, `	outer := ctx
	ctx, stop := context.WithCancel(ctx)
	defer stop() // before the Wait: deferred calls run last to first
	defer ln.Close()
	go func() {
		<-outer.Done()
		ln.Close()
	}()
`}},
		words: "a goroutine was left running after the step",
	},
	{
		name: "end-not-noticed", notes: true, step: 8, file: "receive.go",
		edits: []edit{{`		n, err := r.Read(chunk)
		if n > 0 {
			// First the bytes, then the error: a Read may return both at once.
			take(chunk[:n])
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading: %w", err)
		}
`, `		n, _ := r.Read(chunk)
		take(chunk[:n])
`}},
		words: "an empty read is no chunk",
	},
	{
		name: "end-read-for-ever", hangs: true, step: 8, file: "receive.go",
		edits: []edit{{`		if err == io.EOF {
			return nil
		}
		if err != nil {`, `		if err != nil && err != io.EOF {`}},
		words: "while reading 100 bytes over TCP, at most 16 at a time, until the server closes",
	},
	{
		name: "whole-buffer-handed-on", step: 8, file: "receive.go",
		edits: []edit{{`take(chunk[:n])`, `take(chunk)`}},
		words: "the whole buffer was handed on",
	},
	{
		name: "end-is-a-failure", step: 8, file: "receive.go",
		edits: []edit{{`		if err == io.EOF {
			return nil
		}
`, ``}},
		words: "io.EOF is the end, not a failure",
	},
	{
		name: "error-before-the-bytes", step: 8, file: "receive.go",
		edits: []edit{{`		if n > 0 {
			// First the bytes, then the error: a Read may return both at once.
			take(chunk[:n])
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading: %w", err)
		}
`, `		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading: %w", err)
		}
		if n > 0 {
			take(chunk[:n])
		}
`}},
		words: "the error was looked at first, and the bytes that came with it were lost",
	},
	{
		name: "nothing-is-the-end", step: 8, file: "receive.go",
		edits: []edit{{`		if n > 0 {
`, `		if n == 0 && err == nil {
			return nil
		}
		if n > 0 {
`}},
		words: "0 bytes without an error is not the end",
	},
	{
		name: "all-at-once", step: 8, file: "receive.go",
		edits: []edit{{`	chunk := make([]byte, size)
`, `	all, err := io.ReadAll(r)
	take(all)
	return err
	chunk := make([]byte, size)
`}},
		words: "it was read into a larger buffer",
	},
	{
		name: "any-error-is-the-end", step: 8, file: "receive.go",
		edits: []edit{{`			return fmt.Errorf("reading: %w", err)`, `			return nil`}},
		words: "io.EOF alone is the end; every other error is one",
	},
	{
		name: "chunks-of-nothing", hangs: true, step: 8, file: "receive.go",
		edits: []edit{{`	if size < 1 {
		// Read into an empty buffer returns at once, without bytes and without
		// an error: the loop below would spin for ever.
		return fmt.Errorf("chunks of %d bytes: at least 1 is needed", size)
	}
`, ``}},
		words: "while calling Receive with size 0",
	},
	{
		name: "the-same-list-twice", step: 9, file: "boundaries.go",
		edits: []edit{{`[]string{"time is money"}`, `[]string{"time ", "is ", "money"}`}},
		words: "the lists are the same, so nothing is proved",
	},
	{
		name: "other-bytes", step: 9, file: "boundaries.go",
		edits: []edit{{`[]string{"time is money"}`, `[]string{"time", "is", "money"}`}},
		words: "the two lists can be told apart by their bytes",
	},
	{
		name: "an-empty-message", step: 9, file: "boundaries.go",
		edits: []edit{{`[]string{"time is money"}`, `[]string{"time ", "is ", "money", ""}`}},
		words: "at least one message, and no empty one",
	},
}
