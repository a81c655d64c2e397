/** The text of a patch: objects for a strategic merge, or the operations of a JSON patch (api/internal/builtins/PatchTransformer.go). */
import type { RepositoryFile, Split } from '../repository/files.ts';
import { splitDocuments } from '../repository/files.ts';
import type { ManifestDocument } from '../repository/manifestDocument.ts';
import { firstKeys } from '../yaml/firstKeys.ts';
import type { ScalarNode, Source, YamlNode } from '../yaml/node.ts';
import { isNull, textAt } from '../yaml/node.ts';
import type { DuplicateKey } from '../yaml/parse.ts';
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
  /** Keys that stand twice in one mapping, of an object or of an operation. */
  readonly duplicates: readonly DuplicateKey[];
}

type Objects = Pick<PatchText, 'merges' | 'unread' | 'duplicates'>;
type Operations = Pick<PatchText, 'json' | 'duplicates'>;

const inlineCache = new WeakMap<ScalarNode, PatchText>();
const fileCache = new WeakMap<RepositoryFile, PatchText>();

/** A patch that is written in place. */
export function inlinePatch(scalar: ScalarNode): PatchText {
  let known = inlineCache.get(scalar);
  if (known === undefined) {
    const text = scalar.text.trim();
    const base = scalar.text.length - scalar.text.trimStart().length;
    const source = { file: scalar.source.file, within: scalar };
    inlineCache.set(scalar, (known = new WrittenPatch(text, source, base, () => splitDocuments(text, source, base))));
  }
  return known;
}

export function patchInFile(file: RepositoryFile): PatchText {
  let known = fileCache.get(file);
  if (known === undefined) {
    const split = () => ({ documents: file.documents, problem: file.separatorProblem });
    fileCache.set(file, (known = new WrittenPatch(file.text, { file: file.path, within: undefined }, 0, split)));
  }
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
    duplicates: [],
  };
}

/** Lists are operations of JSON patches and no objects, whatever else is in them. */
const OPERATIONS = /^(?:[ \t\r]*(?:#[^\n]*)?\n)*(?:- |\[\s*\{)/;

/** A patch that is read in the way in which somebody asks for it. */
class WrittenPatch implements PatchText {
  private readonly text: string;
  private readonly source: Source;
  private readonly base: number;
  private readonly split: () => Split;
  private list: boolean | undefined;
  private objects: Objects | undefined;
  private operations: Operations | undefined;

  constructor(text: string, source: Source, base: number, split: () => Split) {
    this.text = text;
    this.source = source;
    this.base = base;
    this.split = split;
  }

  get isList(): boolean {
    this.list ??= OPERATIONS.test(this.text) && !this.text.includes('\n---');
    return this.list;
  }

  get merges(): readonly Resource[] | Refused {
    return this.asObjects().merges;
  }

  get unread(): string {
    return this.asObjects().unread;
  }

  get duplicates(): readonly DuplicateKey[] {
    return this.isList ? this.asOperations().duplicates : this.asObjects().duplicates;
  }

  get json(): JsonPatch | Refused {
    return this.asOperations().json;
  }

  private asOperations(): Operations {
    this.operations ??= operationsIn(this.text, this.source, this.base);
    return this.operations;
  }

  private asObjects(): Objects {
    this.objects ??= readObjects(this.split());
    return this.objects;
  }
}

function readObjects({ documents, problem }: Split): Objects {
  const merges: Resource[] = [];
  const duplicates: DuplicateKey[] = [];
  let refused = problem?.message;
  let unread = '';
  for (const document of documents) {
    const twice = withFirstKeys(document);
    if (twice !== undefined) {
      merges.push(twice);
      duplicates.push(...document.duplicates);
      continue;
    }
    const { resources, failure, unread: why } = objectsIn(document);
    const found = failure ?? syntaxFailureIn(document);
    if (found !== undefined) refused ??= found.sentence.replace(/\.$/, '');
    unread ||= why;
    merges.push(...resources);
  }
  return { merges: refused === undefined ? merges : { problem: refused }, unread, duplicates };
}

/**
 * The object of a document in which a key stands twice. Of an object that is patched nobody takes that; of a patch kustomize takes the first, as long as
 * what is around it is no mapping that the patch brings anew.
 */
function withFirstKeys(document: ManifestDocument): Resource | undefined {
  if (document.syntaxProblem?.isDuplicateKey !== true) return undefined;
  const { root, duplicates, file } = document;
  const tree = root && firstKeys(root, duplicates);
  if (tree?.kind !== 'map' || textAt(tree, 'kind') === '' || textAt(tree, 'metadata', 'name') === '') return undefined;
  return Resource.ofTree(tree, file).doubted(`a patch in ${file} has a key twice`);
}

/** Only the first document counts. */
function operationsIn(text: string, source: Source, base: number): Operations {
  const { documents, problem } = parseFirst(text, source, base, 'v2');
  const [document] = documents;
  const json = problem === undefined ? jsonIn(text, document?.root, base) : { problem: problem.message };
  return { json, duplicates: document?.duplicates ?? [] };
}

/** What starts with a bracket has to be JSON; anything else is YAML. */
function jsonIn(text: string, root: YamlNode | undefined, base: number): JsonPatch | Refused {
  if (text === '') return { problem: 'empty json patch operations' };
  const isJson = text.startsWith('[');
  if (isJson && !isValidJson(text)) return { problem: 'invalid JSON' };
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
const MAY_ADD_IMAGES = /ontainers|volumes|\\|(?:spec|template)["']?[ \t]*(?:$|[,}#:])/m;

function isValidJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
