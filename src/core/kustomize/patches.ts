/** Patches of a layer (api/internal/builtins/PatchTransformer.go, PatchStrategicMergeTransformer.go, PatchJson6902Transformer.go). */
import type { MapEntry, MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, isNull, mapLike, scalarAt, scalarLike, textAt } from '../yaml/node.ts';
import { replaceAt } from './fieldSpec.ts';
import { isSameIdentity } from './identity.ts';
import type { JsonPatch } from './jsonPatch.ts';
import { applyJsonPatch } from './jsonPatch.ts';
import type { PatchEntry } from './kustomizationFile.ts';
import type { PatchText } from './patchText.ts';
import { inlinePatch, patchInFile, patchInPlace } from './patchText.ts';
import type { Resource } from './resource.ts';
import { selected, selectorOf } from './selection.ts';
import type { StepContext } from './step.ts';
import { textFile } from './step.ts';
import { strategicMerge } from './strategicMerge.ts';

/** The resources after one patch. */
export function applyPatch(resources: readonly Resource[], entry: PatchEntry, context: StepContext): readonly Resource[] {
  const text = load(entry, context);
  if (text === undefined) return resources;
  if (text.isList && entry.list === 'patches' && !('problem' in text.json))
    return applyJson(resources, text.json, entry, context);
  if (text.unread !== '') context.notRead({ why: text.unread, scalar: entry.path ?? entry.inline, isUnread: true });
  if (entry.list === 'patchesJson6902') return applyJsonEntry(resources, text.json, entry, context);
  const { merges } = text;
  if (!('problem' in merges)) return applyMerges(resources, merges, entry, context);
  const { json } = text;
  if (entry.list === 'patchesStrategicMerge' || 'problem' in json) {
    const place = entry.path ?? entry.inline;
    const what = entry.path === undefined ? 'an inline patch' : `the patch ${entry.path.text}`;
    context.fail(`${what} is no patch (unable to parse SM or JSON patch): ${merges.problem}.`, place, 'syntax');
    return resources;
  }
  return applyJson(resources, json, entry, context);
}

function load(entry: PatchEntry, context: StepContext): PatchText | undefined {
  const { inline, path, list, node } = entry;
  if (node !== undefined) return patchInPlace(node);
  if (list === 'patchesStrategicMerge') {
    // An entry is a patch itself where it can be read as one, else a path.
    const text = path === undefined ? undefined : inlinePatch(path);
    if (text !== undefined && !('problem' in text.merges)) return text;
  } else if (path !== undefined && inline !== undefined) {
    context.fail("a patch has both text and a file (patch and path can't be set at the same time).", path);
    return undefined;
  }
  if (inline !== undefined) return inlinePatch(inline);
  if (path === undefined) {
    context.fail('a patch has neither text nor a file (must specify one of patch and path).');
    return undefined;
  }
  const file = textFile(context.load(path.text, path, 'the patch'), path, context);
  return file && patchInFile(file);
}

/** The objects that the target of an entry selects; undefined where it is malformed. */
function targetsOf(target: MapNode, resources: readonly Resource[], context: StepContext): ReadonlySet<Resource> | undefined {
  const selector = selectorOf(target);
  const found = 'problem' in selector ? selector : selected(selector, resources);
  if (!('problem' in found)) return new Set(found);
  context.fail(`the target of a patch is malformed: ${found.problem}.`, firstScalar(target));
  return undefined;
}

function firstScalar(map: MapNode): ScalarNode | undefined {
  return map.entries.values().next().value?.key;
}

function applyJsonEntry(
  resources: readonly Resource[],
  json: PatchText['json'],
  entry: PatchEntry,
  context: StepContext,
): readonly Resource[] {
  const place = entry.path ?? entry.inline;
  if (textAt(entry.target, 'name') === '') {
    context.fail('a JSON patch does not say what it is for (must specify the target name).', place);
    return resources;
  }
  if ('problem' in json || json.operations.length === 0) {
    context.fail(
      `a JSON patch cannot be read: ${'problem' in json ? json.problem : 'patch appears to be empty'}.`,
      place,
      'syntax',
    );
    return resources;
  }
  return applyJson(resources, json, entry, context);
}

function applyJson(
  resources: readonly Resource[],
  json: JsonPatch,
  entry: PatchEntry,
  context: StepContext,
): readonly Resource[] {
  const { target } = entry;
  if (target === undefined) {
    context.fail('a JSON patch does not say what it is for (must specify a target for JSON patch).', entry.path ?? entry.inline);
    return resources;
  }
  const targets = targetsOf(target, resources, context);
  if (targets === undefined) return resources;
  context.ran(entry, targets.size > 0);
  if (targets.size === 0) return resources;
  return resources.map((resource) => {
    if (!targets.has(resource)) return resource;
    const patched = withJsonPatch(entry.list === 'patches' ? resource.remembering() : resource, json);
    if (!('problem' in patched)) return patched;
    context.fail(`a patch does not apply to ${resource.kind} ${resource.name}: ${patched.problem}.`, entry.path ?? entry.inline);
    return resource;
  });
}

/** While kustomize works, an object that had another name before has an annotation that says so. */
const SENTINEL = 'internal.config.kubernetes.io/previousNames';

function withJsonPatch(resource: Resource, json: JsonPatch): Resource | { readonly problem: string } {
  const { tree } = resource;
  const isMarked = resource.previous.length > 0;
  const result = applyJsonPatch(isMarked ? marked(tree) : tree, json);
  if ('problem' in result) return result;
  const after = isMarked ? unmarked(result.tree) : result.tree;
  if (after.kind !== 'map') return { problem: 'what is left is no object' };
  if (textAt(after, 'kind') === '' || textAt(after, 'metadata', 'name') === '')
    return { problem: 'what is left has no kind or no name (missing metadata.name in object)' };
  return resource.withTree(after, 'patch', [], json.mayAddImages);
}

function marked(tree: MapNode): YamlNode {
  const metadata = get(tree, 'metadata');
  const annotations = get(metadata, 'annotations');
  const entries = new Map<string, MapEntry>(annotations?.kind === 'map' ? annotations.entries : []);
  entries.set(SENTINEL, { key: scalarLike(SENTINEL), value: scalarLike('') });
  const changed: MapNode = { kind: 'map', entries, start: annotations?.start ?? 0 };
  return withEntry(tree, ['metadata'], 'annotations', changed);
}

function unmarked(tree: YamlNode): YamlNode {
  const annotations = get(get(tree, 'metadata'), 'annotations');
  if (annotations?.kind !== 'map' || !annotations.entries.has(SENTINEL)) return tree;
  const entries = new Map<string, MapEntry>(annotations.entries);
  entries.delete(SENTINEL);
  return withEntry(tree, ['metadata'], 'annotations', entries.size === 0 ? undefined : { ...annotations, entries });
}

/** The tree with an entry of the mapping at `path` set or, by undefined, taken out. */
function withEntry(tree: YamlNode, path: readonly string[], key: string, value: YamlNode | undefined): YamlNode {
  let parent: YamlNode | undefined = tree;
  for (const step of path) parent = get(parent, step);
  const entries = new Map<string, MapEntry>(parent?.kind === 'map' ? parent.entries : []);
  if (value === undefined) entries.delete(key);
  else entries.set(key, { key: entries.get(key)?.key ?? scalarLike(key), value });
  return replaceAt(tree, path, { kind: 'map', entries, start: parent?.start ?? 0 }) ?? tree;
}

function applyMerges(
  resources: readonly Resource[],
  patches: readonly Resource[],
  entry: PatchEntry,
  context: StepContext,
): readonly Resource[] {
  const place = entry.path ?? entry.inline;
  const { target } = entry;
  if (target !== undefined && patches.length > 1) {
    context.fail(
      'a patch with a target has several documents (Multiple Strategic-Merge Patches are not allowed to set a target).',
      place,
    );
    return resources;
  }
  if (patches.length === 0 && entry.list === 'patchesStrategicMerge') {
    context.fail('a patch appears to be empty.', place);
    return resources;
  }
  let current = resources;
  for (const patch of patches) {
    if (target !== undefined) {
      const targets = targetsOf(target, current, context);
      if (targets === undefined) return current;
      context.ran(entry, targets.size > 0);
      current = mergeInto(current, targets, patch, entry, context);
      continue;
    }
    const found = namedBy(patch, current, entry, context);
    if (found !== undefined) current = mergeInto(current, new Set([found]), patch, entry, context);
  }
  return current;
}

/** The one object that a patch names. */
function namedBy(patch: Resource, resources: readonly Resource[], entry: PatchEntry, context: StepContext): Resource | undefined {
  const found = resources.filter(
    (resource) =>
      !resource.declared &&
      (isSameIdentity(resource, patch) ||
        resource.previous.some((identity) => isSameIdentity({ ...identity, apiVersion: resource.apiVersion }, patch))),
  );
  const { kind, name } = patch;
  const place = scalarAt(patch.tree, 'metadata', 'name') ?? entry.path ?? entry.inline;
  if (found.length > 1)
    context.fail(
      `several resources match the strategic merge patch of ${kind} ${name} (multiple matches for Id).`,
      place,
      'patch-target',
    );
  else if (found.length === 0 && !context.isPartial)
    context.fail(`no resource matches the strategic merge patch of ${kind} ${name} (no matches for Id).`, place, 'patch-target');
  return found.length === 1 ? found[0] : undefined;
}

function mergeInto(
  resources: readonly Resource[],
  targets: ReadonlySet<Resource>,
  patch: Resource,
  entry: PatchEntry,
  context: StepContext,
): readonly Resource[] {
  if (targets.size === 0) return resources;
  if (patch.doubt !== '') context.doubt(patch.doubt);
  // Where a set of objects is patched, kustomize makes texts of all labels and annotations of the patch first.
  const isSet = entry.target !== undefined || entry.list === 'patchesStrategicMerge';
  const text = isSet ? withTextMetadata(patch.tree) : patch.tree;
  const merged = resources.flatMap((resource) => {
    if (!targets.has(resource)) return [resource];
    const own = isSet ? withEntry(text, [], 'apiVersion', scalarLike(resource.apiVersion)) : text;
    const result = merge(resource, own, patch.mayHoldImages, entry);
    if (result === undefined) return [];
    if (!('problem' in result)) return [result];
    const { kind, name } = resource;
    context.fail(`a patch does not fit ${kind} ${name}: ${result.problem}.`, entry.path ?? entry.inline);
    return [resource];
  });
  if (entry.mayRename || entry.mayChangeKind) refuseTwins(merged, entry, context);
  return merged;
}

function merge(
  resource: Resource,
  patch: YamlNode,
  mayAddImages: boolean,
  entry: PatchEntry,
): Resource | undefined | { readonly problem: string } {
  const { kind, name, namespace } = resource;
  const before = entry.mayRename || entry.mayChangeKind ? resource.remembering() : resource;
  const result = strategicMerge(resource.tree, patch);
  if ('problem' in result) return result;
  let tree = result.tree;
  if (tree?.kind !== 'map' || tree.entries.size === 0) return undefined;
  const restore = (path: readonly string[], key: string, text: string) => {
    const found = scalarAt(tree, ...path, key);
    if (tree === undefined || (text === '' ? found === undefined || isNull(found) : found?.text === text)) return;
    tree = withEntry(tree, path, key, text === '' ? undefined : (scalarAt(resource.tree, ...path, key) ?? scalarLike(text)));
  };
  if (!entry.mayChangeKind) restore([], 'kind', kind);
  if (!entry.mayRename) restore(['metadata'], 'name', name);
  restore(['metadata'], 'namespace', namespace);
  return tree.kind === 'map' ? before.withTree(tree, 'patch', [], mayAddImages).merged() : undefined;
}

function withTextMetadata(tree: MapNode): YamlNode {
  let current: YamlNode = tree;
  for (const field of ['labels', 'annotations']) {
    const values = get(get(current, 'metadata'), field);
    if (values === undefined) continue;
    const texts: [string, YamlNode][] =
      values.kind === 'map' ? [...values.entries].map(([key, { value }]) => [key, asText(value)]) : [];
    const made: MapNode = mapLike(texts);
    current = withEntry(current, ['metadata'], field, made.entries.size === 0 ? undefined : made);
  }
  return current;
}

function asText(node: YamlNode): ScalarNode {
  if (node.kind !== 'scalar' || isNull(node)) return scalarLike('');
  return { ...node, tag: '!!str' };
}

function refuseTwins(resources: readonly Resource[], entry: PatchEntry, context: StepContext): void {
  const seen = new Set<string>();
  for (const resource of resources) {
    if (resource.declared) continue;
    const { key } = resource;
    if (seen.has(key)) {
      const sentence = `a patch makes a second ${resource.kind} ${resource.name} (may not add resource with an already registered id).`;
      context.fail(sentence, entry.path ?? entry.inline);
      return;
    }
    seen.add(key);
  }
}
