package grade

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"example/websockets/internal/course"
)

// A hand-in runs in one process with the tests that judge it. A file is therefore
// read before it is built, and refused when it has what no lesson needs and a
// forger does: packages that reach files, processes or memory, directives to the
// compiler, and anything that changes what belongs to the tests or to another
// package. The starter stands in for a refused file; the rest of the hand-in is
// marked all the same.

// harmless are the packages that any hand-in may import, besides those that the
// lesson's own files do.
var harmless = strings.Fields(`
	bufio bytes cmp container/heap container/list container/ring context crypto/hmac crypto/md5
	crypto/rand crypto/sha1 crypto/sha256 crypto/sha512 crypto/subtle encoding/ascii85
	encoding/base32 encoding/base64 encoding/binary encoding/hex encoding/json errors fmt
	hash hash/adler32 hash/crc32 hash/fnv hash/maphash html io iter log log/slog maps math
	io/ioutil math/big math/bits math/cmplx math/rand math/rand/v2 net net/http net/http/httptest
	net/netip net/textproto net/url os path reflect regexp runtime slices sort strconv strings
	sync sync/atomic syscall testing/iotest text/tabwriter time unicode unicode/utf16
	unicode/utf8 unique`)

// Of some packages only these names may be used.
var only = map[string][]string{
	"io/ioutil": strings.Fields(`Discard NopCloser ReadAll`),
	"reflect":   strings.Fields(`DeepEqual TypeOf`),
	"syscall": strings.Fields(`EAGAIN ECONNABORTED ECONNREFUSED ECONNRESET EINTR EINVAL EMFILE ENFILE ENOTCONN
		EPIPE ETIMEDOUT Errno`),
	"os": strings.Fields(`ErrClosed ErrDeadlineExceeded ErrExist ErrInvalid ErrNoDeadline ErrNotExist
		ErrPermission ErrProcessDone IsTimeout PathError Stderr Stdout SyscallError`),
	"runtime": strings.Fields(`AddCleanup Error GC GOARCH GOMAXPROCS GOOS Gosched KeepAlive MemStats NumCPU
		NumGoroutine ReadMemStats SetFinalizer Version`),
}

// Of some packages these names may not be used.
var never = map[string][]string{
	"net/http":    strings.Fields(`Dir FS FileServer FileServerFS NewFileTransport NewFileTransportFS ServeFile ServeFileFS`),
	"sync/atomic": strings.Fields(`CompareAndSwapPointer LoadPointer StorePointer SwapPointer`),
}

// rules are what a lesson's files are held to.
type rules struct {
	pkg      string
	imports  map[string]bool   // that may be imported
	given    map[string]string // constants and variables that the tests rely on, with their values
	builtins map[string]bool   // predeclared names that the tests and given files use
	tests    map[string]bool   // names that the tests declare
}

// rulesOf reads the lesson as it was shipped.
func rulesOf(l course.Lesson, names []string) (rules, error) {
	r := rules{imports: map[string]bool{}, given: map[string]string{}, builtins: map[string]bool{}, tests: map[string]bool{}}
	for _, p := range harmless {
		r.imports[p] = true
	}
	shipped, err := filepath.Glob(filepath.Join(l.Dir, "*.go"))
	if err != nil {
		return r, err
	}
	finished, _ := filepath.Glob(filepath.Join(l.Solution, "*.go"))
	for _, file := range slices.Concat(shipped, finished) {
		text, err := os.ReadFile(file)
		if err != nil {
			return r, err
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, text, 0)
		if err != nil {
			return r, err
		}
		isTest := strings.HasSuffix(file, "_test.go")
		toWrite := slices.Contains(names, filepath.Base(file))
		if !isTest && toWrite {
			for _, spec := range f.Imports {
				p, _ := strconv.Unquote(spec.Path.Value)
				r.imports[p] = true
			}
		}
		if slices.Contains(finished, file) {
			continue
		}
		r.pkg = strings.TrimSuffix(f.Name.Name, "_test")
		if !isTest {
			for name, value := range values(f, text) {
				if token.IsExported(name) || !toWrite {
					r.given[name] = value
				}
			}
		}
		if !toWrite {
			for _, id := range f.Unresolved {
				if types.Universe.Lookup(id.Name) != nil {
					r.builtins[id.Name] = true
				}
			}
		}
		if isTest {
			for name := range f.Scope.Objects {
				r.tests[name] = true
			}
		}
	}
	return r, nil
}

// values are the texts of the package's constants and variables that have one each.
func values(f *ast.File, text []byte) map[string]string {
	all := map[string]string{}
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST && g.Tok != token.VAR {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			for i, name := range v.Names {
				value := ""
				if i < len(v.Values) {
					value = tokens(text[v.Values[i].Pos()-f.FileStart : v.Values[i].End()-f.FileStart])
				}
				all[name.Name] = value
			}
		}
	}
	return all
}

// tokens is a text of Go without comments and layout.
func tokens(text []byte) string {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	s.Init(file, text, nil, 0)
	var b strings.Builder
	semicolon := ""
	for {
		_, tok, lit := s.Scan()
		if tok != token.SEMICOLON && tok != token.RBRACE && tok != token.RPAREN && tok != token.EOF {
			b.WriteString(semicolon)
		}
		switch {
		case tok == token.EOF:
			return b.String()
		case tok == token.SEMICOLON:
			semicolon = "; " // written or not
			continue
		case lit != "":
			b.WriteString(lit + " ")
		default:
			b.WriteString(tok.String() + " ")
		}
		semicolon = ""
	}
}

// syntax says what keeps a file from being read, one line for each error.
func syntax(name string, text []byte) string {
	_, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		return ""
	}
	var b strings.Builder
	for _, e := range list[:min(len(list), 10)] {
		fmt.Fprintf(&b, "%v\n", e)
	}
	return b.String()
}

// refuse says why a file cannot be marked, in words that complete a sentence, or
// "" when it can.
func (r rules) refuse(name string, text []byte) string {
	f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
	if err != nil {
		return "it is no Go" // it was read before
	}
	if f.Name.Name != r.pkg {
		return fmt.Sprintf("its package is %s and not %s", f.Name.Name, r.pkg)
	}
	for _, group := range f.Comments {
		for _, c := range group.List {
			if d := directive(c.Text); d != "" {
				return fmt.Sprintf("it has the directive %s", d)
			}
		}
	}
	imported := map[string]string{} // path by name
	for _, spec := range f.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		if !r.imports[p] {
			return fmt.Sprintf("it imports %q, which no lesson needs", p)
		}
		as := path.Base(p)
		if spec.Name != nil {
			as = spec.Name.Name
		}
		if as == "." {
			return fmt.Sprintf("it imports the names of %q into its own (import . %q)", p, p)
		}
		imported[as] = p
	}
	for name, value := range values(f, text) {
		if given, ok := r.given[name]; ok && value != given {
			return fmt.Sprintf("%s is given with the lesson, and here it has another value", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Scope.Objects)) {
		if r.builtins[name] {
			return fmt.Sprintf("it declares %s for the whole package, where the tests mean Go's own %s", name, name)
		}
	}
	why := ""
	ast.Inspect(f, func(n ast.Node) bool {
		if why == "" {
			why = r.refuseNode(n, f, imported)
		}
		return why == ""
	})
	return why
}

// directive returns what a comment tells the tools, or "".
func directive(comment string) string {
	word, _, _ := strings.Cut(comment, " ")
	switch {
	case word == "//go:generate", word == "//go:noinline":
		return ""
	case strings.HasPrefix(word, "//go:"), strings.HasPrefix(word, "//export"), word == "//line", word == "/*line":
		return word
	case strings.HasPrefix(strings.TrimSpace(strings.TrimPrefix(comment, "//")), "+build"):
		return "// +build"
	}
	return ""
}

func (r rules) refuseNode(n ast.Node, f *ast.File, imported map[string]string) string {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		// A method of os.Stdout: it may print, and nothing else.
		if x, ok := n.X.(*ast.SelectorExpr); ok {
			if p, name := foreign(x, f, imported); p == "os" && (name == "Stdout" || name == "Stderr") &&
				!strings.HasPrefix(n.Sel.Name, "Write") {
				return fmt.Sprintf("it calls os.%s.%s", name, n.Sel.Name)
			}
		}
		p, name := foreign(n, f, imported)
		allowed, some := only[p]
		if some && !slices.Contains(allowed, name) || slices.Contains(never[p], name) {
			return fmt.Sprintf("it uses %s.%s, which no lesson needs", path.Base(p), name)
		}
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			return ""
		}
		for _, to := range n.Lhs {
			if what := r.owned(to, f, imported); what != "" {
				return "it changes " + what
			}
		}
	case *ast.IncDecStmt:
		if what := r.owned(n.X, f, imported); what != "" {
			return "it changes " + what
		}
	case *ast.RangeStmt:
		for _, to := range []ast.Expr{n.Key, n.Value} {
			if what := r.owned(to, f, imported); n.Tok == token.ASSIGN && what != "" {
				return "it changes " + what
			}
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			if what := r.owned(n.X, f, imported); what != "" {
				return "it takes the address of " + what
			}
		}
	}
	return ""
}

// foreign returns the import path and the name for pkg.Name, or nothing.
func foreign(s *ast.SelectorExpr, f *ast.File, imported map[string]string) (p, name string) {
	// A package's name is resolved by no declaration in the file.
	if x, ok := s.X.(*ast.Ident); ok && x.Obj == nil {
		return imported[x.Name], s.Sel.Name
	}
	return "", ""
}

// owned says what belongs to the lesson or to another package in an expression
// that is changed: pkg.Var, parts of it, or a variable that the lesson gives.
func (r rules) owned(e ast.Expr, f *ast.File, imported map[string]string) string {
	switch e := e.(type) {
	case *ast.Ident:
		_, given := r.given[e.Name]
		declared, known := f.Scope.Objects[e.Name]
		if given && (e.Obj == nil || known && e.Obj == declared) {
			return e.Name + ", which is given with the lesson"
		}
	case *ast.SelectorExpr:
		if p, name := foreign(e, f, imported); p != "" {
			return path.Base(p) + "." + name + ", which is another package's"
		}
		return r.owned(e.X, f, imported)
	case *ast.ParenExpr:
		return r.owned(e.X, f, imported)
	case *ast.IndexExpr:
		return r.owned(e.X, f, imported)
	case *ast.SliceExpr:
		return r.owned(e.X, f, imported)
	case *ast.StarExpr:
		return r.owned(e.X, f, imported)
	case *ast.TypeAssertExpr:
		return r.owned(e.X, f, imported)
	}
	return ""
}

// suspects returns, by file, the names in a hand-in that the tests declare and no
// file of it does. A name may also be a field's, so this is no proof.
func (r rules) suspects(handedIn files) map[string][]string {
	found := map[string][]string{}
	for _, name := range handedIn.names() {
		f, err := parser.ParseFile(token.NewFileSet(), name, handedIn[name], 0)
		if err != nil {
			continue
		}
		for _, id := range f.Unresolved {
			if r.tests[id.Name] && !slices.Contains(found[name], id.Name) {
				found[name] = append(found[name], id.Name)
			}
		}
	}
	return found
}

// written is a file as far as it counts for a comparison: formatted, and without
// comments.
func written(text []byte) string {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	if formatted, err := format.Source(text); err == nil {
		text = formatted
	}
	return tokens(text)
}
