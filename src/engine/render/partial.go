package render

import (
	"path"
	"slices"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Missing is a part of the result that the preview leaves out.
type Missing struct {
	Path      string `json:"path"` // the kustomization file that asks for it
	Reference string `json:"reference"`
}

// partialBuild takes out of kustomization files what would have to be fetched, and what cannot be done without that,
// and keeps account of it.
type partialBuild struct {
	files     *fileSystem
	charts    bool // take out Helm charts too
	missing   []Missing
	dependent map[string][]dependent // by directory
}

func newPartialBuild(files *fileSystem, charts bool) *partialBuild {
	return &partialBuild{files, charts, []Missing{}, map[string][]dependent{}}
}

// edit returns the content of a kustomization file without these parts. Other files, and kustomization files
// that have no such part, come back byte for byte.
func (b *partialBuild) edit(file string, content []byte) []byte {
	needless := b.dependent[path.Dir(file)]
	if !slices.Contains(konfig.RecognizedKustomizationFileNames(), path.Base(file)) || len(needless) == 0 && !mayBeRemote(content) {
		return content
	}
	node, err := yaml.Parse(string(content))
	if err != nil || node.YNode().Kind != yaml.MappingNode {
		return content
	}
	k := kustomizationFile{b, file, node}
	changed := k.dropRemote()
	for _, part := range needless {
		changed = k.dropDependent(part) || changed
	}
	if !changed {
		return content
	}
	edited, err := node.String()
	if err != nil {
		return content
	}
	return []byte(edited)
}

func (b *partialBuild) report(file, reference string) {
	if part := (Missing{file, reference}); !slices.Contains(b.missing, part) {
		b.missing = append(b.missing, part)
	}
}

// kustomizationFile is one that is being edited.
type kustomizationFile struct {
	build *partialBuild
	path  string
	node  *yaml.RNode
}

func (k kustomizationFile) report(reference string) { k.build.report(k.path, reference) }

// filter keeps the entries of a list for which keep returns replacements, and puts these in their place.
func (k kustomizationFile) filter(field string, keep func(entry *yaml.RNode) []*yaml.Node) bool {
	list := k.node.Field(field)
	if list.IsNilOrEmpty() || list.Value.YNode().Kind != yaml.SequenceNode {
		return false
	}
	before := list.Value.YNode().Content
	var after []*yaml.Node
	for _, entry := range before {
		after = append(after, keep(yaml.NewRNode(entry))...)
	}
	list.Value.YNode().Content = after
	return !slices.Equal(before, after)
}

// read returns a file that the kustomization file refers to; nil when it is not there.
func (k kustomizationFile) read(reference string) []byte {
	content, err := k.build.files.ReadFile(path.Join(path.Dir(k.path), reference))
	if err != nil {
		return nil
	}
	return content
}
