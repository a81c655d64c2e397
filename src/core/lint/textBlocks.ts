/** Scalars that are written over several lines: between their first and last line nothing is a comment. */
import type { RepositoryFile } from '../repository/files.ts';
import type { TextRange } from '../text/textEdit.ts';
import type { YamlNode } from '../yaml/node.ts';

/** From the line with the header of a block text, or the first line of a quoted or plain one, to the end of the value. */
export type TextBlock = TextRange;

const known = new WeakMap<RepositoryFile, readonly TextBlock[]>();

export function textBlocks(file: RepositoryFile): readonly TextBlock[] {
  let blocks = known.get(file);
  if (blocks === undefined) known.set(file, (blocks = find(file)));
  return blocks;
}

function find({ text, documents }: RepositoryFile): TextBlock[] {
  const blocks: TextBlock[] = [];
  const seen = new Set<YamlNode>();
  const walk = (node: YamlNode | undefined): void => {
    if (node === undefined || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'sequence') node.items.forEach(walk);
    if (node.kind === 'map') for (const { value } of node.entries.values()) walk(value);
    if (node.kind !== 'scalar' || node.alias || !text.slice(node.start, node.end).includes('\n')) return;
    const isBlock = node.style === 'literal' || node.style === 'folded';
    // The value of a block text starts behind its header line.
    blocks.push({ start: isBlock ? node.start - 1 : node.start, end: node.end });
  };
  for (const { root } of documents) walk(root);
  return blocks;
}
