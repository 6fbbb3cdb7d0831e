package steps

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Seeds adds what fuzzing has found interesting before, from testdata/seeds/NAME.txt
// if there is such a file: an input a line, its arguments apart by a tab and written
// as Go writes them, `[]byte("...")` and `byte('\x00')`. Go's own folder for seeds has
// a file for each, which would be hundreds.
func Seeds(f *testing.F) {
	name := filepath.Join("testdata", "seeds", f.Name()+".txt")
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		args, err := seed(strings.TrimRight(line, "\r\n"))
		if err != nil {
			f.Fatalf("%s: %v", name, err)
		}
		f.Add(args...)
	}
}

// seed reads the arguments of one input.
func seed(line string) (args []any, err error) {
	for arg := range strings.SplitSeq(line, "\t") {
		kind, value, _ := strings.Cut(strings.TrimSuffix(arg, ")"), "(")
		switch kind {
		case "[]byte":
			text, err := strconv.Unquote(value)
			if err != nil {
				return nil, fmt.Errorf("not an argument: %.60q", arg)
			}
			args = append(args, []byte(text))
		case "byte":
			quoted, opens := strings.CutPrefix(value, "'")
			b, _, rest, err := strconv.UnquoteChar(quoted, '\'')
			if !opens || err != nil || rest != "'" || b > 255 {
				return nil, fmt.Errorf("not an argument: %.60q", arg)
			}
			args = append(args, byte(b))
		default:
			return nil, fmt.Errorf("not an argument: %.60q", arg)
		}
	}
	return args, nil
}
