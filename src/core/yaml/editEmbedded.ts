/** YAML inside of a YAML scalar (inline patches, generator files): edits of the inner text become edits of the file. */
import type { Refusal, TextEdit, TextRange } from '../text/textEdit.ts';
import { isRefusal } from '../text/textEdit.ts';
import { locateScalar, parseLocated } from './locate.ts';
import type { LocatedScalar, LocatedYaml, YamlAddress } from './locate.ts';
import type { ScalarNode } from './node.ts';

export type EditResult = readonly TextEdit[] | Refusal;

/**
 * Runs `edit` on the YAML that an address refers to, and translates what it returns to offsets of `text`. An address by offset costs no more
 * than its document: the rest of a large file is not parsed.
 */
export function editAt<A extends YamlAddress>(
  text: string,
  address: A,
  edit: (yaml: LocatedYaml, address: A) => EditResult,
): EditResult {
  if (address.within === undefined) {
    const { start, end } = 'offset' in address ? documentAround(text, address.offset) : { start: 0, end: text.length };
    const yaml = parseLocated(text.slice(start, end));
    if (yaml === undefined) return { reason: 'the file is not valid YAML' };
    const edits = edit(yaml, 'offset' in address ? { ...address, offset: address.offset - start } : address);
    return isRefusal(edits) ? edits : edits.map((one) => ({ ...one, start: one.start + start, end: one.end + start }));
  }
  const { within } = address;
  return editAt(text, within, (outer, place) => {
    const scalar = locateScalar(outer, place);
    const embedded = scalar === undefined ? undefined : embeddedText(outer.text, scalar);
    if (embedded === undefined)
      return { reason: 'the text that holds this value is written in a way that cannot be edited in place' };
    const inner = parseLocated(embedded.text);
    if (inner === undefined) return { reason: 'the text that holds this value is not valid YAML' };
    const edits = edit(inner, address);
    return isRefusal(edits) ? edits : translate(edits, embedded);
  });
}

/** From the `---` (or behind the `...`) before an offset to the next one behind it. */
function documentAround(text: string, offset: number): TextRange {
  const isMarker = (at: number): boolean => at < 0 || at + 4 >= text.length || /\s/.test(text.charAt(at + 4));
  let before = offset;
  do before = before <= 0 ? -1 : Math.max(text.lastIndexOf('\n---', before - 1), text.lastIndexOf('\n...', before - 1));
  while (!isMarker(before));
  let behind = offset - 1;
  do {
    const [dashes, dots] = [text.indexOf('\n---', behind + 1), text.indexOf('\n...', behind + 1)];
    behind = dashes < 0 || dots < 0 ? Math.max(dashes, dots) : Math.min(dashes, dots);
  } while (!isMarker(behind));
  const start = before < 0 ? 0 : text.startsWith('\n...', before) ? before + 5 : before + 1;
  return { start, end: behind < 0 ? text.length : behind + 1 };
}

/**
 * Where a scalar that `parse.ts` found stands in its file, also one inside of another scalar. Where the inner text cannot be followed to the
 * character, the range of the scalar around it.
 */
export function rangeInFile(text: string, scalar: ScalarNode): TextRange {
  let range: TextRange = scalar;
  for (let within = scalar.source.within; within !== undefined; within = within.source.within) {
    const embedded = embeddedIn(within.source.within?.text ?? text, within);
    const from: number | undefined = embedded?.starts[range.start];
    const to = range.end === range.start ? from : embedded?.ends[range.end - 1];
    range = from === undefined || to === undefined ? within : { start: from, end: to };
  }
  return { start: range.start, end: range.end };
}

const embeddedTexts = new WeakMap<ScalarNode, EmbeddedText | false>();

/** The text of a scalar that was parsed as YAML, found once for each scalar: a scalar belongs to one version of its text. */
function embeddedIn(outerText: string, scalar: ScalarNode): EmbeddedText | undefined {
  let embedded = embeddedTexts.get(scalar);
  if (embedded === undefined) {
    const { style, text: value, alias, start, end } = scalar;
    // Nodes start behind an opening quote or a block's header line.
    const isQuoted = style === 'single' || style === 'double';
    const source = { start: start - 1, end: isQuoted ? end + 1 : end, style, value };
    embedded = (alias ? undefined : embeddedText(outerText, source)) ?? false;
    embeddedTexts.set(scalar, embedded);
  }
  return embedded === false ? undefined : embedded;
}

type QuotedSource = Pick<LocatedScalar, 'start' | 'end' | 'style' | 'value'>;

interface EmbeddedText {
  readonly text: string;
  /** For each code unit of `text`, and for its end: offset in the outer text. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** How text is written at this place; undefined where it cannot be. */
  readonly write: (text: string) => string | undefined;
}

function translate(edits: readonly TextEdit[], { starts, ends, write }: EmbeddedText): EditResult {
  const translated: TextEdit[] = [];
  for (const { start, end, newText } of edits) {
    const written = write(newText);
    const from = starts[start];
    const to = end === start ? from : ends[end - 1];
    if (written === undefined || from === undefined || to === undefined)
      return { reason: 'the new text cannot be written inside of the text that holds this value' };
    translated.push({ start: from, end: to, newText: written });
  }
  return translated;
}

/** undefined where the decoded text cannot be followed back to its source character by character. */
function embeddedText(text: string, scalar: QuotedSource): EmbeddedText | undefined {
  const raw = text.slice(scalar.start, scalar.end);
  switch (scalar.style) {
    case 'literal':
    case 'folded':
      return blockText(raw, scalar);
    case 'single':
      return quotedText(
        raw,
        scalar,
        /''|[^\r\n]/gu,
        (unit) => (unit === "''" ? "'" : unit),
        (inner) => inner.replaceAll("'", "''"),
      );
    case 'double':
      return quotedText(raw, scalar, DOUBLE_UNIT, decodeEscape, (inner) => JSON.stringify(inner).slice(1, -1));
    default:
      return undefined;
  }
}

const DOUBLE_UNIT = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^\r\nxuU])|[^\r\n\\]/gu;
const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '0': '\0',
    a: '\x07',
    b: '\b',
    t: '\t',
    '\t': '\t',
    n: '\n',
    v: '\v',
    f: '\f',
    r: '\r',
    e: '\x1b',
    N: '\x85',
    _: '\xa0',
    L: '\u2028',
    P: '\u2029',
  }),
);

function decodeEscape(unit: string): string {
  if (!unit.startsWith('\\')) return unit;
  const code = unit.slice(2);
  if (code === '') return ESCAPES.get(unit.slice(1)) ?? unit.slice(1);
  const point = Number.parseInt(code, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
}

function quotedText(
  raw: string,
  scalar: QuotedSource,
  units: RegExp,
  decode: (unit: string) => string,
  write: (text: string) => string,
): EmbeddedText | undefined {
  const map = new OffsetMap();
  for (const match of raw.slice(1, -1).matchAll(units))
    map.add(decode(match[0]), scalar.start + 1 + match.index, match[0].length);
  return map.finish(scalar.value, scalar.end - 1, (text) =>
    scalar.style === 'single' && /[\r\n]/.test(text) ? undefined : write(text),
  );
}

/** Literal and folded blocks: walks the raw lines and finds each in the decoded text. */
function blockText(raw: string, scalar: QuotedSource): EmbeddedText | undefined {
  const indentation = blockIndentation(raw, scalar.value);
  if (indentation === undefined) return undefined;
  const map = new OffsetMap();
  let eol = '\n';
  for (const match of raw.slice(indentation.contentStart).matchAll(/([^\r\n]*)(\r?\n|$)/g)) {
    const [, line = '', lineEnd = ''] = match;
    const at = scalar.start + indentation.contentStart + match.index;
    const content = line.slice(indentation.width);
    if (content !== '') {
      if (!scalar.value.startsWith(content, map.length)) return undefined;
      for (const [index, unit] of content.split('').entries()) map.add(unit, at + indentation.width + index, 1);
    }
    if (lineEnd === '') break;
    eol = lineEnd;
    // A folded line break is a space or nothing; whatever follows in the decoded text tells.
    const separator = scalar.value[map.length];
    if (separator === '\n' || (scalar.style === 'folded' && separator === ' '))
      map.add(separator, at + line.length, lineEnd.length);
  }
  const lineStart = eol + ' '.repeat(indentation.width);
  return map.finish(scalar.value, scalar.end, (text) =>
    scalar.style === 'folded' && text.includes('\n') ? undefined : text.replace(/\r?\n/g, lineStart),
  );
}

/** Length of the header line, and how far the content is indented. undefined for a block without content. */
export function blockIndentation(
  raw: string,
  decoded: string,
): { readonly contentStart: number; readonly width: number } | undefined {
  const headerEnd = raw.indexOf('\n') + 1;
  const first = /^[ \t]*[^\s][^\r\n]*/m.exec(raw.slice(headerEnd))?.[0];
  const firstDecoded = /^.*\S.*$/m.exec(decoded)?.[0];
  if (headerEnd === 0 || first === undefined || firstDecoded === undefined) return undefined;
  const leading = (line: string): number => line.length - line.trimStart().length;
  return { contentStart: headerEnd, width: leading(first) - leading(firstDecoded) };
}

class OffsetMap {
  private text = '';
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  get length(): number {
    return this.text.length;
  }

  /** `decoded` was written in `length` code units at `offset`. */
  add(decoded: string, offset: number, length: number): void {
    for (let index = 0; index < decoded.length; index++) {
      // A surrogate pair written as itself has one offset per half.
      const own = decoded.length === length;
      this.starts.push(own ? offset + index : offset);
      this.ends.push(own ? offset + index + 1 : offset + length);
    }
    this.text += decoded;
  }

  /** undefined unless the whole decoded text was found. */
  finish(decoded: string, end: number, write: EmbeddedText['write']): EmbeddedText | undefined {
    if (this.text !== decoded) return undefined;
    return { text: decoded, starts: [...this.starts, this.ends.at(-1) ?? end], ends: this.ends, write };
  }
}
