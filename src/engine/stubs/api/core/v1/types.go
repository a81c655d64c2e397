// Package v1 has the two kinds whose data Flux reads in spec.postBuild.substituteFrom.
package v1

type ConfigMap struct {
	Data map[string]string
}

type Secret struct {
	Data map[string][]byte
}
