/** Two values with their lists in one order, so that a reordered list is no difference where Kubernetes does not care for its order. */
import type { Json, JsonObject } from './renderedObjects.ts';
import { isList, isObject, textOf } from './renderedObjects.ts';

/** What tells the items of a list apart, in the order in which it is tried: merge keys of the Kubernetes API, and what others use. */
const KEYS = ['name', 'key', 'mountPath', 'containerPort', 'port', 'ip', 'topologyKey', 'host', 'path', 'id', 'type'];
/** These run one after the other, or the first one that fits counts. */
const ORDERED = new Set(['initContainers', 'args', 'command', 'matches', 'steps']);
/** Lists that are sets although their items have no key. */
const SETS = new Set([
  'verbs',
  'apiGroups',
  'resources',
  'resourceNames',
  'nonResourceURLs',
  'finalizers',
  'accessModes',
  'tolerations',
  'imagePullSecrets',
]);

/** `right` in the order of `left`; the values themselves are not changed. */
export function alignLists(left: Json, right: Json): readonly [Json, Json] {
  return align(left, right, '');
}

function align(left: Json, right: Json, field: string): readonly [Json, Json] {
  if (isObject(left) && isObject(right)) return alignObjects(left, right);
  if (!isList(left) || !isList(right) || ORDERED.has(field)) return [left, right];
  if (SETS.has(field)) return [sorted(left), sorted(right)];
  const key = KEYS.find((name) => isKeyOf(name, left) && isKeyOf(name, right));
  return key === undefined ? alignByPlace(left, right) : alignByKey(left, right, key);
}

function alignObjects(left: JsonObject, right: JsonObject): readonly [Json, Json] {
  const [one, other]: [Record<string, Json>, Record<string, Json>] = [{ ...left }, { ...right }];
  // Rules of a role are a set; those of an Ingress or a route are not.
  const isRole = /^(?:Cluster)?Role$/.test(textOf(left['kind']));
  for (const [key, value] of Object.entries(left)) {
    const counterpart = right[key];
    if (counterpart === undefined) continue;
    [one[key], other[key]] =
      isRole && key === 'rules' && isList(value) && isList(counterpart)
        ? [sorted(value.map(withSortedSets)), sorted(counterpart.map(withSortedSets))]
        : align(value, counterpart, key);
  }
  return [one, other];
}

function alignByPlace(left: readonly Json[], right: readonly Json[]): readonly [Json, Json] {
  const pairs = left.map((item, index) => {
    const other = right[index];
    return other === undefined ? ([item, undefined] as const) : align(item, other, '');
  });
  return [pairs.map(([item]) => item), [...pairs.flatMap(([, other]) => other ?? []), ...right.slice(left.length)]];
}

function alignByKey(left: readonly Json[], right: readonly Json[], key: string): readonly [Json, Json] {
  const rest = new Map(right.map((item) => [keyOf(item, key), item]));
  const one: Json[] = [];
  const other: Json[] = [];
  for (const item of left) {
    const name = keyOf(item, key);
    const counterpart = rest.get(name);
    rest.delete(name);
    const [a, b] = counterpart === undefined ? [item, undefined] : align(item, counterpart, '');
    one.push(a);
    if (b !== undefined) other.push(b);
  }
  // New items come behind the one that they followed.
  for (const [name, item] of rest) {
    const at = right.findIndex((candidate) => keyOf(candidate, key) === name);
    const before = at <= 0 ? undefined : keyOf(right[at - 1], key);
    other.splice(before === undefined ? 0 : other.findIndex((candidate) => keyOf(candidate, key) === before) + 1, 0, item);
  }
  return [one, other];
}

function isKeyOf(key: string, list: readonly Json[]): boolean {
  const names = list.map((item) => keyOf(item, key));
  return names.every((name) => name !== '') && new Set(names).size === names.length;
}

function keyOf(item: Json | undefined, key: string): string {
  if (!isObject(item)) return '';
  const text = textOf(item[key]);
  return text === '' || !key.toLowerCase().endsWith('port') ? text : `${text}/${textOf(item['protocol']) || 'TCP'}`;
}

function withSortedSets(rule: Json): Json {
  if (!isObject(rule)) return rule;
  return Object.fromEntries(
    Object.entries(rule).map(([key, value]) => [key, SETS.has(key) && isList(value) ? sorted(value) : value] as const),
  );
}

function sorted(list: readonly Json[]): readonly Json[] {
  const text = (item: Json): string => JSON.stringify(item, (_, value: Json) => (isObject(value) ? inOrder(value) : value));
  return list.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}

const FIRST = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];

/** A mapping with its keys in the order in which people look for them: what it is, then the rest by alphabet. */
export function inOrder(value: JsonObject): JsonObject {
  const rank = (key: string): number => (FIRST.indexOf(key) < 0 ? FIRST.length : FIRST.indexOf(key));
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));
}
