/** What the text of a file speaks of, one value for each place: what editor features start from. */
import type { SetterMarker } from '../flux/setters.ts';
import type { ValuesImage } from '../flux/helmValues.ts';
import type { Place } from '../lint/problem.ts';
import type { ImageOverride } from '../repository/model.ts';
import type { ScalarNode } from '../yaml/node.ts';

export type Mention =
  | EntryMention
  | ImageMention
  | ValueMention
  | PathMention
  | ObjectMention
  | IdentityMention
  | KustomizationMention
  | MarkerMention;

interface Placed {
  /** The value; its key where the value is empty. */
  readonly place: Place;
}

export type EntryField = 'name' | 'newName' | 'newTag' | 'tagSuffix' | 'digest';

/** A field of an images entry, of kustomize or of Flux. */
export interface EntryMention extends Placed {
  readonly type: 'entry';
  readonly entry: ImageOverride;
  readonly field: EntryField;
  readonly scalar: ScalarNode;
}

/** A whole image reference in one scalar: of a container, in a patch, in the values of a chart, or what image automation scans. */
export interface ImageMention extends Placed {
  readonly type: 'image';
  readonly scalar: ScalarNode;
  readonly where: 'container' | 'values' | 'scan';
  /** The container of an object that has it; undefined elsewhere. */
  readonly container?: { readonly kind: string; readonly workload: string; readonly name: string };
}

/** One part of an image that a chart takes in several values. */
export interface ValueMention extends Placed {
  readonly type: 'value';
  readonly part: 'registry' | 'repository' | 'tag' | 'digest';
  readonly image: ValuesImage;
  readonly scalar: ScalarNode;
}

/** A path of a file or directory of the repository. */
export interface PathMention extends Placed {
  readonly type: 'path';
  readonly scalar: ScalarNode;
  readonly role: 'resource' | 'component' | 'file' | 'flux';
  /** From the top of the repository, normalised; for `flux` as the text says, whatever the source is. */
  readonly path: string;
  /** For `flux`: the object that has the path. */
  readonly owner: ObjectName | undefined;
}

export interface ObjectName {
  readonly kind: string;
  readonly name: string;
  /** '' where none is written. */
  readonly namespace: string;
}

/** The name of another object, such as a source, or a ConfigMap with values. */
export interface ObjectMention extends Placed {
  readonly type: 'object';
  readonly object: ObjectName;
  /** What for, such as `sourceRef` or `dependsOn`. */
  readonly key: string;
}

/** The kind or the name of the object that a document is. */
export interface IdentityMention extends Placed {
  readonly type: 'identity';
  readonly object: ObjectName;
}

/** The kind or the version of a kustomization file: it stands for its directory. */
export interface KustomizationMention extends Placed {
  readonly type: 'kustomization';
  readonly directory: string;
}

/** A marker of image automation. */
export interface MarkerMention extends Placed {
  readonly type: 'marker';
  readonly marker: SetterMarker;
}
