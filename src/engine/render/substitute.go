package render

import (
	"context"
	"fmt"

	fluxkustomize "github.com/fluxcd/pkg/kustomize"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/resmap"
)

// values plays the cluster that spec.postBuild.substituteFrom is read from.
type values map[string]map[string]string

func (v values) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	switch object := into.(type) {
	case *corev1.ConfigMap:
		data, ok := v["ConfigMap/"+key.Namespace+"/"+key.Name]
		if !ok {
			return apierrors.NewNotFound(schema.GroupResource{Resource: "configmaps"}, key.Name)
		}
		object.Data = data
	case *corev1.Secret:
		data, ok := v["Secret/"+key.Namespace+"/"+key.Name]
		if !ok {
			return apierrors.NewNotFound(schema.GroupResource{Resource: "secrets"}, key.Name)
		}
		object.Data = map[string][]byte{}
		for name, value := range data {
			object.Data[name] = []byte(value)
		}
	}
	return nil
}

// substitute replaces the variables of spec.postBuild in every resource, when that field is there.
func substitute(result resmap.ResMap, kustomization unstructured.Unstructured, cluster values, lenient bool) error {
	postBuild, ok, _ := unstructured.NestedMap(kustomization.Object, "spec", "postBuild")
	if !ok {
		return nil
	}
	for _, resource := range result.Resources() {
		changed, err := fluxkustomize.SubstituteVariables(context.Background(), cluster, kustomization, resource,
			fluxkustomize.SubstituteWithStrict(!lenient), fluxkustomize.SubstituteWithAlways(postBuild["substituteStrategy"] == "Always"))
		if err != nil {
			return fmt.Errorf("post build failed for '%s/%s': %w", resource.GetGvk(), resource.GetName(), err)
		}
		if changed != nil {
			if _, err := result.Replace(resource); err != nil {
				return err
			}
		}
	}
	return nil
}
