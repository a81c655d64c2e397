// Package render builds one kustomization from a Tree, the way Flux does or the way `kustomize build` does.
package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path"
	"reflect"
	"runtime"
	"unsafe"

	fluxkustomize "github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/openapi/kubernetesapi"
)

// Request asks for one build. Paths are absolute in the tree; Directory is relative to the artefact's root.
type Request struct {
	Mode          string                       `json:"mode"` // "flux" or "kustomize"
	Root          string                       `json:"root"`
	Directory     string                       `json:"directory"`
	Kustomization json.RawMessage              `json:"kustomization"` // the Flux object
	Values        map[string]map[string]string `json:"values"`        // "ConfigMap/namespace/name" to its data
	Lenient       bool                         `json:"lenient"`       // unset variables become empty
	Source        *Source                      `json:"source"`        // nil: everything under the root
	Composed      *Composed                    `json:"composed"`
}

// Source says what source-controller leaves out of the repository.
type Source struct {
	Ignore *string `json:"ignore"` // spec.ignore
}

// Composed describes the artefact of an ArtifactGenerator.
type Composed struct {
	Sources map[string]ComposedSource `json:"sources"` // by alias
	Copies  []Copy                    `json:"copies"`
}

// ComposedSource is a source of an ArtifactGenerator, at a path of the tree.
type ComposedSource struct {
	Root   string  `json:"root"`
	Source *Source `json:"source"`
}

// Response is the answer to a Request.
type Response struct {
	YAML    string            `json:"yaml"`
	Stage   string            `json:"stage,omitempty"` // where it went wrong: compose, generate, build, substitute
	Error   string            `json:"error,omitempty"`
	Missing []Missing         `json:"missing"`
	Origins map[string]string `json:"origins,omitempty"` // composed path to path in the tree
	HeapMB  float64           `json:"heapMB"`
}

type stageError struct {
	stage string
	cause error
}

func (e *stageError) Error() string { return e.cause.Error() }

func at(stage string, err error) error { return &stageError{stage, err} }

// remoteFilesAreNotFetched stands in for the network, which the sandbox does not have.
type remoteFilesAreNotFetched struct{}

func (remoteFilesAreNotFetched) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("remote files are not fetched by the preview")
}

func init() {
	http.DefaultTransport = remoteFilesAreNotFetched{}
}

// Warm parses the Kubernetes schema, which every build with a strategic merge patch needs.
func Warm() { _ = openapi.Schema() }

// Handle answers a request in JSON.
func Handle(tree Tree, request []byte) []byte {
	response, err := handle(tree, request)
	var failed *stageError
	if err != nil {
		response.Error = err.Error()
		response.Stage = "request"
		if errors.As(err, &failed) {
			response.Stage = failed.stage
		}
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	response.HeapMB = float64(memory.HeapAlloc) / (1 << 20)
	answer, err := json.Marshal(response)
	if err != nil {
		panic(err) // a Response has nothing that JSON cannot hold
	}
	return answer
}

func handle(tree Tree, request []byte) (Response, error) {
	response := Response{Missing: []Missing{}}
	var q Request
	if err := json.Unmarshal(request, &q); err != nil {
		return response, err
	}
	if q.Composed != nil {
		composed, err := q.Composed.tree(tree)
		if err != nil {
			return response, at("compose", err)
		}
		tree, q.Root, response.Origins = composed, ComposedRoot, composed.origins()
	} else if q.Source != nil {
		tree = newArtefactTree(tree, q.Root, q.Source.Ignore)
	}
	files := newFileSystem(tree, "")
	partial := newPartialBuild(files, q.Mode == "kustomize")
	files.edit = partial.edit
	result, err := build(files, q)
	for err != nil && partial.leaveOut(err.Error(), path.Join(q.Root, q.Directory)) {
		result, err = build(files, q)
	}
	response.Missing = partial.missing
	if err != nil {
		return response, err
	}
	text, err := asYAML(result)
	if err != nil {
		return response, at("build", err)
	}
	response.YAML = string(text)
	return response, nil
}

func (c *Composed) tree(tree Tree) (*composedTree, error) {
	sources, roots := map[string]Tree{}, map[string]string{}
	for alias, source := range c.Sources {
		var ignore *string
		if source.Source != nil {
			ignore = source.Source.Ignore
		}
		sources[alias], roots[alias] = newArtefactTree(tree, source.Root, ignore), source.Root
	}
	return compose(sources, roots, c.Copies)
}

func build(files *fileSystem, q Request) (resmap.ResMap, error) {
	directory := path.Join(q.Root, q.Directory)
	if q.Mode == "kustomize" {
		return runWith(kustomizeOptions(), files, directory, false)
	}
	files.root = q.Root
	object := map[string]any{}
	if len(q.Kustomization) > 0 {
		if err := utiljson.Unmarshal(q.Kustomization, &object); err != nil {
			return nil, err
		}
	}
	kustomization := unstructured.Unstructured{Object: object}
	if err := generate(files, q.Root, directory, kustomization); err != nil {
		return nil, at("generate", err)
	}
	result, err := runWith(fluxOptions(), files, directory, true)
	if err != nil {
		return nil, err
	}
	if err := finish(result, kustomization, q); err != nil {
		return nil, err
	}
	return result, nil
}

// generate rewrites the kustomization file as kustomize-controller does before it builds.
func generate(files *fileSystem, root, directory string, kustomization unstructured.Unstructured) error {
	generator := fluxkustomize.NewGenerator(root, kustomization)
	// The generator reads through its field fs, for which it has no option; without it, it would open the disk.
	field := reflect.ValueOf(generator).Elem().FieldByName("fs")
	reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem().Set(reflect.ValueOf(filesys.FileSystem(files)))
	content, file, _, err := generator.GenerateManifest(directory)
	if err != nil {
		return err
	}
	return files.WriteFile(file, content)
}

// finish does what kustomize-controller does between kustomize and the cluster.
func finish(result resmap.ResMap, kustomization unstructured.Unstructured, q Request) error {
	for _, resource := range result.Resources() {
		if resource.GetName() == "" || resource.GetKind() == "" || resource.GetApiVersion() == "" {
			return at("build", fmt.Errorf("failed to decode Kubernetes apiVersion, kind and name from: %v", resource.String()))
		}
	}
	if err := substitute(result, kustomization, values(q.Values), q.Lenient); err != nil {
		return at("substitute", err)
	}
	labels, _, _ := unstructured.NestedStringMap(kustomization.Object, "spec", "commonMetadata", "labels")
	annotations, _, _ := unstructured.NestedStringMap(kustomization.Object, "spec", "commonMetadata", "annotations")
	for _, resource := range result.Resources() {
		if err := overlay(resource.GetLabels(), labels, resource.SetLabels); err != nil {
			return at("build", err)
		}
		if err := overlay(resource.GetAnnotations(), annotations, resource.SetAnnotations); err != nil {
			return at("build", err)
		}
	}
	return nil
}

func overlay(have, want map[string]string, set func(map[string]string) error) error {
	if len(want) == 0 {
		return nil
	}
	merged := maps.Clone(have)
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, want)
	return set(merged)
}

func fluxOptions() *krusty.Options {
	return &krusty.Options{LoadRestrictions: types.LoadRestrictionsNone, PluginConfig: types.DisabledPluginConfig()}
}

// kustomizeOptions are those of `kustomize build` without flags, which sorts; Flux does not.
func kustomizeOptions() *krusty.Options {
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionUnspecified
	return options
}

// runWith builds with the Kubernetes schema that is already parsed. Only a build whose kustomization sets
// `openapi` can tell, and only then it is done again the slow way: Flux adds to the built-in schema,
// kustomize starts from none.
func runWith(options *krusty.Options, files *fileSystem, directory string, addToBuiltIn bool) (resmap.ResMap, error) {
	result, err := run(options, files, directory)
	if openapi.GetSchemaVersion() != kubernetesapi.DefaultOpenAPI {
		openapi.ResetOpenAPI()
		if addToBuiltIn {
			Warm()
		}
		result, err = run(options, files, directory)
		openapi.ResetOpenAPI()
		Warm()
	}
	if err != nil {
		return nil, at("build", err)
	}
	return result, nil
}

// run turns panics, which kustomize has for some invalid input, into errors, in Flux's words.
func run(options *krusty.Options, files *fileSystem, directory string) (result resmap.ResMap, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("recovered from kustomize build panic: %v", cause)
		}
	}()
	return krusty.MakeKustomizer(options).Run(files, directory)
}
