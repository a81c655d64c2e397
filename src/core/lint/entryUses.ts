/** What the images entries of a repository did in all builds: the ground for every statement that an entry does nothing. */
import type { EntryRun } from '../kustomize/runs.ts';
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

const known = new WeakMap<GitOpsRepository, ReadonlyMap<ImageOverride, EntryUse>>();

/** By entry; entries that no root runs are not in it. Found once for each snapshot. */
export function entryUses(repository: GitOpsRepository): ReadonlyMap<ImageOverride, EntryUse> {
  let uses = known.get(repository);
  if (uses === undefined) known.set(repository, (uses = collect(repository)));
  return uses;
}

function collect(repository: GitOpsRepository): Map<ImageOverride, EntryUse> {
  const uses = new Map<ImageOverride, OpenUse>();
  const useOf = (entry: ImageOverride): OpenUse => {
    let use = uses.get(entry);
    if (use === undefined) uses.set(entry, (use = { entry, runs: [], matched: [] }));
    return use;
  };
  for (const root of repository.roots) {
    const [build] = repository.buildsOf(root);
    for (const run of build?.layer.entryRuns ?? []) {
      useOf(run.override.entry).runs.push({ root, run });
      if (run.override.other !== undefined) useOf(run.override.other).runs.push({ root, run });
    }
    for (const usage of root.usages) for (const entry of usage.entries) useOf(entry).matched.push({ root, usage });
  }
  return uses;
}

/** True where it is certain that an entry matches no image in any root: everything was read, and every root builds. */
export function isDead({ runs }: EntryUse): boolean {
  return runs.length > 0 && runs.every(({ root, run }) => !run.matched && run.certain && root.failure === undefined);
}
