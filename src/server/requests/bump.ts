/** What can be bumped, to which tags, and what a bump would change. */
import type { CancellationToken, Position } from 'vscode-languageserver/node';
import { planImageBump } from '../../core/change/imageBump.ts';
import { isRefused } from '../../core/change/plan.ts';
import { shownVersion } from '../../core/inventory/drift.ts';
import type { PlacedImage } from '../../core/inventory/inventory.ts';
import { filesWithTagsOf, tagCandidates } from '../../core/inventory/tagCandidates.ts';
import { reachedAt } from '../../core/language/reached.ts';
import { imagesThrough } from '../../core/language/reach.ts';
import { registryAddress } from '../../core/oci/registryAddress.ts';
import { shortName } from '../../core/oci/imageReference.ts';
import type { BumpPlan, BumpTarget, Refusal, TagCandidate } from '../../protocol.ts';
import type { FoundImage } from '../ids.ts';
import { findImage, usageId } from '../ids.ts';
import { fileAt } from '../fileAt.ts';
import { repositoryName } from '../repositoryNames.ts';
import { linePlace, placeText } from '../places.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';
import { abortSignal } from '../abortSignal.ts';
import { plannedChange } from './plannedChange.ts';

export function bumpTargets(session: Session): BumpTarget[] {
  return session.repositories().flatMap((repository) => {
    const { images } = repository.inventory(session.placementSettings);
    return targetsOf(session, repository, images);
  });
}

/** The images that a position decides or names; else those of its line; else all images of the file's roots. */
export function usagesAt(session: Session, uri: string, position: Position): BumpTarget[] {
  const found = fileAt(session, uri);
  if (found === undefined) return [];
  const { repository, snapshot, inventory, file } = found;
  const place = linePlace(repository, file.path, position);
  if (place === undefined) return [];
  const exact = reachedAt(snapshot, inventory, file, place.offset).images;
  if (exact.length > 0) return targetsOf(session, repository, exact);
  const onLine = imagesThrough(snapshot, inventory, file.path, { start: place.lineStart, end: place.lineEnd });
  const near = onLine.length > 0 ? onLine : inventory.images.filter(({ root }) => root.used.has(file.path));
  return targetsOf(session, repository, near);
}

/** Tags for an image. The history is read where programs may run; without it, the tags of the repository are the answer. */
export async function tagsFor(session: Session, usage: string, token: CancellationToken): Promise<TagCandidate[]> {
  const found = findImage(session, usage);
  if (found === undefined) return [];
  return await candidatesFor(session, found, abortSignal(token));
}

/** With those of the registry where it was asked. @throws the signal's reason */
export async function candidatesFor(
  session: Session,
  { repository, inventory, image }: FoundImage,
  signal: AbortSignal,
): Promise<TagCandidate[]> {
  const files = filesWithTagsOf(inventory, image);
  const history = session.trusted ? await repository.history.tags(files, signal) : [];
  return tagCandidates(inventory, image, history, new Date(), { registry: session.registries.known(image.usage.name) });
}

export function planBump(session: Session, usage: string, tag: string, mode: 'owner' | 'override'): BumpPlan | Refusal {
  const found = findImage(session, usage);
  if (found === undefined) return { refusal: 'This image is no longer in the repository. Refresh the view and choose it again.' };
  const { repository, inventory, image } = found;
  const placement = repository.placed(session.placementSettings);
  const plan = planImageBump(repository.snapshot, { usage: image.usage, root: image.root, tag, mode, placement });
  if (isRefused(plan)) return plan;
  const [first] = plan.changes;
  const where = image.environment === '' ? '' : ` in ${image.environment}`;
  const title = `Bump ${shortName(image.usage.name)}${where} to ${first === undefined ? '' : shownVersion(first.after)}`;
  return { ...plannedChange(session, repository, inventory, title, plan), canOverride: plan.canOverride };
}

/** Containers of an application and environment whose image one line decides are one target: a bump changes all of them. */
function targetsOf(session: Session, repository: RepositorySession, images: readonly PlacedImage[]): BumpTarget[] {
  const targets = new Map<string, BumpTarget>();
  const repositories = session.repositories();
  const name = repositories.length > 1 ? repositoryName(repository, repositories) : '';
  for (const image of images) {
    const target = targetOf(repository, image, name);
    if (target === undefined) continue;
    const key = [image.application, image.environment, image.usage.reference, target.detail].join('\n');
    if (!targets.has(key) || !image.usage.container.includes(':')) targets.set(key, target);
  }
  return [...targets.values()];
}

function targetOf(repository: RepositorySession, image: PlacedImage, name: string): BumpTarget | undefined {
  const { usage } = image;
  if (usage.owner === undefined) return undefined;
  return {
    usage: usageId(repository, image),
    repository: name,
    application: image.application,
    environment: image.environment,
    image: shortName(usage.name),
    tag: shownVersion(usage),
    detail: placeText(repository, usage.owner),
    registry: registryAddress(usage.name)?.domain ?? '',
  };
}
