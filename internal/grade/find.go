package grade

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// found is a hand-in's folder.
type found struct {
	name  string
	dir   string
	notes []string
}

// mostFile is the size in bytes of a file that is still taken. A starter has a few
// thousand.
const mostFile = 256 << 10

// find returns the hand-ins in the given folders, sorted by name. A folder is a
// hand-in if it has a lesson's files in it, and otherwise a folder of hand-ins.
// The warnings speak of what looks like a hand-in and is none.
func find(lessons []lesson, dirs []string) (all []found, warnings []string, err error) {
	for _, dir := range dirs {
		dir, err := filepath.Abs(dir)
		if err != nil {
			return nil, nil, err
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, nil, err
		}
		if hasLesson(lessons, dir, false) {
			// One stray file must not make one learner of a whole class.
			if inside := handInsIn(lessons, dir, entries); len(inside) > 0 {
				return nil, nil, fmt.Errorf("%s has files of a lesson, as one hand-in has, and folders that look like hand-ins (%s): take out what does not belong there",
					dir, strings.Join(inside, ", "))
			}
			f := found{name: clean(filepath.Base(dir)), dir: dir}
			f.notes = packed(dir)
			all = append(all, f)
			continue
		}
		for _, e := range entries {
			f := found{name: clean(e.Name()), dir: filepath.Join(dir, e.Name())}
			switch {
			case strings.HasPrefix(e.Name(), "."):
				continue
			case e.Type()&fs.ModeSymlink != 0:
				f.dir = ""
				f.notes = []string{"The hand-in is a link and not a folder. Links are not followed."}
			case !e.IsDir():
				if ext := archive.FindString(e.Name()); ext != "" {
					// An archive that was unpacked beside itself is no loss.
					if info, err := os.Stat(strings.TrimSuffix(f.dir, ext)); err != nil || !info.IsDir() {
						warnings = append(warnings, fmt.Sprintf("%s is not marked: it is an archive and not a folder; unpack it", f.name))
					}
				}
				continue
			default:
				f.notes = packed(f.dir)
			}
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b found) int { return strings.Compare(a.name, b.name) })
	for i := range all[:max(len(all)-1, 0)] {
		if all[i].name == all[i+1].name {
			return nil, nil, fmt.Errorf("two hand-ins are called %q: %s and %s", all[i].name, all[i].dir, all[i+1].dir)
		}
	}
	if len(all) == 0 {
		return nil, nil, errors.New(strings.Join(append(warnings,
			fmt.Sprintf("there are no hand-ins in %s: each is a folder with the learner's name", strings.Join(dirs, ", "))), "\n"))
	}
	return all, warnings, nil
}

// archive finds the end of the name of a file that may have a hand-in packed in it.
var archive = regexp.MustCompile(`(?i)\.(zip|7z|rar|tar|tgz|tar\.\w+)$`)

// packed notes the archives in a hand-in.
func packed(dir string) (notes []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if e.Type().IsRegular() && archive.MatchString(e.Name()) {
			notes = append(notes, clean(e.Name())+" was not marked: it is an archive and has to be unpacked.")
		}
	}
	return notes
}

// hasLesson says whether a folder has files of a lesson, or where wrapped is true
// the one folder in it.
func hasLesson(lessons []lesson, dir string, wrapped bool) bool {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return false
	}
	defer root.Close()
	in := func(base string) bool {
		return slices.ContainsFunc(lessons, func(l lesson) bool { return l.in(root, base) })
	}
	return in(".") || wrapped && in(onlyFolder(root))
}

// handInsIn names the folders that look like hand-ins in a folder that looks like
// one itself. Those that a course and its lessons have do not count.
func handInsIn(lessons []lesson, dir string, entries []fs.DirEntry) (names []string) {
	for _, e := range entries {
		own := e.Name() == "lessons" || e.Name() == "solutions" || strings.HasPrefix(e.Name(), ".") ||
			slices.ContainsFunc(lessons, func(l lesson) bool { return l.Name == e.Name() })
		if e.IsDir() && !own && hasLesson(lessons, filepath.Join(dir, e.Name()), true) {
			names = append(names, clean(e.Name()))
		}
	}
	if len(names) > 3 {
		names = append(names[:3], "...")
	}
	return names
}

// places are where a file of the lesson may lie in a hand-in: a clone, a copy of
// lessons/, or a folder with the files of one lesson.
func (l lesson) places(base, name string) []string {
	return []string{
		path.Join(base, "lessons", l.Name, name),
		path.Join(base, l.Name, name),
		path.Join(base, name),
	}
}

// in says whether a folder has files of the lesson.
func (l lesson) in(root *os.Root, base string) bool {
	for _, p := range l.places(base, "")[:2] {
		if info, err := root.Lstat(filepath.FromSlash(p)); err == nil && info.IsDir() {
			return true
		}
	}
	return slices.ContainsFunc(l.names, func(name string) bool {
		text, why := read(root, path.Join(base, name))
		return why == "" && l.claims(text)
	})
}

// claims says whether a file's package clause is that of the lesson. It tells
// whose header.go it is, where several lessons have one.
func (l lesson) claims(text []byte) bool {
	f, err := parser.ParseFile(token.NewFileSet(), "", text, parser.PackageClauseOnly)
	return err == nil && f.Name.Name == l.pkg
}

// read returns the text of a regular file of reasonable size, or says why not.
func read(root *os.Root, name string) (text []byte, why string) {
	name = filepath.FromSlash(name)
	info, err := root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "missing"
	case err != nil:
		return nil, "it cannot be read"
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, "it is a link, and links are not followed"
	case !info.Mode().IsRegular():
		return nil, "it is not a regular file"
	case info.Size() > mostFile:
		return nil, fmt.Sprintf("it has more than %d kB", mostFile>>10)
	}
	if text, err = root.ReadFile(name); err != nil {
		return nil, "it cannot be read"
	}
	return text, ""
}

// take reads the lesson's files from a hand-in: those that a learner writes, under
// their own names, and nothing else. The notes say what was not taken.
func (f found) take(l lesson) (taken files, notes []string) {
	taken = files{}
	if f.dir == "" {
		return taken, nil
	}
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return taken, []string{"The folder cannot be read."}
	}
	defer root.Close()
	base := "."
	if !l.in(root, base) {
		base = onlyFolder(root)
	}
	var missing []string
	for _, name := range l.names {
		why := "missing"
		for i, p := range l.places(base, name) {
			text, no := read(root, p)
			if i == 2 && no == "" && !l.claims(text) {
				no = "missing" // it is another lesson's
			}
			if no == "" {
				taken[name] = text
			}
			if why = no; no != "missing" {
				break
			}
		}
		switch why {
		case "":
		case "missing":
			missing = append(missing, name)
		default:
			notes = append(notes, fmt.Sprintf("%s was not taken, and the starter stands in its place: %s.", name, why))
		}
	}
	switch {
	case len(missing) == len(l.names):
		notes = append(notes, "Nothing of this lesson was handed in.")
	case len(missing) > 0:
		notes = append(notes, "Missing, so that the starter stands in its place: "+strings.Join(missing, ", ")+".")
	}
	if more := l.others(root, base); len(more) > 0 && len(missing) < len(l.names) {
		notes = append(notes, fmt.Sprintf("%s: not taken. Only the files that the lesson asks you to write are: %s.",
			strings.Join(more, ", "), strings.Join(l.names, ", ")))
	}
	return taken, notes
}

// onlyFolder looks into the folder that an archive often wraps around everything.
func onlyFolder(root *os.Root) string {
	dir, err := root.Open(".")
	if err != nil {
		return "."
	}
	defer dir.Close()
	entries, _ := dir.ReadDir(-1)
	only := ""
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != "__MACOSX" {
			if only != "" {
				return "."
			}
			only = e.Name()
		}
	}
	return path.Join(".", only)
}

// others are the Go files that a hand-in has beside the lesson's own.
func (l lesson) others(root *os.Root, base string) (names []string) {
	for _, p := range l.places(base, "")[:2] {
		dir, err := root.Open(filepath.FromSlash(p))
		if err != nil {
			continue
		}
		entries, _ := dir.ReadDir(-1)
		dir.Close()
		for _, e := range entries {
			if _, err := os.Lstat(filepath.Join(l.Dir, e.Name())); err != nil && strings.HasSuffix(e.Name(), ".go") {
				names = append(names, e.Name())
			}
		}
	}
	slices.Sort(names)
	if len(names) > 5 {
		names = append(names[:5], fmt.Sprintf("and %d more", len(names)-5))
	}
	return names
}
