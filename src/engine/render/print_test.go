package render

import (
	"math/rand"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resource"
)

var pieces = []string{
	"a", "b: c", "- x", "true", "yes", "null", "~", "12", "0x1f", "017", "1e3", "2020-01-01", "1.0", "# no", "'", "\"", "\\", "%", "@",
	"`", "&a", "*a", "!t", "|", ">", "{", "}", "[", "]", ",", "?", ":", "-", " ", "  ", "\n", "\n\n", "\t", "é", "日", "😀", "\u00a0", "\u2028",
	"\u0085", "\x7f", "\ufeff", "<<", "=", ".inf", "-1", "+1", "1_000", "0o7", "$x", "{{ x }}", "long text that goes on and on and on and on and on",
}

// The order in which YAML puts keys like 1 and 01 is not defined.
var keys = []string{"a", "b.c/d", "key 2", "key 10", "true", "yes", "null", "~", "-", "é", "10", "", " x", "a\nb", "'", "?"}

func randomText(r *rand.Rand) string {
	var text strings.Builder
	for range r.Intn(6) {
		text.WriteString(pieces[r.Intn(len(pieces))])
	}
	return text.String()
}

func randomValue(r *rand.Rand, depth int) any {
	switch kind := r.Intn(10); {
	case kind < 2 && depth > 0:
		fields := map[string]any{}
		for range r.Intn(4) {
			fields[keys[r.Intn(len(keys))]] = randomValue(r, depth-1)
		}
		return fields
	case kind < 4 && depth > 0:
		list := []any{}
		for range r.Intn(4) {
			list = append(list, randomValue(r, depth-1))
		}
		return list
	case kind == 5:
		return r.Intn(2) == 0
	case kind == 6:
		return r.Int63() - r.Int63()
	case kind == 7:
		return []any{1e8, 0.5, 1e-9, -2.25, 1e21, nil}[r.Intn(6)]
	default:
		return randomText(r)
	}
}

func object(r *rand.Rand) map[string]any {
	return map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "a"}, "data": randomValue(r, 4), "more": randomValue(r, 4),
	}
}

func expectSame(t *testing.T, one *resource.Resource) {
	t.Helper()
	want, wantErr := one.AsYAML()
	got, gotErr := objectAsYAML(one)
	if string(want) != string(got) || (wantErr == nil) != (gotErr == nil) {
		t.Fatalf("kustomize prints\n%s(%v)\nand the short way\n%s(%v)", want, wantErr, got, gotErr)
	}
}

func TestObjectsFromValuesPrintLikeKustomizePrintsThem(t *testing.T) {
	factory := provider.NewDefaultDepProvider().GetResourceFactory()
	r := rand.New(rand.NewSource(1))
	for range 5000 {
		one, err := factory.FromMap(object(r))
		if err == nil {
			expectSame(t, one)
		}
	}
}

func TestObjectsFromFilesPrintLikeKustomizePrintsThem(t *testing.T) {
	factory := provider.NewDefaultDepProvider().GetResourceFactory()
	r := rand.New(rand.NewSource(2))
	styles := []string{"%s", "'%s'", "\"%s\"", "|\n    %s", ">-\n    %s", "|2\n    %s", "!!str %s", "&x %s"}
	parsed := 0
	for range 30000 {
		text := strings.ReplaceAll(randomText(r), "\n", "\n    ")
		line := strings.Replace(styles[r.Intn(len(styles))], "%s", text, 1)
		objects, err := factory.SliceFromBytes([]byte("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: " + line + "\n"))
		if err != nil || len(objects) != 1 {
			continue
		}
		parsed++
		expectSame(t, objects[0])
	}
	if parsed < 1000 {
		t.Fatalf("only %d of the random files are valid", parsed)
	}
}
