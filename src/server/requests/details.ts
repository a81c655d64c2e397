/** Everything that the tooltip of an image says. */
import { comparisonWords, shownVersion } from '../../core/inventory/drift.ts';
import { policyOf, unknownWords } from '../../core/inventory/state.ts';
import type { PlacedImage } from '../../core/inventory/inventory.ts';
import type { FluxKustomization, Layer, Owner } from '../../core/repository/model.ts';
import type { DetailLine, UsageDetails } from '../../protocol.ts';
import { findImage } from '../ids.ts';
import { locationOf, placeText, uriOf } from '../places.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';

const LAYER_WORDS: Readonly<Record<Layer['what'], string>> = {
  manifest: 'manifest',
  patch: 'patch',
  images: 'images entry',
  replacement: 'replacement',
  transformer: 'image transformer',
  'flux-images': 'spec.images of the Flux Kustomization',
  substitution: 'variable',
  values: 'Helm values',
};

export function detailsOf(session: Session, id: string): UsageDetails | null {
  const found = findImage(session, id);
  if (found === undefined) return null;
  const { repository, inventory, image } = found;
  const { usage, root } = image;
  return {
    reference: usage.reference,
    application: image.application,
    environment: image.environment,
    workload: [usage.kind, usage.workload].filter((part) => part !== '').join(' '),
    container: usage.container,
    unknownWhy: usage.status === 'unknown' ? usage.why : '',
    parts: [
      ...part(repository, 'tag', usage.tag, usage.tagOwner),
      ...part(repository, 'digest', usage.digest, usage.digestOwner),
      ...part(repository, 'name', usage.name, usage.nameOwner),
    ],
    layers: usage.layers.map((layer) => {
      const owner = layer.owners[0];
      return {
        what: LAYER_WORDS[layer.what],
        reference: layer.reference,
        place: owner === undefined ? '' : placeText(repository, owner),
        location: owner && locationOf(repository, owner),
      };
    }),
    deployedBy: root.deployedBy.map((flux) => ({
      text: fluxText(flux, root.deployedBy),
      suspended: flux.suspended,
      location: { uri: uriOf(repository, flux.file), range: nameRange(repository, flux.file, flux.name) },
    })),
    others: inventory.elsewhere(image).map((other) => ({
      environment: other.environment,
      text: otherText(image, other),
      location: other.usage.owner && locationOf(repository, other.usage.owner),
    })),
    automation: usage.setter === undefined ? undefined : policyOf(usage.setter),
  };
}

/** `flux-system/apps, path ./apps/prod`; with its cluster where others have the same name and path. */
function fluxText(flux: FluxKustomization, all: readonly FluxKustomization[]): string {
  const { namespace, name, path, cluster, suspended } = flux;
  const isTwin = all.some(
    (other) => other !== flux && other.namespace === namespace && other.name === name && other.path === path,
  );
  return `${namespace}/${name}, path ${path}${isTwin && cluster !== '' ? `, from ${cluster}` : ''}${suspended ? ', suspended' : ''}`;
}

/** `backend-v0.0.6 (newer by 1 patch)`, `unknown: the chart decides its images`. */
function otherText(image: PlacedImage, other: PlacedImage): string {
  const version = shownVersion(other.usage);
  const words = other.usage.status === 'unknown' ? unknownWords(other.usage.why) : comparisonWords(image, other);
  if (version === '') return words;
  return words === '' ? version : `${version} (${words})`;
}

function part(repository: RepositorySession, name: DetailLine['part'], text: string, owner: Owner | undefined): DetailLine[] {
  if (text === '' || owner === undefined) return [];
  return [{ part: name, text, place: placeText(repository, owner), location: locationOf(repository, owner) }];
}

/** The line with the name of the object; the top of the file where the name comes from elsewhere. */
function nameRange(repository: RepositorySession, path: string, name: string) {
  const lines = (repository.file(path)?.text ?? '').split('\n');
  const line = Math.max(
    0,
    lines.findIndex((text) => /^\s+name:\s/.test(text) && text.includes(name)),
  );
  return { start: { line, character: 0 }, end: { line, character: 0 } };
}
