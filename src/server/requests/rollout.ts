/** What a cluster has to be asked for: the images and manifests that Git says. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { commitOverlay } from '../../clients/committedFiles.ts';
import { remoteBranchesWith, resolveCommit } from '../../clients/gitAncestry.ts';
import { KUSTOMIZE_GROUP } from '../../core/flux/kinds.ts';
import { rolloutTargets } from '../../core/flux/rollout/targets.ts';
import type { PlacedImage } from '../../core/inventory/inventory.ts';
import { shownVersion } from '../../core/inventory/drift.ts';
import type { Refusal } from '../../protocol.ts';
import type { DeployedManifests, PlannedRollout } from '../../protocol/objects.ts';
import { abortSignal } from '../abortSignal.ts';
import { findImage, findRoot } from '../ids.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';
import { preview } from './preview.ts';

const GONE = 'This image is gone from the repository. Refresh the Applications view.';

/** The same image in the same environment, wherever it is used there, as the commit of any name has it: edits that are not committed do not count. */
export async function plannedRollout(
  session: Session,
  id: string,
  name: string,
  token: CancellationToken,
): Promise<PlannedRollout | Refusal> {
  const found = findImage(session, id);
  if (found === undefined) return { refusal: GONE };
  if (!session.trusted) return { refusal: 'Git is asked for the commit once you trust this folder.' };
  const { repository, inventory, image } = found;
  const signal = abortSignal(token);
  const commit = await resolveCommit(repository.folder, name, signal);
  if (commit === undefined)
    return {
      refusal:
        name === 'HEAD'
          ? 'This folder has no commit yet, and Flux applies commits. Commit and push first.'
          : `This clone has no commit ${name}. Name a hash, a branch or a tag, or fetch first.`,
    };
  const same = inventory.images.filter(
    ({ key, environment, application }) =>
      key === image.key && environment === image.environment && application === image.application,
  );
  const committed = await committedImages(repository, same, commit, signal);
  const targets = rolloutTargets(committed, commit, await remoteBranchesWith(repository.folder, commit, signal));
  if (targets.length === 0) {
    const why = committed.find(({ usage }) => usage.status === 'unknown')?.usage.why ?? '';
    return {
      refusal:
        why === ''
          ? `No Flux Kustomization of this repository deploys ${image.usage.reference}.`
          : `It is unknown what has to run: ${why}.`,
    };
  }
  const version = shownVersion(committed[0]?.usage ?? image.usage);
  return { usage: id, version, environment: image.environment || image.application, targets, folder: repository.folder };
}

async function committedImages(
  repository: RepositorySession,
  images: readonly PlacedImage[],
  commit: string,
  signal: AbortSignal,
): Promise<PlacedImage[]> {
  const { folder, snapshot } = repository;
  const overlay = await commitOverlay(folder, commit, snapshot, signal);
  if (overlay.size === 0) return [...images];
  const { roots } = snapshot.with(overlay);
  return images.flatMap((image) => {
    const root = roots.find(({ id }) => id === image.root.id);
    const { kind, namespace, workload, container } = image.usage;
    const usage = root?.usages.find(
      (one) => one.kind === kind && one.namespace === namespace && one.workload === workload && one.container === container,
    );
    return root === undefined || usage === undefined ? [] : [{ ...image, root, usage }];
  });
}

/** Rendered from what is in the editor, unsaved edits included. */
export async function deployedManifests(
  session: Session,
  id: string,
  token: CancellationToken,
): Promise<DeployedManifests | Refusal> {
  const found = findRoot(session, id);
  const { title, text, missing, failure } = await preview(session, id, true, token);
  if (found === undefined || (failure !== undefined && text === ''))
    return { refusal: failure ?? 'This build is gone from the repository. Refresh the Applications view.' };
  const { repository, root } = found;
  const placement = repository.placed(session.placementSettings).roots.get(root.id);
  return {
    title,
    manifests: text,
    failure: [...(failure === undefined ? [] : [failure]), ...missing].join(' '),
    kustomizations: root.deployedBy.map(({ namespace, name }) => ({
      group: KUSTOMIZE_GROUP,
      kind: 'Kustomization',
      namespace: namespace || 'flux-system',
      name,
    })),
    environments: [...(placement?.environments ?? [])],
  };
}
