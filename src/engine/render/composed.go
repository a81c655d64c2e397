package render

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// ComposedRoot is where the artefact that an ArtifactGenerator composes is shown.
const ComposedRoot = "/artifact"

// Copy is one operation of an ArtifactGenerator's spec.artifacts[].copy.
type Copy struct {
	From     string   `json:"from"` // @alias/pattern
	To       string   `json:"to"`   // @artifact/path
	Exclude  []string `json:"exclude"`
	Strategy string   `json:"strategy"` // Overwrite (default) or Merge
}

// composedTree is the artefact that source-watcher would build: each path in it is a file of a source, or
// YAML merged from several. Rules: docs/spec/v1beta1/artifactgenerators.md of fluxcd/source-watcher.
type composedTree struct {
	sources map[string]Tree   // alias to what that source holds
	roots   map[string]string // alias to the source's root in its tree
	files   map[string]composedFile
	folders map[string]map[string]bool
}

type composedFile struct {
	tree   Tree
	origin string // the file in the tree that was copied here last
	merged []byte // content when several files were merged
}

func (f composedFile) read() ([]byte, bool) {
	if f.merged != nil {
		return f.merged, true
	}
	return f.tree.Read(f.origin)
}

func compose(sources map[string]Tree, roots map[string]string, copies []Copy) (*composedTree, error) {
	c := &composedTree{sources, roots, map[string]composedFile{}, map[string]map[string]bool{ComposedRoot: {}}}
	for _, op := range copies {
		if err := c.apply(op); err != nil {
			return nil, fmt.Errorf("copy from '%s' to '%s': %w", op.From, op.To, err)
		}
	}
	return c, nil
}

// selection is one copy operation with its source found.
type selection struct {
	Copy
	tree Tree
	root string
	base string // literal part of the pattern, which patterns in exclude may be relative to
	to   string
}

func (c *composedTree) apply(op Copy) error {
	alias, pattern, ok := strings.Cut(strings.TrimPrefix(op.From, "@"), "/")
	if !ok || !strings.HasPrefix(op.From, "@") {
		return errors.New("the source must look like '@alias/pattern'")
	}
	to, ok := strings.CutPrefix(op.To, "@artifact/")
	if !ok {
		return errors.New("the destination must start with '@artifact/'")
	}
	if op.Strategy == "Extract" {
		return errors.New("the preview does not extract archives")
	}
	tree, ok := c.sources[alias]
	if !ok {
		return fmt.Errorf("source alias '%s' not found", alias)
	}
	s := selection{op, tree, c.roots[alias], ".", path.Join(ComposedRoot, to)}
	if !hasGlob(pattern) {
		return c.copyOne(s, path.Clean(pattern))
	}
	s.base = literalPrefix(pattern)
	matches := glob(tree, s.root, path.Clean(pattern))
	if len(matches) == 0 {
		return fmt.Errorf("no files match pattern '%s' in source '%s'", pattern, alias)
	}
	matches = slices.DeleteFunc(matches, func(match string) bool { return s.excludes(match) })
	if len(matches) == 0 {
		return fmt.Errorf("all files matching pattern '%s' in source '%s' were excluded", pattern, alias)
	}
	for _, match := range matches {
		target := match // only "directory/**" loses its directory
		if prefix, ok := strings.CutSuffix(pattern, "/**"); ok {
			target = strings.TrimPrefix(match, prefix+"/")
		}
		if err := c.copyTree(s, match, path.Join(s.to, target)); err != nil {
			return err
		}
	}
	return nil
}

// copyOne follows cp: a directory goes into the destination, a file becomes it unless it is a directory.
func (c *composedTree) copyOne(s selection, from string) error {
	switch s.tree.Kind(path.Join(s.root, from)) {
	case Directory:
		s.base = from
		return c.copyTree(s, from, path.Join(s.to, path.Base(from)))
	case File:
		if s.excludes(from) {
			return nil
		}
		if c.Kind(s.to) == Directory || strings.HasSuffix(s.To, "/") {
			return c.copyTree(s, from, path.Join(s.to, path.Base(from)))
		}
		return c.copyTree(s, from, s.to)
	default:
		return fmt.Errorf("source '%s' does not exist", from)
	}
}

func (c *composedTree) copyTree(s selection, from, to string) error {
	source := path.Join(s.root, from)
	if s.tree.Kind(source) == File {
		return c.copyFile(s, source, to)
	}
	c.addFolder(to)
	return c.copyEntries(s, from, to)
}

// copyEntries copies what is in a directory. Merging is for files that the pattern itself names.
func (c *composedTree) copyEntries(s selection, from, to string) error {
	names, _ := s.tree.List(path.Join(s.root, from))
	slices.Sort(names)
	s.Strategy = ""
	for _, name := range names {
		if child := path.Join(from, name); !s.excludes(child) {
			if err := c.copyTree(s, child, path.Join(to, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *composedTree) copyFile(s selection, source, to string) error {
	if !isInside(to, ComposedRoot) {
		return fmt.Errorf("'%s' leads out of the artifact", s.To)
	}
	file := composedFile{tree: s.tree, origin: source}
	if before, ok := c.files[to]; ok && s.Strategy == "Merge" {
		merged, err := mergeFiles(before, file)
		if err != nil {
			return err
		}
		file.merged = merged
	}
	c.files[to] = file
	c.addFolder(path.Dir(to))
	c.folders[path.Dir(to)][path.Base(to)] = true
	return nil
}

func (c *composedTree) addFolder(dir string) {
	if c.folders[dir] == nil {
		c.folders[dir] = map[string]bool{}
	}
	if dir != ComposedRoot && dir != "/" {
		c.addFolder(path.Dir(dir))
		c.folders[path.Dir(dir)][path.Base(dir)] = true
	}
}

func (s selection) excludes(p string) bool {
	relative := strings.TrimPrefix(p, s.base+"/")
	for _, pattern := range s.Exclude {
		if doublestar.MatchUnvalidated(pattern, p) || doublestar.MatchUnvalidated(pattern, relative) ||
			!strings.Contains(pattern, "/") && doublestar.MatchUnvalidated(pattern, path.Base(p)) {
			return true
		}
	}
	return false
}

func hasGlob(p string) bool { return strings.ContainsAny(p, "*?[]") }

func literalPrefix(pattern string) string {
	var literal []string
	for _, part := range strings.Split(path.Clean(pattern), "/") {
		if hasGlob(part) {
			break
		}
		literal = append(literal, part)
	}
	return path.Join(append([]string{"."}, literal...)...)
}

// glob is io/fs.Glob, in which ** means *, with paths relative to root.
func glob(tree Tree, root, pattern string) []string {
	if !hasGlob(pattern) {
		if tree.Kind(path.Join(root, pattern)) == Nothing {
			return nil
		}
		return []string{pattern}
	}
	parent, base := path.Split(pattern)
	var found []string
	for _, dir := range glob(tree, root, path.Clean(parent)) {
		names, _ := tree.List(path.Join(root, dir))
		slices.Sort(names)
		for _, name := range names {
			if matches, _ := path.Match(base, name); matches {
				found = append(found, path.Join(dir, name))
			}
		}
	}
	return found
}

func mergeFiles(files ...composedFile) ([]byte, error) {
	merged := map[string]any{}
	for _, file := range files {
		content, _ := file.read()
		documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
		for {
			document, err := documents.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("error reading YAML document: %w", err)
			}
			value := map[string]any{}
			if err := yaml.Unmarshal(document, &value); err != nil {
				return nil, fmt.Errorf("cannot unmarshal YAML document: %w", err)
			}
			merged = mergeValues(merged, value)
		}
	}
	return yaml.Marshal(merged)
}

// mergeValues merges maps key by key; anything else of the overlay replaces.
func mergeValues(base, overlay map[string]any) map[string]any {
	merged := maps.Clone(base)
	for key, value := range overlay {
		lower, hasLower := merged[key].(map[string]any)
		if upper, ok := value.(map[string]any); ok && hasLower {
			value = mergeValues(lower, upper)
		}
		merged[key] = value
	}
	return merged
}

func (c *composedTree) Kind(p string) Kind {
	if _, ok := c.files[p]; ok {
		return File
	}
	if p == "/" || c.folders[p] != nil {
		return Directory
	}
	return Nothing
}

func (c *composedTree) Real(p string) (string, bool) { return p, c.Kind(p) != Nothing }

func (c *composedTree) Read(p string) ([]byte, bool) {
	file, ok := c.files[p]
	if !ok {
		return nil, false
	}
	return file.read()
}

func (c *composedTree) List(p string) ([]string, bool) {
	folder, ok := c.folders[p]
	return slices.Collect(maps.Keys(folder)), ok
}

// origins says which file of the workspace each file of the artefact came from.
func (c *composedTree) origins() map[string]string {
	origins := map[string]string{}
	for at, file := range c.files {
		origins[at] = file.origin
	}
	return origins
}
