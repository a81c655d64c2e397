/**
 * A Kubernetes object on its way through the layers. Values are immutable: a layer that changes an object makes a new one around the same parts. Names,
 * labels and images are kept beside the tree and written into it when somebody asks for the tree, so that most objects are never parsed.
 */
import type { ManifestDocument } from '../repository/manifestDocument.ts';
import type { MapNode, ScalarNode } from '../yaml/node.ts';
import { mapLike, textAt } from '../yaml/node.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { IMAGES } from './fieldSpecTables.ts';
import type { ResourceIdentity } from './identity.ts';
import { effectiveNamespace, identityKey } from './identity.ts';
import type { Content } from './content.ts';
import { DocumentContent, scanOf, TreeContent } from './content.ts';
import type { ImageField, ImageScan } from './imageFields.ts';
import type { ImageState } from './imageState.ts';
import { overwritten } from './overwritten.ts';
import type { FieldEdit } from './fieldEdit.ts';
import { editProblem } from './fieldEdit.ts';
import type { Settled } from './settle.ts';
import { settle } from './settle.ts';

/** What generators know of their objects. */
export interface Generated {
  /** Whether a hash of its contents is added to the name in the end. */
  readonly hashed: boolean;
}

/** Images that are looked for when somebody asks for them: until then they are as the tree says. */
type PendingScan = () => ImageScan;

interface Parts extends ResourceIdentity {
  readonly file: string;
  readonly previous: readonly ResourceIdentity[];
  readonly content: Content;
  readonly specs: readonly FieldSpec[];
  readonly edits: readonly FieldEdit[];
  readonly scan: ImageScan | PendingScan | undefined;
  readonly generated: Generated | undefined;
  readonly declared: boolean;
  readonly doubt: string;
  readonly isMerged: boolean;
  readonly variables: readonly string[];
}

const NO_EDITS: readonly FieldEdit[] = [];
const NO_IDENTITIES: readonly ResourceIdentity[] = [];
const NO_NAMES: readonly string[] = [];

export class Resource implements ResourceIdentity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** File of the manifest, '' for generated objects. */
  readonly file: string;
  /** Identities before this one, oldest first, with the namespaces that counted: patches and selectors match any of them. */
  readonly previous: readonly ResourceIdentity[];
  readonly generated: Generated | undefined;
  /** A stand-in for an `images:` entry whose container is in something that was not fetched. */
  readonly declared: boolean;
  /** Why the object can look different from what is known here: one clause, '' where nothing is in doubt. */
  readonly doubt: string;
  /** Whether a patch was merged into it, so that it depends on the schema of its kind. */
  readonly isMerged: boolean;
  /** Names of `vars:` that take their value from it. */
  readonly variables: readonly string[];
  private readonly content: Content;
  private readonly specs: readonly FieldSpec[];
  private readonly edits: readonly FieldEdit[];
  private scan: ImageScan | PendingScan | undefined;
  private settled: Settled | undefined;
  private identity: string | undefined;

  private constructor(parts: Parts) {
    this.apiVersion = parts.apiVersion;
    this.kind = parts.kind;
    this.name = parts.name;
    this.namespace = parts.namespace;
    this.file = parts.file;
    this.previous = parts.previous;
    this.generated = parts.generated;
    this.declared = parts.declared;
    this.doubt = parts.doubt;
    this.isMerged = parts.isMerged;
    this.variables = parts.variables;
    this.content = parts.content;
    this.specs = parts.specs;
    this.edits = parts.edits;
    this.scan = parts.scan;
  }

  /** The object of a document whose first lines say what it is. */
  static ofDocument(document: ManifestDocument, identity: ResourceIdentity): Resource {
    return new Resource({ ...fresh(identity, document.file), content: new DocumentContent(document, identity) });
  }

  /** The object of a tree. `file`: that of the manifest, '' for generated objects. */
  static ofTree(tree: MapNode, file: string, generated?: Generated): Resource {
    const content = new TreeContent(tree);
    return new Resource({ ...fresh(content, file), content, generated });
  }

  /** A stand-in that holds one image. */
  static declaredFor(scalar: ScalarNode, state: ImageState): Resource {
    const content = new TreeContent(mapLike([]));
    const field: ImageField = { scalar, path: [], role: 'containers', container: '', isLegacy: true, visits: 1, state };
    return new Resource({ ...fresh(content, ''), content, scan: { fields: [field], problem: undefined }, declared: true });
  }

  private copy(changes: Partial<Parts>): Resource {
    return new Resource({
      apiVersion: this.apiVersion,
      kind: this.kind,
      name: this.name,
      namespace: this.namespace,
      file: this.file,
      previous: this.previous,
      content: this.content,
      specs: this.specs,
      edits: this.edits,
      scan: this.scan,
      generated: this.generated,
      declared: this.declared,
      doubt: this.doubt,
      isMerged: this.isMerged,
      variables: this.variables,
      ...changes,
    });
  }

  /** Equal for objects of which kustomize takes only one. */
  get key(): string {
    this.identity ??= identityKey(this);
    return this.identity;
  }

  /** The object as it is now. */
  get tree(): MapNode {
    return this.settle().tree;
  }

  /** Whether the object can have an image in the usual places: false is certain. */
  get mayHoldImages(): boolean {
    return this.content.mayHoldImages;
  }

  get images(): readonly ImageField[] {
    return this.scanned().fields;
  }

  /** Why kustomize refuses the object as soon as any images entry runs. */
  get imageProblem(): string | undefined {
    return this.scanned().problem;
  }

  private scanned(): ImageScan {
    const { scan } = this;
    if (typeof scan === 'object') return scan;
    return (this.scan = scan === undefined ? scanOf(this.content, this.specs) : scan());
  }

  private settle(): Settled {
    this.settled ??= settle(this, this.content, this.edits, typeof this.scan === 'object' ? this.scan : undefined);
    return this.settled;
  }

  /** Whether the object can hold a word anywhere: a quick test, false is certain. */
  mentions(word: string): boolean {
    if (this.content.mentions(word) || this.name.includes(word) || this.namespace.includes(word)) return true;
    for (const { values } of this.edits)
      for (const [key, { text }] of values) if (key.includes(word) || text.includes(word)) return true;
    return false;
  }

  /** The text of a label or an annotation, '' where there is none. */
  metadata(field: 'labels' | 'annotations', key: string): string {
    return this.mentions(key) ? textAt(this.tree, 'metadata', field, key) : '';
  }

  /** The object under another name or in another namespace; it keeps its former identity where `remembers` says so. */
  renamed(changes: Partial<Pick<ResourceIdentity, 'name' | 'namespace'>>, remembers = true): Resource {
    return this.copy({ ...changes, previous: remembers ? this.remembered() : this.previous });
  }

  /** The object with its present identity among the former ones. */
  remembering(): Resource {
    return this.copy({ previous: this.remembered() });
  }

  private remembered(): readonly ResourceIdentity[] {
    const { apiVersion, kind, name } = this;
    return [...this.previous, { apiVersion, kind, name, namespace: effectiveNamespace(this) }];
  }

  /** The images with the scalars that `tree` has for them. */
  get settledImages(): readonly ImageField[] {
    return this.settle().fields ?? this.images;
  }

  /**
   * The same object with another tree: images that the change left alone keep what is known of them. `states`: what is known of others. `mayAddImages`: false
   * where it is certain that the change brings none, and nothing in the way of one.
   */
  withTree(
    tree: MapNode,
    what: 'patch' | 'replacement',
    states: readonly (readonly [ScalarNode, ImageState])[] = [],
    mayAddImages = true,
  ): Resource {
    // Another kind can have its images where the former one has none.
    const mayHoldImages = mayAddImages || this.mayHoldImages || textAt(tree, 'kind') !== this.kind;
    const content = new TreeContent(tree, mayHoldImages);
    const scan = () => {
      const { fields, problem } = scanOf(content, this.specs);
      if (fields.length === 0) return { fields, problem };
      const old = this.settledImages;
      const known = new Map([...old.map((field) => [field.scalar, field.state] as const), ...states]);
      return {
        fields: fields.map((field) => ({ ...field, state: known.get(field.scalar) ?? overwritten(field, what, old) })),
        problem,
      };
    };
    const { apiVersion, kind, name, namespace } = content;
    return this.copy({ apiVersion, kind, name, namespace, content, edits: NO_EDITS, scan });
  }

  /** Another object in the place of this one, under its names. */
  replacedBy(other: Resource, doubt: string): Resource {
    const { content, scan, generated } = other;
    return this.copy({ content, edits: NO_EDITS, scan, generated, doubt: this.doubt === '' ? doubt : this.doubt });
  }

  withImages(fields: readonly ImageField[]): Resource {
    return this.copy({ scan: { fields, problem: this.imageProblem } });
  }

  withEdit(edit: FieldEdit): Resource {
    return this.copy({ edits: [...this.edits, edit] });
  }

  /** Why kustomize refuses to set fields of the object, undefined where it does not. */
  editProblem(edit: FieldEdit): string | undefined {
    return this.content.mayRefuseEdits ? editProblem(this.tree, edit, this) : undefined;
  }

  withVariable(name: string): Resource {
    return this.copy({ variables: [...this.variables, name] });
  }

  merged(): Resource {
    return this.isMerged ? this : this.copy({ isMerged: true });
  }

  /** `why`: a clause. */
  doubted(why: string): Resource {
    return this.doubt === '' ? this.copy({ doubt: why }) : this;
  }

  /** The object with the fields that `configurations:` files declare for images. */
  withSpecs(specs: readonly FieldSpec[]): Resource {
    if (this.declared || specs === this.specs) return this;
    if (this.scan === undefined) return this.copy({ specs });
    const known = new Map(this.images.map((field) => [field.path.join('\n'), field.state]));
    const { fields, problem } = scanOf(this.content, specs);
    const images = fields.map((field) => ({ ...field, state: known.get(field.path.join('\n')) ?? field.state }));
    return this.copy({ specs, scan: { fields: images, problem } });
  }
}

function fresh({ apiVersion, kind, name, namespace }: ResourceIdentity, file: string): Omit<Parts, 'content'> {
  return {
    apiVersion,
    kind,
    name,
    namespace,
    file,
    previous: NO_IDENTITIES,
    specs: IMAGES,
    edits: NO_EDITS,
    scan: undefined,
    generated: undefined,
    declared: false,
    doubt: '',
    isMerged: false,
    variables: NO_NAMES,
  };
}
