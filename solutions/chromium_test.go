package solutions

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	websocket "example/websockets/solutions/04-websocket"
)

// The page of lesson 4 in a real browser: updates come, what is said comes back, and
// the browser has nothing to complain of. It is driven over its DevTools protocol,
// which is JSON over a WebSocket: ours.
func TestChromium(t *testing.T) {
	t.Parallel()
	browser := cmp.Or(os.Getenv("CHROMIUM"), "chromium")
	if _, err := exec.LookPath(browser); err != nil {
		skip(t, "the page in a browser", "there is no chromium")
	}
	if !canInterrupt {
		skip(t, "the page in a browser", "nothing can be interrupted here")
	}
	page, err := os.ReadFile(in("lessons", "04-websocket", "demo", "page.html"))
	require.NoError(t, err)
	assert.NotRegexp(t, `https?:|src=|@import`, string(page), "the page works offline: all that it needs stands in it")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	binary := desk(t)
	for _, c := range []struct {
		name    string
		flags   []string
		answers bool // what a client says is sent back
		goodbye string
	}{
		{"the package of the course", nil, true, "closed, code 1001: shutting down"},
		{"the library of part A", []string{"-library", "-count", "7"}, false, "closed, code 1000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			demo, addr := start(t, binary, append([]string{"demo", "4", "serve", "-addr", "127.0.0.1:0", "-interval", "50ms"}, c.flags...)...)
			tab := newTab(ctx, t, browser)
			tab.open("http://" + addr + "/")
			tab.until(`Number(document.getElementById("count").textContent) >= 5`)
			if c.answers {
				tab.evaluate(`document.querySelector("input").value = "héllo <b>世界</b>", document.querySelector("form").requestSubmit()`)
				tab.until(`[...document.querySelectorAll("li")].some(li => li.textContent === "you said: héllo <b>世界</b>")`)
			}
			// The library's server has a certain number of updates, ours is stopped.
			printed := ""
			if c.answers {
				require.NoError(t, demo.cmd.Process.Signal(os.Interrupt))
				printed = demo.wait(t)
			}
			tab.until(`document.getElementById("state").textContent === ` + jsText(c.goodbye))
			if c.answers {
				assert.Regexp(t, `(?m)^127\.0\.0\.1:\d+ came; 1 here\n127\.0\.0\.1:\d+ left: .*shutting down; 0 here$`, printed)
			} else {
				demo.stop(t)
			}
			assert.Empty(t, tab.complaints(), "what the browser has to say about the page")
			count("pages in a browser", 1)
		})
	}
	if !t.Failed() {
		say("the course: Chromium has shown the page of lesson 4")
	}
}

func jsText(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}

// A tab is a page of a browser, and the DevTools session that drives it.
type tab struct {
	ctx     context.Context
	t       *testing.T
	conn    *websocket.Conn
	session string
	last    int      // id of a command
	loads   int      // pages that have come
	bad     []string // errors that they have made
}

var devTools = regexp.MustCompile(`DevTools listening on (ws://\S+)`)

// newTab starts a browser of its own, which is gone at the end of the test.
func newTab(ctx context.Context, t *testing.T, browser string) *tab {
	t.Helper()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
		"--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--window-size=1000,800", "--remote-debugging-port=0", "--user-data-dir="+t.TempDir(), "about:blank")
	out := &devToolsAddr{found: make(chan string, 1)}
	cmd.Stderr = out
	cmd.WaitDelay = 10 * time.Second
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Wait() })
	tb := &tab{ctx: ctx, t: t}
	select {
	case url := <-out.found:
		// A page may be long, and so is what the browser tells of it.
		conn, err := websocket.Dial(ctx, url, &websocket.DialOptions{Options: websocket.Options{MessageLimit: 16 << 20}})
		require.NoError(t, err)
		tb.conn = conn
	case <-ctx.Done():
		t.Fatalf("%s does not say where its DevTools are:\n%s", browser, out)
	}
	// First the polite end, which leaves nothing behind in the folder.
	t.Cleanup(func() {
		tb.conn.WriteMessage(context.Background(), websocket.OpText, []byte(`{"id": 0, "method": "Browser.close"}`))
		tb.conn.CloseNow()
	})
	var target struct{ TargetID string }
	tb.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	tb.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	tb.session = attached.SessionID
	for _, domain := range []string{"Runtime", "Log", "Page", "Network"} {
		tb.call(domain+".enable", nil, nil)
	}
	return tb
}

// devToolsAddr takes what the browser prints and finds an address in it.
type devToolsAddr struct {
	mu    sync.Mutex
	out   bytes.Buffer
	found chan string
}

func (d *devToolsAddr) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	had := devTools.Match(d.out.Bytes())
	d.out.Write(b)
	if m := devTools.FindSubmatch(d.out.Bytes()); m != nil && !had {
		d.found <- string(m[1])
	}
	return len(b), nil
}

func (d *devToolsAddr) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.String()
}

// call sends a command, waits for its answer, and notes what the browser tells of
// meanwhile.
func (tb *tab) call(method string, params map[string]any, result any) {
	tb.t.Helper()
	tb.last++
	id := tb.last
	command, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params, "sessionId": tb.session})
	if tb.session == "" {
		command, err = json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	}
	require.NoError(tb.t, err)
	require.NoError(tb.t, tb.conn.WriteMessage(tb.ctx, websocket.OpText, command))
	for {
		if m := tb.receive(); m.ID == id {
			require.Empty(tb.t, string(m.Error), "%s", command)
			if result != nil {
				require.NoError(tb.t, json.Unmarshal(m.Result, result))
			}
			return
		}
	}
}

// A toldMessage is an answer, with an id, or something that has happened.
type toldMessage struct {
	ID     int
	Result json.RawMessage
	Error  json.RawMessage

	Method string
	Params json.RawMessage
}

// receive returns what the browser tells next.
func (tb *tab) receive() (m toldMessage) {
	tb.t.Helper()
	_, text, err := tb.conn.ReadMessage(tb.ctx, nil)
	require.NoError(tb.t, err, "waiting for the browser")
	require.NoError(tb.t, json.Unmarshal(text, &m))
	tb.note(m.Method, m.Params)
	return m
}

// note keeps what is wrong with the page.
func (tb *tab) note(method string, params json.RawMessage) {
	var p struct {
		Type     string                            // of a call of console
		Entry    struct{ Level, Text, URL string } // of the browser's log
		Response struct {
			Status int
			URL    string
		} // of a request
	}
	json.Unmarshal(params, &p)
	switch {
	case method == "Page.loadEventFired":
		tb.loads++
	case method == "Runtime.exceptionThrown",
		method == "Runtime.consoleAPICalled" && (p.Type == "error" || p.Type == "warning" || p.Type == "assert"),
		method == "Log.entryAdded" && (p.Entry.Level == "error" || p.Entry.Level == "warning"),
		method == "Network.loadingFailed",
		method == "Network.responseReceived" && p.Response.Status >= 400:
		tb.bad = append(tb.bad, fmt.Sprintf("%s: %s", method, params))
	}
}

// complaints returns what was wrong with the page so far.
func (tb *tab) complaints() string {
	tb.evaluate("0") // what came before its answer is noted
	return strings.Join(tb.bad, "\n")
}

// open returns when the page is there, in parts at least.
func (tb *tab) open(url string) {
	tb.t.Helper()
	var r struct{ ErrorText string }
	tb.call("Page.navigate", map[string]any{"url": url}, &r)
	require.Empty(tb.t, r.ErrorText, "opening %s", url)
	for loads := tb.loads; tb.evaluate("location.href") != url; {
		// It is still the empty page. What waits in that would be dropped with it.
		for ; loads == tb.loads; tb.receive() {
		}
		loads = tb.loads
	}
}

// until returns when a condition holds in the page: it is looked at whenever the
// page changes.
func (tb *tab) until(condition string) {
	tb.t.Helper()
	tb.evaluate(`new Promise(done => {
		const look = () => document.readyState === "complete" && (` + condition + `) && done();
		document.addEventListener("readystatechange", look);
		new MutationObserver(look).observe(document, {subtree: true, childList: true, characterData: true});
		look();
	})`)
}

// evaluate runs a script in the page, waits for its promise, if it is one, and
// returns the text that comes of it, if it is one.
func (tb *tab) evaluate(script string) string {
	tb.t.Helper()
	var r struct {
		ExceptionDetails json.RawMessage
		Result           struct{ Value any }
	}
	tb.call("Runtime.evaluate", map[string]any{"expression": script, "awaitPromise": true}, &r)
	require.Empty(tb.t, string(r.ExceptionDetails), script)
	text, _ := r.Result.Value.(string)
	return text
}
