/** The files of a repository as the model sees them: parsed once, shared by every snapshot until their text changes. */
import type { Source } from '../yaml/node.ts';
import type { YamlProblem } from '../yaml/parse.ts';
import type { Parsed } from './manifestDocument.ts';
import { ManifestDocument, parseHead } from './manifestDocument.ts';

/** Larger files are not read: not by the model, not from Git, not by the render engine. */
export const MAX_FILE_BYTES = 20_000_000;

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
  /** Documents of the version before this one. */
  private former: readonly ManifestDocument[];

  constructor(path: string, text: string, checksSyntax = true, former: readonly ManifestDocument[] = []) {
    this.path = path;
    this.text = text;
    this.checksSyntax = checksSyntax;
    this.former = former;
  }

  /** The file with another text. What is known of documents that are the same in both is kept. */
  edited(text: string): RepositoryFile {
    return new RepositoryFile(this.path, text, true, this.split?.documents);
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
      const text = this.unreadable === undefined ? this.text : '';
      this.head = parseHead(text, { file: this.path, within: undefined }, 0, 'v2');
    }
    return this.head;
  }

  private parts(): Split {
    this.split ??=
      this.unreadable === undefined
        ? withKnown(splitDocuments(this.text, { file: this.path, within: undefined }), this.former)
        : { documents: [], problem: undefined };
    this.former = [];
    return this.split;
  }
}

/** Documents at the same place stay the same; of those that moved it is known that their syntax is fine. */
function withKnown({ documents, problem }: Split, former: readonly ManifestDocument[]): Split {
  if (former.length === 0) return { documents, problem };
  const known = new Map(former.map((document) => [document.text, document]));
  return {
    documents: documents.map((document) => {
      const old = known.get(document.text);
      return old === undefined || old.isKnownBroken ? document : old.start === document.start ? old : document.like(old);
    }),
    problem,
  };
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
