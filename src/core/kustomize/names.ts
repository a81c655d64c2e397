/** `namespace`, `namePrefix` and `nameSuffix`, as fields of a kustomization and as transformers (api/internal/builtins). */
import { isNull } from '../yaml/node.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { changePath, splitPath } from './fieldSpec.ts';
import { groupOf, isClusterScoped, isOfKind } from './identity.ts';
import type { Resource } from './resource.ts';

export type Step = { readonly resources: readonly Resource[]; readonly problem?: string };

/** Moves all objects into a namespace. Two that become one are refused. `unsetOnly`: those that have a namespace stay there. */
export function withNamespace(resources: readonly Resource[], namespace: string, unsetOnly = false): Step {
  if (namespace === '') return { resources };
  const moved = resources.map((resource) => {
    if (resource.declared) return resource;
    const { apiVersion, kind, name } = resource;
    if (kind === 'Namespace' && apiVersion === 'v1')
      return resource.renamed({ name: unsetOnly && name !== '' ? name : namespace });
    if (isClusterScoped(apiVersion, kind)) return resource.remembering();
    return resource.renamed({ namespace: unsetOnly && resource.namespace !== '' ? resource.namespace : namespace });
  });
  const seen = new Set<string>();
  for (const resource of moved) {
    if (resource.declared) continue;
    const { key } = resource;
    if (seen.has(key))
      return {
        resources: moved,
        problem: `the namespace ${namespace} gets two objects ${resource.kind} ${resource.name} (namespace transformation produces ID conflict).`,
      };
    seen.add(key);
  }
  return { resources: moved };
}

/** Changes names and whatever else the specs lead to, by what `change` makes of a text. `isEmpty`: nothing changes, and nothing is remembered. */
export function withNames(
  resources: readonly Resource[],
  specs: readonly FieldSpec[],
  change: (text: string) => string,
  isEmpty = false,
): Step {
  if (isEmpty) return { resources };
  let problem: string | undefined;
  const named = resources.map((resource) => {
    if (resource.declared) return resource;
    const original = resource.previous[0] ?? resource;
    if (keepsName(original.kind, resource.apiVersion)) return resource;
    let current = resource;
    for (const spec of specs) {
      if (!isOfKind({ ...original, apiVersion: resource.apiVersion }, spec)) continue;
      if (spec.path === 'metadata/name') {
        current = current.renamed({ name: change(current.name) });
        continue;
      }
      const tree = changePath(current.tree, splitPath(spec.path), false, (found) =>
        found?.kind !== 'scalar'
          ? { problem: 'wrong node kind: expected ScalarNode' }
          : isNull(found)
            ? found
            : { ...found, text: change(found.text), tag: '' },
      );
      if (tree !== undefined && 'problem' in tree) problem ??= `considering field '${spec.path}': ${tree.problem}.`;
      else if (tree?.kind === 'map') current = current.withTree(tree, 'patch');
    }
    return current;
  });
  return problem === undefined ? { resources: named } : { resources: named, problem };
}

function keepsName(kind: string, apiVersion: string): boolean {
  return (
    kind === 'CustomResourceDefinition' ||
    kind === 'Namespace' ||
    (kind === 'APIService' && groupOf(apiVersion) === 'apiregistration.k8s.io')
  );
}
