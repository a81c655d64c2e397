/** What the manifests of a rendering say of an image that is no container: values of a HelmRelease, and fields of custom resources. */
import { isMap, isScalar, isSeq, parseAllDocuments, parseDocument } from 'yaml';
import type { ImageUsage } from '../../src/core/repository/model.ts';

type Value = string | null | readonly Value[] | Values;
interface Values {
  readonly [key: string]: Value;
}

/** All objects; numbers and booleans as they are spelled. */
export function objectsIn(yaml: string): Values[] {
  return parseAllDocuments(yaml, { version: '1.1', logLevel: 'silent', uniqueKeys: false }).flatMap((document) => {
    const value = valueOf(document.contents);
    return isObject(value) ? [value] : [];
  });
}

function valueOf(node: unknown): Value {
  if (isMap(node)) return Object.fromEntries(node.items.map(({ key, value }) => [keyOf(key), valueOf(value)] as const));
  if (isSeq(node)) return node.items.map(valueOf);
  if (!isScalar(node) || node.value === null) return null;
  return typeof node.value === 'string' ? node.value : (node.source ?? '');
}

function keyOf(node: unknown): string {
  const key = valueOf(node);
  return typeof key === 'string' ? key : '';
}

function isObject(value: Value | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>((found, key) => (isObject(found) ? found[key] : undefined), value);
}

function textAt(value: Value | undefined, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

function listAt(value: Value | undefined, ...path: readonly string[]): readonly Value[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as readonly Value[]) : [];
}

/** Whether the object of a row says this reference where the row says. */
export function saysReference(objects: readonly Values[], row: ImageUsage, reference: string): boolean {
  return objects.some(
    (object) =>
      textAt(object, 'kind') === row.kind &&
      textAt(object, 'metadata', 'name') === row.workload &&
      textAt(object, 'metadata', 'namespace') === row.namespace &&
      (row.container.startsWith('values.')
        ? releaseReference(object, objects, row.container.slice('values.'.length)) === reference
        : textsAlong(object, row.container.split('.')).includes(reference)),
  );
}

/** All texts that a path leads to, in every item of the lists on the way. */
function textsAlong(value: Value | undefined, path: readonly string[]): string[] {
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap((item) => textsAlong(item, path));
  const [head, ...rest] = path;
  if (head === undefined) return typeof value === 'string' ? [value] : [];
  return textsAlong(at(value, head), rest);
}

/** The reference that a HelmRelease has at a path of its values, after its post-renderers. */
function releaseReference(release: Values, objects: readonly Values[], path: string): string | undefined {
  const values = mergedValues(release, objects);
  const steps = path.match(/[^.[\]]+/g) ?? [];
  const parent = step(values, steps.slice(0, -1));
  const key = steps.at(-1) ?? '';
  const value = step(values, steps);
  const whole = Array.isArray(parent) || isObject(value) ? structured(value) : beside(parent, key);
  return whole === undefined ? undefined : postRendered(release, whole);
}

function step(value: Value | undefined, path: readonly string[]): Value | undefined {
  let found = value;
  for (const key of path) {
    if (Array.isArray(found)) found = (found as readonly Value[])[Number(key)];
    else found = at(found, key);
  }
  return found;
}

function first(value: Value | undefined, ...keys: readonly string[]): string {
  return keys.map((key) => textAt(value, key)).find((text) => text !== '') ?? '';
}

function structured(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (!isObject(value)) return undefined;
  const registry = first(value, 'registry');
  const repository = first(value, 'repository', 'name', 'repo');
  return reference(
    registry !== '' && repository !== '' ? `${registry}/${repository}` : repository,
    first(value, 'tag', 'version'),
    first(value, 'digest', 'sha'),
  );
}

/** `image: app` with `imageTag: v1` beside it, whichever of the two the row is for. */
function beside(parent: Value | undefined, key: string): string | undefined {
  const [, stem = '', , tag] = /^(.*?[iI]mage)(_?)([tT]ag)?$/.exec(key) ?? [];
  if (tag === undefined) {
    const own = textAt(parent, key);
    return own === '' ? undefined : own;
  }
  const name = first(parent, `${stem}Repository`, `${stem}_repository`, `${stem}Name`, `${stem}_name`, stem);
  return reference(name, textAt(parent, key), '');
}

function reference(name: string, tag: string, digest: string): string {
  return `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
}

function mergedValues(release: Values, objects: readonly Values[]): Value {
  let values: Value = {};
  for (const source of listAt(release, 'spec', 'valuesFrom')) {
    const map = objects.find(
      (object) =>
        textAt(object, 'kind') === 'ConfigMap' &&
        textAt(source, 'kind') === 'ConfigMap' &&
        textAt(object, 'metadata', 'name') === textAt(source, 'name') &&
        textAt(object, 'metadata', 'namespace') === textAt(release, 'metadata', 'namespace'),
    );
    const text = at(map, 'data', textAt(source, 'valuesKey') || 'values.yaml');
    if (typeof text !== 'string') continue;
    const target = textAt(source, 'targetPath');
    const added =
      target === ''
        ? valueOf(parseDocument(text, { version: '1.1', logLevel: 'silent' }).contents)
        : target.split('.').reduceRight<Value>((value, key) => ({ [key]: value }), text);
    values = merge(values, added);
  }
  return merge(values, at(release, 'spec', 'values') ?? {});
}

function merge(base: Value, over: Value): Value {
  if (!isObject(base) || !isObject(over)) return over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries(
    [...keys].map((key) => {
      const [a, b] = [base[key], over[key]];
      return [key, a !== undefined && b !== undefined ? merge(a, b) : ((b ?? a) as Value)];
    }),
  );
}

function postRendered(release: Values, start: string): string {
  let current = start;
  for (const renderer of listAt(release, 'spec', 'postRenderers'))
    for (const entry of listAt(renderer, 'kustomize', 'images')) {
      const pattern = new RegExp(`^${textAt(entry, 'name')}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`);
      const [, tag = '', digest = ''] = pattern.exec(current) ?? [];
      if (!pattern.test(current)) continue;
      const name = textAt(entry, 'newName') || current.slice(0, current.length - tag.length - digest.length);
      const [newTag, newDigest] = [textAt(entry, 'newTag'), textAt(entry, 'digest')];
      current = newTag === '' && newDigest === '' ? `${name}${tag}${digest}` : reference(name, newTag, newDigest);
    }
  return current;
}
