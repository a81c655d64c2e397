/** Ways to decide an image for one build root alone, by an `images:` entry in its own kustomization file or in `spec.images` of its Flux Kustomization. */
import { isMap, isScalar } from 'yaml';
import { isFluxKustomization } from '../flux/objects.ts';
import { splitReference } from '../oci/imageReference.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { joinPath } from '../repository/files.ts';
import type { BuildRoot, FluxKustomization, ImageUsage } from '../repository/model.ts';
import type { EditResult } from '../yaml/editEmbedded.ts';
import { appendImageEntry } from '../yaml/editImages.ts';
import type { ImageEntry } from '../yaml/editImages.ts';
import { parseLocated } from '../yaml/locate.ts';
import type { Candidate } from './ownerCandidates.ts';
import { inEntry } from './ownerCandidates.ts';
import type { Version } from './version.ts';

/**
 * The ways in the order in which they should be tried: the entry that the root's file has already, a new entry there, `spec.images`. Names are those
 * that the image has at that layer, the last one first.
 */
export function overrideCandidates(
  repository: GitOpsRepository,
  root: BuildRoot,
  usage: ImageUsage,
  wanted: Version,
): Candidate[] {
  const candidates: Candidate[] = [];
  const names = namesOf(usage);
  const path = kustomizationPath(repository, root);
  if (path !== undefined) {
    const existing = usage.entries.findLast(({ file }) => file === path);
    if (existing !== undefined) candidates.push(inEntry(existing, wanted, true));
    for (const name of names)
      candidates.push(appending(path, (text) => appendImageEntry(text, { document: 0, path: [] }, entryOf(name, wanted))));
  }
  const [flux, second] = root.deployedBy;
  if (flux !== undefined && second === undefined) {
    const existing = usage.entries.findLast(({ file }) => file === flux.file && file !== path);
    if (existing !== undefined) candidates.push(inEntry(existing, wanted, true));
    for (const name of names) candidates.push(appending(flux.file, (text) => intoFlux(text, flux, entryOf(name, wanted))));
  }
  return candidates;
}

/** The kustomization file of the root's own directory. */
function kustomizationPath(repository: GitOpsRepository, root: BuildRoot): string | undefined {
  return ['kustomization.yaml', 'kustomization.yml', 'Kustomization']
    .map((name) => joinPath(root.directory, name))
    .find((path) => repository.file(path) !== undefined);
}

function namesOf(usage: ImageUsage): string[] {
  const names = usage.layers
    .filter(({ what }) => what !== 'substitution')
    .map(({ reference }) => splitReference(reference).name)
    .filter((name) => name !== '' && !name.includes('$'));
  return [...new Set(names.reverse())];
}

function entryOf(name: string, { tag, digest }: Version): ImageEntry {
  return { name, ...(tag === '' ? {} : { newTag: tag }), ...(digest === '' ? {} : { digest }) };
}

function appending(file: string, edit: (text: string) => EditResult): Candidate {
  return { operations: [{ type: 'append', file, edit }], isAddition: true };
}

function intoFlux(text: string, flux: FluxKustomization, entry: ImageEntry): EditResult {
  const documents = parseLocated(text)?.documents ?? [];
  const document = documents.findIndex(({ contents }) => {
    if (!isMap(contents)) return false;
    const textAt = (...keys: readonly string[]): string => {
      const node = contents.getIn(keys, true);
      return isScalar(node) ? String(node.value) : '';
    };
    return (
      isFluxKustomization({ apiVersion: textAt('apiVersion'), kind: textAt('kind') }) && textAt('metadata', 'name') === flux.name
    );
  });
  return document < 0
    ? { reason: `${flux.file} does not hold the Flux Kustomization ${flux.name} itself` }
    : appendImageEntry(text, { document, path: ['spec'] }, entry);
}
