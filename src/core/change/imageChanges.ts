/** Sets many images at once, as one checked change: all of it is tried together, and only what does not go together is planned one by one. */
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot, ImageUsage } from '../repository/model.ts';
import { isRefusal } from '../text/textEdit.ts';
import type { Refusal, TextEdit } from '../text/textEdit.ts';
import { composeEdits, editsBetween } from './compose.ts';
import { check, outOfReach, refusalFor } from './imageBump.ts';
import type { Outcome } from './outcome.ts';
import { outcomeOf, sameRoot, usageAfter, usagesByKey } from './outcome.ts';
import { overrideCandidates } from './overrideCandidates.ts';
import type { Candidate } from './ownerCandidates.ts';
import { ownerCandidates } from './ownerCandidates.ts';
import type { ImageChange } from './plan.ts';
import type { Version } from './version.ts';

export interface WantedImage {
  readonly root: BuildRoot;
  /** One of `root.usages`. */
  readonly usage: ImageUsage;
  readonly version: Version;
}

export interface ImageChanges {
  readonly outcome: Outcome;
  /** What stays as it is, each with a sentence why. */
  readonly refused: readonly { readonly wanted: WantedImage; readonly refusal: string }[];
}

/**
 * Plans all wanted versions. An image whose line also decides something that is not wanted gets a line of its own where that works (`isShared` says which
 * lines to avoid from the start). Never throws, and writes nothing.
 */
export function planImageChanges(
  repository: GitOpsRepository,
  all: readonly WantedImage[],
  isShared: (wanted: WantedImage) => boolean,
): ImageChanges {
  const refused: { wanted: WantedImage; refusal: string }[] = [];
  const open: WantedImage[] = [];
  for (const wanted of all) {
    const refusal = outOfReach(wanted.usage, 'owner');
    if (refusal !== undefined) refused.push({ wanted, refusal });
    else if (!isReached(wanted.usage, wanted.version)) open.push(wanted);
  }
  const together = planTogether(repository, open, isShared);
  if (together.left.length === 0) return { outcome: together.outcome, refused };
  let current = together.outcome.next;
  for (const wanted of together.left) {
    const next = planAlone(current, wanted, all, isShared);
    if (isRefusal(next)) refused.push({ wanted, refusal: refusalFor(wanted.usage, 'owner', next) });
    else current = next;
  }
  return { outcome: outcomeBetween(repository, current), refused };
}

export function isReached({ tag, digest }: Version, wanted: Version): boolean {
  return tag === wanted.tag && digest === wanted.digest;
}

interface Together {
  readonly outcome: Outcome;
  readonly left: readonly WantedImage[];
}

/** As many of them as work in one step with the first way that each has; the rest is left. */
function planTogether(
  repository: GitOpsRepository,
  all: readonly WantedImage[],
  isShared: (wanted: WantedImage) => boolean,
): Together {
  const nothing: Outcome = { files: new Map(), next: repository, changes: [] };
  let some = all;
  for (let round = 0; round < 3 && some.length > 0; round++) {
    const outcome = tryTogether(repository, some, isShared);
    if (isRefusal(outcome)) break;
    const left = new Set(notAsWanted(outcome, some));
    if (left.size === 0) return { outcome, left: all.filter((wanted) => !some.includes(wanted)) };
    some = some.filter((wanted) => !left.has(wanted));
  }
  return { outcome: nothing, left: all };
}

function tryTogether(
  repository: GitOpsRepository,
  all: readonly WantedImage[],
  isShared: (wanted: WantedImage) => boolean,
): Outcome | Refusal {
  const candidates: Candidate[] = [];
  const added = new Set<string>();
  for (const wanted of all) {
    const [first] = waysFor(repository, wanted, isShared(wanted));
    if (first === undefined) continue;
    if (first.operations.some(({ type }) => type === 'append')) {
      // A new entry is one for all containers of the root with that image.
      const key = [wanted.root.id, wanted.usage.originalName, wanted.version.tag, wanted.version.digest].join('\n');
      if (added.has(key)) continue;
      added.add(key);
    }
    candidates.push(first);
  }
  const files = composeEdits(candidates, (path) => repository.file(path));
  return isRefusal(files) ? files : outcomeOf(repository, files);
}

/** The ones that an outcome does not set, and those that it cannot set without changing something else. */
function notAsWanted(outcome: Outcome, all: readonly WantedImage[]): readonly WantedImage[] {
  const missed = all.filter(({ root, usage, version }) => {
    const after = usageAfter(outcome, root, usage);
    return after.name !== usage.name || !isReached(after, version);
  });
  const others = otherChanges(outcome.changes, all);
  if (others.length === 0) return missed;
  const lines = new Set(others.flatMap(({ before }) => [before.tagOwner?.scalar, before.owner?.scalar]));
  const blamed = all.filter(({ usage }) => lines.has(usage.tagOwner?.scalar ?? usage.owner?.scalar));
  // A new entry can match more than it was written for: then nothing says which one did.
  return blamed.length === 0 ? all : [...missed, ...blamed];
}

/** Changes that nobody asked for: other images, or other roots. Other containers with the same image and version are part of the wanted change. */
export function otherChanges(changes: readonly ImageChange[], all: readonly WantedImage[]): ImageChange[] {
  const roots = new Map<BuildRoot, WantedImage[]>();
  for (const wanted of all) roots.set(wanted.root, [...(roots.get(wanted.root) ?? []), wanted]);
  return changes.filter(
    ({ root, before, after }) =>
      !(roots.get(root) ?? []).some(
        ({ usage, version }) =>
          usage === before ||
          (usage.originalName === before.originalName && isReached(after, version) && after.name === before.name),
      ),
  );
}

/** One image on a snapshot that may be newer than the one it was taken from. */
function planAlone(
  current: GitOpsRepository,
  wanted: WantedImage,
  all: readonly WantedImage[],
  isShared: (wanted: WantedImage) => boolean,
): GitOpsRepository | Refusal {
  const now = inSnapshot(current, wanted);
  if (now === undefined) return { reason: 'it is no longer there after the other changes' };
  if (isReached(now.usage, now.version)) return current;
  let first: Refusal | undefined;
  let shared: Outcome | undefined;
  for (const candidate of waysFor(current, now, isShared(wanted))) {
    const outcome = check(current, candidate, now.usage, now.root, now.version);
    if (isRefusal(outcome)) {
      first ??= outcome;
      continue;
    }
    const expected = all.flatMap((other) => inSnapshot(current, other) ?? []);
    if (otherChanges(outcome.changes, expected).length === 0) return outcome.next;
    shared ??= outcome;
  }
  return shared?.next ?? first ?? { reason: 'there is no line in this repository that could decide it' };
}

function inSnapshot(current: GitOpsRepository, { root, usage, version }: WantedImage): WantedImage | undefined {
  const now = sameRoot(current, root);
  if (now === root) return { root, usage, version };
  const key = [...usagesByKey(root)].find(([, one]) => one === usage)?.[0];
  const found = now === undefined || key === undefined ? undefined : usagesByKey(now).get(key);
  return now === undefined || found === undefined ? undefined : { root: now, usage: found, version };
}

/** All ways to set one image; first a line of its own where the deciding one is shared. */
function waysFor(repository: GitOpsRepository, { root, usage, version }: WantedImage, isShared: boolean): Candidate[] {
  const own = ownerCandidates(usage, version);
  const override = outOfReach(usage, 'override') === undefined ? overrideCandidates(repository, root, usage, version) : [];
  return isShared ? [...override, ...own] : [...own, ...override];
}

function outcomeBetween(repository: GitOpsRepository, next: GitOpsRepository): Outcome {
  const files = new Map<string, readonly TextEdit[]>();
  for (const file of next.files()) {
    const before = repository.file(file.path);
    if (before !== undefined && before !== file && before.text !== file.text)
      files.set(file.path, editsBetween(before.text, file.text));
  }
  const outcome = outcomeOf(repository, files);
  // Every step was checked, so that their sum is no refusal.
  return isRefusal(outcome) ? { files: new Map(), next: repository, changes: [] } : outcome;
}
