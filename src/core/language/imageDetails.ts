/** Everything that there is to say of one image in its place: what runs, which lines decide it, how it came about, who deploys it, what runs elsewhere. */
import { comparisonWords, shownVersion } from '../inventory/drift.ts';
import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import { policyOf, unknownWords } from '../inventory/state.ts';
import { placeOf, topOf } from '../lint/places.ts';
import type { Place } from '../lint/problem.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { FluxKustomization, Layer, Owner } from '../repository/model.ts';
import { scalarAt } from '../yaml/node.ts';
import { whereabouts } from './whereabouts.ts';
import { writtenAt } from './writtenAt.ts';

export interface ImageDetails {
  readonly reference: string;
  readonly application: string;
  readonly environment: string;
  /** `Deployment backend`. */
  readonly workload: string;
  readonly container: string;
  /** '' where the image is certain. */
  readonly unknownWhy: string;
  readonly parts: readonly { readonly part: 'tag' | 'digest' | 'name'; readonly text: string; readonly place: Place }[];
  /** Every step that wrote the reference, oldest first. */
  readonly layers: readonly { readonly what: string; readonly reference: string; readonly place: Place | undefined }[];
  /** `cluster`: where it comes from, said only where several have the same name and path. */
  readonly deployedBy: readonly (DeployedBy & { readonly cluster: string })[];
  /** The same image in the other environments. */
  readonly others: readonly { readonly environment: string; readonly text: string; readonly place: Place | undefined }[];
  /** Flux image automation that writes the deciding line, such as `flux-system:backend`. */
  readonly automation: string | undefined;
}

export interface DeployedBy {
  /** `flux-system/apps`. */
  readonly name: string;
  readonly path: string;
  readonly suspended: boolean;
  readonly place: Place;
}

/** What a step is called. */
export const LAYER_WORDS: Readonly<Record<Layer['what'], string>> = {
  manifest: 'manifest',
  patch: 'patch',
  images: 'images entry',
  replacement: 'replacement',
  transformer: 'image transformer',
  'flux-images': 'spec.images of the Flux Kustomization',
  substitution: 'variable',
  values: 'Helm values',
};

export function imageDetails(repository: GitOpsRepository, inventory: Inventory, image: PlacedImage): ImageDetails {
  const { usage, root } = image;
  const part = (name: ImageDetails['parts'][number]['part'], text: string, owner: Owner | undefined): ImageDetails['parts'] => {
    const place = writtenAt(repository, owner);
    return text === '' || place === undefined ? [] : [{ part: name, text, place }];
  };
  return {
    reference: usage.reference,
    application: image.application,
    environment: image.environment,
    workload: [usage.kind, usage.workload].filter((word) => word !== '').join(' '),
    container: usage.container,
    unknownWhy: usage.status === 'unknown' ? usage.why : '',
    parts: [
      ...part('tag', usage.tag, usage.tagOwner),
      ...part('digest', usage.digest, usage.digestOwner),
      ...part('name', usage.name, usage.nameOwner),
    ],
    layers: usage.layers.map(({ what, reference, owners: [owner] }) => ({
      what: LAYER_WORDS[what],
      reference,
      place: writtenAt(repository, owner),
    })),
    deployedBy: root.deployedBy.map((flux) => ({
      ...deployedBy(repository, flux),
      cluster: clusterAmong(flux, root.deployedBy),
    })),
    others: inventory.elsewhere(image).map((other) => ({
      environment: whereabouts(other),
      text: otherText(image, other),
      place: writtenAt(repository, other.usage.owner),
    })),
    automation: usage.setter === undefined ? undefined : policyOf(usage.setter),
  };
}

/** Where others have the same name and path, the cluster of this one. */
function clusterAmong(flux: FluxKustomization, all: readonly FluxKustomization[]): string {
  const { namespace, name, path, cluster } = flux;
  const isTwin = all.some(
    (other) => other !== flux && other.namespace === namespace && other.name === name && other.path === path,
  );
  return isTwin ? cluster : '';
}

/** `backend-v0.0.6 (newer by 1 patch)`, `unknown: the chart decides its images`. */
function otherText(image: PlacedImage, other: PlacedImage): string {
  const version = shownVersion(other.usage);
  const words = other.usage.status === 'unknown' ? unknownWords(other.usage.why) : comparisonWords(image, other);
  if (version === '') return words;
  return words === '' ? version : `${version} (${words})`;
}

export function deployedBy(repository: GitOpsRepository, flux: FluxKustomization): DeployedBy {
  const { namespace, name, path, suspended } = flux;
  return { name: `${namespace}/${name}`, path, suspended, place: placeOfFlux(repository, flux) };
}

/** The name of a Flux Kustomization where it is written; the top of its file where it is named otherwise there. */
function placeOfFlux(repository: GitOpsRepository, { file, name }: FluxKustomization): Place {
  const written = repository.fluxObjects.get(file)?.filter(({ kind }) => kind === 'Kustomization') ?? [];
  // A prefix or suffix may have come to it.
  const object =
    written.find((candidate) => candidate.name === name) ?? written.find((candidate) => name.includes(candidate.name));
  const scalar = object && scalarAt(object.tree, 'metadata', 'name');
  return scalar === undefined ? topOf(repository, file) : placeOf(repository, scalar);
}
