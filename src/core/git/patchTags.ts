/** Tags that commits added, read from the patch text of `git log`. */
import { isValidTag, kustomizeSplit } from '../oci/imageReference.ts';

/** A tag that a commit wrote into a file. */
export interface SeenTag {
  /** For the key `digest` a digest. */
  readonly tag: string;
  /** Name of the image as written next to it (`name` of an images entry, `repository` of chart values), '' where none is near. */
  readonly image: string;
  /** Key as written, such as `newTag`, `image` or `APP_TAG`. */
  readonly key: string;
  /** Path in that commit. */
  readonly file: string;
  readonly commit: string;
  readonly author: string;
  /** Author date, ISO 8601. */
  readonly date: string;
}

/** `git log --format` that `tagsInPatches` reads: NUL, hash, NUL, author, NUL, date. */
export const PATCH_LOG_FORMAT = '%x00%H%x00%an%x00%aI';

const LINE = /^( *)((?:- +)*)(?:["']?([\w.-]+)["']?\s*(?::(?=\s|$)|=))\s*(.*)$/;
const TAG_KEY = /(?:tag|version)$/i;
const NAME_KEYS = ['newname', 'name', 'repository', 'image'];

interface Commit {
  readonly commit: string;
  readonly author: string;
  readonly date: string;
}

interface PatchLine {
  readonly added: boolean;
  readonly text: string;
}

/** In the order of the log; each pair of file, image and tag once, with the commit that comes first. A log that was cut off is fine. */
export function tagsInPatches(log: string): SeenTag[] {
  const seen = new Map<string, SeenTag>();
  let commit: Commit = { commit: '', author: '', date: '' };
  let file = '';
  const lines = log.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line.startsWith('\0')) {
      const [, hash = '', author = '', date = ''] = line.split('\0');
      commit = { commit: hash, author, date };
    } else if (line.startsWith('+++ ')) file = pathOf(line.slice(4));
    else if (line.startsWith('@@ ')) {
      const hunk = readHunk(lines, index);
      index = hunk.last;
      for (const found of tagsInHunk(hunk.lines)) {
        const key = JSON.stringify([file, found.image, found.tag]);
        if (!seen.has(key)) seen.set(key, { ...found, file, ...commit });
      }
    }
  }
  return [...seen.values()];
}

/** The new side of a hunk. The counts in its header say where it ends, so that no content is taken for a header. */
function readHunk(lines: readonly string[], start: number): { readonly lines: readonly PatchLine[]; readonly last: number } {
  const [, oldCount = '1', newCount = '1'] = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(lines[start] ?? '') ?? [];
  let [oldLeft, newLeft] = [Number(oldCount), Number(newCount)];
  const hunk: PatchLine[] = [];
  let index = start;
  while ((oldLeft > 0 || newLeft > 0) && index + 1 < lines.length) {
    index++;
    const line = lines[index] ?? '';
    if (line.startsWith('\\')) continue;
    if (line.startsWith('-')) oldLeft--;
    else {
      newLeft--;
      if (!line.startsWith('+')) oldLeft--;
      hunk.push({ added: line.startsWith('+'), text: line.slice(1).replace(/\r$/, '') });
    }
  }
  return { lines: hunk, last: index };
}

/** Git quotes paths with special characters as C strings of bytes. */
function pathOf(text: string): string {
  const name = text.replace(/\t$/, '');
  if (!name.startsWith('"')) return name.replace(/^b\//, '');
  const bytes: number[] = [];
  const named: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };
  for (const [unit, octal, char] of name.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|[^\\]/gsu)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else
      bytes.push(
        ...new TextEncoder().encode(
          char === undefined ? unit : named[char] === undefined ? char : String.fromCharCode(named[char]),
        ),
      );
  }
  return new TextDecoder().decode(Uint8Array.from(bytes)).replace(/^b\//, '');
}

interface Field {
  readonly key: string;
  readonly value: string;
  readonly column: number;
  readonly startsItem: boolean;
}

function* tagsInHunk(lines: readonly PatchLine[]): Generator<Pick<SeenTag, 'tag' | 'image' | 'key'>> {
  const fields = lines.map(({ text }) => fieldOf(text));
  for (const [index, field] of fields.entries()) {
    if (field === undefined || lines[index]?.added !== true) continue;
    if (/image$/i.test(field.key)) {
      const { name, tag } = kustomizeSplit(field.value);
      if (isValidTag(tag)) yield { tag, image: name, key: field.key };
    } else if (/^digest$/i.test(field.key)) {
      if (field.value !== '') yield { tag: field.value, image: imageBeside(fields, index), key: 'digest' };
    } else if (TAG_KEY.test(field.key) && !/^apiVersion$/i.test(field.key)) {
      const [tag = ''] = field.value.split('@', 1);
      if (isValidTag(tag)) yield { tag, image: imageBeside(fields, index), key: field.key };
    }
  }
}

/** `key: value` of YAML and JSON, `KEY=value` of env files and literals. */
function fieldOf(text: string): Field | undefined {
  const [matched, indent = '', dashes = '', key = '', rest = ''] = LINE.exec(text) ?? [];
  if (matched === undefined) return undefined;
  const [, quoted] = /^(["'])(.*?)\1/.exec(rest) ?? [];
  const value = quoted === undefined ? rest.replace(/\s+#.*$|,\s*$/, '').trim() : rest.slice(1, rest.indexOf(quoted, 1));
  return { key, value, column: indent.length + dashes.length, startsItem: dashes !== '' };
}

/** The name in the same mapping: neighbouring lines at the same column, up to the dash and down to the next one. */
function imageBeside(fields: readonly (Field | undefined)[], index: number): string {
  const own = fields[index];
  if (own === undefined) return '';
  const siblings: Field[] = [];
  for (let above = index; above > 0 && fields[above]?.startsItem !== true;) {
    above--;
    const field = fields[above];
    if (field === undefined) continue;
    if (field.column < own.column) break;
    if (field.column === own.column) siblings.push(field);
  }
  for (const field of fields.slice(index + 1)) {
    if (field === undefined) continue;
    if (field.column < own.column || (field.startsItem && field.column === own.column)) break;
    if (field.column === own.column) siblings.push(field);
  }
  const names = NAME_KEYS.map((key) => siblings.find((field) => field.key.toLowerCase() === key)?.value ?? '');
  return names.find((name) => name !== '') ?? '';
}
