package render

import (
	"bytes"
	"net/url"
	"path"
	"strings"

	"sigs.k8s.io/kustomize/api/pkg/loader"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// mayBeRemote is a quick look whether a kustomization file needs a closer one.
func mayBeRemote(content []byte) bool {
	lower := bytes.ToLower(content)
	for _, sign := range []string{"//", "@", "github.com", "git::", "helmchart", "generators:"} {
		if bytes.Contains(lower, []byte(sign)) {
			return true
		}
	}
	return false
}

func (k kustomizationFile) dropRemote() bool {
	changed := k.dropReferences("resources", k.isRemoteResource)
	changed = k.dropReferences("bases", k.isRemoteResource) || changed
	changed = k.dropReferences("components", isCloned) || changed
	if k.build.charts {
		changed = k.filter("helmCharts", k.dropChart) || changed
		changed = k.filter("helmChartInflationGenerator", k.dropChart) || changed
		changed = k.filter("generators", k.dropChartGenerator) || changed
	}
	return changed
}

func (k kustomizationFile) dropReferences(field string, isRemote func(reference string) bool) bool {
	return k.filter(field, func(entry *yaml.RNode) []*yaml.Node {
		if reference := yaml.GetValue(entry); isRemote(reference) {
			k.report(reference)
			return nil
		}
		return []*yaml.Node{entry.YNode()}
	})
}

// isRemoteResource follows kustomize's order: a URL, then a local file, then something to clone.
func (k kustomizationFile) isRemoteResource(reference string) bool {
	address, err := url.Parse(reference)
	if err == nil && (address.Scheme == "http" || address.Scheme == "https") {
		return true
	}
	return isCloned(reference) && k.build.files.kind(path.Join(path.Dir(k.path), reference)).Target() != File
}

// isCloned asks kustomize itself: there is no git here, and that is what it misses for a repository.
func isCloned(reference string) bool {
	_, err := loader.NewFileLoaderAtRoot(filesys.MakeFsInMemory()).New(reference)
	return err != nil && strings.Contains(err.Error(), "no 'git' program on path")
}

func (k kustomizationFile) dropChart(chart *yaml.RNode) []*yaml.Node {
	words := []string{"Helm chart"}
	for _, names := range [][]string{{"name", "chartName"}, {"version", "chartVersion"}, {"repo", "chartRepo"}} {
		for _, name := range names {
			if value := fieldValue(chart, name); value != "" {
				words = append(words, value)
			}
		}
	}
	k.report(strings.Join(words, " "))
	return nil
}

// dropChartGenerator takes out a file, or inline text, in which every generator is one of Helm charts.
func (k kustomizationFile) dropChartGenerator(entry *yaml.RNode) []*yaml.Node {
	text := yaml.GetValue(entry)
	content := []byte(text)
	if !strings.Contains(text, "\n") {
		content = k.read(text)
	}
	generators, err := kio.FromBytes(content)
	kept := []*yaml.Node{entry.YNode()}
	if err != nil || len(generators) == 0 {
		return kept
	}
	for _, generator := range generators {
		if generator.GetKind() != "HelmChartInflationGenerator" {
			return kept
		}
	}
	for _, generator := range generators {
		k.dropChart(generator)
	}
	return nil
}
