package solutions

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// packages are those of the standard library that the pieces of code in
// mistakes and notes use, by name: a piece of code has no import of its own.
var packages = byName("bufio", "bytes", "context", "crypto/rand", "crypto/sha1", "crypto/tls",
	"encoding/base64", "encoding/binary", "encoding/hex", "errors", "fmt", "io", "log", "math", "math/bits", "net",
	"net/http", "net/url", "os", "slices", "strconv", "strings", "sync", "sync/atomic", "time", "unicode", "unicode/utf8")

func byName(paths ...string) map[string]string {
	m := map[string]string{}
	for _, p := range paths {
		m[path.Base(p)] = p
	}
	return m
}

// withImports adds the imports that a file's code needs and removes those it
// does not. Every line stays where it is.
func withImports(src string) (string, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", src, 0)
	if err != nil {
		return "", err
	}
	used := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && packages[x.Name] != "" && slices.Contains(f.Unresolved, x) {
				used[x.Name] = true
			}
		}
		return true
	})
	at := func(p token.Pos) int { return fset.Position(p).Offset }
	for _, spec := range slices.Backward(f.Imports) {
		from, to := at(spec.Pos()), at(spec.End())
		p, _ := strconv.Unquote(spec.Path.Value)
		if name := path.Base(p); used[name] {
			delete(used, name)
		} else if packages[name] == p && spec.Name == nil {
			// A group may be empty; an import by itself takes an empty group.
			empty := ""
			if strings.HasSuffix(src[:from], "import ") {
				empty = "()"
			}
			src = src[:from] + empty + src[to:]
		}
	}
	var more strings.Builder
	for name := range used {
		fmt.Fprintf(&more, "; import %q", packages[name])
	}
	end := at(f.Name.End())
	return src[:end] + more.String() + src[end:], nil
}
