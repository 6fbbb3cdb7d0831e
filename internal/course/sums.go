package course

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// solutions/files.sum says which files the lessons have as shipped, and their
// contents: lines "sha256  path/from/root", sorted by path.
const sumsPath = "solutions/files.sum"

// WriteSums records the lessons' .go files and pages, as they are now, as
// those that are shipped.
func (c *Course) WriteSums() error {
	files, err := c.files()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	for _, path := range files {
		sum, err := c.sum(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "%s  %s\n", sum, path)
	}
	return os.WriteFile(c.abs(sumsPath), text.Bytes(), 0o666)
}

// Changed returns the shipped files that are different now or missing, as
// sorted paths from the root with forward slashes.
func (c *Course) Changed() ([]string, error) {
	sums, err := c.sums()
	if err != nil {
		return nil, err
	}
	var changed []string
	for _, path := range slices.Sorted(maps.Keys(sums)) {
		sum, err := c.sum(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if sum != sums[path] {
			changed = append(changed, path)
		}
	}
	return changed, nil
}

// Extra returns the Go files below lessons/ that were not shipped, as sorted
// paths from the root with forward slashes.
func (c *Course) Extra() ([]string, error) {
	sums, err := c.sums()
	if err != nil {
		return nil, err
	}
	files, err := c.files()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(files, func(path string) bool {
		return sums[path] != "" || !strings.HasSuffix(path, ".go")
	}), nil
}

// AsShipped is an error when a file of the lessons is not as it was shipped. It
// says how somebody who has written code of their own gets out of that.
func (c *Course) AsShipped() error {
	changed, err := c.Changed()
	if err != nil {
		return fmt.Errorf("which files are as shipped cannot be known: %w", err)
	}
	extra, err := c.Extra()
	if err != nil {
		return err
	}
	all := slices.Concat(changed, extra)
	if len(all) == 0 {
		return nil
	}
	others := ""
	switch n := len(all) - 1; n {
	case 0:
	case 1:
		others = " (nor is 1 other file)"
	default:
		others = fmt.Sprintf(" (nor are %d other files)", n)
	}
	return fmt.Errorf("%s is not%s; put your own code aside with  git stash push -u -- lessons  or use a fresh clone", all[0], others)
}

// sums reads the recorded sums, by path.
func (c *Course) sums() (map[string]string, error) {
	text, err := os.ReadFile(c.abs(sumsPath))
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, path, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "  ")
		if !ok {
			return nil, fmt.Errorf("%s: %q is not a sum and a path", sumsPath, line)
		}
		sums[path] = sum
	}
	return sums, nil
}

// files returns the .go files and the pages below lessons/, sorted.
func (c *Course) files() ([]string, error) {
	var files []string
	err := fs.WalkDir(os.DirFS(c.Dir), "lessons", func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && hidden(e.Name()):
			return fs.SkipDir
		case !e.IsDir() && (isGo(e.Name()) || isPage(e.Name())):
			files = append(files, path)
		}
		return nil
	})
	slices.Sort(files)
	return files, err
}

// sum hashes a file's contents with line ends as on Unix: a checkout on Windows
// changes them, and is no change.
func (c *Course) sum(path string) (string, error) {
	text, err := os.ReadFile(c.abs(path))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", sha256.Sum256(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))), nil
}

// abs turns a path from the root with forward slashes into an absolute one.
func (c *Course) abs(path string) string {
	return filepath.Join(c.Dir, filepath.FromSlash(path))
}
