/** Labels, annotations and replica counts as transformers set them: an object keeps them beside its tree, and most are never written into one. */
import type { MapEntry, ScalarNode, YamlNode } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { changePath, splitPath } from './fieldSpec.ts';
import type { ResourceIdentity } from './identity.ts';
import { isOfKind } from './identity.ts';
import { withoutMapping, mayHideKeys } from './textHints.ts';

/** Values for the fields that the specs lead to: entries of mappings, or (at the key '') the field itself. */
export interface FieldEdit {
  readonly specs: readonly FieldSpec[];
  readonly values: ReadonlyMap<string, ScalarNode>;
}

/** The tree with the values in it; parts where kustomize refuses them stay as they are. */
export function applyEdit(tree: YamlNode, edit: FieldEdit, identity: ResourceIdentity): YamlNode {
  return attempt(tree, edit, identity).tree;
}

/** Why kustomize refuses to set the values, undefined where it does not (api/filters/fieldspec). */
export function editProblem(tree: YamlNode, edit: FieldEdit, identity: ResourceIdentity): string | undefined {
  return attempt(tree, edit, identity).problem;
}

function attempt(
  tree: YamlNode,
  { specs, values }: FieldEdit,
  identity: ResourceIdentity,
): { readonly tree: YamlNode; readonly problem: string | undefined } {
  let current = tree;
  let problem: string | undefined;
  for (const spec of specs) {
    if (!isOfKind(identity, spec)) continue;
    const changed = changePath(current, splitPath(spec.path), spec.create, (found) => withValues(found, values));
    if (changed === undefined) continue;
    if ('problem' in changed) problem ??= `considering field '${spec.path}': ${changed.problem}`;
    else current = changed;
  }
  return { tree: current, problem };
}

function withValues(
  found: YamlNode | undefined,
  values: ReadonlyMap<string, ScalarNode>,
): YamlNode | { readonly problem: string } {
  const whole = values.get('');
  const isEmpty = found === undefined || (found.kind === 'scalar' && isNull(found));
  if (whole !== undefined)
    return isEmpty || found.kind === 'scalar' ? whole : { problem: 'wrong node kind: expected ScalarNode' };
  if (!isEmpty && found.kind !== 'map') return { problem: 'wrong node kind: expected MappingNode' };
  const entries = new Map<string, MapEntry>(found?.kind === 'map' ? found.entries : []);
  for (const [key, value] of values) entries.set(key, { key: entries.get(key)?.key ?? { ...value, text: key }, value });
  return { kind: 'map', entries, start: found?.kind === 'map' ? found.start : 0 };
}

const NO_MAPPING = withoutMapping(
  'metadata|spec|jobTemplate|template|labels|annotations|selector|matchLabels|podSelector|affinity|labelSelector',
);

/** A quick test that lets through every text that may have a scalar or a list where labels, annotations or replicas need mappings around them. */
export function mayRefuseEdits(text: string): boolean {
  return NO_MAPPING.test(text) || mayHideKeys(text);
}
