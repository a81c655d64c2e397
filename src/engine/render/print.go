package render

import (
	"bytes"
	"strconv"

	yamlv2 "go.yaml.in/yaml/v2"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// asYAML is resmap.ResMap.AsYaml. That one writes every object as YAML, reads it, writes it as JSON, reads that and writes
// YAML again, a third of the time of a build. What comes out is the same for plain values, so these skip the way round.
func asYAML(result resmap.ResMap) ([]byte, error) {
	var out bytes.Buffer
	for i, object := range result.Resources() {
		if i > 0 {
			out.WriteString("---\n")
		}
		text, err := objectAsYAML(object)
		if err != nil {
			return nil, err
		}
		out.Write(text)
	}
	return out.Bytes(), nil
}

func objectAsYAML(object *resource.Resource) ([]byte, error) {
	value, ok := plainValue(object.YNode(), false)
	if !ok {
		return object.AsYAML()
	}
	return yamlv2.Marshal(value)
}

// plainValue returns what a node holds if that surely survives the way round unchanged. False: take the way round.
func plainValue(node *yaml.Node, inFlow bool) (any, bool) {
	if node == nil || node.Anchor != "" || node.Style&yaml.TaggedStyle != 0 {
		return nil, false
	}
	inFlow = inFlow || node.Style&yaml.FlowStyle != 0
	switch node.Kind {
	case yaml.MappingNode:
		return plainMap(node, inFlow)
	case yaml.SequenceNode:
		list := make([]any, len(node.Content))
		for i, item := range node.Content {
			value, ok := plainValue(item, inFlow)
			if !ok {
				return nil, false
			}
			list[i] = value
		}
		return list, true
	case yaml.ScalarNode:
		return plainScalar(node, inFlow)
	default:
		return nil, false
	}
}

func plainMap(node *yaml.Node, inFlow bool) (any, bool) {
	fields := make(map[any]any, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, isKey := plainValue(node.Content[i], inFlow)
		name, isString := key.(string)
		value, ok := plainValue(node.Content[i+1], inFlow)
		if _, again := fields[name]; !isKey || !isString || !ok || again {
			return nil, false
		}
		fields[name] = value
	}
	return fields, true
}

func plainScalar(node *yaml.Node, inFlow bool) (any, bool) {
	switch node.ShortTag() {
	case yaml.NodeTagString:
		// Folded text may gain empty lines on the way round.
		return node.Value, node.Style&yaml.FoldedStyle == 0 && isPlainText(node.Value)
	case yaml.NodeTagBool:
		return node.Value == "true", node.Value == "true" || node.Value == "false"
	case yaml.NodeTagInt:
		number, err := strconv.ParseInt(node.Value, 10, 64)
		return number, err == nil && strconv.FormatInt(number, 10) == node.Value
	case yaml.NodeTagNull:
		return nil, node.Value == "null" || node.Value == "" && !inFlow // {a: } comes back as {a: ''}
	default:
		return nil, false
	}
}

// isPlainText leaves out what YAML writes in special ways: control and other invisible characters, and leading space.
func isPlainText(text string) bool {
	if text != "" && (text[0] == ' ' || text[0] == '\n' || text[0] == '\t') {
		return false
	}
	for _, r := range text {
		isPlain := r == '\n' || r == '\t' || r >= ' ' && r <= '~' || r >= 0xa0 && r < 0x2000 || r > 0x206f && r < 0xd800 || r >= 0xe000 && r < 0xfe00
		if !isPlain {
			return false
		}
	}
	return true
}
