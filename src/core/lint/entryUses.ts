/** What the images entries of a repository did in all builds: the ground for every statement that an entry does nothing. */
import { parseKustomizationFile } from '../kustomize/kustomizationFile.ts';
import type { Resource } from '../kustomize/resource.ts';
import type { EntryRun } from '../kustomize/runs.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot, ImageOverride, ImageUsage } from '../repository/model.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { textOf } from './entryFields.ts';

export interface RootRun {
  readonly root: BuildRoot;
  readonly run: EntryRun;
}

export interface EntryUse {
  readonly entry: ImageOverride;
  /** Its runs in all roots. */
  readonly runs: readonly RootRun[];
  /** The images that it matched, as they are rendered in the end. */
  readonly matched: readonly RootUsage[];
  /** Images of the same name that patches wrote over those that it matched, as they are rendered in the end. */
  readonly patched: readonly RootUsage[];
}

export interface RootUsage {
  readonly root: BuildRoot;
  readonly usage: ImageUsage;
}

interface OpenUse extends EntryUse {
  readonly runs: RootRun[];
  readonly matched: RootUsage[];
  readonly patched: RootUsage[];
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
    if (use === undefined) uses.set(key, (use = { entry, runs: [], matched: [], patched: [] }));
    return use;
  };
  for (const root of repository.roots) {
    const [build] = repository.buildsOf(root);
    for (const run of build?.layer.entryRuns ?? []) {
      open(run.override.entry).runs.push({ root, run });
      if (run.override.other !== undefined) open(run.override.other).runs.push({ root, run });
    }
    for (const usage of root.usages) for (const entry of usage.entries) open(entry).matched.push({ root, usage });
    const patched = root.usages.filter(({ layers }) => layers[0]?.what === 'patch');
    const lost = patched.length === 0 ? undefined : entriesBehindPatches(build?.resources ?? []);
    for (const usage of patched)
      for (const entry of lost?.get(usage.layers[0]?.owners[0]?.scalar) ?? []) open(entry).patched.push({ root, usage });
  }
  return uses;
}

/** By the scalar of a patch: the entries that had matched the image before the patch wrote it anew, under the same name. */
function entriesBehindPatches(resources: readonly Resource[]): ReadonlyMap<ScalarNode | undefined, ReadonlySet<ImageOverride>> {
  const lost = new Map<ScalarNode | undefined, Set<ImageOverride>>();
  for (const { images } of resources)
    for (const { state } of images)
      for (let now = state; now.before?.name.text === now.originalName; now = now.before) {
        const scalar = state.layers.values[0]?.owners[0]?.scalar;
        const entries = lost.get(scalar) ?? new Set();
        lost.set(scalar, entries);
        for (const entry of now.before.entries.values) entries.add(entry);
      }
  return lost;
}

/** Whether the list in which an entry stands has an entry for a name. */
export function isListed(repository: GitOpsRepository, { entry, runs }: EntryUse, name: string): boolean {
  return runs.some(({ root, run }) => namesOf(repository, root).has(listKey(entry.file, run.override.what, name)));
}

const names = new WeakMap<BuildRoot, ReadonlySet<string>>();

function namesOf(repository: GitOpsRepository, root: BuildRoot): ReadonlySet<string> {
  let known = names.get(root);
  if (known === undefined) {
    const runs = repository.buildsOf(root)[0]?.layer.entryRuns ?? [];
    known = new Set(
      runs.flatMap(({ override: { entry, other, what } }) =>
        [entry, ...(other === undefined ? [] : [other])].map((one) => listKey(one.file, what, textOf(one, 'name'))),
      ),
    );
    names.set(root, known);
  }
  return known;
}

/** In one build, the entries of one file that run as one kind of step are those of one list. */
function listKey(file: string, what: string, name: string): string {
  return [file, what, name].join('\n');
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
