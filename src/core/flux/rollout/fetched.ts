/** Is the commit on the remote, and does the source have it? */
import type { LiveObject } from '../../kubernetes/liveObject.ts';
import { nameOf, textIn } from '../../kubernetes/liveObject.ts';
import type { ClusterNode, ClusterTree } from '../clusterTree.ts';
import { originRevisionOf, revisionOf } from '../objectRevision.ts';
import { sourceOf } from '../parentOf.ts';
import { isRevisionOf, parseRevision, shortRevision } from '../revision.ts';
import { sourceFailureOf } from '../sourceFailure.ts';
import type { Contains, RolloutStep, RolloutTarget } from './step.ts';
import { step } from './step.ts';

/** A source that has the commit proves that it was pushed, whatever this clone knows. undefined where nobody knows. */
export function pushedStep({ branches }: RolloutTarget, fetched: RolloutStep): RolloutStep | undefined {
  if (branches === undefined) return undefined;
  if (fetched.state === 'done' || branches.length > 0) return step('pushed', 'done');
  return step('pushed', 'waiting', 'the commit is on no branch of the remote, as far as this clone knows');
}

export function fetchedStep(tree: ClusterTree, target: RolloutTarget, contains: Contains): RolloutStep {
  const kustomization = tree.node(target.kustomization)?.object;
  if (kustomization === undefined)
    return step('fetched', 'failing', `there is no ${nameOf(target.kustomization)} in this cluster`, target.kustomization);
  const reference = sourceOf(kustomization);
  const source = reference === undefined ? undefined : tree.node(reference);
  if (reference === undefined || source?.object === undefined) {
    const name = reference === undefined ? 'its source' : nameOf(reference);
    return step('fetched', 'failing', `${name} does not exist`, target.kustomization);
  }
  const done = fetchedState(source.object, target.commit, contains);
  if (done !== undefined) return step('fetched', 'done', done, reference);
  const name = nameOf(reference);
  if (source.status?.state === 'Suspended') return step('fetched', 'blocked', `${name} is suspended`, reference);
  const failure = source.status === undefined ? undefined : sourceFailureOf(source.status);
  if (failure !== undefined) return step('fetched', 'failing', `${name} cannot be fetched: ${failure.words}`, reference);
  const other = pinned(source.object, target.branches);
  if (other !== undefined) return step('fetched', 'blocked', `${name} ${other}`, reference);
  const { digest } = parseRevision(originRevisionOf(source.object));
  const doubt = contains(digest) === 'unknown' ? ', which is not in this clone: git fetch tells whether it has the commit' : '';
  return step('fetched', 'waiting', `${name} ${stateText(source)}${doubt}`, reference);
}

/** undefined where the commit is not there; else what there is to say about it. */
function fetchedState(source: LiveObject, commit: string, contains: Contains): string | undefined {
  const revision = originRevisionOf(source);
  const { algorithm, digest } = parseRevision(revision);
  if (isRevisionOf(revision, commit)) return '';
  if (algorithm === 'sha1' || source.kind === 'GitRepository') return digest !== '' && contains(digest) === true ? '' : undefined;
  // What is pushed with a version as its revision says as little as what is pushed without any.
  return revision === '' ? undefined : 'its artifact does not say of which commit it was made, so only the image is checked';
}

/** What the source follows, where that cannot lead to the commit. */
function pinned({ spec }: LiveObject, branches: readonly string[] = []): string | undefined {
  const commit = textIn(spec, 'ref', 'commit');
  if (commit !== '') return `is pinned to the commit ${commit.slice(0, 7)}`;
  const tag = textIn(spec, 'ref', 'tag');
  if (tag !== '') return `is pinned to the tag "${tag}"`;
  const branch = textIn(spec, 'ref', 'branch');
  if (branch === '' || branches.length === 0 || branches.includes(branch)) return undefined;
  return `follows the branch "${branch}", and the commit is on ${branches.map((name) => `"${name}"`).join(' and ')}`;
}

function stateText({ object, status }: ClusterNode): string {
  const revision = object === undefined ? '' : shortRevision(revisionOf(object));
  if (status?.state === 'Progressing') return 'is being fetched';
  if (revision === '') return 'has not been fetched yet';
  const interval = textIn(object?.spec, 'interval');
  return `is at ${revision}${interval === '' ? '' : ` and looks for changes every ${interval}`}`;
}
