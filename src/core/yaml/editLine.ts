/** The edit of a value that stands alone on its line, which is what tags do: nothing has to be parsed again for it. */
import type { TextEdit } from '../text/textEdit.ts';
import { rangeInFile } from './editEmbedded.ts';
import type { ScalarNode } from './node.ts';
import { writeScalar } from './scalarStyle.ts';

const KEY = /^ *(?:- +)*[A-Za-z_][\w.-]*: +$/;
const REST = /^(?:[ \t]+#.*|[ \t]*)$/;

/**
 * What `setScalar` gives for a scalar of this text, where a look at its line is enough to know it; else undefined. The line is `key: value`, in a block or
 * in braces, with a key without quotes, and without anchor, tag, alias, escapes or a second line. It may be one of a literal block, such as a patch.
 */
export function setOnLine(text: string, scalar: ScalarNode, value: string): readonly TextEdit[] | undefined {
  const { within } = scalar.source;
  if (within === undefined) return onLine(text, scalar, value);
  if (within.style !== 'literal' || within.alias || within.source.within !== undefined) return undefined;
  const edits = onLine(within.text, scalar, value)?.map((edit) => ({ ...edit, ...rangeInFile(text, { ...scalar, ...edit }) }));
  const isThere = edits?.every(
    ({ start, end }) => text.slice(start, end).includes(scalar.text) && end - start <= scalar.text.length + 2,
  );
  return isThere === true ? edits : undefined;
}

function onLine(
  text: string,
  { style, tag, alias, start, end, text: old }: ScalarNode,
  value: string,
): readonly TextEdit[] | undefined {
  if (style === 'literal' || style === 'folded' || tag !== '' || alias) return undefined;
  if (old === '' || text.slice(start, end) !== old) return undefined;
  const quote = { plain: '', single: "'", double: '"' }[style];
  const [from, to] = [start - quote.length, end + quote.length];
  if (text.slice(from, start) !== quote || text.slice(end, to) !== quote) return undefined;
  const before = text.slice(text.lastIndexOf('\n', from - 1) + 1, from);
  if (!KEY.test(before) || !REST.test(text.slice(to, lineEndAt(text, to)))) return undefined;
  const written = writeScalar(value, style, false);
  if (written !== writeScalar(value, style, true)) return undefined;
  return text.slice(from, to) === written ? [] : [{ start: from, end: to, newText: written }];
}

function lineEndAt(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  if (end < 0) return text.length;
  return text.charAt(end - 1) === '\r' ? Math.max(from, end - 1) : end;
}
