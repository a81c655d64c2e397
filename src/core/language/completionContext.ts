/**
 * Which value of an images entry is being written at an offset. Decided from the line and the lines above it, so that it holds for a text that does not
 * parse at the moment, such as one with an open quote.
 */
import type { RepositoryFile } from '../repository/files.ts';
import { isKustomizationFileName } from '../repository/files.ts';
import type { TextRange } from '../text/textEdit.ts';
import { lineEnd } from '../yaml/editMapping.ts';
import { writeScalar } from '../yaml/scalarStyle.ts';
import type { QuoteStyle } from '../yaml/scalarStyle.ts';

export interface CompletionContext {
  readonly field: 'name' | 'newTag' | 'digest';
  /** What a completion replaces: the whole value with its quotes; empty where nothing is written. */
  readonly range: TextRange;
  /** A value as it is written here. */
  readonly write: (value: string) => string;
  /** What an editor compares with what is written so far. */
  readonly filterText: (value: string) => string;
}

const BLOCK = /^(\uFEFF?[ \t]*(?:-[ \t]+)*)(["']?)(name|newTag|digest)\2([ \t]*:)/i;
const FLOW = /([{,][ \t]*)(["']?)(name|newTag|digest)\2([ \t]*:)/gi;

/** undefined at any other place: in comments, on keys, and outside of lists of images. */
export function completionContext(file: RepositoryFile, offset: number): CompletionContext | undefined {
  const { text } = file;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(start, Math.max(lineEnd(text, start), offset));
  const key = keyBefore(line, offset - start);
  if (key === undefined || !isInImages(file, start, line, key)) return undefined;
  const value = valueAt(line, key.end);
  if (value === undefined || offset - start < value.start || offset - start > value.end) return undefined;
  const style: QuoteStyle =
    value.quote === '"' || (value.quote === '' && key.quote === '"') ? 'double' : value.quote === "'" ? 'single' : 'plain';
  const range = value.isWritten ? { start: start + value.start, end: start + value.end } : { start: offset, end: offset };
  const space = /[ \t]/.test(text.charAt(range.start - 1)) ? '' : ' ';
  const write = (wanted: string): string => space + writeScalar(wanted, style, key.inFlow);
  return { field: key.field, range, write, filterText: (wanted) => (value.quote === '' ? wanted : write(wanted)) };
}

interface Key {
  readonly field: CompletionContext['field'];
  readonly quote: string;
  /** Column behind the colon. */
  readonly end: number;
  /** Column of the key, and of the last dash before it. */
  readonly column: number;
  readonly dash: number | undefined;
  readonly inFlow: boolean;
}

/** The last key of an entry on a line before a column. */
function keyBefore(line: string, column: number): Key | undefined {
  const read = (match: RegExpExecArray | RegExpMatchArray, inFlow: boolean): Key => {
    const [whole, lead = '', quote = '', name = ''] = match;
    const at = (match.index ?? 0) + lead.length;
    const field = FIELD_NAMES.find((one) => one.toLowerCase() === name.toLowerCase()) ?? 'name';
    const dash = inFlow ? -1 : lead.lastIndexOf('-');
    return { field, quote, end: (match.index ?? 0) + whole.length, column: at, dash: dash < 0 ? undefined : dash, inFlow };
  };
  const flow = [...line.matchAll(FLOW)].findLast((match) => match.index + match[0].length <= column);
  if (flow !== undefined) return read(flow, true);
  const block = BLOCK.exec(line);
  return block !== null && block[0].length <= column ? read(block, false) : undefined;
}

const FIELD_NAMES = ['name', 'newTag', 'digest'] as const;

interface Value {
  readonly start: number;
  readonly end: number;
  readonly quote: '' | '"' | "'";
  /** False where there is only room for a value. */
  readonly isWritten: boolean;
}

/** The value behind a colon, without its anchor and tag; the spaces behind the colon where nothing is written yet. */
function valueAt(line: string, from: number): Value | undefined {
  const [lead = ''] = /^[ \t]*(?:[&!]\S*[ \t]+)*/.exec(line.slice(from)) ?? [];
  const start = from + lead.length;
  const rest = line.slice(start);
  const first = rest.charAt(0);
  if (first === '"' || first === "'") {
    // A quote that is open does not end: it takes what is there before a comment.
    const [open = ''] = /^(?:(?![ \t]#)[^])*/.exec(rest) ?? [];
    const [quoted = open] = (first === '"' ? /^"(?:\\.|[^"\\])*"/ : /^'(?:''|[^'])*'/).exec(rest) ?? [];
    return { start, end: start + quoted.trimEnd().length, quote: first, isWritten: true };
  }
  if (/^[|>[{]/.test(rest)) return undefined;
  // A comment needs a space in front of it, and in lists and mappings of one line a comma or bracket ends a value.
  const [plain = ''] = first === '#' && lead !== '' ? [] : (/^(?:(?![ \t]#)[^,}\]])*/.exec(rest) ?? []);
  const written = plain.trimEnd().length;
  return written > 0
    ? { start, end: start + written, quote: '', isWritten: true }
    : { start: from, end: start, quote: '', isWritten: false };
}

/** Whether a line belongs to an entry of `images`, at the top of a kustomization file or in an object of Flux. */
function isInImages({ path, text }: RepositoryFile, start: number, line: string, key: Key): boolean {
  const isKustomization = isKustomizationFileName(path);
  if (!isKustomization && !/\.toolkit\.fluxcd\.io\//.test(text)) return false;
  const above = parentKeys(text, start, line, key);
  const [list = '', holder = ''] = above;
  if (!/^image(?:s|tags)$/i.test(list)) return false;
  return isKustomization ? above.length === 1 : ['spec', 'kustomize'].includes(holder);
}

/** The keys that lead to a line, the innermost first, by indentation alone; brackets that are open on the lines above count as their key. */
function parentKeys(text: string, start: number, line: string, key: Key): string[] {
  const keys: string[] = [];
  const own = key.inFlow ? /(?:^|[\s{,])(["']?)(\w+)\1[ \t]*:[ \t]*\[[^\]]*$/.exec(line.slice(0, key.column)) : null;
  if (own !== null) keys.push(own[2] ?? '');
  const indentation = line.replace('\uFEFF', '').search(/\S|$/);
  let column = own !== null ? indentation : (key.dash ?? (key.inFlow ? indentation : key.column));
  let isItem = own === null && (key.dash !== undefined || line.trimStart().startsWith('-'));
  for (let end = start - 1; end > 0 && (column > 0 || isItem);) {
    const from = text.lastIndexOf('\n', end - 1) + 1;
    const above = text.slice(from, end).replace(/^\uFEFF|\r$/g, '');
    end = from - 1;
    if (/^---(?:\s|$)/.test(above)) break;
    const [, lead = '', dashes = '', name = '', rest = ''] = /^([ \t]*)((?:-[ \t]+)*)["']?([\w.]*)["']?([^]*)$/.exec(above) ?? [];
    if (name === '' || !/^[ \t]*:/.test(rest)) continue;
    const at = lead.length + dashes.length;
    // A list may stand at the column of its key.
    if (isItem && dashes === '' ? at <= column : at < column) {
      keys.push(name);
      column = at;
      isItem = false;
    } else if (dashes !== '' && lead.length < column && at === column) {
      // The first line of the item that the key belongs to.
      column = lead.length;
      isItem = true;
    }
  }
  return keys;
}
