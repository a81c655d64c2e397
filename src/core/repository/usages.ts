/** From built objects to the images that run: one row for each container, with its owners. */
import { isHelmRelease } from '../flux/objects.ts';
import type { ImageState } from '../kustomize/imageState.ts';
import { referenceOf } from '../kustomize/imageState.ts';
import type { Resource } from '../kustomize/resource.ts';
import type { TransformerConfig } from '../kustomize/transformerConfig.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import { typeInManifest } from '../yaml/resolve.ts';
import type { RepositoryFile } from './files.ts';
import { helmRows } from './helmUsages.ts';
import type { ImageUsage, Owner } from './model.ts';

export interface UsageContext {
  /** Why nothing in this root is certain, '' where it is. */
  readonly doubt: string;
  /** Why a declared image is unknown. */
  readonly remoteDoubt: string;
  readonly config: TransformerConfig;
  readonly fileOf: (path: string) => RepositoryFile | undefined;
}

/** One row before it knows about the root around it. */
export interface Row {
  readonly container: string;
  readonly state: ImageState;
  /** Why the row is not certain, as a clause; '' where it is. */
  readonly doubt: string;
}

/** The images of all objects of a root. */
export function usagesOf(resources: readonly Resource[], context: UsageContext): ImageUsage[] {
  const usages: ImageUsage[] = [];
  for (const resource of resources) {
    if (resource.images.length > 0) {
      for (const { role, container, state, scalar } of resource.declared ? resource.images : resource.settledImages)
        if (role !== 'volume') usages.push(usage(resource, { container, state, doubt: typeDoubt(scalar) }, context));
    }
    if (!isHelmRelease(resource)) continue;
    const listed = new Set(resource.settledImages.map((field) => field.scalar));
    for (const row of helmRows(resource, resources, listed, context.config)) usages.push(usage(resource, row, context));
  }
  return usages;
}

/** A number is no image, and what it would be in the end is for nobody to know. */
function typeDoubt(scalar: ScalarNode): string {
  const type = typeInManifest(scalar);
  return type === 'string' ? '' : `the image is ${isNull(scalar) ? 'null' : `a ${type}`}, and no text`;
}

function usage(resource: Resource, { container, state, doubt: own }: Row, context: UsageContext): ImageUsage {
  const reference = referenceOf(state);
  const doubt = context.doubt || resource.doubt || (state.doubt ?? '') || own || (resource.declared ? context.remoteDoubt : '');
  const owner = state.tag?.owner ?? state.digest?.owner ?? state.name.owner;
  return {
    kind: resource.kind,
    namespace: resource.namespace,
    workload: resource.name,
    container,
    name: state.name.text,
    tag: state.tag?.text ?? '',
    digest: state.digest?.text ?? '',
    reference,
    status: doubt === '' ? 'exact' : 'unknown',
    why: doubt,
    nameOwner: state.name.owner,
    tagOwner: state.tag?.owner,
    digestOwner: state.digest?.owner,
    owner,
    layers: state.layers.values,
    entries: state.entries.values,
    originalName: state.originalName,
    manifest: resource.declared || resource.file === '' ? undefined : resource.file,
    setter: setterOf(owner, context),
  };
}

const marked = new WeakMap<RepositoryFile, boolean>();

/** The image policy named in a marker comment on the line of the deciding scalar (image-automation-controller). */
function setterOf(owner: Owner, context: UsageContext): string | undefined {
  if (owner.scalar.source.within !== undefined) return undefined;
  const file = context.fileOf(owner.file);
  if (file === undefined) return undefined;
  let has = marked.get(file);
  if (has === undefined) marked.set(file, (has = file.text.includes('$imagepolicy')));
  if (!has) return undefined;
  const end = file.text.indexOf('\n', owner.scalar.end);
  const rest = file.text.slice(owner.scalar.end, end < 0 ? undefined : end);
  return /#\s*\{\s*"\$imagepolicy"\s*:\s*"([^"]+)"\s*\}\s*$/.exec(rest)?.[1];
}
