/** Removing an item of a sequence without touching any other line. */
import { isMap, isSeq, visit } from 'yaml';
import type { Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { editAt } from './editEmbedded.ts';
import type { EditResult } from './editEmbedded.ts';
import { lastContentEnd, lineEnd, removePair } from './editMapping.ts';
import type { LocatedYaml, YamlAddress } from './locate.ts';

/**
 * Removes the item that starts at `address`, with the comments behind its lines. The key of a list that has no other item goes with it, as long as its
 * mapping has other keys.
 */
export function removeItem(text: string, address: Extract<YamlAddress, { offset: number }>): EditResult {
  return editAt(text, address, (yaml, at) => {
    const found = itemAt(yaml, at.offset);
    if (found === undefined) return { reason: 'there is no list item at this place' };
    const { list, item, owner } = found;
    if (list.items.length === 1 && owner !== undefined && owner.map.items.length > 1)
      return removePair(yaml.text, owner.map, owner.pair);
    return list.flow === true ? removeFromFlow(list, item) : removeLines(yaml.text, list, item);
  });
}

interface FoundItem {
  readonly list: YAMLSeq;
  readonly item: Node;
  /** The mapping that has the list as a value. */
  readonly owner: { readonly map: YAMLMap; readonly pair: Pair } | undefined;
}

function itemAt({ documents }: LocatedYaml, offset: number): FoundItem | undefined {
  let found: FoundItem | undefined;
  for (const document of documents)
    visit(document, {
      Seq(_, list, path) {
        const item = list.items.find((one): one is Node => (one as Node | null)?.range?.[0] === offset);
        if (item === undefined) return undefined;
        const [map, pair] = path.slice(-2) as [unknown, Pair];
        found = { list, item, owner: isMap(map) && isSeq(pair.value) ? { map, pair } : undefined };
        return visit.BREAK;
      },
    });
  return found;
}

function removeFromFlow(list: YAMLSeq, item: Node): EditResult {
  const index = list.items.indexOf(item);
  const [before, own, after] = [index - 1, index, index + 1].map((at) => (list.items[at] as Node | undefined)?.range);
  if (!own) return { reason: 'there is no list item at this place' };
  if (after) return [{ start: own[0], end: after[0], newText: '' }];
  return [{ start: before ? before[1] : own[0], end: own[1], newText: '' }];
}

function removeLines(text: string, list: YAMLSeq, item: Node): EditResult {
  const dash = dashOf(list, item);
  if (dash === undefined || text.slice(text.lastIndexOf('\n', dash - 1) + 1, dash).trim() !== '')
    return { reason: 'the item shares its line with something else' };
  const start = text.lastIndexOf('\n', dash - 1) + 1;
  const end = lineEnd(text, lastContentEnd(text, item));
  const newline = text.indexOf('\n', end);
  if (newline >= 0) return [{ start, end: newline + 1, newText: '' }];
  // The last line of a file without a final newline takes the newline before it along.
  return [{ start: text.endsWith('\r\n', start) ? start - 2 : Math.max(0, start - 1), end, newText: '' }];
}

function dashOf(list: YAMLSeq, item: Node): number | undefined {
  const token = list.srcToken;
  if (token?.type !== 'block-seq') return undefined;
  return token.items[list.items.indexOf(item)]?.start.find(({ type }) => type === 'seq-item-ind')?.offset;
}
