/** Text to located trees, and what is wrong with a text. The reader behind it follows go-yaml, with which kustomize reads (`reader/`). */
import type { ScalarNode, Source, YamlNode } from './node.ts';
import { forbiddenCharacter } from './reader/characters.ts';
import type { ComposedDocument } from './reader/composer.ts';
import { Composer } from './reader/composer.ts';
import { readPlainBlock } from './reader/plainBlock.ts';
import type { DuplicateKey } from './reader/openMap.ts';
import type { Dialect } from './reader/cursor.ts';
import { YamlError } from './reader/token.ts';
import { unprintable } from './reader/unprintable.ts';

export type { DuplicateKey } from './reader/openMap.ts';
export type { Dialect } from './reader/cursor.ts';

export interface ParsedDocument {
  /** undefined for an empty document. */
  readonly root: YamlNode | undefined;
  /** Keys that stand twice in one mapping, each with the entry that is ignored. */
  readonly duplicates: readonly DuplicateKey[];
  /** Why kustomize cannot write an object that it can read: keys that are no strings, infinite numbers, tags that do not fit. */
  readonly unprintable: YamlProblem | undefined;
}

export interface YamlProblem {
  /** The parser's own words, lower case, without position. */
  readonly message: string;
  /** Offset in the source. */
  readonly offset: number;
  /** True where the text is well-formed, but has a key twice in one mapping of an object (not in its annotations, which kustomize merges). */
  readonly isDuplicateKey?: true;
  /** True where the text is larger or deeper than what is read here: kustomize may well read it. */
  readonly isLimit?: true;
}

export interface ParsedYaml {
  readonly documents: readonly ParsedDocument[];
  readonly problem: YamlProblem | undefined;
}

/** Parses all documents of `text`. `base` is added to every offset (for a part of a file). Never throws. */
export function parseYaml(text: string, source: Source, base = 0, dialect: Dialect = 'v3'): ParsedYaml {
  return attempt(base, () => {
    const composer = composerFor(text, source, base, dialect);
    const documents: ParsedDocument[] = [];
    for (let document = composer.next(); document !== undefined; document = composer.next())
      documents.push(parsed(document, base));
    return { documents, problem: undefined };
  });
}

/**
 * Parses the first document of `text` and does not look at what follows: how kustomize reads its own files (dialect `v2`), and each part of a manifest
 * between `---` lines (`v3`). At most one document is returned. Never throws.
 */
export function parseFirst(text: string, source: Source, base: number, dialect: Dialect): ParsedYaml {
  const root = readPlainBlock(text, source, base, dialect);
  if (root !== undefined) return { documents: [{ root, duplicates: [], unprintable: undefined }], problem: undefined };
  return attempt(base, () => {
    const document = composerFor(text, source, base, dialect).next();
    return { documents: document === undefined ? [] : [parsed(document, base)], problem: undefined };
  });
}

function composerFor(text: string, source: Source, base: number, dialect: Dialect): Composer {
  const forbidden = forbiddenCharacter(text);
  if (forbidden >= 0) throw new YamlError('control characters are not allowed', forbidden);
  return new Composer(text, source, base, dialect);
}

function parsed({ root, duplicates, unprintable }: ComposedDocument, base: number): ParsedDocument {
  return { root, duplicates, unprintable: unprintable && problemOf(unprintable, base) };
}

function attempt(base: number, parse: () => ParsedYaml): ParsedYaml {
  try {
    return parse();
  } catch (error) {
    return { documents: [], problem: problemOf(error, base) };
  }
}

function problemOf(error: unknown, base: number): YamlProblem {
  if (!(error instanceof YamlError)) return { message: 'is not valid YAML', offset: base };
  const { message, offset, isLimit } = error;
  return { message, offset: base + offset, ...(isLimit ? { isLimit } : {}) };
}

/** Why kustomize could not write a scalar: its tag wants something else than its text. */
export function printProblem(scalar: ScalarNode): string | undefined {
  return unprintable(scalar)?.message;
}

/** True where kustomize 5.8 refuses an object for a key that it has twice: everywhere but in its annotations. */
export function isRefusedDuplicate(key: string, path: readonly string[]): boolean {
  const isMetadata = path.length > 0 && path[0] === 'metadata';
  return !isMetadata || !(path[1] === 'annotations' || (path.length === 1 && key === 'annotations'));
}

/** The first key that kustomize refuses an object for. */
export function refusedDuplicate(duplicates: readonly DuplicateKey[]): DuplicateKey | undefined {
  return duplicates.find(({ ignored, path }) => isRefusedDuplicate(ignored.key.text, path));
}
