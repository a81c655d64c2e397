/** The text of a patch: objects for a strategic merge, or the operations of a JSON patch (api/internal/builtins/PatchTransformer.go). */
import type { RepositoryFile } from '../repository/files.ts';
import { splitDocuments } from '../repository/files.ts';
import type { ScalarNode, Source, YamlNode } from '../yaml/node.ts';
import { isNull, textAt } from '../yaml/node.ts';
import { parseFirst } from '../yaml/parse.ts';
import { jsonOfManifest, jsonOfPatch } from '../yaml/toJson.ts';
import type { JsonPatch } from './jsonPatch.ts';
import { objectsIn, syntaxFailureIn } from './objects.ts';
import { Resource } from './resource.ts';

interface Refused {
  readonly problem: string;
}

export interface PatchText {
  /** Whether the text is a list, and so no objects; false where that is not plain. */
  readonly isList: boolean;
  /** The objects of a strategic merge, in order. */
  readonly merges: readonly Resource[] | Refused;
  readonly json: JsonPatch | Refused;
  /** Why the text was not read although kustomize can, '' where it was. */
  readonly unread: string;
}

const inlineCache = new WeakMap<ScalarNode, PatchText>();
const fileCache = new WeakMap<RepositoryFile, PatchText>();

/** A patch that is written in place. */
export function inlinePatch(scalar: ScalarNode): PatchText {
  let known = inlineCache.get(scalar);
  if (known === undefined) {
    const text = scalar.text.trim();
    const base = scalar.text.length - scalar.text.trimStart().length;
    inlineCache.set(scalar, (known = new WrittenPatch(text, { file: scalar.source.file, within: scalar }, base)));
  }
  return known;
}

export function patchInFile(file: RepositoryFile): PatchText {
  let known = fileCache.get(file);
  if (known === undefined) fileCache.set(file, (known = new WrittenPatch(file.text, { file: file.path, within: undefined }, 0)));
  return known;
}

/** A patch that is written as YAML. */
export function patchInPlace(node: YamlNode): PatchText {
  const isObject = node.kind === 'map' && textAt(node, 'kind') !== '' && textAt(node, 'metadata', 'name') !== '';
  return {
    isList: false,
    merges: isObject ? [Resource.ofTree(node, '')] : { problem: 'it is no object with a kind and a name' },
    json:
      node.kind === 'sequence'
        ? { operations: node.items, jsonOf: jsonOfManifest, mayAddImages: true }
        : { problem: 'no list of operations' },
    unread: '',
  };
}

/** Lists are operations of JSON patches and no objects, whatever else is in them. */
const OPERATIONS = /^(?:[ \t\r]*(?:#[^\n]*)?\n)*(?:- |\[\s*\{)/;

/** A patch that is read in the way in which somebody asks for it. */
class WrittenPatch implements PatchText {
  private readonly text: string;
  private readonly source: Source;
  private readonly base: number;
  private objects: Pick<PatchText, 'merges' | 'unread'> | undefined;
  private operations: JsonPatch | Refused | undefined;

  constructor(text: string, source: Source, base: number) {
    this.text = text;
    this.source = source;
    this.base = base;
  }

  get isList(): boolean {
    return OPERATIONS.test(this.text) && !this.text.includes('\n---');
  }

  get merges(): readonly Resource[] | Refused {
    return this.asObjects().merges;
  }

  get unread(): string {
    return this.asObjects().unread;
  }

  get json(): JsonPatch | Refused {
    this.operations ??= jsonIn(this.text, this.source, this.base);
    return this.operations;
  }

  private asObjects(): Pick<PatchText, 'merges' | 'unread'> {
    this.objects ??= readObjects(this.text, this.source, this.base);
    return this.objects;
  }
}

function readObjects(text: string, source: Source, base: number): Pick<PatchText, 'merges' | 'unread'> {
  const { documents, problem } = splitDocuments(text, source, base);
  const merges: Resource[] = [];
  let refused = problem?.message;
  let unread = '';
  for (const document of documents) {
    const { resources, failure, unread: why } = objectsIn(document);
    const found = failure ?? syntaxFailureIn(document);
    if (found !== undefined) refused ??= found.sentence.replace(/\.$/, '');
    unread ||= why;
    merges.push(...resources);
  }
  return { merges: refused === undefined ? merges : { problem: refused }, unread };
}

/** What starts with a bracket has to be JSON; anything else is YAML, of which only the first document counts. */
function jsonIn(text: string, source: Source, base: number): JsonPatch | Refused {
  if (text === '') return { problem: 'empty json patch operations' };
  const isJson = text.startsWith('[');
  if (isJson && !isValidJson(text)) return { problem: 'invalid JSON' };
  const { documents, problem } = parseFirst(text, source, base, 'v2');
  if (problem !== undefined) return { problem: problem.message };
  const root = documents[0]?.root;
  if (root === undefined || (root.kind === 'scalar' && isNull(root)))
    return { operations: [], jsonOf: jsonOfPatch, mayAddImages: false };
  if (root.kind !== 'sequence') return { problem: 'no list of operations' };
  if (root.items.some((item) => item.kind !== 'map' && !(item.kind === 'scalar' && isNull(item))))
    return { problem: 'an operation is no mapping' };
  // Texts are compared as they are spelled.
  const spelled = (scalar: ScalarNode) =>
    scalar.style === 'double'
      ? `"${text.slice(scalar.start - base, scalar.end - base)}"`
      : text.slice(scalar.start - base, scalar.end - base);
  return {
    operations: root.items satisfies readonly YamlNode[],
    jsonOf: isJson ? spelled : jsonOfPatch,
    mayAddImages: MAY_ADD_IMAGES.test(text),
  };
}

/** Keys of images, escapes that could spell one, and texts or numbers where the mappings around images are. */
const MAY_ADD_IMAGES = /ontainers|volumes|\\|(?:spec|template)["']?[ \t]*(?:$|[,}#]|:[ \t]*[^\s#])/m;

function isValidJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
