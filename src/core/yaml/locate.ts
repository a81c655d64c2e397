/**
 * Where a value is written, to the character, from the `yaml` package's tree. Used only for files that somebody looks at or edits;
 * values for everything else come from `parse.ts`, which is faster.
 */
import { isAlias, isMap, isPair, isScalar, isSeq, parseAllDocuments, Scalar } from 'yaml';
import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import type { TextRange } from '../text/textEdit.ts';
import { aliasesOf, dereference } from './locateAliases.ts';
import type { ScalarNode } from './node.ts';

export type YamlPath = readonly (string | number)[];

/**
 * A place in a file: by document (counted as js-yaml's loadAll counts) and path, or by any offset inside of the value. `within` names the
 * scalar whose text holds the YAML that the rest refers to, such as an inline patch.
 */
export type YamlAddress = ({ readonly document: number; readonly path: YamlPath } | { readonly offset: number }) & {
  readonly within?: YamlAddress | undefined;
};

/** The address of a scalar that `parse.ts` found. */
export function addressOf({ start, source }: ScalarNode): YamlAddress {
  return { offset: start, within: source.within === undefined ? undefined : addressOf(source.within) };
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'alias' | 'missing';

export interface LocatedScalar extends TextRange {
  /** `start` and `end` cover quotes, block header and the asterisk; they are equal where `missing`, at the place to write the value. */
  readonly style: ScalarStyle;
  /** Decoded text; of an alias that of its target; '' where missing. */
  readonly value: string;
  /** Name of the anchor that this scalar defines. */
  readonly anchor: string | undefined;
  /** Explicit tag, such as `tag:yaml.org,2002:str`. */
  readonly tag: string | undefined;
  /** Inside of `[]` or `{}`. */
  readonly inFlow: boolean;
  /** Aliases to this scalar, which change with it. */
  readonly aliases: readonly TextRange[];
}

export interface LocatedYaml {
  readonly text: string;
  readonly documents: readonly Document[];
}

/** A value in the tree: `pair` for a value of a mapping, `index` for an item of a sequence, neither for a document's root. */
export interface Place {
  readonly document: Document;
  readonly node: Node | null;
  readonly parent: YAMLMap | YAMLSeq | undefined;
  readonly pair: Pair | undefined;
  /** The mapping that asked, where the value came in through `<<`. */
  readonly mergedInto: YAMLMap | undefined;
}

/** Findings of the parser that do not make the tree wrong; kustomize's parser accepts these texts or the tree is still the right one. */
const TOLERATED: ReadonlySet<string> = new Set([
  'DUPLICATE_KEY',
  'TAB_AS_INDENT',
  'BAD_DIRECTIVE',
  'KEY_OVER_1024_CHARS',
  'TAG_RESOLVE_FAILED',
  'BAD_INDENT',
]);

/** undefined where the text cannot be parsed at all. Never throws. */
export function parseLocated(text: string): LocatedYaml | undefined {
  try {
    const parsed = parseAllDocuments(text, {
      version: '1.1',
      uniqueKeys: false,
      keepSourceTokens: true,
      strict: false,
      logLevel: 'silent',
    });
    // A stray `...` makes an empty document here, and none in js-yaml.
    const documents = ([...parsed] as Document[]).filter(
      ({ directives, contents }) => directives?.docStart === true || !isEmptyNode(contents) || hasProperties(contents),
    );
    return { text, documents };
  } catch {
    return undefined;
  }
}

/** The scalar at an address without `within`. undefined where there is none, or where its document does not parse. */
export function locateScalar(yaml: LocatedYaml, address: YamlAddress): LocatedScalar | undefined {
  const place = findPlace(yaml, address);
  return place === undefined ? undefined : scalarAt(place);
}

export function findPlace(yaml: LocatedYaml, address: YamlAddress): Place | undefined {
  if ('offset' in address) {
    const { offset } = address;
    const document = yaml.documents.find(({ range }) => range !== undefined && range[0] <= offset && offset <= range[2]);
    if (document === undefined || isBroken(document)) return undefined;
    return placeAtOffset(offset, {
      document,
      node: document.contents,
      parent: undefined,
      pair: undefined,
      mergedInto: undefined,
    });
  }
  const document = yaml.documents[address.document];
  if (document === undefined || isBroken(document)) return undefined;
  let place: Place | undefined = {
    document,
    node: document.contents,
    parent: undefined,
    pair: undefined,
    mergedInto: undefined,
  };
  for (const key of address.path) place = place === undefined ? undefined : step(place, key);
  return place;
}

/** The text range from a pair's key to the end of its value, without the comment behind it. */
export function pairRange(pair: Pair): TextRange | undefined {
  const [key, value] = [pair.key as Node | null, pair.value as Node | null];
  if (!key?.range) return undefined;
  const end = isEmptyNode(value) ? insertionPoint(pair) : (value?.range?.[1] ?? key.range[1]);
  return { start: key.range[0], end: Math.max(end, key.range[1]) };
}

/** True for a value of which nothing is written but perhaps an anchor or a tag. */
export function isEmptyNode(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && styleOf(node) === 'plain' && (node.source ?? '') === '');
}

/** True where the pair is written without a colon, as in `{name}`. */
export function lacksColon(pair: Pair): boolean {
  return pair.srcToken !== undefined && !(pair.srcToken.sep ?? []).some(({ type }) => type === 'map-value-ind');
}

function hasProperties(node: unknown): boolean {
  return isScalar(node) && (node.anchor !== undefined || node.tag !== undefined);
}

function isBroken(document: Document): boolean {
  return document.errors.some(({ code }) => !TOLERATED.has(code));
}

function step(from: Place, key: string | number): Place | undefined {
  const node = dereference(from.document, from.node);
  if (isSeq(node)) {
    const item = typeof key === 'number' ? node.items[key] : undefined;
    return item === undefined
      ? undefined
      : { ...from, node: isPair(item) ? null : (item as Node | null), parent: node, pair: undefined, mergedInto: undefined };
  }
  if (!isMap(node)) return undefined;
  const found = findPair(from.document, node, String(key), new Set());
  if (found === undefined) return undefined;
  const mergedInto = found.parent === node ? undefined : node;
  return { document: from.document, node: found.pair.value as Node | null, ...found, mergedInto };
}

function findPair(
  document: Document,
  map: YAMLMap,
  key: string,
  seen: Set<YAMLMap>,
): { pair: Pair; parent: YAMLMap } | undefined {
  if (seen.has(map)) return undefined;
  seen.add(map);
  // The last of two equal keys wins (kustomize#5061).
  const own = map.items.findLast((pair) => keyText(pair) === key);
  if (own !== undefined) return { pair: own, parent: map };
  const merge = map.items.findLast((pair) => keyText(pair) === '<<');
  if (merge === undefined) return undefined;
  const value = dereference(document, merge.value as Node | null);
  for (const item of isSeq(value) ? value.items : [value]) {
    const merged = dereference(document, item as Node | null);
    const found = isMap(merged) ? findPair(document, merged, key, seen) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function keyText(pair: Pair): string | undefined {
  const { key } = pair;
  return isScalar(key) ? (key.source ?? String(key.value)) : undefined;
}

function placeAtOffset(offset: number, place: Place): Place | undefined {
  const { node } = place;
  if (!node?.range) return place;
  if (isMap(node)) {
    for (const pair of node.items) {
      const inside = placeInPair(offset, { ...place, node: pair.value as Node | null, parent: node, pair });
      if (inside !== undefined) return inside;
    }
    return node.flow === true && offset === node.range[0] ? place : undefined;
  }
  if (isSeq(node)) {
    for (const item of node.items) {
      if (isPair(item)) continue;
      const child = item as Node | null;
      if (contains(child, offset)) return placeAtOffset(offset, { ...place, node: child, parent: node, pair: undefined });
    }
    return node.flow === true && offset === node.range[0] ? place : undefined;
  }
  return contains(node, offset) ? place : undefined;
}

/** The value that `offset` lies in; the pair itself where its value is missing and the offset is on the key. */
function placeInPair(offset: number, place: Place): Place | undefined {
  const { node, pair } = place;
  const key = pair?.key as Node | null;
  if (pair === undefined || !key?.range) return undefined;
  if (isEmptyNode(node))
    return offset >= key.range[0] && offset <= Math.max(insertionPoint(pair), key.range[1]) ? place : undefined;
  return contains(node, offset) ? placeAtOffset(offset, place) : undefined;
}

function contains(node: Node | null, offset: number): boolean {
  return node?.range ? offset >= node.range[0] && offset <= node.range[1] : false;
}

/** The scalar that stands at a place; undefined for a collection. */
export function scalarAt({ document, node, parent, pair }: Place): LocatedScalar | undefined {
  const inFlow = parent?.flow === true;
  if (isEmptyNode(node)) {
    const at = pair === undefined ? itemInsertionPoint(parent, node) : insertionPoint(pair);
    const { anchor, tag } = isScalar(node) ? node : {};
    return at < 0 ? undefined : { start: at, end: at, style: 'missing', value: '', anchor, tag, inFlow, aliases: [] };
  }
  if (!node?.range) return undefined;
  const [start, end] = node.range;
  if (isAlias(node)) {
    const target = dereference(document, node);
    if (!isScalar(target)) return undefined;
    return { start, end, style: 'alias', value: textOf(target), anchor: undefined, tag: undefined, inFlow, aliases: [] };
  }
  if (!isScalar(node)) return undefined;
  const aliases = node.anchor === undefined ? [] : aliasesOf(document, node);
  return { start, end, style: styleOf(node), value: textOf(node), anchor: node.anchor, tag: node.tag, inFlow, aliases };
}

function textOf(scalar: Scalar): string {
  return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
}

function styleOf(scalar: Scalar): ScalarStyle {
  switch (scalar.type) {
    case Scalar.QUOTE_SINGLE:
      return 'single';
    case Scalar.QUOTE_DOUBLE:
      return 'double';
    case Scalar.BLOCK_LITERAL:
      return 'literal';
    case Scalar.BLOCK_FOLDED:
      return 'folded';
    default:
      return 'plain';
  }
}

/** Behind the colon and the properties of a value that is not written; behind the key where there is no colon. */
function insertionPoint(pair: Pair): number {
  const key = pair.key as Node | null;
  const from = key?.range?.[1] ?? -1;
  const token = (pair.srcToken?.sep ?? []).findLast(
    ({ type }) => type === 'map-value-ind' || type === 'anchor' || type === 'tag',
  );
  return token === undefined ? from : token.offset + token.source.length;
}

/** Behind the dash and the properties of an item that is not written. */
function itemInsertionPoint(parent: YAMLMap | YAMLSeq | undefined, node: Node | null): number {
  const token = parent?.srcToken;
  if (!isSeq(parent) || token?.type !== 'block-seq') return -1;
  const before = token.items[parent.items.indexOf(node)]?.start ?? [];
  const last = before.findLast(({ type }) => type === 'seq-item-ind' || type === 'anchor' || type === 'tag');
  return last === undefined ? -1 : last.offset + last.source.length;
}
