/** Adding and removing keys of a mapping without touching any other line. */
import { isMap, isScalar, isSeq, visit } from 'yaml';
import type { Node, Pair, YAMLMap } from 'yaml';
import { editAt } from './editEmbedded.ts';
import type { EditResult } from './editEmbedded.ts';
import { findPlace, isEmptyNode, pairRange } from './locate.ts';
import type { LocatedYaml, YamlAddress } from './locate.ts';
import { dereference } from './locateAliases.ts';
import { writeScalar } from './scalarStyle.ts';

/**
 * Inserts `key: value` behind the last key of the mapping at `address`, with its indentation and line ends.
 * An address by offset means the mapping that has a key there.
 */
export function insertKey(text: string, address: YamlAddress, key: string, value: string): EditResult {
  return editAt(text, address, (yaml, at) => {
    const map = mappingAt(yaml, at);
    return map === undefined ? { reason: 'there is no mapping at this place' } : insertPair(yaml, map, key, value);
  });
}

export function insertPair({ text }: LocatedYaml, map: YAMLMap, key: string, value: string): EditResult {
  const last = map.items.at(-1);
  const range = last === undefined ? undefined : pairRange(last);
  if (map.flow === true) {
    if (!map.range) return { reason: 'there is no mapping at this place' };
    const style = isJsonLike(map) ? 'double' : 'plain';
    const pair = `${writeScalar(key, style, true)}: ${writeScalar(value, style, true)}`;
    if (range === undefined) return [insertion(map.range[0] + 1, pair)];
    return [insertion(range.end, `,${flowGap(text, range.start)}${pair}`)];
  }
  const first = map.items[0] === undefined ? undefined : pairRange(map.items[0]);
  if (last === undefined || first === undefined) return { reason: 'the mapping has no key yet' };
  const at = lineEnd(text, lastContentEnd(text, last.value as Node | null, last));
  const pair = `${writeScalar(key, 'plain', false)}: ${writeScalar(value, 'plain', false)}`;
  return [insertion(at, eolNear(text, at) + ' '.repeat(columnOf(text, first.start)) + pair)];
}

/**
 * Removes the key that holds the scalar at `address`, or the key that stands there itself with whatever it holds: its lines with the comment behind
 * it, or its part of a flow mapping.
 */
export function removeKey(text: string, address: YamlAddress): EditResult {
  return editAt(text, address, (yaml, at) => {
    const keyed = 'offset' in at ? pairWithKeyAt(yaml, at.offset) : undefined;
    if (keyed !== undefined) return removePair(yaml.text, keyed.map, keyed.pair);
    const place = findPlace(yaml, at);
    const { pair, parent } = place ?? {};
    if (pair === undefined || !isMap(parent) || place?.mergedInto !== undefined)
      return { reason: 'there is no key at this place' };
    return removePair(yaml.text, parent, pair);
  });
}

/** Removes a pair of a mapping that has others. */
export function removePair(text: string, map: YAMLMap, pair: Pair): EditResult {
  if (map.items.length === 1) return { reason: 'it is the only key of its mapping' };
  return map.flow === true ? removeFromFlow(map, pair) : removeLines(text, map, pair);
}

function removeFromFlow(map: YAMLMap, pair: Pair): EditResult {
  const index = map.items.indexOf(pair);
  const [before, own, after] = [map.items[index - 1], pair, map.items[index + 1]].map((item) =>
    item === undefined ? undefined : pairRange(item),
  );
  if (own === undefined) return { reason: 'there is no key at this place' };
  if (after !== undefined) return [{ start: own.start, end: after.start, newText: '' }];
  return before === undefined
    ? { reason: 'it is the only key of its mapping' }
    : [{ start: before.end, end: own.end, newText: '' }];
}

function removeLines(text: string, map: YAMLMap, pair: Pair): EditResult {
  const range = pairRange(pair);
  if (range === undefined) return { reason: 'there is no key at this place' };
  const start = text.lastIndexOf('\n', range.start - 1) + 1;
  const end = lineEnd(text, lastContentEnd(text, pair.value as Node | null, pair));
  const next = nextLine(text, end);
  const lead = text.slice(start, range.start).replace(/^\uFEFF/, '');
  if (lead.trim() !== '') {
    // The first key behind a dash: the next key takes its place where it follows at once.
    const following = map.items[map.items.indexOf(pair) + 1];
    const nextKey = following === undefined ? undefined : pairRange(following)?.start;
    const isDirect =
      nextKey !== undefined && text.slice(next, nextKey).trim() === '' && !text.slice(next, nextKey).includes('\n');
    return [{ start: range.start, end: isDirect ? nextKey : end, newText: '' }];
  }
  // The last line of a file without a final newline takes the newline before it along.
  if (next === end && start > 0) return [{ start: text.endsWith('\r\n', start) ? start - 2 : start - 1, end, newText: '' }];
  return [{ start: range.start - lead.length, end: next, newText: '' }];
}

function mappingAt(yaml: LocatedYaml, address: YamlAddress): YAMLMap | undefined {
  const place = findPlace(yaml, address);
  if ('offset' in address) {
    const withKey = mappingWithKeyAt(yaml, address.offset);
    if (withKey !== undefined) return withKey;
    if (!isMap(place?.node) && isMap(place?.parent)) return place.parent;
  }
  const node = place === undefined ? undefined : dereference(place.document, place.node);
  return isMap(node) ? node : undefined;
}

function mappingWithKeyAt(yaml: LocatedYaml, offset: number): YAMLMap | undefined {
  return pairWithKeyAt(yaml, offset)?.map;
}

function pairWithKeyAt({ documents }: LocatedYaml, offset: number): { readonly map: YAMLMap; readonly pair: Pair } | undefined {
  let found: { readonly map: YAMLMap; readonly pair: Pair } | undefined;
  for (const document of documents)
    visit(document, {
      Map(_, map) {
        const pair = map.items.find(({ key }) => isScalar(key) && key.range && key.range[0] <= offset && offset <= key.range[1]);
        if (pair === undefined) return undefined;
        found = { map, pair };
        return visit.BREAK;
      },
    });
  return found;
}

export function insertion(at: number, newText: string): { start: number; end: number; newText: string } {
  return { start: at, end: at, newText };
}

/** True where the keys of a flow mapping are in double quotes, as JSON asks. */
export function isJsonLike(map: YAMLMap): boolean {
  const key = map.items[0]?.key;
  return isScalar(key) && key.type === 'QUOTE_DOUBLE';
}

/** What separates items of a flow collection: a space, or a line break and indentation where each item has its own line. */
export function flowGap(text: string, itemStart: number): string {
  const start = text.lastIndexOf('\n', itemStart - 1) + 1;
  const lead = text.slice(start, itemStart);
  return start > 0 && lead.trim() === '' ? eolNear(text, start - 1) + lead : ' ';
}

/** End of the last character that belongs to a value, without comments and line ends. */
export function lastContentEnd(text: string, node: Node | null, pair?: Pair): number {
  if (isEmptyNode(node) || !node?.range) return pair === undefined ? (node?.range?.[0] ?? 0) : (pairRange(pair)?.end ?? 0);
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last = node.items.at(-1);
    if (isMap(node) && last !== undefined) return lastContentEnd(text, (last as Pair).value as Node | null, last as Pair);
    if (last !== undefined) return lastContentEnd(text, last as Node | null);
  }
  const [start, end] = node.range;
  // Blank lines at the end of a block scalar count only where it keeps them.
  if (isScalar(node) && typeof node.value === 'string' && node.value.endsWith('\n\n'))
    return end - (text.endsWith('\r\n', end) ? 2 : 1);
  return start + text.slice(start, end).trimEnd().length;
}

/** Offset of the line end behind `offset`, before `\r\n` or `\n`. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  if (newline < 0) return text.length;
  return newline > offset && text[newline - 1] === '\r' ? newline - 1 : newline;
}

function nextLine(text: string, end: number): number {
  return text.startsWith('\r\n', end) ? end + 2 : Math.min(end + 1, text.length);
}

/** The line end used at `offset`, or before it, or at all. */
export function eolNear(text: string, offset: number): string {
  const at = text.indexOf('\n', offset);
  const newline = at >= 0 && at <= offset + 1 ? at : text.lastIndexOf('\n', offset);
  const any = newline >= 0 ? newline : text.indexOf('\n');
  return any > 0 && text[any - 1] === '\r' ? '\r\n' : '\n';
}

/** Characters between the start of the line and `offset`. */
export function columnOf(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return offset - start - (start === 0 && text.startsWith('\uFEFF') ? 1 : 0);
}
