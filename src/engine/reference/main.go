//go:build !wasm

// Command reference is what the tests compare the engine with: Flux's own functions on the real disk, in the order in which
// source-controller and kustomize-controller call them. One request in JSON per line of input, one answer per line.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	fluxkustomize "github.com/fluxcd/pkg/kustomize"
	securefs "github.com/fluxcd/pkg/kustomize/filesys"
	"github.com/fluxcd/pkg/sourceignore"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/resmap"
)

type request struct {
	Root          string
	Directory     string
	Kustomization map[string]any
	Values        map[string]map[string]string
	Lenient       bool
	Archive       bool // build from what source-controller packs
	Ignore        *string
}

type answer struct {
	YAML  string `json:"yaml"`
	Error string `json:"error,omitempty"`
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var q request
		if err := json.Unmarshal(line, &q); err != nil {
			panic(err)
		}
		text, err := build(q)
		a := answer{YAML: text}
		if err != nil {
			a.Error = err.Error()
		}
		if err := out.Encode(a); err != nil {
			panic(err)
		}
	}
}

func build(q request) (string, error) {
	if q.Archive {
		artefact, err := archive(q.Root, q.Ignore)
		if err != nil {
			return "", err
		}
		defer os.RemoveAll(artefact)
		q.Root = artefact
	}
	kustomization := unstructured.Unstructured{Object: q.Kustomization}
	directory := filepath.Join(q.Root, q.Directory)
	content, file, _, err := fluxkustomize.NewGenerator(q.Root, kustomization).GenerateManifest(directory)
	if err != nil {
		return "", err
	}
	disk, err := securefs.MakeFsOnDiskSecure(q.Root)
	if err != nil {
		return "", err
	}
	files := securefs.MakeFsInMemory(disk)
	if err := files.WriteFile(file, content); err != nil {
		return "", err
	}
	result, err := fluxkustomize.Build(files, directory)
	if err != nil {
		return "", err
	}
	if err := substitute(result, kustomization, q); err != nil {
		return "", err
	}
	text, err := result.AsYaml()
	return string(text), err
}

func substitute(result resmap.ResMap, kustomization unstructured.Unstructured, q request) error {
	postBuild, ok, _ := unstructured.NestedMap(kustomization.Object, "spec", "postBuild")
	if !ok {
		return nil
	}
	for _, resource := range result.Resources() {
		changed, err := fluxkustomize.SubstituteVariables(context.Background(), cluster(q.Values), kustomization, resource,
			fluxkustomize.SubstituteWithStrict(!q.Lenient), fluxkustomize.SubstituteWithAlways(postBuild["substituteStrategy"] == "Always"))
		if err != nil {
			return err
		}
		if changed != nil {
			if _, err := result.Replace(resource); err != nil {
				return err
			}
		}
	}
	return nil
}

type cluster map[string]map[string]string

func (c cluster) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	notFound := apierrors.NewNotFound(schema.GroupResource{}, key.Name)
	name := key.Namespace + "/" + key.Name
	switch object := into.(type) {
	case *corev1.ConfigMap:
		data, ok := c["ConfigMap/"+name]
		if !ok {
			return notFound
		}
		object.Data = data
	case *corev1.Secret:
		data, ok := c["Secret/"+name]
		if !ok {
			return notFound
		}
		object.Data = map[string][]byte{}
		for key, value := range data {
			object.Data[key] = []byte(value)
		}
	}
	return nil
}

// archive copies what source-controller would pack: regular files and directories that the rules do not exclude.
func archive(root string, ignore *string) (string, error) {
	domain := strings.Split(root, "/")
	patterns, err := sourceignore.LoadIgnorePatterns(root, domain)
	if err != nil {
		return "", err
	}
	if ignore != nil {
		patterns = append(patterns, sourceignore.ReadPatterns(strings.NewReader(*ignore), domain)...)
	}
	matcher := sourceignore.NewDefaultMatcher(patterns, domain)
	target, err := os.MkdirTemp("", "artefact-")
	if err != nil {
		return "", err
	}
	return target, filepath.Walk(root, func(p string, info fs.FileInfo, err error) error {
		if err != nil || matcher.Match(strings.Split(p, "/"), info.IsDir()) {
			return err
		}
		to := filepath.Join(target, strings.TrimPrefix(p, root))
		if info.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		if !info.Mode().IsRegular() {
			return nil
		}
		content, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, content, 0o644)
	})
}
