/** Has Flux applied the commit, and do its Helm releases have it? */
import { firstLine } from '../../kubernetes/conditionMessage.ts';
import type { LiveObject, ObjectReference } from '../../kubernetes/liveObject.ts';
import { nameOf, textIn } from '../../kubernetes/liveObject.ts';
import type { ClusterNode, ClusterTree } from '../clusterTree.ts';
import { KUSTOMIZE_GROUP } from '../kinds.ts';
import { originRevisionOf, revisionOf } from '../objectRevision.ts';
import { sourceOf } from '../parentOf.ts';
import { isRevisionOf, parseRevision, shortRevision } from '../revision.ts';
import { isRollingOut, releasesOf, releaseStep } from './releases.ts';
import type { Contains, RolloutStep, RolloutTarget } from './step.ts';
import { step } from './step.ts';

export function appliedStep(tree: ClusterTree, target: RolloutTarget, contains: Contains): RolloutStep {
  const node = tree.node(target.kustomization);
  if (node?.object === undefined) return step('applied', 'pending');
  // With health checks, all is applied long before the object says so.
  if (!hasApplied(tree, node.object, target.commit, contains) && !isCheckingHealth(tree, node)) return notApplied(tree, node);
  for (const release of releasesOf(node, tree, target)) {
    // Helm waits for the pods of a release before it says that it is done.
    const state = isRollingOut(release, tree, target) ? undefined : releaseStep('applied', release);
    if (state !== undefined) return state;
  }
  return step('applied', 'done', '', target.kustomization);
}

/** Whether what is applied contains the commit: `lastAppliedRevision` moves only when everything has worked. */
export function hasApplied(tree: ClusterTree, kustomization: LiveObject, commit: string, contains: Contains): boolean {
  const origin = originRevisionOf(kustomization);
  if (isRevisionOf(origin, commit)) return true;
  const { algorithm, digest } = parseRevision(origin);
  if (algorithm === 'sha1') return contains(digest) === true;
  const revision = revisionOf(kustomization);
  return revision !== '' && revision === sourceRevision(tree, kustomization);
}

/** The source has the commit, so an attempt at its revision has it, too. */
function isCheckingHealth(tree: ClusterTree, { object, status }: ClusterNode): boolean {
  return (
    object !== undefined &&
    status?.waitsFor?.what === 'health check' &&
    textIn(object.status, 'lastAttemptedRevision') === sourceRevision(tree, object)
  );
}

function sourceRevision(tree: ClusterTree, kustomization: LiveObject): string {
  const reference = sourceOf(kustomization);
  const source = reference === undefined ? undefined : tree.node(reference)?.object;
  return source === undefined ? '' : revisionOf(source);
}

function notApplied(tree: ClusterTree, { reference, object, status }: ClusterNode): RolloutStep {
  const name = nameOf(reference);
  switch (status?.state) {
    case 'Suspended':
      return step('applied', 'blocked', `${name} is suspended`, reference);
    case 'Failed':
      return step('applied', 'failing', `${name}: ${firstLine(status.message)}`, reference);
    case 'Progressing':
      if (status.waitsFor?.what === 'dependency') return dependencyStep(tree, name, status.waitsFor.name, reference);
      return step('applied', 'waiting', `${name}: ${firstLine(status.message).replace(/ for revision .*$/, '')}`, reference);
    case 'Unknown':
    case undefined:
      return step('applied', 'waiting', `${name} has not been looked at by its controller yet`, reference);
    case 'Ready': {
      const revision = object === undefined ? '' : shortRevision(revisionOf(object));
      return step('applied', 'waiting', `${name} is at ${revision}`, reference);
    }
  }
}

function dependencyStep(tree: ClusterTree, name: string, dependency: string, about: ObjectReference): RolloutStep {
  const [namespace = '', other = ''] = dependency.split('/');
  const reference = { group: KUSTOMIZE_GROUP, kind: 'Kustomization', namespace, name: other };
  const status = tree.node(reference)?.status;
  if (status?.state === 'Suspended')
    return step('applied', 'blocked', `${name} waits for ${dependency}, which is suspended`, reference);
  if (status?.state === 'Failed')
    return step('applied', 'failing', `${name} waits for ${dependency}, which fails: ${firstLine(status.message)}`, reference);
  return step('applied', 'waiting', `${name} waits for ${dependency}`, about);
}
