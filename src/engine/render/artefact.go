package render

import (
	"bytes"
	"path"
	"strings"

	"github.com/fluxcd/pkg/sourceignore"
	"github.com/fluxcd/pkg/sourceignore/gitignore"
)

// artefactTree shows of a repository what source-controller packs into the artefact: no links, and nothing
// that Flux's default exclusions, the .sourceignore files or spec.ignore (in this order of rank) leave out.
type artefactTree struct {
	Tree
	root     string
	extra    []gitignore.Pattern            // spec.ignore
	patterns map[string][]gitignore.Pattern // .sourceignore files from the root down to a directory
}

func newArtefactTree(tree Tree, root string, ignore *string) *artefactTree {
	a := &artefactTree{Tree: tree, root: root, patterns: map[string][]gitignore.Pattern{}}
	if ignore != nil {
		a.extra = sourceignore.ReadPatterns(strings.NewReader(*ignore), split(root))
	}
	return a
}

func split(p string) []string { return strings.Split(p, "/") }

// inherited returns the rules that apply in a directory. Rules of sibling directories, which
// source-controller also collects, never match here.
func (a *artefactTree) inherited(dir string) []gitignore.Pattern {
	if known, ok := a.patterns[dir]; ok {
		return known
	}
	var rules []gitignore.Pattern
	if dir != a.root {
		rules = append(rules, a.inherited(path.Dir(dir))...)
	}
	if content, ok := a.Tree.Read(path.Join(dir, sourceignore.IgnoreFile)); ok {
		rules = append(rules, sourceignore.ReadPatterns(bytes.NewReader(content), split(dir))...)
	}
	a.patterns[dir] = rules
	return rules
}

func (a *artefactTree) isIgnored(p string, isDir bool) bool {
	rules := append(append([]gitignore.Pattern{}, a.inherited(path.Dir(p))...), a.extra...)
	return sourceignore.NewDefaultMatcher(rules, split(a.root)).Match(split(p), isDir)
}

// Kind is Nothing for what is left out. A directory that is left out is still there when a file in it is not.
func (a *artefactTree) Kind(p string) Kind {
	k := a.Tree.Kind(p)
	if p == a.root || !isInside(p, a.root) {
		return k
	}
	if k == Nothing || k&Link != 0 || a.isBehindLink(p) {
		return Nothing
	}
	if !a.isIgnored(p, k == Directory) || k == Directory && a.hasContent(p) {
		return k
	}
	return Nothing
}

func (a *artefactTree) isBehindLink(p string) bool {
	real, ok := a.Tree.Real(p)
	return !ok || real != p
}

func (a *artefactTree) hasContent(dir string) bool {
	names, _ := a.Tree.List(dir)
	for _, name := range names {
		if a.Kind(path.Join(dir, name)) == File || a.Tree.Kind(path.Join(dir, name)) == Directory && a.hasContent(path.Join(dir, name)) {
			return true
		}
	}
	return false
}

func (a *artefactTree) Real(p string) (string, bool) {
	if a.Kind(p) == Nothing {
		return "", false
	}
	return a.Tree.Real(p)
}

func (a *artefactTree) Read(p string) ([]byte, bool) {
	if a.Kind(p) != File {
		return nil, false
	}
	return a.Tree.Read(p)
}

func (a *artefactTree) List(p string) ([]string, bool) {
	if a.Kind(p) != Directory {
		return nil, false
	}
	names, ok := a.Tree.List(p)
	kept := names[:0:0]
	for _, name := range names {
		if a.Kind(path.Join(p, name)) != Nothing {
			kept = append(kept, name)
		}
	}
	return kept, ok
}
