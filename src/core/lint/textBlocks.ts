/** Scalars in which nothing is a comment: those that are written over several lines, and quoted ones. */
import type { RepositoryFile } from '../repository/files.ts';
import type { TextRange } from '../text/textEdit.ts';
import type { MapEntry, ScalarNode, YamlNode } from '../yaml/node.ts';

/** From the line with the header of a block text, or the first line of a quoted or plain one, to the end of the value. */
export type TextBlock = TextRange;

const known = new WeakMap<RepositoryFile, readonly TextBlock[]>();

export function textBlocks(file: RepositoryFile): readonly TextBlock[] {
  let blocks = known.get(file);
  if (blocks === undefined) known.set(file, (blocks = find(file)));
  return blocks;
}

function find(file: RepositoryFile): TextBlock[] {
  return writtenScalars(file).flatMap(({ style, start, end }): TextBlock[] => {
    if (!file.text.slice(start, end).includes('\n')) return [];
    const isBlock = style === 'literal' || style === 'folded';
    // The value of a block text starts behind its header line.
    return [{ start: isBlock ? start - 1 : start, end }];
  });
}

/** Between the quotes of keys and values. */
export function quotedTexts(file: RepositoryFile): TextRange[] {
  return writtenScalars(file).filter(({ style }) => style === 'single' || style === 'double');
}

/** All keys and values, ignored ones too, without aliases. */
function writtenScalars({ documents }: RepositoryFile): ScalarNode[] {
  const scalars: ScalarNode[] = [];
  const seen = new Set<YamlNode>();
  const walk = (node: YamlNode | undefined): void => {
    if (node === undefined || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'sequence') node.items.forEach(walk);
    if (node.kind === 'map') for (const entry of node.entries.values()) walkEntry(entry);
    if (node.kind === 'scalar' && !node.alias) scalars.push(node);
  };
  const walkEntry = ({ key, value }: MapEntry): void => {
    walk(key);
    walk(value);
  };
  for (const { root, duplicates } of documents) {
    walk(root);
    for (const { ignored } of duplicates) walkEntry(ignored);
  }
  return scalars;
}
