package render

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	kyamlerrors "sigs.k8s.io/kustomize/kyaml/errors"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// fileSystem shows a Tree to kustomize. With a root it refuses everything outside of it, in the words
// of fluxcd/pkg/kustomize/filesys, whose own check is bound to the disk. Answers about one path are kept,
// so one build sees one state.
type fileSystem struct {
	tree     Tree
	root     string            // "" when nothing is refused
	replaced map[string][]byte // the kustomization file as Flux rewrites it
	edit     func(file string, content []byte) []byte
	kinds    map[string]Kind
	reals    map[string]string
}

func newFileSystem(tree Tree, root string) *fileSystem {
	return &fileSystem{
		tree: tree, root: root, replaced: map[string][]byte{},
		edit:  func(_ string, content []byte) []byte { return content },
		kinds: map[string]Kind{}, reals: map[string]string{},
	}
}

// noEntry reads like ENOENT on Linux; Go words it differently on WASI.
type noEntry struct{}

func (noEntry) Error() string        { return "no such file or directory" }
func (noEntry) Is(target error) bool { return target == fs.ErrNotExist }

var errReadOnly = errors.New("read-only file system")

func (f *fileSystem) kind(p string) Kind {
	if _, ok := f.replaced[p]; ok {
		return File
	}
	k, ok := f.kinds[p]
	if !ok {
		k = f.tree.Kind(p)
		f.kinds[p] = k
	}
	return k
}

func (f *fileSystem) real(p string) (string, bool) {
	if _, ok := f.replaced[p]; ok {
		return p, true
	}
	r, ok := f.reals[p]
	if !ok {
		r, _ = f.tree.Real(p)
		f.reals[p] = r
	}
	return r, r != ""
}

func isInside(p, root string) bool { return p == root || strings.HasPrefix(p, root+"/") }

type constraintError struct {
	operation, path string
	cause           error
}

func (e *constraintError) Error() string {
	return fmt.Sprintf("fs-security-constraint %s %s: %v", e.operation, e.path, e.cause)
}
func (e *constraintError) Unwrap() error { return e.cause }

func (f *fileSystem) outside(operation, p string) error {
	return &constraintError{operation, p, fmt.Errorf("path '%s' is not in or below '%s'", p, f.root)}
}

// check is the security check that Flux makes before every operation.
func (f *fileSystem) check(operation, p string) error {
	if f.root == "" {
		return nil
	}
	at := path.Clean(p)
	if f.kind(at) != Nothing {
		real, ok := f.real(at)
		if !ok {
			return &constraintError{operation, p, fmt.Errorf("evalsymlink failure on '%s': lstat %s: %w", p, at, noEntry{})}
		}
		if f.kind(real).Target() != Directory {
			real = path.Dir(real)
		}
		at = real
	}
	if !isInside(at, f.root) {
		return f.outside(operation, p)
	}
	return nil
}

func (f *fileSystem) Create(string) (filesys.File, error)   { return nil, errReadOnly }
func (f *fileSystem) Mkdir(string) error                    { return errReadOnly }
func (f *fileSystem) MkdirAll(string) error                 { return errReadOnly }
func (f *fileSystem) RemoveAll(string) error                { return errReadOnly }
func (f *fileSystem) WriteFile(p string, data []byte) error { f.replaced[p] = data; return nil }

func (f *fileSystem) Exists(p string) bool {
	return f.check("", p) == nil && f.kind(path.Clean(p)) != Nothing
}

func (f *fileSystem) IsDir(p string) bool {
	return f.check("", p) == nil && f.kind(path.Clean(p)).Target() == Directory
}

func (f *fileSystem) CleanedAbs(p string) (filesys.ConfirmedDir, string, error) {
	abs := path.Join("/", p)
	real, ok := f.real(abs)
	if !ok {
		missing := abs // the first component that is not there, as filepath.EvalSymlinks reports it
		for d := abs; d != "/"; d = path.Dir(d) {
			if f.kind(d) == Nothing {
				missing = d
			}
		}
		cause := &fs.PathError{Op: "lstat", Path: missing, Err: noEntry{}}
		return "", "", fmt.Errorf("evalsymlink failure on '%s' : %w", p, cause)
	}
	dir, file := real, ""
	if f.kind(real).Target() != Directory {
		dir, file = path.Dir(real), path.Base(real)
	}
	if f.root != "" && !isInside(dir, f.root) {
		return "", "", f.outside("abs", p)
	}
	return filesys.ConfirmedDir(dir), file, nil
}

func (f *fileSystem) ReadFile(p string) ([]byte, error) {
	if err := f.check("read", p); err != nil {
		return nil, err
	}
	p = path.Clean(p)
	content, ok := f.replaced[p]
	if !ok {
		content, ok = f.tree.Read(p)
	}
	switch {
	case ok:
		return f.edit(p, content), nil
	case f.kind(p).Target() == Directory:
		return nil, kyamlerrors.Wrap(fmt.Errorf("read %s: is a directory", p))
	default:
		return nil, kyamlerrors.Wrap(fmt.Errorf("open %s: no such file or directory", p))
	}
}

type openFile struct {
	*bytes.Reader
	fileInfo
}

func (openFile) Close() error                 { return nil }
func (openFile) Write([]byte) (int, error)    { return 0, errReadOnly }
func (o openFile) Stat() (fs.FileInfo, error) { return o.fileInfo, nil }
func (o openFile) Size() int64                { return o.Reader.Size() }

func (f *fileSystem) Open(p string) (filesys.File, error) {
	content, err := f.ReadFile(p)
	if err != nil {
		return nil, err
	}
	return openFile{bytes.NewReader(content), fileInfo{path.Base(p), File}}, nil
}

func (f *fileSystem) list(p string) ([]string, error) {
	names, ok := f.tree.List(path.Clean(p))
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: p, Err: noEntry{}}
	}
	slices.Sort(names)
	return names, nil
}

func (f *fileSystem) ReadDir(p string) ([]string, error) {
	if err := f.check("open", p); err != nil {
		return nil, err
	}
	return f.list(p)
}

// Glob is filepath.Glob without hidden files, as kyaml's file system on disk has it.
func (f *fileSystem) Glob(pattern string) ([]string, error) {
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, err
	}
	found := f.glob(path.Clean(pattern))
	if !filesys.IsHiddenFilePath(pattern) {
		found = filesys.RemoveHiddenFiles(found)
	}
	return slices.DeleteFunc(found, func(p string) bool { return f.check("glob", p) != nil }), nil
}

func (f *fileSystem) glob(pattern string) []string {
	if !strings.ContainsAny(pattern, `*?[\`) {
		if f.kind(pattern) == Nothing {
			return nil
		}
		return []string{pattern}
	}
	parent, base := path.Split(pattern)
	var found []string
	for _, dir := range f.glob(path.Clean(parent)) {
		if f.kind(dir).Target() != Directory {
			continue
		}
		names, _ := f.list(dir)
		for _, name := range names {
			if matches, _ := path.Match(base, name); matches {
				found = append(found, path.Join(dir, name))
			}
		}
	}
	return found
}

type fileInfo struct {
	name string
	kind Kind
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return 0 }
func (i fileInfo) ModTime() time.Time { return time.Time{} }
func (i fileInfo) IsDir() bool        { return i.kind == Directory }
func (i fileInfo) Sys() any           { return nil }
func (i fileInfo) Mode() fs.FileMode {
	switch {
	case i.kind == Directory:
		return fs.ModeDir | 0o755
	case i.kind&Link != 0:
		return fs.ModeSymlink | 0o777
	default:
		return 0o644
	}
}

// Walk is filepath.Walk: in order of names, and links are not followed.
func (f *fileSystem) Walk(p string, visit filepath.WalkFunc) error {
	checked := func(p string, info fs.FileInfo, err error) error {
		if refused := f.check("walk", p); refused != nil {
			return refused
		}
		return visit(p, info, err)
	}
	k := f.kind(p)
	if k == Nothing {
		return checked(p, nil, &fs.PathError{Op: "lstat", Path: p, Err: noEntry{}})
	}
	err := f.walk(p, fileInfo{path.Base(p), k}, checked)
	if err == filepath.SkipDir || err == filepath.SkipAll {
		return nil
	}
	return err
}

func (f *fileSystem) walk(p string, info fileInfo, visit filepath.WalkFunc) error {
	if !info.IsDir() {
		return visit(p, info, nil)
	}
	names, err := f.list(p)
	if stop := visit(p, info, err); err != nil || stop != nil {
		return stop
	}
	for _, name := range names {
		child := fileInfo{name, f.kind(path.Join(p, name))}
		err := f.walk(path.Join(p, name), child, visit)
		if err == filepath.SkipDir && child.IsDir() {
			continue
		}
		if err == filepath.SkipDir {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
