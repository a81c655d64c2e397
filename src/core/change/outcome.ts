/** What a candidate would do: the repository after it, and every image that differs. */
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot, ImageUsage } from '../repository/model.ts';
import { groupBy } from '../text/groupBy.ts';
import { applyEdits, isRefusal } from '../text/textEdit.ts';
import type { Refusal, TextEdit } from '../text/textEdit.ts';
import type { ImageChange } from './plan.ts';

export interface Outcome {
  readonly files: ReadonlyMap<string, readonly TextEdit[]>;
  readonly next: GitOpsRepository;
  readonly changes: readonly ImageChange[];
}

/** Applies edits and compares all roots. A refusal where a root would stop to build, or lose or gain images. */
export function outcomeOf(repository: GitOpsRepository, files: ReadonlyMap<string, readonly TextEdit[]>): Outcome | Refusal {
  const texts = new Map<string, string>();
  for (const [path, edits] of files) {
    const text = applyEdits(repository.file(path)?.text ?? '', edits);
    if (typeof text !== 'string') return text;
    texts.set(path, text);
  }
  const next = repository.with(texts);
  const changes: ImageChange[] = [];
  const unchanged = new Set(next.roots);
  for (const root of repository.roots) {
    if (unchanged.has(root)) continue;
    const after = sameRoot(next, root);
    if (after === undefined) return { reason: `${root.id} would no longer be built` };
    if (after.failure !== undefined && root.failure === undefined)
      return { reason: `${root.id} would not build: ${after.failure}` };
    const differing = compare(root, after);
    if (isRefusal(differing)) return differing;
    changes.push(...differing);
  }
  return { files, next, changes };
}

const byDirectory = new WeakMap<GitOpsRepository, ReadonlyMap<string, readonly BuildRoot[]>>();

function rootsByDirectory(repository: GitOpsRepository): ReadonlyMap<string, readonly BuildRoot[]> {
  let index = byDirectory.get(repository);
  if (index === undefined) byDirectory.set(repository, (index = groupBy(repository.roots, ({ directory }) => directory)));
  return index;
}

/** A root in another snapshot. Its id can change, since that says how many renderings its directory has. */
export function sameRoot(repository: GitOpsRepository, root: BuildRoot): BuildRoot | undefined {
  const sameDirectory = rootsByDirectory(repository).get(root.directory) ?? [];
  const [flux] = root.deployedBy;
  return (
    sameDirectory.find(({ deployedBy }) =>
      flux === undefined
        ? deployedBy.length === 0
        : deployedBy.some(
            ({ namespace, name, cluster }) => namespace === flux.namespace && name === flux.name && cluster === flux.cluster,
          ),
    ) ?? sameDirectory.find(({ id }) => id === root.id)
  );
}

function compare(root: BuildRoot, after: BuildRoot): readonly ImageChange[] | Refusal {
  const before = usagesByKey(root);
  const rest = usagesByKey(after);
  const changes: ImageChange[] = [];
  for (const [key, usage] of before) {
    const other = rest.get(key);
    rest.delete(key);
    if (other === undefined) return { reason: `${usage.reference} would no longer run in ${root.id}` };
    if (other.reference !== usage.reference) changes.push({ root, before: usage, after: other });
  }
  const [added] = rest.values();
  return added === undefined ? changes : { reason: `${added.reference} would be new in ${root.id}` };
}

/** By workload and container; several of the same name (declared images) are counted. */
export function usagesByKey(root: BuildRoot): Map<string, ImageUsage> {
  const usages = new Map<string, ImageUsage>();
  for (const usage of root.usages) {
    const base = usageKey(usage);
    let key = base;
    for (let count = 2; usages.has(key); count++) key = `${base}#${String(count)}`;
    usages.set(key, usage);
  }
  return usages;
}

function usageKey({ kind, namespace, workload, container }: ImageUsage): string {
  return [kind, namespace, workload, container].join('\n');
}

/** The usage after the change; the usage itself where nothing changed. */
export function usageAfter(outcome: Outcome, root: BuildRoot, usage: ImageUsage): ImageUsage {
  return outcome.changes.find((change) => change.root === root && change.before === usage)?.after ?? usage;
}
