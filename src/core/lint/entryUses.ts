/** What the images entries of a repository did in all builds: the ground for every statement that an entry does nothing. */
import { parseKustomizationFile } from '../kustomize/kustomizationFile.ts';
import type { EntryRun } from '../kustomize/runs.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot, ImageOverride, ImageUsage } from '../repository/model.ts';

export interface RootRun {
  readonly root: BuildRoot;
  readonly run: EntryRun;
}

export interface EntryUse {
  readonly entry: ImageOverride;
  /** Its runs in all roots. */
  readonly runs: readonly RootRun[];
  /** The images that it matched, as they are rendered in the end. */
  readonly matched: readonly { readonly root: BuildRoot; readonly usage: ImageUsage }[];
}

interface OpenUse extends EntryUse {
  readonly runs: RootRun[];
  readonly matched: { readonly root: BuildRoot; readonly usage: ImageUsage }[];
}

const known = new WeakMap<GitOpsRepository, ReadonlyMap<string, EntryUse>>();

/** The entries that some root runs. Found once for each snapshot. */
export function entryUses(repository: GitOpsRepository): Iterable<EntryUse> {
  return usesByPlace(repository).values();
}

/** What one entry did; undefined where no root runs it. */
export function useOf(repository: GitOpsRepository, entry: ImageOverride): EntryUse | undefined {
  return usesByPlace(repository).get(keyOf(entry));
}

function usesByPlace(repository: GitOpsRepository): ReadonlyMap<string, EntryUse> {
  let uses = known.get(repository);
  if (uses === undefined) known.set(repository, (uses = collect(repository)));
  return uses;
}

/** The place, not the object: a Flux Kustomization that its parents patch is read once for each of them. */
function keyOf({ file, start }: ImageOverride): string {
  return `${file} ${String(start)}`;
}

function collect(repository: GitOpsRepository): Map<string, EntryUse> {
  const uses = new Map<string, OpenUse>();
  const open = (entry: ImageOverride): OpenUse => {
    const key = keyOf(entry);
    let use = uses.get(key);
    if (use === undefined) uses.set(key, (use = { entry, runs: [], matched: [] }));
    return use;
  };
  for (const root of repository.roots) {
    const [build] = repository.buildsOf(root);
    for (const run of build?.layer.entryRuns ?? []) {
      open(run.override.entry).runs.push({ root, run });
      if (run.override.other !== undefined) open(run.override.other).runs.push({ root, run });
    }
    for (const usage of root.usages) for (const entry of usage.entries) open(entry).matched.push({ root, usage });
  }
  return uses;
}

/** True where it is certain that an entry matches no image in any root: everything was read, and every root builds. */
export function isDead(repository: GitOpsRepository, { runs }: EntryUse): boolean {
  return runs.length > 0 && runs.every(({ root, run }) => !run.matched && run.certain && isWhole(repository, root));
}

/**
 * Whether a root tells what its files do: it builds, it is more than a component, which others complete, and its files hold something: an empty one
 * stands for what somebody generates later.
 */
export function isWhole(repository: GitOpsRepository, root: BuildRoot): boolean {
  if (root.failure !== undefined) return false;
  let whole = wholes.get(root);
  if (whole === undefined) {
    whole = !isComponent(repository, root) && [...root.used].every((path) => !isPlaceholder(repository.file(path)));
    wholes.set(root, whole);
  }
  return whole;
}

const wholes = new WeakMap<BuildRoot, boolean>();

/** Whether a root is a component that nothing includes: it is made for builds that are elsewhere. */
export function isComponent(repository: GitOpsRepository, { directory }: BuildRoot): boolean {
  const file = repository.kustomizations.get(directory);
  return file !== undefined && parseKustomizationFile(file).isComponent;
}

const CONTENT = /^[ \t]*(?!---)[^\s#]/m;

function isPlaceholder(file: RepositoryFile | undefined): boolean {
  return file !== undefined && /\.ya?ml$/.test(file.path) && file.unreadable === undefined && !CONTENT.test(file.text);
}
