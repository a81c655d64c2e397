/** What has to run after a pull request was merged: the images that its commit changed. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { commitOverlay } from '../../clients/committedFiles.ts';
import { OutsideError } from '../../clients/errors.ts';
import { resolveCommit } from '../../clients/gitAncestry.ts';
import { credentialsFor } from '../../clients/gitPush.ts';
import { chooseRemotes, fetchBranches } from '../../clients/gitRemotes.ts';
import { rolloutTargets } from '../../core/flux/rollout/targets.ts';
import { shownVersion } from '../../core/inventory/drift.ts';
import type { PlacedImage } from '../../core/inventory/inventory.ts';
import type { Refusal } from '../../protocol.ts';
import type { MergedCommit, PlannedRollout } from '../../protocol/objects.ts';
import { abortSignal } from '../abortSignal.ts';
import { withGit } from '../askGit.ts';
import { usageId } from '../ids.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';
import { remoteSettings } from '../settings.ts';
import { withOverlay } from '../tagEditSides.ts';

/** One for each image in an environment; none where the commit changes no image that Flux deploys. */
export async function mergedRollouts(
  session: Session,
  { repository: folder, commit, base }: MergedCommit,
  token: CancellationToken,
): Promise<readonly PlannedRollout[] | Refusal> {
  const signal = abortSignal(token);
  return await withGit<readonly PlannedRollout[]>(session, folder, async (repository) => {
    try {
      if ((await resolveCommit(folder, commit, signal)) === undefined) await fetchBase(session, folder, base, signal);
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
      return { refusal: error.message };
    }
    const changed = await changedBy(session, repository, commit, signal);
    if (changed === undefined)
      return { refusal: `${base} of the remote does not have the merged commit ${commit.slice(0, 7)} yet. Try again.` };
    return [...grouped(changed).values()].flatMap((images): PlannedRollout[] => {
      const [image] = images;
      const targets = rolloutTargets(images, commit, [base]);
      if (image === undefined || targets.length === 0) return [];
      const { environment, application, usage } = image;
      const version = shownVersion(usage);
      return [{ usage: usageId(repository, image), version, environment: environment || application, targets, folder }];
    });
  });
}

/** The merge was made on GitHub: this clone does not have it yet. No ref changes. @throws OutsideError */
async function fetchBase(session: Session, folder: string, base: string, signal: AbortSignal): Promise<void> {
  const { base: remote } = await chooseRemotes(folder, remoteSettings(session.serverSettings), { signal });
  const host = remote.repository?.host;
  const token = host === undefined ? undefined : await session.client.gitHubToken(host, false, signal);
  await fetchBranches(folder, remote, [base], { signal, ...credentialsFor(remote, token) });
}

/** The images that are others than in the commit before it, as they are in the commit; undefined where the clone does not have it. */
async function changedBy(
  session: Session,
  repository: RepositorySession,
  commit: string,
  signal: AbortSignal,
): Promise<PlacedImage[] | undefined> {
  const { folder, snapshot } = repository;
  if ((await resolveCommit(folder, commit, signal)) === undefined) return undefined;
  const at = async (name: string) =>
    withOverlay(session, repository, await commitOverlay(folder, name, snapshot, signal)).inventory;
  const parent = await resolveCommit(folder, `${commit}^`, signal);
  const before = parent === undefined ? undefined : await at(parent);
  return (await at(commit)).images.filter(({ id, usage }) => before?.image(id)?.usage.reference !== usage.reference);
}

/** Containers that run the same image in one place are one. */
function grouped(images: readonly PlacedImage[]): Map<string, PlacedImage[]> {
  const groups = new Map<string, PlacedImage[]>();
  for (const image of images) {
    const key = JSON.stringify([image.application, image.environment, image.usage.reference]);
    groups.set(key, [...(groups.get(key) ?? []), image]);
  }
  return groups;
}
