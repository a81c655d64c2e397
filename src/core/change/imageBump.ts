/** Plans the change of an image's tag or digest (image-semantics.md A.8). The plan is checked: the repository with its edits gives the wanted reference. */
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot, ImageUsage } from '../repository/model.ts';
import type { Placement } from '../repository/placement.ts';
import { isRefusal } from '../text/textEdit.ts';
import type { Refusal } from '../text/textEdit.ts';
import { editsOf } from './operations.ts';
import type { Outcome } from './outcome.ts';
import { outcomeOf, usageAfter } from './outcome.ts';
import { overrideCandidates } from './overrideCandidates.ts';
import type { Candidate } from './ownerCandidates.ts';
import { ownerCandidates } from './ownerCandidates.ts';
import type { ImageBumpPlan, Refused } from './plan.ts';
import { isRefused } from './plan.ts';
import type { Version } from './version.ts';
import { parseVersion, referenceWith, versionText } from './version.ts';
import { warningsFor } from './warnings.ts';

export interface ImageBump {
  /** One of `root.usages`. */
  readonly usage: ImageUsage;
  readonly root: BuildRoot;
  /** A tag, `tag@digest`, or a digest. */
  readonly tag: string;
  /** `owner` edits the line that decides; `override` decides in the root's own file. */
  readonly mode: 'owner' | 'override';
  /** Names the environments in warnings; without it roots are named. */
  readonly placement?: Placement | undefined;
}

/** Never throws, and writes nothing. */
export function planImageBump(repository: GitOpsRepository, bump: ImageBump): ImageBumpPlan | Refused {
  const wanted = parseVersion(bump.tag);
  if (isRefused(wanted)) return wanted;
  const { usage, root, mode } = bump;
  if (usage.tag === wanted.tag && usage.digest === wanted.digest && root.failure === undefined)
    return { refusal: `${usage.name} is at ${versionText(wanted)} already. Nothing has to change.`, isDone: true };
  const refusal = outOfReach(usage, mode);
  if (refusal !== undefined) return { refusal };
  const outcome = attempt(repository, bump, wanted);
  if (isRefusal(outcome)) return { refusal: refusalFor(usage, mode, outcome) };

  const after = usageAfter(outcome, root, usage);
  const alsoChanges = otherPlaces(outcome, bump);
  const isShared = outcome.changes.some((change) => change.root !== root);
  const override = mode === 'owner' && isShared ? attempt(repository, { ...bump, mode: 'override' }, wanted) : undefined;
  const chosen = outcome.changes.filter((change) => change.root === root && change.before === usage);
  return {
    files: outcome.files,
    changes: [...chosen, ...outcome.changes.filter((change) => !chosen.includes(change))],
    alsoChanges,
    warnings: warningsFor(root, usage, after, wanted, outcome, alsoChanges),
    canOverride: override !== undefined && !isRefusal(override) && override.changes.every((change) => change.root === root),
    next: outcome.next,
  };
}

/** The first candidate whose outcome is the wanted one; else why the first one is not. */
function attempt(repository: GitOpsRepository, { usage, root, mode }: ImageBump, wanted: Version): Outcome | Refusal {
  const isOverride = mode === 'override';
  const candidates = isOverride ? overrideCandidates(repository, root, usage, wanted) : ownerCandidates(usage, wanted);
  let first: Refusal | undefined;
  let shared: Outcome | undefined;
  for (const candidate of candidates) {
    const outcome = check(repository, candidate, usage, root, wanted);
    if (isRefusal(outcome)) first ??= outcome;
    else if (!isOverride || outcome.changes.every((change) => change.root === root)) return outcome;
    else shared ??= outcome;
  }
  return shared ?? first ?? { reason: 'there is no line in this repository that could decide it' };
}

/** What a candidate does, where that is the wanted change of the image and of no other; else why not. */
export function check(
  repository: GitOpsRepository,
  candidate: Candidate,
  usage: ImageUsage,
  root: BuildRoot,
  wanted: Version,
): Outcome | Refusal {
  const files = editsOf(candidate.operations, (path) => repository.file(path));
  if (isRefusal(files)) return files;
  const outcome = outcomeOf(repository, files);
  if (isRefusal(outcome)) return outcome;
  const after = usageAfter(outcome, root, usage);
  if (after.name !== usage.name || after.tag !== wanted.tag || after.digest !== wanted.digest)
    return { reason: `the result would be ${after.reference}, not ${referenceWith(usage.name, wanted)}` };
  if (candidate.isAddition) {
    const other = outcome.changes.find(({ before }) => before.originalName !== usage.originalName);
    if (other !== undefined) return { reason: `${other.before.reference} in ${other.root.id} would change with it` };
  }
  const renamed = outcome.changes.find((change) => change.after.name !== change.before.name);
  return renamed === undefined ? outcome : { reason: `${renamed.before.name} would become ${renamed.after.name}` };
}

/** Images that no line of the repository decides (rule 7), in words. */
export function outOfReach(usage: ImageUsage, mode: ImageBump['mode']): string | undefined {
  const what = usage.name === '' ? usage.workload : usage.name;
  if (usage.why.includes('comes from outside of the repository'))
    return `The tag of ${what} is not in this repository: ${usage.why}. Change it where that value is kept.`;
  if (usage.why.includes('has no value'))
    return `The tag of ${what} is not in this repository: ${usage.why}. Add it to postBuild.substitute of the Flux Kustomization.`;
  if (usage.why.startsWith('the chart decides'))
    return `The chart of ${usage.workload} decides the tag of ${what}. Set a tag in the values of ${usage.kind}/${usage.workload} to decide it here.`;
  if (mode === 'override' && usage.kind === 'HelmRelease')
    return `An images entry does not reach the values of HelmRelease/${usage.workload}. Change the values themselves, or patch them.`;
  if (usage.tag.includes('${') || usage.tag.includes('$('))
    return `The tag of ${what} is the variable ${usage.tag}, and nothing in this repository gives it a value. Change it where the variable is set.`;
  return undefined;
}

export function refusalFor(usage: ImageUsage, mode: ImageBump['mode'], { reason }: Refusal): string {
  const clause = reason.replace(/\.$/, '');
  return mode === 'override'
    ? `${usage.reference} cannot be decided by an images entry here: ${clause}. Change the line that decides it.`
    : `The line that decides ${usage.reference} cannot be changed: ${clause}. Open it and change it there.`;
}

/** Environments other than that of the root; roots where they have none. */
function otherPlaces(outcome: Outcome, { root, placement }: ImageBump): string[] {
  const names = (id: string): readonly string[] => {
    const environments = (placement?.roots.get(id)?.environments ?? []).filter((name) => name !== '');
    return environments.length === 0 ? [id] : environments;
  };
  const own = new Set(names(root.id));
  const others = outcome.changes.filter((change) => change.root !== root).flatMap((change) => names(change.root.id));
  const order = placement?.environments ?? [];
  return [...new Set(others)].filter((name) => !own.has(name)).sort((a, b) => order.indexOf(a) - order.indexOf(b));
}
