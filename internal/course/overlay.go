package course

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Overlay replaces files at build time: its File is what go build and go test
// take as -overlay. Files that a program opens at run time stay as they are.
type Overlay struct {
	dir     string
	replace map[string]string // by absolute path; "" maps a file away
	edited  map[string][]byte // by absolute path; written by File
}

// NewOverlay returns an overlay that replaces nothing yet. It writes its files
// to dir, which must exist and stay until the build is over; an overlay needs a
// dir of its own.
func NewOverlay(dir string) *Overlay {
	return &Overlay{dir: dir, replace: map[string]string{}, edited: map[string][]byte{}}
}

// Map puts the file by in the place of path, which need not exist. With by ""
// the build does not see path at all. Both are absolute.
func (o *Overlay) Map(path, by string) {
	delete(o.edited, path)
	o.replace[path] = by
}

// Set puts contents in the place of the absolute path.
func (o *Overlay) Set(path string, contents []byte) {
	o.edited[path] = contents
}

// File writes the overlay and returns the path of its JSON.
func (o *Overlay) File() (string, error) {
	all := maps.Clone(o.replace)
	for i, path := range slices.Sorted(maps.Keys(o.edited)) {
		by := filepath.Join(o.dir, fmt.Sprintf("%d-%s", i, filepath.Base(path)))
		if err := os.WriteFile(by, o.edited[path], 0o666); err != nil {
			return "", err
		}
		all[path] = by
	}
	text, err := json.Marshal(struct{ Replace map[string]string }{all})
	if err != nil {
		return "", err
	}
	file := filepath.Join(o.dir, "overlay.json")
	return file, os.WriteFile(file, text, 0o666)
}

// SolutionOverlay puts the finished versions in the place of the lesson's
// files, and maps away every Go file of the lesson's folder that was not
// shipped with it: it could clash with the finished ones. It writes its files
// to dir, see [NewOverlay].
func (c *Course) SolutionOverlay(l Lesson, dir string) (*Overlay, error) {
	o := NewOverlay(dir)
	extra, err := c.Extra()
	if err != nil {
		return nil, err
	}
	for _, path := range extra {
		if strings.HasPrefix(path, "lessons/"+l.Name+"/") {
			o.Map(c.abs(path), "")
		}
	}
	starters, err := l.Starters()
	if err != nil {
		return nil, err
	}
	for _, name := range starters {
		o.Map(filepath.Join(l.Dir, name), filepath.Join(l.Solution, name))
	}
	return o, nil
}
