/** What two environments have differently, or the files and a commit: tags side by side, and manifests object by object. */
import type { CancellationToken } from 'vscode-languageserver/node';
import { commitOverlay } from '../../clients/committedFiles.ts';
import type { RenderedRoot, RootComparison } from '../../clients/compareRoots.ts';
import { compareRoots } from '../../clients/compareRoots.ts';
import { commitNamed } from '../../clients/git.ts';
import type { Branch } from '../../clients/gitBranches.ts';
import { branches } from '../../clients/gitBranches.ts';
import type { RenderOptions } from '../../clients/renderRoot.ts';
import type { ComparedImage } from '../../core/inventory/compareEnvironments.ts';
import { compareEnvironments, compareSnapshots } from '../../core/inventory/compareEnvironments.ts';
import type { PlacedImage } from '../../core/inventory/inventory.ts';
import { Inventory } from '../../core/inventory/inventory.ts';
import { pairRoots } from '../../core/inventory/pairRoots.ts';
import type { Folded } from '../../core/kubernetes/foldNoise.ts';
import { shortName } from '../../core/oci/imageReference.ts';
import type { BuildRoot } from '../../core/repository/model.ts';
import { place } from '../../core/repository/placement.ts';
import type { Refusal } from '../../protocol.ts';
import type { ComparedTag, Comparison, ComparisonSubject } from '../../protocol/comparison.ts';
import { abortSignal } from '../abortSignal.ts';
import { withGit } from '../askGit.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';

type Environments = Extract<ComparisonSubject, { kind: 'environments' }>;
type WithBranch = Extract<ComparisonSubject, { kind: 'branch' }>;

export async function comparisonOf(
  session: Session,
  subject: ComparisonSubject,
  token: CancellationToken,
): Promise<Comparison | Refusal> {
  const signal = abortSignal(token);
  if (subject.kind === 'branch')
    return await withGit(
      session,
      subject.repository,
      async (repository) => await withBranch(session, repository, subject, signal),
    );
  const repository = session.repositories().find(({ folder }) => folder === subject.repository);
  if (repository === undefined) return { refusal: 'This repository is no longer open. Open its folder again.' };
  return await environments(session, repository, subject, signal);
}

export async function branchesOf(session: Session, folder: string, token: CancellationToken): Promise<Branch[] | Refusal> {
  return await withGit(session, folder, async () => await branches(folder, abortSignal(token)));
}

async function environments(
  session: Session,
  repository: RepositorySession,
  { left, right, application, fold }: Environments,
  signal: AbortSignal,
): Promise<Comparison> {
  const inventory = repository.inventory(session.placementSettings);
  const has = (root: BuildRoot | undefined) =>
    application === null || inventory.images.some((image) => image.root === root && image.application === application);
  const found: RootComparison[] = [];
  for (const pair of pairRoots({ roots: repository.roots }, inventory, left, right)) {
    if (pair.left === pair.right || (!has(pair.left) && !has(pair.right))) continue;
    const one = await rendered(session, repository, pair.left, { signal });
    const other = await rendered(session, repository, pair.right, { signal });
    found.push(compareRoots(one, other, { fold }));
  }
  return {
    title: `${application === null ? '' : `${application}: `}${left} ↔ ${right}`,
    tags: compareEnvironments(inventory, [left, right], application ?? undefined).map((image) => tagOf(image, '')),
    ...summed(repository, found),
  };
}

async function withBranch(
  session: Session,
  repository: RepositorySession,
  { revision, application, environment }: WithBranch,
  signal: AbortSignal,
): Promise<Comparison | Refusal> {
  const { folder, snapshot } = repository;
  const commit = await commitNamed(folder, revision, signal);
  if (commit === undefined)
    return { refusal: `There is no commit "${revision}" here. Name a branch, a tag or the hash of a commit.` };
  const overlay = await commitOverlay(folder, commit, snapshot, signal);
  const earlier = snapshot.with(overlay);
  const now = repository.inventory(session.placementSettings);
  const { settings } = repository.placed(session.placementSettings);
  const then = new Inventory(earlier.roots, place(earlier.roots, settings));
  const isChosen = (image: PlacedImage) =>
    (application === null || image.application === application) && (environment === null || image.environment === environment);
  const isWhole = application === null && environment === null;
  const ids = new Set(
    isWhole
      ? [...earlier.roots, ...snapshot.roots].map(({ id }) => id)
      : [then, now].flatMap(({ images }) => images.filter(isChosen).map(({ root }) => root.id)),
  );
  const found: RootComparison[] = [];
  const notes: string[] = [];
  for (const id of [...ids].sort()) {
    const before = earlier.roots.find((root) => root.id === id);
    const after = snapshot.roots.find((root) => root.id === id);
    if (before === after) continue;
    const one = await rendered(session, repository, before, { signal, overlay });
    const other = await rendered(session, repository, after, { signal });
    // Nothing always differs between two states of one build.
    const result = compareRoots(one, other, { fold: false });
    found.push(result);
    const isSame = result.failures.length === 0 && result.comparison.objects.every(({ status }) => status === 'same');
    if (isSame && one !== undefined && one.rendering.fingerprint !== other?.rendering.fingerprint)
      notes.push(`Values of Secrets in ${id} differ.`);
  }
  const where = [application, environment].filter((name) => name !== null && name !== '').join(' in ');
  const { notes: failures, ...rest } = summed(repository, found);
  return {
    title: `${where === '' ? '' : `${where}: `}${revision} ↔ working tree`,
    tags: compareSnapshots(then, now, isChosen).map((image) => tagOf(image, image.environment)),
    ...rest,
    notes: [...failures, ...notes],
  };
}

async function rendered(
  session: Session,
  { folder }: RepositorySession,
  root: BuildRoot | undefined,
  options: RenderOptions,
): Promise<RenderedRoot | undefined> {
  if (root === undefined) return undefined;
  const reveal = !session.serverSettings.preview.maskSecrets;
  return { root, rendering: await session.renderer.render(folder, root, { ...options, reveal }) };
}

function summed({ roots }: RepositorySession, found: readonly RootComparison[]): Omit<Comparison, 'title' | 'tags'> {
  const directories = new Map(roots.map(({ id, directory }) => [id, directory]));
  return {
    manifests: found.flatMap(({ left, right, comparison }) => {
      const id = right ?? left ?? '';
      return comparison.objects
        .filter(({ status }) => status !== 'same')
        .map(({ kind, name, left: one, right: other }) => ({
          build: directories.get(id) ?? id,
          kind,
          name,
          left: one?.normalised ?? '',
          right: other?.normalised ?? '',
        }));
    }),
    folded: [...new Set(found.flatMap(({ comparison }) => comparison.folded.map(foldedWords)))],
    notes: found.flatMap(({ failures }) => failures.map((failure) => `${failure.replace(/\.$/, '')}.`)),
  };
}

function foldedWords({ what, key, left, right }: Folded): string {
  return `${what}${key === '' ? '' : ` ${key}`} ${left || '(none)'} > ${right || '(none)'}`;
}

function tagOf({ application, image, cells, differs }: ComparedImage, environment: string): ComparedTag {
  const [left, right] = cells;
  return {
    application,
    environment,
    image: shortName(image),
    left: left?.version ?? '',
    right: right?.version ?? '',
    words: right?.words ?? '',
    differs,
  };
}
