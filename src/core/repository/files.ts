/** The files of a repository as the model sees them: parsed once, shared by every snapshot until their text changes. */
import type { Source, YamlNode } from '../yaml/node.ts';
import type { YamlProblem } from '../yaml/events.ts';
import type { DuplicateKey } from '../yaml/parse.ts';
import { parseYaml } from '../yaml/parse.ts';
import { syntaxProblem } from '../yaml/syntax.ts';

interface Parsed {
  readonly root: YamlNode | undefined;
  readonly duplicates: readonly DuplicateKey[];
  readonly problem: YamlProblem | undefined;
}

/** One YAML document of a file, parsed when somebody asks for it. */
export class ManifestDocument {
  readonly file: string;
  readonly text: string;
  /** Offset of `text` in the file. */
  readonly start: number;
  private checked: { problem: YamlProblem | undefined } | undefined;
  private parsed: Parsed | undefined;

  constructor(file: string, text: string, start: number) {
    this.file = file;
    this.text = text;
    this.start = start;
  }

  private parse(): Parsed {
    if (this.parsed === undefined) {
      const source: Source = { file: this.file, within: undefined };
      const { documents, problem } = parseYaml(this.text, source, this.start);
      // One chunk can hold a leading comment document; the one with content counts.
      const document = documents.find(({ root }) => root !== undefined);
      this.parsed = { root: document?.root, duplicates: document?.duplicates ?? [], problem };
    }
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

  /** Whether somebody needed the tree of this document already, so that looking at it costs nothing. */
  get isParsed(): boolean {
    return this.parsed !== undefined;
  }

  /** What is wrong with the syntax, without keeping a tree. */
  get syntaxProblem(): YamlProblem | undefined {
    if (this.parsed !== undefined) return this.parsed.problem;
    this.checked ??= { problem: syntaxProblem(this.text, this.start) };
    return this.checked.problem;
  }

  /** Guessed from the text, without parsing: false means that this object has no image and can get none, and is no Flux object. */
  get matters(): boolean {
    return (MATTERS.test(this.text) || WORKLOAD.test(this.text)) && !CRD.test(this.text);
  }

  /** The unindented `kind:` of the text, without parsing; '' where none is found. */
  get kindHint(): string {
    return /^kind:[ \t]*["']?([A-Za-z]+)/m.exec(this.text)?.[1] ?? '';
  }
}

const MATTERS = /image|containers|toolkit\.fluxcd\.io|extensions\.fluxcd\.io/i;
/** Workloads that a patch may give containers. */
const WORKLOAD =
  /^kind:[ \t]*["']?(?:Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job|CronJob|Pod|Rollout)\b/m;
const CRD = /^kind:[ \t]*["']?CustomResourceDefinition/m;

/**
 * Stands for the text of a file that exists and cannot be read as text: whoever only needs it to exist is satisfied. `why` follows the path in a sentence,
 * such as `is binary`.
 */
export function unreadable(why: string): string {
  return `\0${why}`;
}

/** A file of the repository. Its documents are split at once and parsed when needed. */
export class RepositoryFile {
  readonly path: string;
  readonly text: string;
  /** Whether documents that nobody needs to parse are checked for syntax where they are used. */
  readonly checksSyntax: boolean;
  private split: readonly ManifestDocument[] | undefined;

  constructor(path: string, text: string, checksSyntax = true) {
    this.path = path;
    this.text = text;
    this.checksSyntax = checksSyntax;
  }

  /** Why the file cannot be read as text, undefined where it can. */
  get unreadable(): string | undefined {
    return this.text.startsWith('\0') ? this.text.slice(1) : undefined;
  }

  get documents(): readonly ManifestDocument[] {
    this.split ??= this.unreadable !== undefined ? [] : splitDocuments(this.path, this.text);
    return this.split;
  }
}

const SEPARATOR = /^---(?=[ \t\r\n]|$)|^\.\.\.(?=[ \t\r\n]|$)/gm;

/** Splits at `---` and `...` lines; a `%YAML` prologue stays with the document it belongs to. */
function splitDocuments(path: string, text: string): ManifestDocument[] {
  const documents: ManifestDocument[] = [];
  let start = 0;
  const push = (end: number) => {
    const chunk = text.slice(start, end);
    if (/^\s*[^\s#]/m.test(chunk.replace(/^\uFEFF/, '').replace(/^---/, '')))
      documents.push(new ManifestDocument(path, chunk, start));
  };
  for (const match of text.matchAll(SEPARATOR)) {
    if (match.index === 0) continue;
    const prologue =
      /^\s*(?:\uFEFF)?(?:(?:#.*)?\r?\n|%.*\r?\n)*$/.test(text.slice(start, match.index)) &&
      text.slice(start, match.index).includes('%');
    if (prologue && match[0] === '---') continue;
    push(match.index);
    start = match[0] === '---' ? match.index : match.index + 3;
  }
  push(text.length);
  return documents;
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
}

/** The kustomization files in a directory, in kustomize's order. */
export function kustomizationFilesIn(view: FileView, directory: string): RepositoryFile[] {
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

/** How many leading directories two paths share. */
export function commonDepth(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  let count = 0;
  while (count < left.length && left[count] === right[count]) count++;
  return count;
}
