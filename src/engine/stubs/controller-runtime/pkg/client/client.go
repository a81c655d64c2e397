// Package client has the one method that Flux's variable substitution calls.
package client

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
)

type ObjectKey = types.NamespacedName

type Object any

type GetOption any

type Client interface {
	Get(ctx context.Context, key ObjectKey, obj Object, opts ...GetOption) error
}
