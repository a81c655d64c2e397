/**
 * Comments that keep problems quiet:
 *
 *     newTag: latest # gitops-cockpit: ignore mutable-tag
 *     # gitops-cockpit: ignore mutable-tag, tag-not-overridden     (alone on its line: for the next line)
 *     patch: | # gitops-cockpit: ignore mutable-tag                (where a text of several lines starts: for all of it)
 *     # gitops-cockpit: ignore-file mutable-tag                    (anywhere: for the whole file)
 */
import type { Operation } from '../change/operations.ts';
import type { RepositoryFile } from '../repository/files.ts';
import { LineIndex } from '../text/lineIndex.ts';
import type { TextRange } from '../text/textEdit.ts';
import { eolNear, lineEnd } from '../yaml/editMapping.ts';
import type { Place } from './problem.ts';
import { quotedTexts, textBlocks } from './textBlocks.ts';

export interface Suppression {
  /** '' where the comment names no rule. */
  readonly code: string;
  /** Lines for which it holds, counted from 1; undefined for the whole file. */
  readonly lines: { readonly first: number; readonly last: number } | undefined;
  /** The code in the comment. */
  readonly place: Place;
  /** The whole comment, with the line break before it where it stands alone. */
  readonly comment: Place;
  /** All codes of the comment, with what separates them. */
  readonly list: Place;
}

const COMMENT =
  /(?<=^|[\s\uFEFF])#[ \t]*gitops-cockpit:[ \t]*(ignore(?:-file)?)(?![\w-])(?:[ \t]+([a-z0-9-]+(?:[ \t]*,[ \t]*[a-z0-9-]+)*))?/g;
const MARK = 'gitops-cockpit:';

const known = new WeakMap<RepositoryFile, readonly Suppression[]>();

export function suppressionsIn(file: RepositoryFile): readonly Suppression[] {
  let found = known.get(file);
  if (found === undefined) known.set(file, (found = file.text.includes(MARK) ? find(file) : []));
  return found;
}

function find(file: RepositoryFile): Suppression[] {
  const { path, text } = file;
  const index = new LineIndex(text);
  const lineOf = (offset: number) => index.positionAt(offset).line;
  const texts = textBlocks(file);
  const blocks = new Map(texts.map(({ start, end }) => [lineOf(start), lineOf(end)] as const));
  const quoted = quotedTexts(file);
  const comments = [...text.matchAll(COMMENT)].filter(({ index: at }) => {
    const holds = ({ start, end }: TextRange) => start <= at && at < end;
    return !quoted.some(holds) && !(texts.some(holds) && isBehindQuote(text.slice(text.lastIndexOf('\n', at) + 1, at)));
  });
  return comments.flatMap((match) => {
    const [whole, verb = '', list = ''] = match;
    const lineStart = text.lastIndexOf('\n', match.index) + 1;
    const isAlone = text.slice(lineStart, match.index).trim() === '';
    const first = lineOf(match.index) + (isAlone ? 1 : 0);
    const lines = verb === 'ignore-file' ? undefined : { first, last: blocks.get(first) ?? first };
    const codes = list.split(',').map((code) => code.trim());
    let at = match.index + whole.length - list.length;
    const listPlace = { file: path, start: at, end: at + list.length };
    return codes.map((code) => {
      at = text.indexOf(code, at);
      const place = { file: path, start: at, end: at + code.length };
      return {
        code,
        lines,
        place,
        comment: commentPlace(path, text, match.index, isAlone),
        list: listPlace,
      };
    });
  });
}

const QUOTED = /(?<=^|[\s:,[{=-])(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/g;
const OPEN_QUOTE = /(?:^|[\s:,[{=-])["']/;

/** Whether a quote is open at the end of a line in a text block, which nobody has parsed. */
function isBehindQuote(lineSoFar: string): boolean {
  return OPEN_QUOTE.test(lineSoFar.replace(QUOTED, ''));
}

function commentPlace(file: string, text: string, start: number, isAlone: boolean): Place {
  const end = lineEnd(text, start);
  if (!isAlone) return { file, start: start - (/[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0), end };
  const lineStart = text.lastIndexOf('\n', start) + 1;
  const next = text.startsWith('\r\n', end) ? end + 2 : Math.min(end + 1, text.length);
  return { file, start: lineStart, end: next };
}

/** Whether comments may be written into a file: JSON knows none, and kustomize reads what starts with a bracket as JSON. */
export function takesComments({ path, text }: RepositoryFile): boolean {
  return !path.endsWith('.json') && !/^\uFEFF?\s*[[{]/.test(text);
}

/** The comment that keeps a problem quiet at its line: behind what stands there, or above it where a comment does already. */
export function lineSuppression(file: RepositoryFile, code: string, place: number): Operation {
  const { path, text } = file;
  const ending = lineEnd(text, place);
  const block = textBlocks(file).find((one) => one.start <= ending && ending < one.end);
  const lineStart = text.lastIndexOf('\n', (block?.start ?? place) - 1) + 1;
  const end = lineEnd(text, lineStart);
  const comment = `# gitops-cockpit: ignore ${code}`;
  const line = text.slice(lineStart, end);
  if (block === undefined && !line.includes('#') && line.trim() !== '')
    return { type: 'replace', file: path, start: end, end, text: ` ${comment}` };
  const indentation = /^\uFEFF?[ \t]*/.exec(line)?.[0].replace('\uFEFF', '') ?? '';
  const at = lineStart + (text.startsWith('\uFEFF', lineStart) ? 1 : 0);
  return { type: 'replace', file: path, start: at, end: at, text: `${indentation}${comment}${eolNear(text, end)}` };
}

/** The comment that keeps a rule quiet in a whole file: its first line. */
export function fileSuppression({ path, text }: RepositoryFile, code: string): Operation {
  const at = text.startsWith('\uFEFF') ? 1 : 0;
  return { type: 'replace', file: path, start: at, end: at, text: `# gitops-cockpit: ignore-file ${code}${eolNear(text, 0)}` };
}
