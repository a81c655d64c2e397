/** Takes out of two renderings what always differs between environments: names by their affixes, namespaces, and labels that every object has. */
import type { Affixes } from './nameAffixes.ts';
import { bareName, withoutHash } from './nameAffixes.ts';
import type { Json, JsonObject, RenderedObject } from './renderedObjects.ts';
import { isList, isObject, textOf } from './renderedObjects.ts';

/** Something that is not shown as a difference. */
export interface Folded {
  readonly what: 'name prefix' | 'name suffix' | 'namespace' | 'label' | 'annotation';
  /** Key of a label or annotation. */
  readonly key: string;
  /** '' where one side has none. */
  readonly left: string;
  readonly right: string;
}

export interface MatchedPair {
  readonly left: RenderedObject;
  readonly right: RenderedObject;
}

/** What stands in the place of a namespace that only says which environment it is. */
const NAMESPACE = '(namespace)';
/** Two objects can differ in the same way by chance; where there are more, what all of them do is meant. */
const FEWEST_PAIRS = 2;

/** A namespace that every matched object has on one side, where the other side has another one. */
export function foldedNamespace(pairs: readonly MatchedPair[]): Folded | undefined {
  const found = new Set(
    pairs.flatMap(({ left, right }) => (left.kind === 'Namespace' ? [] : [JSON.stringify([left.namespace, right.namespace])])),
  );
  found.delete(JSON.stringify(['', '']));
  const [only, another] = found;
  if (only === undefined || another !== undefined) return undefined;
  const [left, right] = JSON.parse(only) as [string, string];
  return left === right ? undefined : { what: 'namespace', key: '', left, right };
}

/** Labels and annotations that all matched objects have in the same two values, or on one side alone. */
export function foldedMetadata(pairs: readonly MatchedPair[]): Folded[] {
  if (pairs.length < FEWEST_PAIRS) return [];
  return (['labels', 'annotations'] as const).flatMap((field): Folded[] => {
    const all = pairs.map(({ left, right }) => [entriesOf(left.value, field), entriesOf(right.value, field)] as const);
    const keys = new Set(all.flatMap((sides) => sides.flatMap((side) => Object.keys(side))));
    return [...keys].flatMap((key): Folded[] => {
      const values = all.map(([left, right]) => [textOf(left[key]), textOf(right[key])] as const);
      const relevant = values.filter(([left, right]) => left !== '' || right !== '');
      const [first] = relevant;
      if (first === undefined || first[0] === first[1] || relevant.length < FEWEST_PAIRS) return [];
      // A value on one side alone is noise only where all objects have it.
      if ((first[0] === '' || first[1] === '') && relevant.length < pairs.length) return [];
      if (!relevant.every(([left, right]) => left === first[0] && right === first[1])) return [];
      return [{ what: field === 'labels' ? 'label' : 'annotation', key, left: first[0], right: first[1] }];
    });
  });
}

function entriesOf(value: JsonObject, field: 'labels' | 'annotations'): JsonObject {
  const metadata = value['metadata'];
  const entries = isObject(metadata) ? metadata[field] : undefined;
  return isObject(entries) ? entries : {};
}

/** Rewrites one side of the renderings. */
export class Folding {
  private readonly names: ReadonlyMap<string, string>;
  private readonly pattern: RegExp | undefined;
  private readonly namespace: string;
  private readonly dropped: ReadonlySet<string>;

  constructor(objects: readonly RenderedObject[], affixes: Affixes, folded: readonly Folded[], side: 'left' | 'right') {
    const names = new Map<string, string>();
    for (const { kind, name } of objects) {
      const bare = bareName(withoutHash(kind, name), affixes);
      if (bare !== name && name !== '') names.set(name, bare);
    }
    this.names = names;
    const longestFirst = [...names.keys()].sort((a, b) => b.length - a.length).map(escaped);
    this.pattern =
      names.size === 0 ? undefined : new RegExp(`(?<![A-Za-z0-9.-])(?:${longestFirst.join('|')})(?![A-Za-z0-9-])`, 'g');
    this.namespace = folded.find(({ what }) => what === 'namespace')?.[side] ?? '';
    this.dropped = new Set(folded.filter(({ what }) => what === 'label' || what === 'annotation').map(({ key }) => key));
  }

  object({ kind, value }: RenderedObject): JsonObject {
    const folded = this.value(value, '') as JsonObject;
    const metadata = folded['metadata'];
    const name = isObject(metadata) ? metadata['name'] : undefined;
    if (kind !== 'Namespace' || this.namespace === '' || name !== this.namespace || !isObject(metadata)) return folded;
    return { ...folded, metadata: { ...metadata, name: NAMESPACE } };
  }

  private value(value: Json, field: string): Json {
    if (typeof value === 'string') return this.text(value, field);
    if (isList(value)) return value.map((item) => this.value(item, ''));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]) => {
        if (METADATA_FIELDS.has(field) && this.dropped.has(key)) return [];
        const folded = this.value(item, key);
        const isEmptied = isObject(item) && isObject(folded) && Object.keys(item).length > 0 && Object.keys(folded).length === 0;
        return isEmptied ? [] : [[key, folded] as const];
      }),
    );
  }

  private text(text: string, field: string): string {
    if (this.namespace !== '' && field === 'namespace' && text === this.namespace) return NAMESPACE;
    let folded = this.pattern === undefined ? text : text.replace(this.pattern, (name) => this.names.get(name) ?? name);
    if (this.namespace !== '') folded = folded.replaceAll(`.${this.namespace}.svc`, `.${NAMESPACE}.svc`);
    return folded;
  }
}

const METADATA_FIELDS = new Set(['labels', 'annotations', 'matchLabels', 'selector', 'commonLabels', 'podLabels']);

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
