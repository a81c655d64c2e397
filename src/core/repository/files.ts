/** The files of a repository as the model sees them: parsed once, shared by every snapshot until their text changes. */
import type { ResourceIdentity } from '../kustomize/identity.ts';
import type { Source, YamlNode } from '../yaml/node.ts';
import type { DuplicateKey, ParsedDocument, YamlProblem } from '../yaml/parse.ts';
import { parseFirst, refusedDuplicate } from '../yaml/parse.ts';
import { identityHint } from './identityHint.ts';

/** Larger files are not read: not by the model, not from Git, not by the render engine. */
export const MAX_FILE_BYTES = 20_000_000;

interface Parsed extends ParsedDocument {
  readonly problem: YamlProblem | undefined;
}

/** One part of a manifest file, of which kustomize reads the first document; parsed when somebody asks for it. */
export class ManifestDocument {
  readonly source: Source;
  readonly text: string;
  /** Offset of `text` in its source. */
  readonly start: number;
  private checked: { problem: YamlProblem | undefined } | undefined;
  private parsed: Parsed | undefined;
  private hint: { identity: ResourceIdentity | undefined } | undefined;

  constructor(source: Source, text: string, start: number) {
    this.source = source;
    this.text = text;
    this.start = start;
  }

  get file(): string {
    return this.source.file;
  }

  private parse(): Parsed {
    this.parsed ??= parse(this.text, this.source, this.start);
    return this.parsed;
  }

  get root(): YamlNode | undefined {
    return this.parse().root;
  }

  get problem(): YamlProblem | undefined {
    return this.parse().problem;
  }

  /** Keys that stand twice in one mapping. */
  get duplicates(): readonly DuplicateKey[] {
    return this.parse().duplicates;
  }

  /** Whether it is known by now that keys stand twice, or may: false costs nothing to find out. */
  get hasKnownDuplicates(): boolean {
    return this.parsed === undefined ? this.checked?.problem?.isDuplicateKey === true : this.parsed.duplicates.length > 0;
  }

  /** Whether somebody needed the tree of this document already, so that looking at it costs nothing. */
  get isParsed(): boolean {
    return this.parsed !== undefined;
  }

  /** Why kustomize cannot read the document, or not write it again. Keeps no tree. */
  get syntaxProblem(): YamlProblem | undefined {
    if (this.parsed !== undefined) return problemIn(this.parsed);
    this.checked ??= { problem: problemIn(parse(this.text, this.source, this.start)) };
    return this.checked.problem;
  }

  /** Guessed from the text, without parsing: false means that this object has no image as it is written, and is no Flux object. */
  get matters(): boolean {
    return MATTERS.test(this.text) && !CRD.test(this.text);
  }

  /** What the object is, where its first lines say so plainly; without parsing. */
  get identity(): ResourceIdentity | undefined {
    this.hint ??= { identity: identityHint(this.text) };
    return this.hint.identity;
  }

  /** The kind as the text says, without parsing; '' where that is not plain. */
  get kindHint(): string {
    return this.identity?.kind ?? /^kind:[ \t]*["']?([A-Za-z]+)/m.exec(this.text)?.[1] ?? '';
  }
}

function parse(text: string, source: Source, start: number): Parsed {
  const { documents, problem } = parseFirst(text, source, start, 'v3');
  const [document] = documents;
  return { root: document?.root, duplicates: document?.duplicates ?? [], unprintable: document?.unprintable, problem };
}

function problemIn({ problem, duplicates, unprintable }: Parsed): YamlProblem | undefined {
  if (problem !== undefined) return problem;
  const duplicate = duplicates.length === 0 ? undefined : refusedDuplicate(duplicates);
  if (duplicate === undefined) return unprintable;
  const { key } = duplicate.counts;
  return { message: `mapping key "${key.text}" already defined`, offset: key.start, isDuplicateKey: true };
}

/** Escapes can spell any word. */
const MATTERS = /image|containers|toolkit\.fluxcd\.io|extensions\.fluxcd\.io|\\[xuU][0-9a-fA-F]/i;
const CRD = /^kind:[ \t]*["']?CustomResourceDefinition/m;

/**
 * Stands for the text of a file that exists and cannot be read as text, so that whoever only needs it to exist is satisfied. `why` follows the path in a
 * sentence, such as `is binary`. `isRefused`: kustomize cannot read it either.
 */
export function unreadable(why: string, isRefused: boolean): string {
  return `\0${isRefused ? '!' : '?'}${why}`;
}

/** A file of the repository. Its documents are split at once and parsed when needed. */
export class RepositoryFile {
  readonly path: string;
  readonly text: string;
  /** Whether documents that nobody needs to parse are checked for syntax where they are used. */
  readonly checksSyntax: boolean;
  private split: Split | undefined;
  private head: Parsed | undefined;

  constructor(path: string, text: string, checksSyntax = true) {
    this.path = path;
    this.text = text;
    this.checksSyntax = checksSyntax;
  }

  /** Why the file cannot be read as text, undefined where it can. */
  get unreadable(): string | undefined {
    return this.text.startsWith('\0') ? this.text.slice(2) : undefined;
  }

  /** Whether kustomize can read a file that is unreadable here. */
  get isOnlyUnread(): boolean {
    return this.text.startsWith('\0?');
  }

  /** The parts of a manifest file that have any content. */
  get documents(): readonly ManifestDocument[] {
    return this.parts().documents;
  }

  /** Why kustomize cannot tell the parts of a manifest file apart. */
  get separatorProblem(): YamlProblem | undefined {
    return this.parts().problem;
  }

  /**
   * The first document of the whole text, as kustomize reads its own files: kustomizations, configurations, JSON patches, replacements. `problem` where that
   * fails.
   */
  get first(): Parsed {
    if (this.head === undefined) {
      const { documents, problem } =
        this.unreadable === undefined
          ? parseFirst(this.text, { file: this.path, within: undefined }, 0, 'v2')
          : { documents: [], problem: undefined };
      const [document] = documents;
      this.head = { root: document?.root, duplicates: document?.duplicates ?? [], unprintable: document?.unprintable, problem };
    }
    return this.head;
  }

  private parts(): Split {
    this.split ??=
      this.unreadable === undefined
        ? splitDocuments(this.text, { file: this.path, within: undefined })
        : { documents: [], problem: undefined };
    return this.split;
  }
}

/** The documents in a text. */
export interface Split {
  readonly documents: readonly ManifestDocument[];
  readonly problem: YamlProblem | undefined;
}

const SEPARATOR = /\n---[^\n]*\n/g;

/**
 * Splits at lines that start with `---`, before any YAML is read (kyaml kio/byteio_reader.go, splitDocuments). Only a comment may follow the dashes. `base` is
 * added to all offsets.
 */
export function splitDocuments(text: string, source: Source, base = 0): Split {
  const documents: ManifestDocument[] = [];
  let start = 0;
  let problem: YamlProblem | undefined;
  const push = (end: number) => {
    const part = start === 0 && end === text.length ? text : text.slice(start, end);
    if (hasContent(part)) documents.push(new ManifestDocument(source, part, base + start));
  };
  for (const match of text.matchAll(SEPARATOR)) {
    const rest = match[0].slice(4).trim();
    if (rest !== '' && !rest.startsWith('#'))
      problem ??= { message: `invalid document separator: ${match[0].trim()}`, offset: base + match.index + 1 };
    push(match.index + 1);
    start = match.index + match[0].length;
  }
  push(text.length);
  return { documents, problem };
}

/** False for what holds comments and empty lines at the most. */
function hasContent(part: string): boolean {
  for (let at = 0; at < part.length;) {
    let code = part.charCodeAt(at);
    while (code === 32 || code === 13 || code === 0xfeff) code = part.charCodeAt(++at);
    const isDashes = code === 45 && /^---[ \t\r]*(?:#[^\n]*)?(?:\n|$)/.test(part.slice(at, at + 200));
    if (at < part.length && code !== 10 && code !== 35 && !isDashes) return true;
    const end = part.indexOf('\n', at);
    if (end < 0) return false;
    at = end + 1;
  }
  return false;
}

/** In the order in which kustomize looks. */
export const KUSTOMIZATION_NAMES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** True for the three names that kustomize looks for (image-semantics.md A.1). */
export function isKustomizationFileName(path: string): boolean {
  return KUSTOMIZATION_NAMES.includes(path.slice(path.lastIndexOf('/') + 1));
}

/** Read access to the files under a root: the repository itself, or an artifact composed of parts of it. Paths are normalised, '.' is the top. */
export interface FileView {
  readonly id: string;
  file(path: string): RepositoryFile | undefined;
  isDirectory(path: string): boolean;
  /** Names of files and directories in a directory, sorted as Go sorts (by bytes). */
  list(path: string): readonly string[];
  /** The path with all symbolic links resolved; undefined where they lead out of the repository, or nowhere. A path without links is its own. */
  real(path: string): string | undefined;
}

/** The kustomization files in a directory, in kustomize's order. */
export function kustomizationFilesIn(view: Pick<FileView, 'file'>, directory: string): RepositoryFile[] {
  const found: RepositoryFile[] = [];
  for (const name of KUSTOMIZATION_NAMES) {
    const file = view.file(joinPath(directory, name));
    if (file !== undefined) found.push(file);
  }
  return found;
}

/** Joins and normalises; undefined where `..` leaves the top. */
export function resolvePath(directory: string, reference: string): string | undefined {
  const parts = directory === '.' ? [] : directory.split('/');
  for (const part of reference.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else parts.push(part);
  }
  return parts.length === 0 ? '.' : parts.join('/');
}

export function joinPath(directory: string, name: string): string {
  return directory === '.' ? name : `${directory}/${name}`;
}

export function parentDirectory(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

/** True for a directory and everything below it. */
export function isInOrBelow(path: string, directory: string): boolean {
  return directory === '.' || path === directory || path.startsWith(`${directory}/`);
}

/** How many leading directories two paths share. */
export function commonDepth(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  let count = 0;
  while (count < left.length && left[count] === right[count]) count++;
  return count;
}
