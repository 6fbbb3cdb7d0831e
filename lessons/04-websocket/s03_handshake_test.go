package websocket

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"example/websockets/internal/steps"
)

// The example of section 1.3, with example.com for a host.
const (
	rfcKey    = "dGhlIHNhbXBsZSBub25jZQ=="
	rfcAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

	rfcRequest = "GET /chat HTTP/1.1\n" +
		"Host: example.com\n" +
		"Upgrade: websocket\n" +
		"Connection: Upgrade\n" +
		"Sec-WebSocket-Key: " + rfcKey + "\n" +
		"Sec-WebSocket-Version: 13\n\n"

	rfcResponse = "HTTP/1.1 101 Switching Protocols\n" +
		"Upgrade: websocket\n" +
		"Connection: Upgrade\n" +
		"Sec-WebSocket-Accept: " + rfcAccept + "\n\n"
)

func TestStep3_TheAcceptKey(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		for _, c := range []struct{ key, want string }{
			{rfcKey, rfcAccept},
			{"AQIDBAUGBwgJCgsMDQ4PEA==", "C/0nmHhBztSRGR1CwL6Tf4ZjwpY="},
			{"x3JJHMbDL1EzLkh9GBhXDw==", "HSmrc0sMlYUkAGmm5OPpG2HaGWk="},
			{"no base64", "743N+0Si0TzTUzdUKko2J7IJAvg="},
			{" AQIDBAUGBwgJCgsMDQ4PEA== ", "zkHakj6sekIGCsk7BcLZpbMbvo8="},
		} {
			call := fmt.Sprintf("AcceptKey(%q)", c.key)
			t.Doing("calling %s", call)
			got := AcceptKey(c.key)
			const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
			sum := sha1.Sum([]byte(c.key + guid))
			sumOf := func(text string) string {
				sum := sha1.Sum([]byte(text))
				return base64.StdEncoding.EncodeToString(sum[:])
			}
			inBase64 := func(b string) string { return base64.StdEncoding.EncodeToString([]byte(b)) }
			decoded, err := base64.StdEncoding.DecodeString(c.key)
			nothing := sha1.Sum(nil)
			steps.Equal(t, call, c.want, got,
				steps.LooksLike(strings.EqualFold(got, hex.EncodeToString(sum[:])), "the sum is right, and written in hex; the answer is its 20 bytes in base64"),
				steps.LooksLike(strings.EqualFold(got, inBase64(hex.EncodeToString(sum[:]))), "the sum was made into hex before it was put in base64; its 20 bytes go in as they are"),
				steps.LooksLike(got == string(sum[:]), "these are the bytes of the sum; a header field is text, so they go out in base64"),
				steps.LooksLike(got == sumOf(c.key), "the fixed text behind the key was forgotten"),
				steps.LooksLike(got == sumOf(guid), "the sum was made of the fixed text alone, without the key"),
				steps.LooksLike(got == sumOf(guid+c.key), "the fixed text stands in front of the key; it comes behind it"),
				steps.LooksLike(got == sumOf(c.key+strings.ToLower(guid)), "the fixed text is in lower case; a sum is another one for every change"),
				steps.LooksLike(got == sumOf(string(decoded)+guid), "the key was decoded before it was hashed; its text is hashed, as it came"),
				steps.LooksLike(c.key != strings.TrimSpace(c.key) && got == sumOf(strings.TrimSpace(c.key)+guid), "the spaces around the key were taken off; its text is hashed, as it came"),
				steps.LooksLike(err != nil && got == "", "the key was decoded; its text is hashed, as it came, whatever it is"),
				steps.LooksLike(got == base64.RawStdEncoding.EncodeToString(sum[:]), "the padding is missing: base64 in a header field has it"),
				steps.LooksLike(got == base64.URLEncoding.EncodeToString(sum[:]), "this is the base64 for file names and URLs, with - and _; the usual one has + and /"),
				steps.LooksLike(got == inBase64(c.key+guid), "key and fixed text were put in base64 and never hashed"),
				steps.LooksLike(got == inBase64(c.key+guid+string(nothing[:])), "h.Sum(b) appends a sum to b: that of what was written to h before, which is nothing"))
		}
	})
}

func TestStep4_ListsOfTokens(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		for _, c := range []struct{ lines, want []string }{
			{nil, nil},
			{[]string{"Upgrade"}, []string{"Upgrade"}},
			{[]string{"keep-alive, Upgrade"}, []string{"keep-alive", "Upgrade"}},
			{[]string{"a,b"}, []string{"a", "b"}},
			{[]string{"a ,b"}, []string{"a", "b"}},
			{[]string{" a\t,\tb "}, []string{"a", "b"}},
			{[]string{""}, nil},
			{[]string{" , ,"}, nil},
			{[]string{",a,, b,"}, []string{"a", "b"}},
			{[]string{"a", "b"}, []string{"a", "b"}},
			{[]string{"a,b", "", "\tc ,, d"}, []string{"a", "b", "c", "d"}},
			{[]string{"a", "a, a"}, []string{"a", "a", "a"}},
			{[]string{"WebSocket, h2c"}, []string{"WebSocket", "h2c"}},
			{[]string{"a b, c"}, []string{"a b", "c"}},
			{[]string{"\u00a0a, b\u2003"}, []string{"\u00a0a", "b\u2003"}},
		} {
			call := fmt.Sprintf("Tokens(%#v)", c.lines)
			t.Doing("calling %s", call)
			lines := slices.Clone(c.lines)
			got := Tokens(lines)
			if !slices.Equal(got, c.want) {
				whole := strings.Join(c.lines, ",")
				t.Fail(call, steps.WantGot(steps.Words(quotedList(c.want)), steps.Words(quotedList(got))),
					steps.LooksLike(len(got) < len(c.want) && slices.Equal(got, slices.Compact(tokensOf(whole))), "an element that comes again was left out; a list is given as it is"),
					steps.LooksLike(len(c.lines) > 1 && slices.Equal(got, tokensOf(c.lines[0])), "only the first line was looked at; a field may come in several, and they are one list"),
					steps.LooksLike(len(c.lines) > 1 && slices.Equal(got, tokensOf(c.lines[len(c.lines)-1])), "only the last line is left; all lines together are one list"),
					steps.LooksLike(slices.Equal(got, tokensOf(strings.ToLower(whole))), "they were made lower case; who compares them decides about the case, and for some it matters"),
					steps.LooksLike(slices.Contains(got, ""), "an element with nothing in it is none"),
					steps.LooksLike(slices.Equal(got, strings.FieldsFunc(whole, func(r rune) bool { return strings.ContainsRune(", \t", r) })), "it was split at a space as well; the comma alone separates, and a space inside an element belongs to it"),
					steps.LooksLike(slices.Equal(got, strings.FieldsFunc(strings.Join(strings.Fields(whole), ""), func(r rune) bool { return r == ',' })), "spaces and tabs alone are taken off; strings.TrimSpace knows other spaces too"),
					steps.LooksLike(slices.ContainsFunc(got, func(s string) bool { return s != strings.Trim(s, " \t") }), "spaces and tabs around an element do not belong to it"),
					steps.LooksLike(slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, ",") }), "the comma alone separates; the space behind it may be missing, or stand before it"))
			}
			if !slices.Equal(lines, c.lines) {
				t.Fail(call+": the lines, after it", steps.WantGot(steps.Words(quotedList(c.lines)), steps.Words(quotedList(lines))),
					steps.LooksLike(true, "the lines belong to the request; they stay as they are"))
			}
		}
	})
}

// tokensOf is what a list in one line holds.
func tokensOf(line string) (tokens []string) {
	for s := range strings.SplitSeq(line, ",") {
		if s = strings.Trim(s, " \t"); s != "" {
			tokens = append(tokens, s)
		}
	}
	return tokens
}

func quotedList(texts []string) string {
	if len(texts) == 0 {
		return "(nothing)"
	}
	return strings.Trim(fmt.Sprintf("%q", texts), "[]")
}

// requestCase is rfcRequest with an edit, and what is to become of it.
type requestCase struct {
	show     string // the edit in words; without them new is shown
	old, new string
	status   int // 0: it is a good one
	origins  []string
	look     string // a mistake that the opposite is recognised by
	first    string // of two things that are wrong, the one that decides
}

func TestStep5_ChecksARequest(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		for _, c := range []requestCase{
			{show: "no change"},
			{old: "Connection: Upgrade", new: "Connection: keep-alive, Upgrade",
				look: "Firefox sends this: Connection is a list of tokens, and one of them is enough"},
			{old: "Connection: Upgrade", new: "Connection: keep-alive\nConnection: x,Upgrade",
				look: "only the first line of Connection was looked at; a field may come in several"},
			{old: "Connection: Upgrade", new: "Connection: UPGRADE",
				look: "the token was compared in one case only; upper and lower case are the same here"},
			{old: "Upgrade: websocket", new: "Upgrade: WebSocket",
				look: "the token was compared in one case only; upper and lower case are the same here"},
			{old: "Upgrade: websocket", new: "Upgrade: h2c, websocket",
				look: "Upgrade is a list of tokens, and one of them is enough"},
			{old: "Upgrade: websocket", new: "Upgrade: h2c\nUpgrade: websocket",
				look: "only the first line of Upgrade was looked at; a field may come in several"},
			{old: "\n\n", new: "\nCookie: a=b\nSec-WebSocket-Extensions: permessage-deflate\nSec-WebSocket-Protocol: chat\n\n",
				look: "other fields do not matter here: what the server does not know of extensions and subprotocols, it leaves out of its answer"},
			{old: "HTTP/1.1", new: "HTTP/1.2", look: "a later 1.x is allowed too"},
			{old: rfcKey, new: "AQIDBAUGBwgJCgsMDQ4PEA==", look: "every client has its own key, and another one each time"},
			{old: "Host: example.com", new: "Host: 127.0.0.1:9092", look: "a host may be an address, with a port"},

			{old: "GET", new: "POST", status: 405, look: "the method was not looked at; only GET can open a WebSocket"},
			{show: "the method get", old: "GET", new: "get", status: 405, look: "methods have a case (RFC 9110, section 9.1), and this is none that anybody knows"},
			{old: "GET", new: "HEAD", status: 405, look: "the method was not looked at; only GET can open a WebSocket"},
			{old: "HTTP/1.1", new: "HTTP/1.0", status: 400, look: "the version of HTTP was not looked at: 1.0 has no Upgrade"},
			{old: "HTTP/1.1", new: "HTTP/2.0", status: 400, look: "HTTP/2 is later than 1.1, and has another handshake (RFC 8441)"},
			{show: "no Host", old: "Host: example.com\n", status: 400, look: "nobody asked for a host: net/http puts it in r.Host"},
			{show: "no Upgrade", old: "Upgrade: websocket\n", status: 400, look: "nobody asked for Upgrade"},
			{show: "Upgrade empty", old: "Upgrade: websocket", new: "Upgrade:", status: 400, look: "nobody asked what Upgrade says"},
			{old: "Upgrade: websocket", new: "Upgrade: h2c", status: 400, look: "nobody asked what Upgrade says"},
			{old: "Upgrade: websocket", new: "Upgrade: websockets", status: 400, look: "a part of a longer token is not the token"},
			{old: "Upgrade: websocket", new: "Upgrade: foo websocket", status: 400, look: "elements are separated by commas; a part of one is not the token"},
			{show: kelvin, old: "Upgrade: websocket", new: "Upgrade: websoc\u212aet", status: 400, look: asciiOnly},
			{show: "no Connection", old: "Connection: Upgrade\n", status: 400, look: "nobody asked for Connection"},
			{old: "Connection: Upgrade", new: "Connection: keep-alive", status: 400, look: "nobody asked what Connection says"},
			{old: "Connection: Upgrade", new: "Connection: Upgrade-Later", status: 400, look: "a part of a longer token is not the token"},
			{show: "no Sec-WebSocket-Version", old: "Sec-WebSocket-Version: 13\n", status: 426, look: "the version was not looked at"},
			{old: "Sec-WebSocket-Version: 13", new: "Sec-WebSocket-Version: 8", status: 426, look: "the version was not looked at"},
			{old: "Sec-WebSocket-Version: 13", new: "Sec-WebSocket-Version: 130", status: 426, look: "the start of another version is not 13"},
			{old: "Sec-WebSocket-Version: 13", new: "Sec-WebSocket-Version: 013", status: 426, look: "the version was compared as a number; its text has to be 13"},
			{old: "Sec-WebSocket-Version: 13", new: "Sec-WebSocket-Version: 13, 8", status: 426, look: "one of several values is not enough: a request has one version, and it is 13"},
			{old: "Sec-WebSocket-Version: 13", new: "Sec-WebSocket-Version: 13\nSec-WebSocket-Version: 8", status: 426, look: "only the first line of the version was looked at; a request has one"},
			{show: "no Sec-WebSocket-Key", old: "Sec-WebSocket-Key: " + rfcKey + "\n", status: 400, look: "nobody asked for the key"},
			{show: "Sec-WebSocket-Key empty", old: rfcKey, status: 400, look: "nobody asked what the key says"},
			{show: "a key of 15 bytes", old: rfcKey, new: "dGhlIHNhbXBsZSBub25j", status: 400, look: "the key is base64; how many bytes that makes, nobody asked"},
			{show: "a key of 17 bytes", old: rfcKey, new: "dGhlIHNhbXBsZSBub25jZSE=", status: 400, look: "the text has 24 characters, and that makes 17 bytes here: decode it to know"},
			{show: "a key of 24 characters that are no base64", old: rfcKey, new: "dGhlIHNhbXBsZSBub25jZ!==", status: 400, look: "the length is right, and nobody asked whether it is base64"},
			{show: "a key with more behind it", old: rfcKey, new: rfcKey + "!", status: 400, look: "DecodeString returns what it could read together with its error: look at the error too"},
			{show: "a key without padding", old: rfcKey, new: "dGhlIHNhbXBsZSBub25jZQ", status: 400, look: "base64 without its padding was accepted; the usual one has it"},
			{show: "two lines of Sec-WebSocket-Key", old: rfcKey, new: rfcKey + "\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==", status: 400, look: "only the first line of the key was looked at; a request has one"},
			{show: "Content-Length: 3 and a body", old: "\n\n", new: "\nContent-Length: 3\n\nabc", status: 400, look: "the body was not looked at: behind the answer, its bytes would be taken for frames"},
			{show: "a chunked body", old: "\n\n", new: "\nTransfer-Encoding: chunked\n\n0\n\n", status: 400, look: "a body may have no length: then r.TransferEncoding says that it is there"},

			// Two things are wrong: the first one on the list decides.
			{show: "POST, and HTTP/1.0", old: "GET /chat HTTP/1.1", new: "POST /chat HTTP/1.0", status: 405, first: "the method"},
			{show: "POST, and no Upgrade", old: "GET /chat HTTP/1.1\nHost: example.com\nUpgrade: websocket", new: "POST /chat HTTP/1.1\nHost: example.com", status: 405, first: "the method"},
			{show: "none of our fields, as from a link that was clicked", old: rfcRequest, new: "GET /chat HTTP/1.1\nHost: example.com\n\n", status: 400},
			{show: "version 8, and no Connection", old: rfcRequest, new: strings.NewReplacer("Connection: Upgrade\n", "", "Version: 13", "Version: 8").Replace(rfcRequest), status: 400, first: "Connection"},
			{show: "version 8, and no key", old: "Sec-WebSocket-Key: " + rfcKey + "\nSec-WebSocket-Version: 13", new: "Sec-WebSocket-Version: 8", status: 426, first: "the version"},
			{show: "version 8, and a body", old: "Sec-WebSocket-Version: 13\n\n", new: "Sec-WebSocket-Version: 8\nContent-Length: 3\n\nabc", status: 426, first: "the version"},
		} {
			checkRequest(t, c)
		}
	})
}

func TestStep6_WhoMayConnect(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		own := func(host, origin string, status int, look string) requestCase {
			return requestCase{old: "Host: example.com\n", new: "Host: " + host + "\nOrigin: " + origin + "\n", status: status, look: look}
		}
		listed := func(origin string, status int, look string) requestCase {
			return requestCase{old: "\n\n", new: "\nOrigin: " + origin + "\n\n", status: status, look: look, origins: []string{"https://a.example", "http://b.example:8080"}}
		}
		const (
			prefix = "the origin begins like the right one: the rest of a name belongs to somebody else"
			suffix = "the origin ends like the right one: anybody can have a name in front of it"
			port   = "another port is another origin: it may be another user's server"
			cased  = "names of hosts are the same in upper and lower case"
			list   = "the list was not looked at"
			usual  = "a port was taken off or added; name and port are compared as they came, and a browser leaves the usual port out of both"
			two    = "one of two Origin lines was enough; a request with several is refused"
		)
		for _, c := range []requestCase{
			{show: "no Origin", look: withoutOrigin},
			own("example.com", "https://example.com", 0, "the host of the origin is that of the request: its own page"),
			own("example.com", "http://example.com", 0, "the host of the origin is that of the request: its own page"),
			own("example.com:8080", "http://example.com:8080", 0, "r.Host has the port in it, as the origin has"),
			own("127.0.0.1:9092", "http://127.0.0.1:9092", 0, "r.Host has the port in it, as the origin has"),
			own("[::1]:9092", "http://[::1]:9092", 0, "an IPv6 address has colons of its own"),
			own("Example.COM", "https://example.com", 0, cased),
			own("example.com", "HTTPS://EXAMPLE.COM", 0, cased),

			own("example.com", "https://evil.example", 403, "the origin was not looked at: any page could connect, with the cookies of its reader"),
			own("example.com", "https://example.com.evil.example", 403, prefix),
			own("example.com", "https://evilexample.com", 403, suffix),
			own("example.com", "https://evil.example.com", 403, suffix),
			own("example.com", "https://example.com@evil.example", 403, "what stands before the @ is a user, and not the host"),
			own("example.com", "http://example.com:8080", 403, port),
			own("example.com:8080", "http://example.com", 403, port),
			own("example.com:8080", "http://example.com:9092", 403, port),
			own("example.com:80", "http://example.com:8080", 403, prefix),
			own("example.com", "https://%zz", 403, "an origin that cannot be read was let in: look at the error of url.Parse"),
			own("example.com", "null", 403, `"null" is the origin of a page that has none to show; a page in a sandboxed frame sends it`),
			own("example.com", "https://example.com\nOrigin: https://evil.example", 403, two),
			own("example.com", "https://evil.example\nOrigin: https://example.com", 403, two),
			own("example.com", "https://example.com:443", 403, usual),
			own("example.com:443", "https://example.com", 403, usual),
			{show: "an empty Origin", old: "\n\n", new: "\nOrigin:\n\n", status: 403, look: "an empty Origin is not the lack of one, and it names no host"},

			listed("https://a.example", 0, list),
			listed("http://b.example:8080", 0, list),
			listed("HTTPS://A.example", 0, cased),
			listed("https://example.com", 403, "there is a list, and it does not name this one; then the request's own host is not enough"),
			listed("https://evil.example", 403, list),
			listed("http://a.example", 403, "the scheme belongs to the origin: anybody on the way can put words into a page that came over http"),
			listed("https://a.example.evil.example", 403, prefix),
			listed("https://evil-a.example", 403, suffix),
			listed("http://b.example", 403, port),
			{show: "no Origin", origins: []string{"https://a.example"}, look: withoutOrigin},
			{old: "\n\n", new: "\nOrigin: https://evil.example\n\n", origins: []string{"*"}, look: `"*" stands for all origins`},
			{old: "\n\n", new: "\nOrigin: null\n\n", origins: []string{"*"}, look: `"*" stands for all origins`},
			{old: "\n\n", new: "\nOrigin: https://evil.example\n\n", origins: []string{"https://a.example", "*"}, look: `"*" stands for all origins, wherever it stands in the list`},
			{old: "\n\n", new: "\nOrigin: https://example.com\nOrigin: https://evil.example\n\n", origins: []string{"*"}, status: 403,
				look: `"*" came before the number of Origin lines; a request with several is refused, whatever the list says`},
			{old: "\n\n", new: "\nOrigin: https://example.com\n\n", origins: []string{}, status: 403, look: "an empty list was taken for nil; it is a list, and it names nobody"},
			{show: "no Origin", origins: []string{}, look: withoutOrigin},

			// What is wrong besides decides.
			{show: "POST, from another page", old: rfcRequest, new: "POST /chat HTTP/1.1\nHost: example.com\nOrigin: https://evil.example\n\n", status: 405},
			{show: "version 8, from another page", old: "Sec-WebSocket-Version: 13", new: "Sec-WebSocket-Version: 8\nOrigin: https://evil.example", status: 426},
			{show: "no key, from another page", old: "Sec-WebSocket-Key: " + rfcKey, new: "Origin: https://evil.example", status: 400},
		} {
			checkRequest(t, c)
		}
	})
}

// A letter that is a k in lower case, and none of ASCII.
const (
	kelvin    = "Upgrade: websoc\u212aet, written with U+212A, the sign for kelvin"
	asciiOnly = "the case of ASCII letters does not matter; strings.EqualFold and ToLower know others too. The letters that they add take more bytes in UTF-8: compare the lengths as well"
)

const withoutOrigin = "a request without Origin was refused; only browsers send one, and programs may connect"

func checkRequest(t *steps.T, c requestCase) {
	text := strings.Replace(rfcRequest, c.old, c.new, 1)
	parsed := func() *http.Request {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(text, "\n", "\r\n"))))
		if err != nil {
			t.Fail("reading a request of the test", err.Error())
		}
		return r
	}
	if c.show == "" {
		c.show = editShown(c.new)
	}
	origins := "nil"
	if c.origins != nil {
		origins = fmt.Sprintf("%q", c.origins)
	}
	call := fmt.Sprintf("CheckRequest(r, %s), r being the request of the notes with\n  %s", origins, c.show)
	t.Doing("calling CheckRequest, the request having: %s", c.show)
	err := CheckRequest(parsed(), c.origins)

	want := any(nil)
	if c.status != 0 {
		want = steps.Words(fmt.Sprintf("a *HandshakeError with status %d", c.status))
	}
	var e *HandshakeError
	switch found := errors.As(err, &e); {
	case found && e == nil:
		t.Fail(call, steps.WantGot(want, steps.Words("an error that holds a nil *HandshakeError")),
			steps.LooksLike(true, "a nil pointer in an error is not a nil error: return nil itself"))
	case err == nil && c.status == 0:
	case err == nil:
		t.Fail(call, steps.WantGot(want, nil), steps.LooksLike(c.look != "", c.look))
	case c.status == 0:
		t.Fail(call, steps.WantGot(want, err),
			steps.LooksLike(c.show == "no change" && CheckRequest(unknownSpelling(parsed()), nil) == nil,
				"net/http keeps the name as Sec-Websocket-Key: Header.Get and Header.Values know that, Header[...] does not"),
			steps.LooksLike(c.show == "no change" && CheckRequest(hostInHeader(parsed()), nil) == nil,
				"net/http takes the host out of the header: it is in r.Host"),
			steps.LooksLike(found && e.Status == 403 && !strings.Contains(text, "Origin:"), withoutOrigin),
			steps.LooksLike(c.look != "", c.look))
	case !found:
		t.Fail(call, steps.WantGot(want, err),
			steps.LooksLike(true, "it is refused, with an error of another type: nobody can ask that one for the status"))
	case e.Status != c.status:
		t.Fail(call, steps.WantGot(want, steps.Words(fmt.Sprintf("status %d: %s", e.Status, e.Problem))),
			steps.LooksLike(c.first != "", "of the two things that are wrong, the first on the list decides: "+c.first),
			steps.LooksLike(c.status == 403, "the request is understood, and refused: that is 403"),
			steps.LooksLike(c.status == 426 && e.Status == 400, "for a version that it does not speak, a server has the status 426 (section 4.2.2)"),
			steps.LooksLike(c.status == 405 && e.Status == 400, "for a method that it does not take, a server has the status 405"),
			steps.LooksLike(e.Status == 403, "the origin is looked at last: something else is wrong as well, and comes before it"),
			steps.LooksLike(c.status == 400 && e.Status == 426, "this is no WebSocket request at all; the version is looked at when the fields before it are right"))
	case e.Problem == "":
		t.Fail(call+": the Problem of the error", steps.WantGot(steps.Words("a few words"), ""))
	}
}

// editShown is what an edit has put in.
func editShown(new string) string {
	return strings.ReplaceAll(strings.TrimPrefix(strings.TrimSpace(new), "Host: example.com\n"), "\n", "\n  ")
}

// unknownSpelling adds our fields under the names that the RFC writes: a Header
// looks for another spelling, and indexing one does not.
func unknownSpelling(r *http.Request) *http.Request {
	for _, name := range []string{"Sec-WebSocket-Key", "Sec-WebSocket-Version"} {
		r.Header[name] = r.Header[textproto.CanonicalMIMEHeaderKey(name)]
	}
	return r
}

func hostInHeader(r *http.Request) *http.Request {
	r.Header.Set("Host", r.Host)
	return r
}

func TestStep7_ChecksAResponse(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		checkChoices(t)
		other := strings.NewReplacer(rfcAccept, "C/0nmHhBztSRGR1CwL6Tf4ZjwpY=")
		const only101 = "not every status below 200 switches protocols: only 101 opens the connection"
		const otherKey = "AQIDBAUGBwgJCgsMDQ4PEA=="
		for _, c := range []responseCase{
			{show: "no change", good: true},
			{show: "no change, and another key", key: otherKey, old: rfcAccept, new: other.Replace(rfcAccept), good: true},
			{old: "Connection: Upgrade", new: "Connection: keep-alive, UPGRADE", good: true,
				look: "Connection is a list of tokens, in any case, and one of them is enough"},
			{old: "Connection: Upgrade", new: "Connection: keep-alive\nConnection: Upgrade", good: true,
				look: "only the first line of Connection was looked at; a field may come in several"},
			{old: "Upgrade: websocket", new: "Upgrade: WebSocket", good: true,
				look: "the token was compared in one case only; upper and lower case are the same here"},
			{old: "\n\n", new: "\nSec-WebSocket-Protocol: b\n\n", offered: []string{"a", "b"}, subprotocol: "b", good: true,
				look: "any of those that were offered may be chosen"},
			{show: "no Sec-WebSocket-Protocol", offered: []string{"a"}, good: true,
				look: "the server may choose none of the subprotocols"},

			{old: "101 Switching Protocols", new: "200 OK", look: "the status was not looked at: only 101 opens the connection"},
			{old: "101 Switching Protocols", new: "100 Continue", look: only101},
			{old: "101 Switching Protocols", new: "103 Early Hints", look: only101},
			{old: "101 Switching Protocols", new: "302 Found\nLocation: /chat", look: "the status was not looked at: only 101 opens the connection"},
			{old: "101 Switching Protocols", new: "401 Unauthorized", look: "the status was not looked at: only 101 opens the connection"},
			{old: "HTTP/1.1", new: "HTTP/1.0", look: "the version of HTTP was not looked at: 1.0 has no Upgrade"},
			{old: "HTTP/1.1", new: "HTTP/2.0", look: "HTTP/2 is later than 1.1, and has another handshake (RFC 8441)"},
			{show: "no Upgrade", old: "Upgrade: websocket\n", look: "nobody asked for Upgrade"},
			{old: "Upgrade: websocket", new: "Upgrade: h2c", look: "nobody asked what Upgrade says"},
			{show: kelvin, old: "Upgrade: websocket", new: "Upgrade: websoc\u212aet", look: asciiOnly},
			{old: "Upgrade: websocket", new: "Upgrade: websocket, h2c", look: "a request may offer several protocols; a response names the one that is spoken from here on"},
			{old: "Upgrade: websocket", new: "Upgrade: websocket\nUpgrade: h2c", look: "only the first line of Upgrade was looked at; a response names one protocol, and nothing else"},
			{show: "no Connection", old: "Connection: Upgrade\n", look: "nobody asked for Connection"},
			{old: "Connection: Upgrade", new: "Connection: close", look: "nobody asked what Connection says"},
			{show: "no Sec-WebSocket-Accept", old: "Sec-WebSocket-Accept: " + rfcAccept + "\n", look: "nobody asked for the accept key"},
			{show: "the accept key of another key", old: rfcAccept, new: other.Replace(rfcAccept), look: "the accept key was not compared: only a server that has read our key knows it"},
			{show: "the accept key in lower case", old: rfcAccept, new: strings.ToLower(rfcAccept), look: "the accept key is base64: there, upper and lower case are not the same"},
			{show: "our key for an accept key", old: rfcAccept, new: rfcKey, look: "the accept key was not compared: an echo of the key proves nothing"},
			{show: "two lines of Sec-WebSocket-Accept", old: rfcAccept, new: rfcAccept + "\nSec-WebSocket-Accept: " + other.Replace(rfcAccept), look: "only the first line of the accept key was looked at; a response has one"},
			{old: "\n\n", new: "\nSec-WebSocket-Extensions: permessage-deflate\n\n", look: "the server chose an extension, and we offered none: its frames mean something that we do not know"},
			{old: "\n\n", new: "\nSec-WebSocket-Extensions: x; y=1\nSec-WebSocket-Extensions: z\n\n", look: "the server chose an extension, and we offered none: its frames mean something that we do not know"},
			{show: "Sec-WebSocket-Extensions in two lines: an empty one, and permessage-deflate", old: "\n\n", new: "\nSec-WebSocket-Extensions:\nSec-WebSocket-Extensions: permessage-deflate\n\n", look: "only the first line of Sec-WebSocket-Extensions was looked at; a field may come in several"},
			{old: "\n\n", new: "\nSec-WebSocket-Protocol: a\n\n", look: "the server chose a subprotocol, and none was offered"},
			{show: "Sec-WebSocket-Protocol empty", old: "\n\n", new: "\nSec-WebSocket-Protocol:\n\n", offered: []string{"a"}, look: "an empty line was taken for none; who chooses nothing leaves the field out"},
			{old: "\n\n", new: "\nSec-WebSocket-Protocol: c\n\n", offered: []string{"a", "b"}, look: "the server chose a subprotocol that was not offered"},
			{old: "\n\n", new: "\nSec-WebSocket-Protocol: A\n\n", offered: []string{"a", "b"}, look: "subprotocols are compared in the case in which they are written"},
			{old: "\n\n", new: "\nSec-WebSocket-Protocol: a, b\n\n", offered: []string{"a", "b"}, look: "the server chooses one subprotocol, or none"},
			{old: "\n\n", new: "\nSec-WebSocket-Protocol: a\nSec-WebSocket-Protocol: b\n\n", offered: []string{"a", "b"}, look: "only the first line was looked at: the server chooses one subprotocol, or none"},
		} {
			checkResponse(t, c)
		}
	})
}

// checkChoices is the server's part of step 7.
func checkChoices(t *steps.T) {
	for _, c := range []struct {
		offered   []string // lines
		supported []string
		want      string
	}{
		{nil, nil, ""},
		{nil, []string{"a"}, ""},
		{[]string{"a"}, nil, ""},
		{[]string{"a"}, []string{"a"}, "a"},
		{[]string{"a, b"}, []string{"b", "a"}, "b"},
		{[]string{"a, b"}, []string{"c", "b", "a"}, "b"},
		{[]string{"a", "b"}, []string{"c", "b"}, "b"},
		{[]string{"b,a"}, []string{"a"}, "a"},
		{[]string{"a"}, []string{"b"}, ""},
		{[]string{"Chat"}, []string{"chat"}, ""},
		{[]string{"chat2"}, []string{"chat"}, ""},
	} {
		call := fmt.Sprintf("ChooseSubprotocol(r, %s), the client offers %s", quotedList(c.supported), quotedList(c.offered))
		t.Doing("calling %s", call)
		r := &http.Request{Method: "GET", Header: http.Header{}}
		for _, line := range c.offered {
			r.Header.Add("Sec-WebSocket-Protocol", line)
		}
		got := ChooseSubprotocol(r, c.supported)
		offered := tokensOf(strings.Join(c.offered, ","))
		steps.Equal(t, call, c.want, got,
			steps.LooksLike(len(offered) > 1 && got == offered[0], "this is the client's order; the server chooses, so its order decides"),
			steps.LooksLike(got != "" && !slices.Contains(c.supported, got), "the server has no such subprotocol"),
			steps.LooksLike(len(c.supported) > 0 && got == c.supported[0] && strings.EqualFold(got, strings.Join(offered, "")), "subprotocols are compared in the case in which they are written"),
			steps.LooksLike(got != "" && !slices.Contains(offered, got), "the client did not offer it"),
			steps.LooksLike(len(c.offered) > 1 && got == "", "only the first line was looked at; a field may come in several"),
			steps.LooksLike(c.want != "" && got == "", "the offer is a list of tokens; each of them may be the one"))
	}
}

// responseCase is rfcResponse with an edit, and what is to become of it.
type responseCase struct {
	show        string // the edit in words; without them new is shown
	old, new    string
	key         string // rfcKey if empty
	offered     []string
	subprotocol string
	good        bool
	look        string // a mistake that the opposite is recognised by
}

func checkResponse(t *steps.T, c responseCase) {
	text := strings.Replace(rfcResponse, c.old, c.new, 1)
	parsed := func() *http.Response {
		r, err := http.ReadResponse(bufio.NewReader(strings.NewReader(strings.ReplaceAll(text, "\n", "\r\n"))), nil)
		if err != nil {
			t.Fail("reading a response of the test", err.Error())
		}
		return r
	}
	if c.show == "" {
		c.show = editShown(c.new)
	}
	if c.key == "" {
		c.key = rfcKey
	}
	offer := "nil"
	if c.offered != nil {
		offer = fmt.Sprintf("%q", c.offered)
	}
	call := fmt.Sprintf("CheckResponse(r, key, %s), r being the response of the notes with\n  %s", offer, c.show)
	t.Doing("calling CheckResponse, the response having: %s", c.show)
	r := parsed()
	subprotocol, err := CheckResponse(r, c.key, c.offered)

	want := steps.Words(fmt.Sprintf("%q, nil", c.subprotocol))
	if !c.good {
		want = steps.Words(fmt.Sprintf(`"" and a *HandshakeError with status %d`, r.StatusCode))
	}
	var e *HandshakeError
	found := errors.As(err, &e)
	if found && e == nil {
		t.Fail(call, steps.WantGot(want, steps.Words("an error that holds a nil *HandshakeError")),
			steps.LooksLike(true, "a nil pointer in an error is not a nil error: return nil itself"))
	}
	got := steps.Words(fmt.Sprintf("%q, %v", subprotocol, err))
	if err == nil {
		got = steps.Words(fmt.Sprintf("%q, nil", subprotocol))
	}
	switch {
	case c.good && err == nil && subprotocol == c.subprotocol:
	case c.good && err == nil:
		t.Fail(call, steps.WantGot(want, got),
			steps.LooksLike(subprotocol == "", "the subprotocol that the server chose is returned"))
	case c.good:
		t.Fail(call, steps.WantGot(want, got),
			steps.LooksLike(c.show == "no change" && acceptsSpelling(parsed(), c.key),
				"net/http keeps the name as Sec-Websocket-Accept: Header.Get and Header.Values know that, Header[...] does not"),
			steps.LooksLike(c.look != "", c.look))
	case err == nil:
		t.Fail(call, steps.WantGot(want, got), steps.LooksLike(true, c.look))
	case !found:
		t.Fail(call, steps.WantGot(want, got),
			steps.LooksLike(true, "it is refused, with an error of another type: nobody can ask that one for the status"))
	case e.Status != r.StatusCode:
		t.Fail(call, steps.WantGot(want, steps.Words(fmt.Sprintf("status %d: %s", e.Status, e.Problem))),
			steps.LooksLike(true, "a client sends no status; it tells the one that came"))
	case subprotocol != "":
		t.Fail(call, steps.WantGot(want, got),
			steps.LooksLike(true, "with an error there is no connection, and no subprotocol either"))
	}
}

func acceptsSpelling(r *http.Response, key string) bool {
	r.Header["Sec-WebSocket-Accept"] = r.Header["Sec-Websocket-Accept"]
	_, err := CheckResponse(r, key, nil)
	return err == nil
}
