package main

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// startChromium starts a browser without a window, with a page that asks for jobs. The
// page comes from the host that it connects to, as our server's origin rule wants it.
func startChromium(t *testing.T, our *server) (client, *server, string) {
	browser := ""
	for _, name := range []string{
		"chromium", "chromium-browser", "google-chrome",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", `C:\Program Files\Google\Chrome\Application\chrome.exe`,
	} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	if browser == "" {
		return nil, nil, "there is no Chromium; to install it: apt-get install chromium"
	}
	out, _ := exec.Command(browser, "--version").Output()
	seen.version("chromium", strings.TrimSpace(string(out)))

	b := &chromium{jobs: make(chan job), reports: make(chan []report), over: make(chan struct{})}
	our.pages.HandleFunc("GET /page.html", serveFile("page.html"))
	our.pages.HandleFunc("GET /driver.js", serveFile("driver.js"))
	our.pages.HandleFunc("GET /job", b.giveJob)
	our.pages.HandleFunc("POST /report", b.takeReport)

	// Not t.TempDir, which insists on being removed: what a browser leaves running
	// for a moment may still write there.
	profile, err := os.MkdirTemp("", "interop-chromium")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir="+profile, "http"+strings.TrimPrefix(our.url, "ws")+"/page.html")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		close(b.over)
		cmd.Process.Kill()
		cmd.Wait()
		os.RemoveAll(profile)
	})
	return b, nil, ""
}

func serveFile(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, filepath.Join("peers", name)) }
}

type chromium struct {
	jobs    chan job
	reports chan []report
	over    chan struct{}
}

func (b *chromium) giveJob(w http.ResponseWriter, r *http.Request) {
	select {
	case j := <-b.jobs:
		json.NewEncoder(w).Encode(j)
	case <-b.over:
		w.WriteHeader(http.StatusNoContent)
	case <-r.Context().Done():
	}
}

func (b *chromium) takeReport(w http.ResponseWriter, r *http.Request) {
	var l line
	if err := json.NewDecoder(r.Body).Decode(&l); err != nil {
		l.Client = []report{{Problem: "the page's report: " + err.Error() + "; "}}
	}
	select {
	case b.reports <- l.Client:
	case <-b.over:
	}
}

func (b *chromium) run(t *testing.T, c conversation, links []link) []report {
	late := time.After(2 * patience)
	select {
	case b.jobs <- job{c, links}:
	case <-late:
		t.Fatalf("the browser did not ask for a job within %v", 2*patience)
	}
	select {
	case reports := <-b.reports:
		return reports
	case <-late:
		t.Fatalf("the browser did not report within %v", 2*patience)
	}
	return nil
}
