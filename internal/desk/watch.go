package desk

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"time"

	"example/websockets/internal/course"
)

const pollEvery = 100 * time.Millisecond

// watch shows progress, again on every save, until Ctrl-C.
func watch(ctx context.Context, d *desk, args []string) error {
	if len(args) > 0 {
		return wrongUse{"watch takes no argument", commandList()}
	}
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	w := watcher{tick: ticker.C, look: func() string { return saved(d.course.Dir) }, show: d.showAgain}
	w.run(ctx)
	return nil
}

// watcher runs show once, and again when what look returns has changed.
type watcher struct {
	tick <-chan time.Time
	look func() string
	show func(context.Context) // ends when the context does
}

func (w watcher) run(ctx context.Context) {
	for before := w.look(); ctx.Err() == nil; {
		showing, cancel := context.WithCancel(ctx)
		over := make(chan struct{})
		go func() {
			defer close(over)
			w.show(showing)
		}()
		before = w.change(ctx, before, cancel)
		cancel()
		<-over
	}
}

// change waits for a change and, because saves come in bursts, until two looks in
// a row see the same. It calls stale at once.
func (w watcher) change(ctx context.Context, before string, stale func()) string {
	for changed := false; ; {
		select {
		case <-ctx.Done():
			return before
		case <-w.tick:
		}
		now := w.look()
		if changed && now == before {
			return now
		}
		if now != before {
			changed, before = true, now
			stale()
		}
	}
}

// saved returns a text that is another one after a save: names, times and sizes
// of the files that a learner edits. Polling works on every kind of drive.
func saved(dir string) string {
	var b strings.Builder
	fs.WalkDir(os.DirFS(dir), "lessons", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name()[0] == '.' || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".md") {
			return nil // what cannot be read now may be there at the next look
		}
		if info, err := e.Info(); err == nil {
			fmt.Fprintln(&b, path, info.ModTime().UnixNano(), info.Size())
		}
		return nil
	})
	return b.String()
}

// showAgain shows progress in the place of what stood on the screen before.
func (d *desk) showAgain(ctx context.Context) {
	var text bytes.Buffer
	again := &desk{stdout: &text, stderr: d.stderr}
	var err error
	if again.course, err = course.Open(d.course.Dir); err == nil {
		err = progress(ctx, again, nil)
	}
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		fmt.Fprintln(&text, err)
	}
	if isTerminal(d.stdout) {
		fmt.Fprint(d.stdout, "\x1b[H\x1b[2J")
	}
	fmt.Fprintf(d.stdout, "%s\nWatching: every save shows this again, Ctrl-C ends it.\n", text.String())
}

// isTerminal says whether w is a terminal that can clear its screen. Only one of
// those of Windows can do so without being asked.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" || runtime.GOOS == "windows" && os.Getenv("WT_SESSION") == "" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
