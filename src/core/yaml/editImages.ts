/** Adding an entry to the `images:` of a kustomization file or of a Flux Kustomization's spec. */
import { isMap, isScalar, isSeq } from 'yaml';
import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { editAt } from './editEmbedded.ts';
import type { EditResult } from './editEmbedded.ts';
import { columnOf, eolNear, flowGap, insertion, isJsonLike, lastContentEnd, lineEnd } from './editMapping.ts';
import { findPlace, isEmptyNode, pairRange } from './locate.ts';
import type { LocatedYaml, YamlAddress } from './locate.ts';
import { writeScalar } from './scalarStyle.ts';

/** Keys are written in this order; absent ones are left out. */
export interface ImageEntry {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

/**
 * Appends an entry to the `images:` list of the mapping at `address` (path [] for a kustomization file, ['spec'] for a Flux Kustomization):
 * to the existing list in its own style, else as a new block behind the last line of the mapping.
 */
export function appendImageEntry(text: string, address: YamlAddress, entry: ImageEntry): EditResult {
  return editAt(text, address, (yaml, at) => {
    if (yaml.documents.length === 0)
      return [insertion(yaml.text.length, newBlock(yaml.text, yaml.text.length, 0, 0, entry, true))];
    const place = findPlace(yaml, at);
    if (place === undefined) return { reason: 'there is no mapping at this place' };
    const { node, document, parent } = place;
    if (isEmptyNode(node) && parent === undefined) return emptyDocument(yaml, document, entry);
    if (!isMap(node)) return { reason: 'there is no mapping at this place' };
    const images = node.items.findLast(({ key }) => isScalar(key) && String(key.source ?? key.value).toLowerCase() === 'images');
    return images === undefined ? newList(yaml, node, entry, parent === undefined) : intoList(yaml, node, images, entry);
  });
}

function intoList({ text }: LocatedYaml, map: YAMLMap, images: Pair, entry: ImageEntry): EditResult {
  const list = images.value as Node | null;
  const key = pairRange(images);
  if (key !== undefined && isEmptyNode(list) && map.flow !== true) {
    const at = lineEnd(text, key.end);
    const column = columnOf(text, key.start);
    return [insertion(at, eolNear(text, at) + blockEntry(entry, column + listOffset(text, map), ' ', eolNear(text, at)))];
  }
  if (!isSeq(list)) return { reason: 'images is not a list that is written in place' };
  if (list.flow === true) return intoFlowList(text, list, entry);
  const at = lineEnd(text, lastContentEnd(text, list));
  const dash = dashOffset(list);
  const gap = dash === undefined ? ' ' : (/^-( +)[^\s#]/.exec(text.slice(dash, dash + 20))?.[1] ?? ' ');
  const eol = eolNear(text, at);
  return [insertion(at, eol + blockEntry(entry, columnOf(text, dash ?? 0), gap, eol))];
}

function intoFlowList(text: string, list: YAMLSeq, entry: ImageEntry): EditResult {
  if (!list.range) return { reason: 'images is not a list that is written in place' };
  const last = list.items.at(-1) as Node | null | undefined;
  if (!last?.range) return [insertion(list.range[0] + 1, flowEntry(entry, false))];
  return [insertion(last.range[1], `,${flowGap(text, last.range[0])}${flowEntry(entry, isMap(last) && isJsonLike(last))}`)];
}

function newList({ text }: LocatedYaml, map: YAMLMap, entry: ImageEntry, isRoot: boolean): EditResult {
  const last = map.items.at(-1);
  const [first, end] = [map.items[0], last].map((pair) => (pair === undefined ? undefined : pairRange(pair)));
  if (map.flow === true) {
    if (!map.range) return { reason: 'there is no mapping at this place' };
    const isJson = isJsonLike(map);
    const list = `${isJson ? '"images"' : 'images'}: [${flowEntry(entry, isJson)}]`;
    return end === undefined ? [insertion(map.range[0] + 1, list)] : [insertion(end.end, `,${flowGap(text, end.start)}${list}`)];
  }
  if (last === undefined || first === undefined) return { reason: 'the mapping has no key yet' };
  const content = lineEnd(text, lastContentEnd(text, last.value as Node | null, last));
  const at = isRoot ? lastLineOf(text, content) : behindComments(text, content);
  return [insertion(at, newBlock(text, at, columnOf(text, first.start), listOffset(text, map), entry, false))];
}

function emptyDocument({ text }: LocatedYaml, document: Document, entry: ImageEntry): EditResult {
  const at = lastLineOf(text, document.range?.[0] ?? 0);
  return [insertion(at, newBlock(text, at, 0, 0, entry, false))];
}

/** The block with the line break that separates it from what is before it, and a final one where the file would have none at all. */
function newBlock(text: string, at: number, column: number, offset: number, entry: ImageEntry, isFile: boolean): string {
  const eol = eolNear(text, at);
  const atLineStart = at === 0 || text[at - 1] === '\n' || text[at - 1] === '\uFEFF';
  const block = `${' '.repeat(column)}images:${eol}${blockEntry(entry, column + offset, ' ', eol)}`;
  return `${atLineStart ? '' : eol}${block}${isFile && atLineStart ? eol : ''}`;
}

function blockEntry(entry: ImageEntry, column: number, gap: string, eol: string): string {
  const lead = ' '.repeat(column);
  const lines = pairsOf(entry).map(([key, value]) => `${key}: ${writeScalar(value, 'plain', false)}`);
  return `${lead}-${gap}${lines.join(`${eol}${lead} ${gap}`)}`;
}

function flowEntry(entry: ImageEntry, isJson: boolean): string {
  const style = isJson ? 'double' : 'plain';
  return `{${pairsOf(entry)
    .map(([key, value]) => `${writeScalar(key, style, true)}: ${writeScalar(value, style, true)}`)
    .join(', ')}}`;
}

function pairsOf({ name, newName, newTag, digest }: ImageEntry): readonly (readonly [string, string])[] {
  return Object.entries({ name, newName, newTag, digest }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
}

/** How far the mapping's lists are indented behind their keys: as its first block list is. */
function listOffset(text: string, map: YAMLMap): number {
  for (const pair of map.items) {
    const [list, key] = [pair.value, pairRange(pair)];
    const dash = isSeq(list) && list.flow !== true ? dashOffset(list) : undefined;
    if (dash !== undefined && key !== undefined) return Math.max(0, columnOf(text, dash) - columnOf(text, key.start));
  }
  return 0;
}

function dashOffset(list: YAMLSeq): number | undefined {
  const token = list.srcToken;
  return token?.type === 'block-seq' ? token.items[0]?.start.find(({ type }) => type === 'seq-item-ind')?.offset : undefined;
}

/** End of the last line of a document that is not blank, before the next `---` or `...`. */
function lastLineOf(text: string, from: number): number {
  const marker = /^(?:---|\.\.\.)(?=\s|$)/m.exec(text.slice(from + 1));
  const limit = marker === null ? text.length : from + 1 + marker.index;
  return Math.max(from, text.slice(0, limit).trimEnd().length);
}

/** Skips comment lines that follow directly. */
function behindComments(text: string, end: number): number {
  return end + (/^(?:\r?\n[ \t]+#[^\r\n]*)*/.exec(text.slice(end))?.[0].length ?? 0);
}
