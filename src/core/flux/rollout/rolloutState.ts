/** How far a commit has come in a cluster, as one tree of the cluster says: pushed > fetched > applied > rolling out > running. */
import type { ClusterTree } from '../clusterTree.ts';
import { appliedStep } from './applied.ts';
import { fetchedStep, pushedStep } from './fetched.ts';
import { runningStep } from './running.ts';
import type { Contains, RolloutStep, RolloutStepName, RolloutTarget } from './step.ts';
import { step } from './step.ts';
import { rollingOutStep, targetWorkloads } from './workloads.ts';

export interface RolloutState {
  /** Without `pushed` where nobody knows of it. */
  readonly steps: readonly RolloutStep[];
  /** Digests of revisions that somebody must look at before all can be answered. */
  readonly unresolved: readonly string[];
  /** What the nodes say that they run, each digest once. */
  readonly digests: readonly string[];
  /** How many pods run it. */
  readonly pods: number;
  /** Images of pods of the version before that still run. */
  readonly before: readonly string[];
  /** Why nothing runs, a clause for each workload that has no pods. */
  readonly idle: readonly string[];
}

export function rolloutState(tree: ClusterTree, target: RolloutTarget, contains: Contains): RolloutState {
  const unresolved = new Set<string>();
  const ask: Contains = (digest) => {
    const known = contains(digest);
    if (known === undefined) unresolved.add(digest);
    return known;
  };
  const fetched = fetchedStep(tree, target, ask);
  const workloads = targetWorkloads(tree, target);
  const running = runningStep(tree, target, workloads, ask);
  const pushed = pushedStep(target, fetched);
  const makers: readonly [RolloutStepName, () => RolloutStep][] = [
    ['fetched', () => fetched],
    ['applied', () => appliedStep(tree, target, ask)],
    ['rolling out', () => rollingOutStep(tree, target, workloads)],
    ['running', () => running.step],
  ];
  const steps: RolloutStep[] = pushed === undefined ? [] : [pushed];
  for (const [name, make] of makers) {
    const before = steps.at(-1);
    steps.push(before === undefined || before.state === 'done' ? make() : step(name, 'pending'));
  }
  const { digests, pods, before, idle } = running;
  return { steps, unresolved: [...unresolved], digests, pods, before, idle };
}
