// Package v1 has the type JSON, in which Flux keeps the values of JSON patches.
package v1

import "slices"

// JSON is a JSON value as written: bytes go in and come out unchanged, null stays empty.
type JSON struct {
	Raw []byte
}

func (j JSON) MarshalJSON() ([]byte, error) {
	if len(j.Raw) == 0 {
		return []byte("null"), nil
	}
	return j.Raw, nil
}

func (j *JSON) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && string(data) != "null" {
		j.Raw = slices.Clone(data)
	}
	return nil
}

func (j *JSON) DeepCopyInto(out *JSON) {
	out.Raw = slices.Clone(j.Raw)
}

func (j *JSON) DeepCopy() *JSON {
	if j == nil {
		return nil
	}
	return &JSON{Raw: slices.Clone(j.Raw)}
}
