package main

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
)

//go:embed page.html
var page []byte

// secured adds the header fields that make a page do less than it could: it runs
// the script that stands in it and no other, and talks to this server only.
func secured(h http.Handler) http.Handler {
	policy := "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" +
		// Not every browser takes the host's WebSockets for a part of 'self'.
		"; connect-src 'self' ws://127.0.0.1:* ws://localhost:*" +
		"; script-src " + hashOf("script") + "; style-src " + hashOf("style")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			w.Header().Set("Content-Security-Policy", policy)
			w.Header().Set("X-Content-Type-Options", "nosniff")
		}
		h.ServeHTTP(w, r)
	})
}

// hashOf says which text may stand in an element of the page: the one that does.
func hashOf(element string) string {
	_, text, _ := bytes.Cut(page, []byte("<"+element+">"))
	text, _, _ = bytes.Cut(text, []byte("</"+element+">"))
	// A browser reads every line end as \n.
	sum := sha256.Sum256(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
