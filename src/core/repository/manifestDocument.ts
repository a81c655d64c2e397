/** One object in a manifest file, and what can be told of it without parsing it. */
import type { ResourceIdentity } from '../kustomize/identity.ts';
import { HEX_ESCAPE, mayHideKeys, withoutMapping } from '../kustomize/textHints.ts';
import type { Source, YamlNode } from '../yaml/node.ts';
import type { Dialect, DuplicateKey, ParsedDocument, YamlProblem } from '../yaml/parse.ts';
import { parseFirst, refusedDuplicate } from '../yaml/parse.ts';
import { identityHint } from './identityHint.ts';

export interface Parsed extends ParsedDocument {
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
  private holdsImages: boolean | undefined;
  /** The last word that was asked for: many builds ask for the same one. */
  private asked: { readonly word: string; readonly found: boolean } | undefined;
  private hint: { identity: ResourceIdentity | undefined } | undefined;

  constructor(source: Source, text: string, start: number) {
    this.source = source;
    this.text = text;
    this.start = start;
  }

  get file(): string {
    return this.source.file;
  }

  /** This document, with what is known of one that has the same text elsewhere. */
  like({ checked, parsed, hint, holdsImages }: ManifestDocument): this {
    if (parsed === undefined ? checked !== undefined && checked.problem === undefined : problemIn(parsed) === undefined)
      this.checked = { problem: undefined };
    this.hint = hint;
    this.holdsImages = holdsImages;
    return this;
  }

  private parse(): Parsed {
    this.parsed ??= parseHead(this.text, this.source, this.start, 'v3');
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
    this.checked ??= { problem: problemIn(parseHead(this.text, this.source, this.start, 'v3')) };
    return this.checked.problem;
  }

  /** Guessed from the text, without parsing: false means that this object has no image as it is written, and is no Flux object. */
  get matters(): boolean {
    return MATTERS.test(this.text) && !CRD.test(this.text);
  }

  /** Guessed in the same way: false means that kustomize finds no image in the object, and nothing else where it looks for images. */
  get mayHoldImages(): boolean {
    this.holdsImages ??= mayHoldImages(this.text) && this.identity?.kind !== 'CustomResourceDefinition';
    return this.holdsImages;
  }

  /** Whether a word can stand in the object: a quick test, false is certain. */
  mentions(word: string): boolean {
    if (this.asked?.word !== word) this.asked = { word, found: this.search(word) };
    return this.asked.found;
  }

  private search(word: string): boolean {
    const { text } = this;
    if (text.includes(word)) return true;
    return (
      text.includes('\\') && (!PLAIN_WORD.test(word) || HEX_ESCAPE.test(text) || text.replace(JOINED_LINES, '').includes(word))
    );
  }

  /** What the object is, where its first lines say so plainly; without parsing. */
  get identity(): ResourceIdentity | undefined {
    this.hint ??= { identity: identityHint(this.text) };
    return this.hint.identity;
  }

  /** Whether the document is no YAML that is read here, as far as somebody looked. */
  get isKnownBroken(): boolean {
    return this.parsed?.problem !== undefined;
  }

  /** The kind as the text says, without parsing; '' where that is not plain. */
  get kindHint(): string {
    return this.identity?.kind ?? /^kind:[ \t]*["']?([A-Za-z]+)/m.exec(this.text)?.[1] ?? '';
  }
}

/** The first document of a text. */
export function parseHead(text: string, source: Source, start: number, dialect: Dialect): Parsed {
  const { documents, problem } = parseFirst(text, source, start, dialect);
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

/** Keys on the way to an image, and texts or lists where kustomize wants mappings around images. */
function mayHoldImages(text: string): boolean {
  return (
    ((text.includes('ontainers') || text.includes('volumes')) && IMAGE_KEY.test(text)) ||
    NO_MAPPING.test(text) ||
    mayHideKeys(text)
  );
}

const IMAGE_KEY = /(?:ontainers|volumes)["']?\s*:/;
const NO_MAPPING = withoutMapping('spec|template');
/** Of characters that only escapes of numbers, and lines that a backslash joins, can hide. */
const PLAIN_WORD = /^[A-Za-z0-9._/-]*$/;
const JOINED_LINES = /\\(?:\r\n|[\r\n\x85\u2028\u2029])[ \t]*/g;
const CRD = /^kind:[ \t]*["']?CustomResourceDefinition/m;
