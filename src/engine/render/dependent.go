package render

import (
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// dependent is something in a kustomization file that needs an object which a partial build does not have.
type dependent struct {
	kind string // patch, generator or replacement
	id   string // as kustomize's error names the object
}

var failingDirectory = regexp.MustCompile(`recursed accumulation of path '([^']+)'`)

// unmatched has kustomize's words for each kind. Components quote them once more, with backslashes.
var unmatched = []struct {
	kind  string
	words *regexp.Regexp
}{
	{"patch", regexp.MustCompile(`failed to find unique target for patch ([^\s"\\]+)`)},
	{"generator", regexp.MustCompile(`Name:\\*"([^"\\]+)\\*", Namespace:\\*"[^"]*\\*"\} does not exist; cannot merge or replace`)},
	{"replacement", regexp.MustCompile(`nothing selected by ([^\s"\\]+)`)},
}

// leaveOut finds in a partial build's error what to do without next. False: the error has another reason.
func (b *partialBuild) leaveOut(message, directory string) bool {
	if len(b.missing) == 0 {
		return false
	}
	if visited := failingDirectory.FindAllStringSubmatch(message, -1); len(visited) > 0 {
		directory = visited[len(visited)-1][1]
	}
	for _, known := range unmatched {
		match := known.words.FindStringSubmatch(message)
		if match == nil {
			continue
		}
		part := dependent{known.kind, match[1]}
		if slices.Contains(b.dependent[directory], part) {
			return false // it was not found in the file that the error names
		}
		b.dependent[directory] = append(b.dependent[directory], part)
		return true
	}
	return false
}

func (k kustomizationFile) dropDependent(part dependent) bool {
	switch part.kind {
	case "patch":
		changed := k.filter("patches", func(entry *yaml.RNode) []*yaml.Node { return k.dropPatch(entry, part.id) })
		return k.filter("patchesStrategicMerge", func(entry *yaml.RNode) []*yaml.Node { return k.dropPatchText(entry, part.id) }) || changed
	case "generator":
		drop := func(entry *yaml.RNode) []*yaml.Node { return k.dropGenerator(entry, part.id) }
		changed := k.filter("configMapGenerator", drop)
		return k.filter("secretGenerator", drop) || changed
	default:
		return k.filter("replacements", func(entry *yaml.RNode) []*yaml.Node { return k.dropReplacement(entry, part.id) })
	}
}

// dropPatch takes out of an entry of `patches` the documents that patch the object.
func (k kustomizationFile) dropPatch(entry *yaml.RNode, id string) []*yaml.Node {
	kept := []*yaml.Node{entry.YNode()}
	if entry.Field("target") != nil {
		return kept // these may match nothing
	}
	text := fieldValue(entry, "patch")
	if file := fieldValue(entry, "path"); file != "" {
		text = string(k.read(file))
	}
	rest, found := k.withoutPatch(text, id)
	switch {
	case !found:
		return kept
	case rest == "":
		return nil
	}
	inline := entry.Copy()
	_ = inline.PipeE(yaml.Clear("path"))
	_ = inline.PipeE(yaml.SetField("patch", yaml.NewStringRNode(rest)))
	return []*yaml.Node{inline.YNode()}
}

func (k kustomizationFile) dropPatchText(entry *yaml.RNode, id string) []*yaml.Node {
	text := yaml.GetValue(entry)
	if content := k.read(text); content != nil {
		text = string(content)
	}
	rest, found := k.withoutPatch(text, id)
	switch {
	case !found:
		return []*yaml.Node{entry.YNode()}
	case rest == "":
		return nil
	}
	return []*yaml.Node{yaml.NewStringRNode(rest).YNode()}
}

func (k kustomizationFile) withoutPatch(text, id string) (rest string, found bool) {
	documents, err := kio.FromBytes([]byte(text))
	if err != nil {
		return text, false
	}
	var kept []string
	for _, document := range documents {
		own := resid.NewResIdWithNamespace(resid.GvkFromNode(document), document.GetName(), document.GetNamespace())
		if own.String() == id {
			found = true
			k.report("patch of " + id)
		} else {
			kept = append(kept, document.MustString())
		}
	}
	return strings.Join(kept, "---\n"), found
}

func (k kustomizationFile) dropGenerator(entry *yaml.RNode, name string) []*yaml.Node {
	behavior := fieldValue(entry, "behavior")
	if fieldValue(entry, "name") != name || behavior != "merge" && behavior != "replace" {
		return []*yaml.Node{entry.YNode()}
	}
	k.report("generator of " + name)
	return nil
}

// dropReplacement takes out a replacement by its source. One in a file of its own stays, and so does the error.
func (k kustomizationFile) dropReplacement(entry *yaml.RNode, selector string) []*yaml.Node {
	var replacement types.Replacement
	if err := entry.YNode().Decode(&replacement); err != nil || replacement.Source == nil || replacement.Source.String() != selector {
		return []*yaml.Node{entry.YNode()}
	}
	k.report("replacement from " + selector)
	return nil
}

func fieldValue(node *yaml.RNode, name string) string {
	field := node.Field(name)
	if field.IsNilOrEmpty() {
		return ""
	}
	return yaml.GetValue(field.Value)
}
