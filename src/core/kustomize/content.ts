/** What an object says before anything is done to it: a document that is parsed when somebody asks for its tree, or a tree. */
import type { ManifestDocument } from '../repository/manifestDocument.ts';
import type { MapNode } from '../yaml/node.ts';
import { mapLike, textAt } from '../yaml/node.ts';
import { mayRefuseEdits } from './fieldEdit.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { IMAGES } from './fieldSpecTables.ts';
import type { ResourceIdentity } from './identity.ts';
import { isOfKind } from './identity.ts';
import type { ImageScan } from './imageFields.ts';
import { NO_IMAGES, scanImages } from './imageFields.ts';

/** An object as a file or a generator says, or as a patch left it. */
export interface Content extends ResourceIdentity {
  readonly tree: MapNode;
  /** Whether the text of the object, where it has one, can hold a word. True for objects that no text says. */
  mentions(word: string): boolean;
  /** Whether the object can have an image in the usual places. */
  readonly mayHoldImages: boolean;
  /** Whether a label can find something else than mappings on its way: a quick test, false is certain. */
  readonly mayRefuseEdits: boolean;
}

export class DocumentContent implements Content {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  private readonly document: ManifestDocument;
  private refuses: boolean | undefined;

  constructor(document: ManifestDocument, { apiVersion, kind, name, namespace }: ResourceIdentity) {
    this.document = document;
    this.apiVersion = apiVersion;
    this.kind = kind;
    this.name = name;
    this.namespace = namespace;
  }

  get tree(): MapNode {
    const { root } = this.document;
    return root?.kind === 'map' ? root : mapLike([]);
  }

  get mayHoldImages(): boolean {
    return this.document.mayHoldImages;
  }

  get mayRefuseEdits(): boolean {
    this.refuses ??= mayRefuseEdits(this.document.text);
    return this.refuses;
  }

  mentions(word: string): boolean {
    return this.document.mentions(word);
  }
}

export class TreeContent implements Content {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly tree: MapNode;
  readonly mayHoldImages: boolean;
  readonly mayRefuseEdits = true;

  constructor(tree: MapNode, mayHoldImages = true) {
    this.tree = tree;
    this.mayHoldImages = mayHoldImages;
    this.apiVersion = textAt(tree, 'apiVersion');
    this.kind = textAt(tree, 'kind');
    this.name = textAt(tree, 'metadata', 'name');
    this.namespace = textAt(tree, 'metadata', 'namespace');
  }

  mentions(): boolean {
    return true;
  }
}

const plainScans = new WeakMap<MapNode, ImageScan>();

/** The images of an object. Those of the usual places are found once for each tree. */
export function scanOf(content: Content, specs: readonly FieldSpec[]): ImageScan {
  const isUsual = specs === IMAGES || !specs.some((spec) => !IMAGES.includes(spec) && isOfKind(content, spec));
  if (!isUsual) return scanImages(content.tree, content, specs);
  if (!content.mayHoldImages) return NO_IMAGES;
  const { tree } = content;
  let scan = plainScans.get(tree);
  if (scan === undefined) plainScans.set(tree, (scan = scanImages(tree, content)));
  return scan;
}
