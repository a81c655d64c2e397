/** ConfigMaps and Secrets that a layer generates, as sources of replacements, substitutions and Helm values. Name hashes are left out: nothing here looks at them. */
import type { FileView } from '../repository/files.ts';
import { resolvePath } from '../repository/files.ts';
import type { MapEntry, MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { textAt } from '../yaml/node.ts';
import { foldKeys } from './kustomizationFile.ts';
import { isUrl } from './remote.ts';
import type { Resource, ResourceIdentity } from './resource.ts';
import { resourceFrom } from './resource.ts';
import { mergeValues } from './strategicMerge.ts';

/** The object of one `configMapGenerator` or `secretGenerator` entry; every value keeps the place where it is written. `fail` hears why kustomize refuses it. */
export function generate(
  entry: MapNode,
  kind: 'ConfigMap' | 'Secret',
  view: FileView,
  directory: string,
  used: Set<string>,
  fail: (sentence: string, at?: ScalarNode) => void = () => undefined,
): Resource {
  const fields = foldKeys(entry);
  const data = new Map<string, MapEntry>();
  const put = (key: string, value: ScalarNode) => data.set(key, { key: { ...value, text: key }, value });
  const list = (name: string): readonly ScalarNode[] => {
    const value = fields.get(name)?.value;
    return value?.kind === 'sequence' ? value.items.filter((item) => item.kind === 'scalar') : [];
  };
  const read = (reference: string, at: ScalarNode) => {
    if (isUrl(reference)) return undefined;
    const path = resolvePath(directory, reference);
    if (path === undefined) return undefined;
    used.add(path);
    const file = view.file(path);
    // Only text is read: what looks like anything else may well exist.
    if (file === undefined && !BINARY.test(path) && !view.isDirectory(path))
      fail(`${path} does not exist (no such file or directory).`, at);
    return file;
  };
  const single = fields.get('env')?.value;
  for (const env of [...list('envs'), ...(single?.kind === 'scalar' ? [single] : [])]) {
    const file = read(env.text, env);
    if (file !== undefined) for (const [key, value] of envLines(file.path, file.text)) put(key, value);
  }
  for (const literal of list('literals')) {
    const equals = literal.text.indexOf('=');
    if (equals <= 0) fail('an entry of literals has no key (expected key=value).', literal);
    else put(literal.text.slice(0, equals), { ...literal, text: unquote(literal.text.slice(equals + 1)), part: 'literal' });
  }
  for (const item of list('files')) {
    const equals = item.text.indexOf('=');
    const reference = equals < 0 ? item.text : item.text.slice(equals + 1);
    const file = read(reference, item);
    const key = equals < 0 ? reference.slice(reference.lastIndexOf('/') + 1) : item.text.slice(0, equals);
    if (file !== undefined) put(key, wholeFile(file.path, file.text));
  }
  return resourceFrom(objectOf(entry, kind, textAt(entry, 'name'), textAt(entry, 'namespace'), data), '');
}

/** Adds a generated object as its `behavior` says: a second one of the same name has to merge or to replace, and these need a first one. */
export function absorb(
  resources: readonly Resource[],
  generated: Resource,
  behavior: string,
  fail: (sentence: string) => void,
): readonly Resource[] {
  const isSame = (identity: ResourceIdentity) =>
    identity.kind === generated.kind &&
    identity.name === generated.name &&
    (identity.namespace || 'default') === (generated.namespace || 'default');
  const index = resources.findIndex((resource) => isSame(resource) || resource.previous.some(isSame));
  const existing = resources[index];
  const changes = behavior === 'merge' || behavior === 'replace';
  if (existing === undefined) {
    if (changes)
      fail(`there is no ${generated.kind} ${generated.name} to ${behavior} (does not exist; cannot merge or replace).`);
    return [...resources, generated];
  }
  if (!changes) {
    fail(`there is a ${generated.kind} ${generated.name} already (behavior must be merge or replace).`);
    return resources;
  }
  const tree = behavior === 'merge' ? mergeValues(existing.tree, generated.tree) : generated.tree;
  return resources.with(index, { ...existing, tree: tree?.kind === 'map' ? tree : generated.tree });
}

const BINARY =
  /\.(?:png|jpe?g|gif|ico|webp|bmp|pdf|zip|t?gz|tar|bz2|xz|zst|br|jks|p12|pfx|der|keystore|jar|war|wasm|so|bin|woff2?|ttf|otf|db|sqlite)$/i;

function objectOf(entry: MapNode, kind: string, name: string, namespace: string, data: ReadonlyMap<string, MapEntry>): MapNode {
  const like: ScalarNode = {
    kind: 'scalar',
    text: '',
    style: 'plain',
    tag: '!!str',
    start: entry.start,
    end: entry.start,
    alias: false,
    source: { file: '', within: undefined },
  };
  const map = (pairs: readonly (readonly [string, YamlNode])[]): MapNode => ({
    kind: 'map',
    entries: new Map(pairs.map(([key, value]) => [key, { key: { ...like, text: key }, value }])),
    start: entry.start,
  });
  const scalar = (text: string): ScalarNode => ({ ...like, text });
  return map([
    ['apiVersion', scalar('v1')],
    ['kind', scalar(kind)],
    [
      'metadata',
      map([
        ['name', scalar(name)],
        ['namespace', scalar(namespace)],
      ]),
    ],
    // Values of a generated Secret stay as they are written: nothing here decodes them.
    [kind === 'Secret' ? 'stringData' : 'data', { kind: 'map', entries: data, start: entry.start }],
  ]);
}

function unquote(value: string): string {
  const match = /^(["'])(.*)\1$/s.exec(value);
  return match?.[2] ?? value;
}

function* envLines(path: string, text: string): Generator<[string, ScalarNode]> {
  let offset = 0;
  for (const line of text.split('\n')) {
    const match = /^\s*([^#=\s][^=]*)=(.*?)\r?$/.exec(line);
    if (match !== null) {
      const start = offset + line.indexOf('=') + 1;
      const value = match[2] ?? '';
      yield [
        (match[1] ?? '').trim(),
        {
          kind: 'scalar',
          text: value,
          style: 'plain',
          tag: '!!str',
          start,
          end: start + value.length,
          alias: false,
          source: { file: path, within: undefined },
          part: 'literal',
        },
      ];
    }
    offset += line.length + 1;
  }
}

function wholeFile(path: string, text: string): ScalarNode {
  return {
    kind: 'scalar',
    text,
    style: 'literal',
    tag: '!!str',
    start: 0,
    end: text.length,
    alias: false,
    source: { file: path, within: undefined },
    part: 'literal',
  };
}
