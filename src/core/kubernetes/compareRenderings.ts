/** Two renderings object by object: matched by kind and name, with lists in one order, and without what always differs between environments. */
import { stringify } from 'yaml';
import { alignLists, inOrder } from './alignLists.ts';
import { Folding, foldedMetadata, foldedNamespace } from './foldNoise.ts';
import type { Folded, MatchedPair } from './foldNoise.ts';
import { affixesOf, bareName, NO_AFFIXES, withoutHash } from './nameAffixes.ts';
import type { Affixes } from './nameAffixes.ts';
import type { Json, RenderedObject } from './renderedObjects.ts';
import { isObject, renderedObjects } from './renderedObjects.ts';

export interface ObjectSide {
  readonly namespace: string;
  readonly name: string;
  /** As rendered. */
  readonly raw: string;
  /** In the form in which only real differences are left; it is for reading, and not for applying. */
  readonly normalised: string;
}

export interface ComparedObject {
  readonly kind: string;
  /** The name that both sides share. */
  readonly name: string;
  readonly status: 'same' | 'differs' | 'left-only' | 'right-only';
  readonly left: ObjectSide | undefined;
  readonly right: ObjectSide | undefined;
}

export interface RenderingComparison {
  /** In the order of the left side; those that only the right side has are last. */
  readonly objects: readonly ComparedObject[];
  /** What was not counted as a difference. */
  readonly folded: readonly Folded[];
}

/** `fold` leaves out name affixes, namespaces and labels that always differ; objects are matched across them in any case. Never throws. */
export function compareRenderings(left: string, right: string, { fold }: { readonly fold: boolean }): RenderingComparison {
  const [lefts, rights] = [renderedObjects(left), renderedObjects(right)];
  const affixes = affixesOf(lefts, rights);
  const matched = match(lefts, rights, affixes);
  const pairs = matched.flatMap(({ one, other }) => (one && other ? [{ left: one, right: other }] : []));
  const folded = fold ? foldedOf(affixes, pairs) : [];
  const foldings = [
    new Folding(lefts, fold ? affixes[0] : NO_AFFIXES, folded, 'left'),
    new Folding(rights, fold ? affixes[1] : NO_AFFIXES, folded, 'right'),
  ] as const;
  const objects = matched.map(({ name, one, other }): ComparedObject => {
    const values = normalised(one, other, foldings);
    const sides = { left: one && side(one, values[0]), right: other && side(other, values[1]) };
    const kind = (one ?? other)?.kind ?? '';
    if (one === undefined || other === undefined)
      return { kind, name, status: one === undefined ? 'right-only' : 'left-only', ...sides };
    return { kind, name, status: sides.left?.normalised === sides.right?.normalised ? 'same' : 'differs', ...sides };
  });
  return { objects, folded };
}

interface Match {
  readonly name: string;
  readonly one: RenderedObject | undefined;
  readonly other: RenderedObject | undefined;
}

function match(
  lefts: readonly RenderedObject[],
  rights: readonly RenderedObject[],
  [left, right]: readonly [Affixes, Affixes],
): Match[] {
  const rest = new Map<string, RenderedObject[]>();
  for (const object of rights) {
    const key = keyOf(object, right);
    rest.set(key, [...(rest.get(key) ?? []), object]);
  }
  const matches = lefts.map((one): Match => {
    const candidates = rest.get(keyOf(one, left)) ?? [];
    // The same name in several namespaces: the same namespace first.
    const at = Math.max(
      0,
      candidates.findIndex(({ namespace }) => namespace === one.namespace),
    );
    const [other] = candidates.splice(at, 1);
    return { name: bareName(withoutHash(one.kind, one.name), left), one, other };
  });
  for (const candidates of rest.values())
    for (const other of candidates)
      matches.push({ name: bareName(withoutHash(other.kind, other.name), right), one: undefined, other });
  return matches;
}

function keyOf({ group, kind, name }: RenderedObject, affixes: Affixes): string {
  return `${group}/${kind}/${bareName(withoutHash(kind, name), affixes)}`;
}

function foldedOf([left, right]: readonly [Affixes, Affixes], pairs: readonly MatchedPair[]): Folded[] {
  const folded: Folded[] = [];
  if (left.prefix !== right.prefix) folded.push({ what: 'name prefix', key: '', left: left.prefix, right: right.prefix });
  if (left.suffix !== right.suffix) folded.push({ what: 'name suffix', key: '', left: left.suffix, right: right.suffix });
  const namespace = foldedNamespace(pairs);
  return [...folded, ...(namespace === undefined ? [] : [namespace]), ...foldedMetadata(pairs)];
}

function normalised(
  one: RenderedObject | undefined,
  other: RenderedObject | undefined,
  [left, right]: readonly [Folding, Folding],
): readonly [Json, Json] {
  const values = [one && left.object(one), other && right.object(other)] as const;
  if (values[0] === undefined || values[1] === undefined) return [values[0] ?? {}, values[1] ?? {}];
  return alignLists(values[0], values[1]);
}

function side({ namespace, name, text }: RenderedObject, value: Json): ObjectSide {
  return { namespace, name, raw: text, normalised: stringify(ordered(value), { lineWidth: 0 }) };
}

function ordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isObject(value)) return value;
  const entries = Object.entries(inOrder(value)).map(([key, item]) => [key, ordered(item)] as const);
  return Object.fromEntries(entries);
}
