/** ConfigMaps and Secrets that a layer generates (api/internal/generators), as sources of replacements, substitutions and Helm values. */
import type { MapEntry, MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, getIn, mapLike, scalarLike } from '../yaml/node.ts';
import { fieldOf, isSet, textField } from './foldKeys.ts';
import { isSameIdentity } from './identity.ts';
import { keyValuesOf } from './keyValues.ts';
import { textsOf } from './kustomizationFile.ts';
import { Resource } from './resource.ts';
import type { Loader } from './step.ts';

/** The object of one `configMapGenerator` or `secretGenerator` entry; every value keeps the place where it is written. `options`: `generatorOptions`. */
export function generate(entry: MapNode, kind: 'ConfigMap' | 'Secret', options: MapNode | undefined, loader: Loader): Resource {
  const name = textField(entry, 'name');
  if (name === '') loader.fail('a generator has no name (a configmap must have a name).');
  const { values, binary, doubt } = keyValuesOf(entry, loader);
  const own = fieldOf(entry, 'options');
  const metadata: [string, YamlNode][] = [['name', scalarLike(name)]];
  const namespace = textField(entry, 'namespace');
  if (namespace !== '') metadata.push(['namespace', scalarLike(namespace)]);
  for (const field of ['labels', 'annotations']) {
    const texts = new Map([...textsOf(fieldOf(options, field)), ...textsOf(fieldOf(own, field))]);
    if (texts.size > 0) metadata.push([field, mapLike(texts)]);
  }
  const data = new Map<string, MapEntry>();
  for (const [key, value] of values)
    data.set(key, { key: { ...value, text: key }, value: kind === 'Secret' ? { ...value, text: base64(value.text) } : value });
  const fields: [string, YamlNode][] = [
    ['apiVersion', scalarLike('v1')],
    ['kind', scalarLike(kind)],
    ['metadata', mapLike(metadata)],
    ['data', { kind: 'map', entries: data, start: entry.start }],
  ];
  if (kind === 'Secret') fields.push(['type', scalarLike(textField(entry, 'type') || 'Opaque')]);
  if (binary.size > 0) fields.push(['binaryData', mapLike([...binary].map((key) => [key, scalarLike('')]))]);
  const hashed = !isSet(options, 'disableNameSuffixHash') && !isSet(own, 'disableNameSuffixHash');
  const resource = Resource.ofTree({ ...mapLike(fields), start: entry.start }, '', { hashed });
  return doubt === '' ? resource : resource.doubted(doubt);
}

const LINE = 70;

/** As kyaml writes Secrets: in lines of 70 characters (rnode.go, encodeBase64). */
function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  const encoded = btoa(binary);
  return encoded.length <= LINE ? encoded : `${(encoded.match(/.{1,70}/g) ?? []).join('\n')}\n`;
}

/** Adds a generated object as its `behavior` says: one that is there already can be merged with or replaced, and has to be (api/resmap/reswrangler.go). */
export function absorb(
  resources: readonly Resource[],
  generated: Resource,
  behavior: string,
  loader: Loader,
  isPartial: boolean,
): readonly Resource[] {
  const { kind, name } = generated;
  const matches = resources.filter(
    (resource) =>
      !resource.declared &&
      (isSameIdentity(resource, generated) ||
        resource.previous.some((identity) => isSameIdentity({ ...identity, apiVersion: resource.apiVersion }, generated))),
  );
  const changes = behavior === 'merge' || behavior === 'replace';
  const [existing, second] = matches;
  if (existing === undefined) {
    // What was not fetched may hold the object to merge with.
    if (changes && !isPartial)
      loader.fail(`there is no ${kind} ${name} to ${behavior} (does not exist; cannot merge or replace).`);
    return [...resources, generated];
  }
  if (second !== undefined || !changes) {
    loader.fail(
      second === undefined
        ? `there is a ${kind} ${name} already (behavior must be merge or replace).`
        : `there are several objects ${kind} ${name} (found multiple objects that could accept merge).`,
    );
    return resources;
  }
  return resources.with(resources.indexOf(existing), absorbed(existing, generated, behavior));
}

function absorbed(existing: Resource, generated: Resource, behavior: string): Resource {
  let tree: YamlNode = generated.tree;
  const old = existing.tree;
  for (const field of ['labels', 'annotations'])
    tree = withTexts(tree, ['metadata', field], get(get(old, 'metadata'), field), getIn(tree, 'metadata', field));
  if (behavior === 'merge')
    for (const field of ['data', 'binaryData']) tree = withTexts(tree, [field], get(old, field), get(tree, field));
  return existing.replacedBy(
    Resource.ofTree(tree.kind === 'map' ? tree : generated.tree, '', generated.generated),
    generated.doubt,
  );
}

/** Sets a mapping of texts: those of `base`, and over them those of `over`. */
function withTexts(tree: YamlNode, path: readonly string[], base: YamlNode | undefined, over: YamlNode | undefined): YamlNode {
  const entries = new Map<string, MapEntry>();
  for (const map of [base, over])
    if (map?.kind === 'map')
      for (const [key, entry] of map.entries)
        if (entry.value.kind === 'scalar') entries.set(key, { key: entry.key, value: asText(entry.value) });
  if (entries.size === 0) return tree;
  const [field = '', inner] = path;
  const map: MapNode = { kind: 'map', entries, start: 0 };
  const value: YamlNode = inner === undefined ? map : withEntry(get(tree, field), inner, map);
  return withEntry(tree, field, value);
}

function withEntry(tree: YamlNode | undefined, key: string, value: YamlNode): MapNode {
  const entries = new Map<string, MapEntry>(tree?.kind === 'map' ? tree.entries : []);
  entries.set(key, { key: entries.get(key)?.key ?? scalarLike(key), value });
  return { kind: 'map', entries, start: tree?.start ?? 0 };
}

function asText(scalar: ScalarNode): ScalarNode {
  return scalar.tag === '!!str' || scalar.style !== 'plain' ? scalar : { ...scalar, tag: '!!str' };
}
