/** 22 `patch-target-unmatched`: a patch with a target that matches nothing is passed over in silence (kustomize#4379). */
import { distance } from 'fastest-levenshtein';
import type { PatchRun } from '../../kustomize/runs.ts';
import type { BuildRoot } from '../../repository/model.ts';
import { groupBy } from '../../text/groupBy.ts';
import type { MapNode, ScalarNode } from '../../yaml/node.ts';
import { scalarAt, textAt } from '../../yaml/node.ts';
import { isComponent, isWhole } from '../entryUses.ts';
import type { Fix } from '../fix.ts';
import { editFix } from '../fix.ts';
import { perRoot } from '../memo.ts';
import { placeOf, topOf } from '../places.ts';
import type { Finding } from '../problem.ts';
import type { LintInput, Rule } from '../rule.ts';
import { namesOfRoots } from '../words.ts';

export const patchTargetUnmatched: Rule = {
  code: 'patch-target-unmatched',
  severity: 'warning',
  summary: 'No object matches the target of a patch, so the patch does nothing or the build is refused.',
  *check(input) {
    const runs = patchRuns(input.repository);
    const keys = new Set(runs.filter(({ run }) => !run.matched && run.certain).map(({ key }) => key));
    const open = runs.filter(({ key }) => keys.has(key));
    for (const members of groupBy(open, ({ key }) => key).values())
      if (members.every(({ root, run }) => !run.matched && run.certain && isWhole(input.repository, root)))
        yield silent(input, members as [Member, ...Member[]]);
    yield* refused(input);
  },
};

interface Member {
  readonly root: BuildRoot;
  readonly run: PatchRun;
  /** The place, not the object: a Flux Kustomization that its parents patch is read once for each of them. */
  readonly key: string;
}

const patchRuns = perRoot((root, repository): Member[] =>
  (repository.buildsOf(root)[0]?.layer.patchRuns ?? []).map((run) => ({ root, run, key: keyOf(run) })),
);

function scalarOf({ patch: { target, path, inline } }: PatchRun): ScalarNode | undefined {
  return scalarAt(target, 'name') ?? scalarAt(target, 'kind') ?? path ?? inline;
}

function keyOf(run: PatchRun): string {
  const at = scalarOf(run);
  return at === undefined ? run.file : `${at.source.file} ${String(at.source.within?.start ?? '')} ${String(at.start)}`;
}

function silent({ repository, inventory }: LintInput, members: readonly [Member, ...Member[]]): Finding {
  const [{ run }] = members;
  const { target } = run.patch;
  const at = scalarOf(run);
  const where = namesOfRoots(
    inventory,
    members.map(({ root }) => root),
  );
  return {
    severity: isForWhateverThereIs(target) ? 'information' : 'warning',
    message: `There is no resource in ${where} that matches the target ${targetInWords(target)}, so this patch does nothing.`,
    place: at === undefined ? topOf(repository, run.file) : placeOf(repository, at),
    fixes: nearestName(run, scalarAt(target, 'name')),
  };
}

/** `Deployment api (namespace prod)`. */
function targetInWords(target: MapNode | undefined): string {
  const written = (keys: readonly string[]) => keys.filter((key) => textAt(target, key) !== '');
  const main = written(['kind', 'name']).map((key) => textAt(target, key));
  const rest = written(['group', 'version', 'namespace', 'labelSelector', 'annotationSelector']).map(
    (key) => `${key} ${textAt(target, key)}`,
  );
  if (rest.length === 0) return main.join(' ');
  return main.length === 0 ? rest.join(', ') : `${main.join(' ')} (${rest.join(', ')})`;
}

/** Whether the target means all objects of a kind or with a label, which may well be none. */
function isForWhateverThereIs(target: MapNode | undefined): boolean {
  return textAt(target, 'name') === '';
}

const LIKENESS = 0.6;

/** The name of the one object of that kind that is spelled most alike. */
function nearestName({ patch: { target }, seen }: PatchRun, scalar: ScalarNode | undefined): Fix[] {
  const kind = textAt(target, 'kind');
  if (scalar === undefined) return [];
  const likeness = (name: string) => 1 - distance(scalar.text, name) / Math.max(scalar.text.length, name.length);
  const names = [...new Set(seen.filter((resource) => !resource.declared && resource.kind === kind).map(({ name }) => name))];
  const best = Math.max(...names.map(likeness));
  const [name, other] = names.filter((one) => likeness(one) === best);
  if (name === undefined || other !== undefined || best < LIKENESS) return [];
  return [editFix('replace-name', `Use the name ${name}`, [{ type: 'set', scalar, text: name }])];
}

/** Strategic merge patches without a match: kustomize refuses to build. */
function* refused({ repository, inventory }: LintInput): Iterable<Finding> {
  const failing = repository.roots.flatMap((root) => {
    const failure = isComponent(repository, root) ? undefined : repository.buildsOf(root)[0]?.layer.failure;
    return failure?.kind === 'patch-target' ? [{ root, failure }] : [];
  });
  for (const members of groupBy(failing, ({ failure }) => failure.at).values()) {
    const [first] = members;
    if (first === undefined || typeof first.failure.at !== 'object') continue;
    const where = namesOfRoots(
      inventory,
      members.map(({ root }) => root),
    );
    yield {
      severity: 'error',
      message: `There is no resource in ${where} that this strategic merge patch is for, and kustomize refuses to build.`,
      place: placeOf(repository, first.failure.at),
      usages: members.flatMap(({ root }) => root.usages),
    };
  }
}
