/**
 * The values that the rest of the product reads: build roots, the images that run in them, and who decides each image.
 * All of them are immutable; a newer snapshot has new ones where something changed and the same objects where nothing did.
 */
import type { ScalarNode } from '../yaml/node.ts';

/** Where a scalar stands: a file of the repository and the parsed scalar itself (offsets in UTF-16 code units of that version of the file). */
export interface Owner {
  /** Path relative to the repository, with slashes. */
  readonly file: string;
  readonly scalar: ScalarNode;
  /**
   * Which part of the scalar holds the value: all of it (`newTag: v1`), the part of an image reference (`image: app:v1`), the value of a
   * generator literal (`- TAG=v1`), or the default of a variable (`${TAG:-v1}`).
   */
  readonly part: 'whole' | 'reference' | 'literal' | 'default';
  /** For `digest` and `newTag` of an images entry: the mapping, so that an edit can add or remove its sibling. */
  readonly entry?: ImageOverride;
}

/** One entry of an `images:` list (kustomize) or of `spec.images` (Flux), as written. Scalars are `undefined` where the key is absent. */
export interface ImageOverride {
  readonly file: string;
  readonly name: ScalarNode | undefined;
  readonly newName: ScalarNode | undefined;
  readonly newTag: ScalarNode | undefined;
  readonly tagSuffix: ScalarNode | undefined;
  readonly digest: ScalarNode | undefined;
  /** Position in the file of the whole mapping. */
  readonly start: number;
}

/** One step in the life of an image reference, in the order in which kustomize and Flux take them. */
export interface Layer {
  readonly what: 'manifest' | 'patch' | 'images' | 'replacement' | 'transformer' | 'flux-images' | 'substitution' | 'values';
  /** The reference after this step. */
  readonly reference: string;
  /** The scalars that this step wrote. */
  readonly owners: readonly Owner[];
}

/** The image of one container in one build root. */
export interface ImageUsage {
  readonly kind: string;
  /** Namespace as rendered, '' where none is set. */
  readonly namespace: string;
  /** `metadata.name` as rendered (with prefixes). */
  readonly workload: string;
  /** Container name; `init:NAME`, `ephemeral:NAME`; for a HelmRelease the path of the value, such as `values.image`. '' for a declared image. */
  readonly container: string;
  /** Repository of the image without tag and digest, as rendered. */
  readonly name: string;
  /** Tag without the colon, '' where there is none. */
  readonly tag: string;
  /** Digest such as `sha256:...`, '' where there is none. */
  readonly digest: string;
  /** name[:tag][@digest], as rendered. */
  readonly reference: string;
  readonly status: 'exact' | 'unknown';
  /** For `unknown`: one sentence why. '' for `exact`. */
  readonly why: string;
  readonly nameOwner: Owner | undefined;
  readonly tagOwner: Owner | undefined;
  readonly digestOwner: Owner | undefined;
  /** The scalar to open and to edit for this image: that of the tag, else of the digest, else of the name. */
  readonly owner: Owner | undefined;
  readonly layers: readonly Layer[];
  /** The `images:` entries that matched it, in the order in which they ran, those without effect too. */
  readonly entries: readonly ImageOverride[];
  /** First reference of the chain without tag and digest: the name before any `newName`; the identity of an image across environments. */
  readonly originalName: string;
  /** The file that defines the workload (the manifest), undefined for a declared image. */
  readonly manifest: string | undefined;
  /** Flux image automation marker on the deciding line, such as `flux-system:backend:tag`. */
  readonly setter: string | undefined;
}

/** A Flux Kustomization as its parent renders it: patched and substituted. */
export interface FluxKustomization {
  readonly namespace: string;
  readonly name: string;
  /** File in which it is written. */
  readonly file: string;
  /** Its `spec.path` after patches and substitution, as written there. */
  readonly path: string;
  readonly suspended: boolean;
  /** The object as plain JSON, for the render engine. */
  readonly object: Readonly<Record<string, unknown>>;
  /** Values of `substituteFrom` objects found in the repository, by `Kind/namespace/name`. */
  readonly substituteFrom: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Directory of the cluster entry that renders it (`clusters/dev`), '' where none is known. */
  readonly cluster: string;
}

/** What the engine builds: a directory, with the Flux Kustomizations that deploy exactly this rendering. */
export interface BuildRoot {
  /** Unique and stable: the directory, followed by `#namespace/name@cluster` where several renderings of one directory exist. */
  readonly id: string;
  /** Directory relative to the repository, '.' for the top. */
  readonly directory: string;
  readonly deployedBy: readonly FluxKustomization[];
  readonly usages: readonly ImageUsage[];
  /** Why parts of this root, or all of it, cannot be known offline. Empty where everything is exact. */
  readonly unknowns: readonly Unknown[];
  /** Set where kustomize or Flux would refuse this root: one sentence. */
  readonly failure: string | undefined;
  /** Every path that was looked at, missing ones too. */
  readonly used: ReadonlySet<string>;
  /** For artifacts that an ArtifactGenerator composes: copies from directories of the repository into the artifact. */
  readonly artifact: readonly ArtifactCopy[] | undefined;
  /** `spec.ignore` of the Flux source, '' where it has none: what its artifact leaves out. */
  readonly ignore: string;
  /** For a directory that no Flux Kustomization of the repository builds: whether it needs files that Flux reads and kustomize alone refuses. */
  readonly readsOutside: boolean;
}

/** One `copy` of an ArtifactGenerator that reads from this repository: `from` in the repository appears at `to` in the artifact. */
export interface ArtifactCopy {
  readonly from: string;
  readonly to: string;
}

/** Something that cannot be known offline, in one sentence. */
export interface Unknown {
  readonly why: string;
  readonly file: string;
  readonly scalar: ScalarNode | undefined;
  /** True where it is a file of the repository, and deeper, or encoded in another way, than what is read here. */
  readonly isUnread?: true;
}
