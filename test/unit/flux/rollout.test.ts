import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterTree } from '../../../src/core/flux/clusterTree.ts';
import type { RolloutState } from '../../../src/core/flux/rollout/rolloutState.ts';
import { rolloutState } from '../../../src/core/flux/rollout/rolloutState.ts';
import { elapsedText, failureSentence, successSentence } from '../../../src/core/flux/rollout/sentence.ts';
import type { Contains, RolloutTarget } from '../../../src/core/flux/rollout/step.ts';
import { runningImage } from '../../../src/core/flux/runningImage.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { cronJob, deployment, helmRelease, kustomization, pod, source, statefulSet } from './clusterObjects.ts';

const NEW = 'b'.repeat(40);
const OLD = 'a'.repeat(40);
const DIGEST = `sha256:${'d'.repeat(64)}`;
const git = (commit: string) => ({ status: { artifact: { revision: `main@sha1:${commit}` } } });
const applied = (revision: string) => ({ status: { lastAppliedRevision: revision, lastAttemptedRevision: revision } });

const target: RolloutTarget = {
  kustomization: { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', namespace: 'flux-system', name: 'apps' },
  commit: NEW,
  branches: ['main'],
  image: 'app:2',
  workloads: [],
};

function look(objects: readonly LiveObject[], more: Partial<RolloutTarget> = {}, contains: Contains = () => false): RolloutState {
  const tree = ClusterTree.empty.with(objects.map((object) => ({ type: 'changed', object })));
  return rolloutState(tree, { ...target, ...more }, contains);
}

/** The first step that is not done: `name state: why`. */
function current({ steps }: RolloutState): string {
  const step = steps.find(({ state }) => state !== 'done');
  return step === undefined
    ? 'done'
    : `${step.name} ${step.state}${step.progress === '' ? '' : ` ${step.progress}`}: ${step.why}`;
}

const fetched = source('fleet', 'GitRepository', git(NEW));
const done = kustomization('apps', 'fleet', applied(`main@sha1:${NEW}`));
const rolled = deployment('shop', 'apps', { image: 'app:2' });
const running = pod('shop-2-a', 'shop', '2', { image: 'app:2', digest: DIGEST });
const migrating: LiveObject = {
  ...rolled,
  spec: {
    replicas: 1,
    template: { spec: { initContainers: [{ name: 'before', image: 'app:2' }], containers: [{ name: 'shop', image: 'web:1' }] } },
  },
};
const ended = (exitCode: number) => ({ terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } });
/** Of a stateful set, with the version before. */
const podOf = (owner: string): LiveObject => {
  const one = pod(`${owner}-0`, owner, '');
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: owner, uid: 'u', controller: true }];
  return { ...one, metadata: { ...one.metadata, ownerReferences } };
};

describe('how far a commit has come', () => {
  it('to the pods', () => {
    const state = look([fetched, done, rolled, running]);
    assert.equal(current(state), 'done');
    assert.deepEqual([state.pods, state.digests], [1, [DIGEST]]);
    assert.equal(
      successSentence('prod', target, state, elapsedText(41, false)),
      'prod runs 2 (1 pod, sha256:dddddddd) after 41 s.',
    );
    const merged = successSentence('prod', target, state, elapsedText(41, true));
    assert.equal(merged, 'prod runs 2 (1 pod, sha256:dddddddd) 41 s after the merge.');
  });

  const cases: readonly [what: string, objects: readonly LiveObject[], current: RegExp, more?: Partial<RolloutTarget>][] = [
    ['no Kustomization', [fetched], /^fetched failing: there is no Kustomization flux-system\/apps in this cluster$/],
    ['no source', [done], /^fetched failing: GitRepository flux-system\/fleet does not exist$/],
    [
      'a source at an older commit',
      [source('fleet', 'GitRepository', git(OLD)), done],
      /^fetched waiting: GitRepository flux-system\/fleet is at main@aaaaaaa and looks for changes every 1m$/,
    ],
    ['a source that was never fetched', [source('fleet'), done], /^fetched waiting: .* has not been fetched yet$/],
    [
      'a suspended source',
      [source('fleet', 'GitRepository', { ...git(OLD), spec: { suspend: true } }), done],
      /^fetched blocked: .* is suspended$/,
    ],
    [
      'a source pinned to a tag',
      [source('fleet', 'GitRepository', { ...git(OLD), spec: { ref: { tag: 'v1' } } }), done],
      /^fetched blocked: .* is pinned to the tag "v1"$/,
    ],
    [
      'a source pinned to a commit',
      [source('fleet', 'GitRepository', { ...git(OLD), spec: { ref: { commit: OLD } } }), done],
      /^fetched blocked: .* is pinned to the commit aaaaaaa$/,
    ],
    [
      'a source of another branch',
      [source('fleet', 'GitRepository', { ...git(OLD), spec: { ref: { branch: 'release' } } }), done],
      /^fetched blocked: .* follows the branch "release", and the commit is on "main"$/,
    ],
    [
      'a source that fails',
      [source('fleet', 'GitRepository', { ...git(OLD), failing: 'authentication required' }), done],
      /^fetched failing: .* cannot be fetched: the server does not accept/,
    ],
    [
      'a source that fails, and has the commit',
      [source('fleet', 'GitRepository', { ...git(NEW), failing: 'authentication required' }), done, rolled, running],
      /^done$/,
    ],
    [
      'an older revision applied',
      [fetched, kustomization('apps', 'fleet', applied(`main@sha1:${OLD}`))],
      /^applied waiting: Kustomization flux-system\/apps is at main@aaaaaaa$/,
    ],
    [
      'a suspended Kustomization',
      [fetched, kustomization('apps', 'fleet', { ...applied(`main@sha1:${OLD}`), spec: { suspend: true } })],
      /^applied blocked: .* is suspended$/,
    ],
    [
      'a build that fails',
      [fetched, kustomization('apps', 'fleet', { ...applied(`main@sha1:${OLD}`), failing: 'kustomize build failed\nmore' })],
      /^applied failing: Kustomization flux-system\/apps: kustomize build failed$/,
    ],
    [
      'nothing with the image',
      [fetched, done, deployment('shop', 'apps', { image: 'other:2' })],
      /^rolling out failing: Kustomization flux-system\/apps applies nothing that uses an image of docker\.io\/library\/app$/,
    ],
    [
      'a workload that is named and not there',
      [fetched, done],
      /^rolling out waiting: Deployment dev\/shop is not there$/,
      { workloads: [{ group: 'apps', kind: 'Deployment', namespace: 'dev', name: 'shop' }] },
    ],
    [
      'a workload with another tag',
      [fetched, done, deployment('shop', 'apps')],
      /^rolling out failing 1\/1: Deployment dev\/shop still has app:1$/,
    ],
    [
      'a pod without its image',
      [
        fetched,
        done,
        deployment('shop', 'apps', { image: 'app:2', status: { availableReplicas: 0 } }),
        pod('shop-2-a', 'shop', '2', { image: 'app:2', waiting: 'ImagePullBackOff' }),
      ],
      /^rolling out failing 0\/1: Deployment dev\/shop waits for its image \(ImagePullBackOff: not found\)$/,
    ],
    [
      'a pod that starts',
      [fetched, done, deployment('shop', 'apps', { image: 'app:2', status: { availableReplicas: 0 } })],
      /^rolling out waiting 0\/1: Deployment dev\/shop: 0\/1 ready$/,
    ],
    [
      'a pod of the version before',
      [fetched, done, rolled, running, pod('shop-1-a', 'shop', '1')],
      /^running waiting: Pod dev\/shop-1-a still runs app:1$/,
    ],
    [
      'a pod of the version before that ends',
      [fetched, done, rolled, running, pod('shop-1-a', 'shop', '1', { deleted: true })],
      /^done$/,
    ],
    ['pods that nobody has seen yet', [fetched, done, rolled], /^running waiting: 0 of 1 pods of Deployment dev\/shop run it$/],
    [
      'a commit that was not pushed',
      [source('fleet', 'GitRepository', git(OLD)), done],
      /^pushed waiting: the commit is on no branch of the remote, as far as this clone knows$/,
      { branches: [] },
    ],
    ['a commit that somebody else pushed', [fetched, done, rolled, running], /^done$/, { branches: [] }],
    [
      'another cluster',
      [fetched, kustomization('apps', 'fleet', { ...applied(`main@sha1:${NEW}`), spec: { kubeConfig: {} } })],
      /^rolling out blocked: Kustomization flux-system\/apps applies to another cluster$/,
    ],
    [
      'an init container that has run',
      [fetched, done, migrating, pod('shop-2-a', 'shop', '2', { image: 'web:1', init: { image: 'app:2', state: ended(0) } })],
      /^done$/,
    ],
    [
      'an init container that runs',
      [
        fetched,
        done,
        migrating,
        pod('shop-2-a', 'shop', '2', { image: 'web:1', init: { image: 'app:2', state: { running: {} } } }),
      ],
      /^running waiting: 0 of 1 pods of Deployment dev\/shop run it$/,
    ],
    [
      'an init container of the version before',
      [fetched, done, migrating, pod('shop-1-a', 'shop', '1', { image: 'web:1', init: { image: 'app:1', state: ended(0) } })],
      /^running waiting: Pod dev\/shop-1-a still runs app:1, web:1$/,
    ],
    [
      'an evicted pod of the version before',
      [fetched, done, rolled, running, pod('shop-1-a', 'shop', '1', { phase: 'Failed' })],
      /^done$/,
    ],
    [
      'an evicted pod of the new version, while another one starts',
      [
        fetched,
        done,
        deployment('shop', 'apps', { image: 'app:2', status: { availableReplicas: 0 } }),
        pod('shop-2-b', 'shop', '2', { image: 'app:2', phase: 'Failed' }),
      ],
      /^rolling out waiting 0\/1: Deployment dev\/shop: 0\/1 ready$/,
    ],
    [
      'a stateful set that waits for its pods to be deleted',
      [fetched, done, statefulSet('db', 'apps', 'app:2', { spec: { updateStrategy: { type: 'OnDelete' } } }), podOf('db')],
      /^running blocked: Pod dev\/db-0 still runs app:1: the pods of StatefulSet dev\/db keep their version until they are deleted$/,
    ],
    [
      'a stateful set of which a part is kept',
      [
        fetched,
        done,
        statefulSet('db', 'apps', 'app:2', { spec: { updateStrategy: { rollingUpdate: { partition: 1 } } } }),
        podOf('db'),
      ],
      /^running blocked: Pod dev\/db-0 still runs app:1: StatefulSet dev\/db updates its pods from number 1 on$/,
    ],
    ['any image', [fetched, done, rolled, running], /^done$/, { image: '' }],
  ];
  for (const [what, objects, expected, more] of cases) it(what, () => assert.match(current(look(objects, more)), expected));

  it('is not said to be pushed where nobody knows', () => {
    const names = (branches: RolloutTarget['branches']) => look([fetched, done], { branches }).steps.map(({ name }) => name);
    assert.deepEqual(names(undefined), ['fetched', 'applied', 'rolling out', 'running']);
    assert.deepEqual(names([]), ['pushed', 'fetched', 'applied', 'rolling out', 'running']);
  });

  it('asks whether a later revision has it', () => {
    const later = 'c'.repeat(40);
    const objects = [
      source('fleet', 'GitRepository', git(later)),
      kustomization('apps', 'fleet', applied(`main@sha1:${later}`)),
      rolled,
      running,
    ];
    assert.deepEqual(look(objects, {}, () => undefined).unresolved, [later]);
    assert.equal(current(look(objects, {}, (digest) => digest === later)), 'done');
    assert.match(
      current(look(objects, {}, () => 'unknown')),
      /which is not in this clone: git fetch tells whether it has the commit$/,
    );
  });

  it('follows OCI artifacts by the commit that they say they were made of', () => {
    const oci = (origin?: string) =>
      source('fleet', 'OCIRepository', {
        status: {
          artifact: {
            revision: `latest@${DIGEST}`,
            ...(origin === undefined ? {} : { metadata: { 'org.opencontainers.image.revision': origin } }),
          },
        },
      });
    const reads = (status: object) => kustomization('apps', 'fleet', { kind: 'OCIRepository', status: { ...status } });
    const now = reads({ lastAppliedRevision: `latest@${DIGEST}`, lastAppliedOriginRevision: `main@sha1:${NEW}` });
    assert.equal(current(look([oci(`main@sha1:${NEW}`), now, rolled, running])), 'done');
    assert.match(current(look([oci(`main@sha1:${OLD}`), now, rolled, running])), /^fetched waiting/);
    const silent = look([oci(), reads({ lastAppliedRevision: `latest@${DIGEST}` }), rolled, running]);
    assert.equal(current(silent), 'done');
    assert.match(silent.steps[1]?.why ?? '', /does not say of which commit it was made, so only the image is checked/);
    assert.match(current(look([oci(), reads({ lastAppliedRevision: 'latest@sha256:00' }), rolled, running])), /^applied waiting/);
    // What was pushed with a version in place of a commit.
    const versioned = (revision: string) =>
      look([oci('v1.2.3'), reads({ lastAppliedRevision: revision, lastAppliedOriginRevision: 'v1.2.3' }), rolled, running]);
    assert.equal(current(versioned(`latest@${DIGEST}`)), 'done');
    assert.match(versioned(`latest@${DIGEST}`).steps[1]?.why ?? '', /so only the image is checked/);
    assert.match(current(versioned('latest@sha256:00')), /^applied waiting/);
  });

  it('goes through Helm releases', () => {
    const inventory = ['flux-system_db_helm.toolkit.fluxcd.io_HelmRelease'];
    const parent = kustomization('apps', 'fleet', { ...applied(`main@sha1:${NEW}`), inventory });
    const owned = deployment('shop', 'db', { image: 'app:2', release: true });
    assert.equal(current(look([fetched, parent, helmRelease('db', 'charts'), owned, running])), 'done');
    const condition = (status: string, reason: string, message: string) => ({
      status: { conditions: [{ type: 'Ready', status, reason, message }] },
    });
    const upgrading = helmRelease('db', 'charts', condition('Unknown', 'Progressing', "Running 'upgrade' action"));
    assert.match(
      current(look([fetched, parent, upgrading])),
      /^applied waiting: HelmRelease flux-system\/db: Running 'upgrade' action$/,
    );
    assert.match(
      current(look([fetched, parent, upgrading, owned, running])),
      /^running waiting: HelmRelease flux-system\/db: Running/,
    );
    const failing = helmRelease('db', 'charts', condition('False', 'UpgradeFailed', 'Helm upgrade failed'));
    assert.match(
      current(look([fetched, parent, failing, owned, running])),
      /^applied failing: HelmRelease flux-system\/db: Helm upgrade failed$/,
    );
  });

  it('is not said to run where no pod runs it', () => {
    const sentence = (...objects: readonly LiveObject[]) => {
      const state = look([fetched, done, ...objects]);
      assert.equal(current(state), 'done');
      return successSentence('dev', target, state, 'after 3 s');
    };
    const scaled = deployment('shop', 'apps', {
      image: 'app:2',
      status: { replicas: 0, updatedReplicas: 0, availableReplicas: 0 },
    });
    assert.equal(
      sentence({ ...scaled, spec: { ...scaled.spec, replicas: 0 } }),
      'dev has 2 after 3 s, and no pod runs it: Deployment dev/shop has 0 replicas.',
    );
    assert.equal(
      sentence(cronJob('nightly', 'apps', 'app:2')),
      'dev has 2 after 3 s, and no pod runs it: CronJob dev/nightly will run it at its next schedule.',
    );
    assert.equal(
      sentence(cronJob('nightly', 'apps', 'app:2'), rolled, running),
      'dev runs 2 (1 pod, sha256:dddddddd) after 3 s.',
    );
  });

  it('is told in one sentence where it stopped', () => {
    const state = look([fetched, done, rolled, running, pod('shop-1-a', 'shop', '1')]);
    const step = state.steps.find(({ state: is }) => is !== 'done');
    assert.ok(step);
    assert.equal(failureSentence('prod', target, state, step), 'prod still runs 1: Pod dev/shop-1-a still runs app:1.');
    const pinned = { ...target, image: `app:2@${DIGEST}` };
    const one = { ...state, digests: [DIGEST], pods: 1 };
    assert.equal(successSentence('prod', pinned, one, 'after 1 s'), 'prod runs 2 (1 pod, sha256:dddddddd) after 1 s.');
    assert.match(
      successSentence('prod', pinned, { ...one, digests: [DIGEST.replaceAll('d', 'e')] }, 'after 1 s'),
      /The nodes name another digest than the reference: theirs may be that of one platform\.$/,
    );
    const two = { ...state, digests: [DIGEST, DIGEST.replaceAll('d', 'e')], pods: 2 };
    assert.match(successSentence('prod', target, two, 'after 1 s'), /The pods run different images under this one tag\.$/);
    assert.equal(
      successSentence('prod', { ...target, image: '' }, { ...state, digests: [], pods: 0 }, 'after 2 s'),
      `prod runs ${NEW.slice(0, 7)} after 2 s.`,
    );
  });
});

describe('what really runs', () => {
  const usage = { kind: 'Deployment', namespace: 'dev', workload: 'shop', container: 'shop', reference: 'app:2' };
  const running = (...objects: readonly LiveObject[]) =>
    runningImage(ClusterTree.empty.with(objects.map((object) => ({ type: 'changed', object }))), usage);

  it('is what its pods run', () => {
    assert.deepEqual(running(rolled, pod('shop-2-a', 'shop', '2', { image: 'app:2' })), {
      references: ['app:2'],
      differs: false,
      why: '',
    });
    const stuck = pod('shop-2-a', 'shop', '2', { image: 'app:2', waiting: 'ImagePullBackOff' });
    assert.deepEqual(running(rolled, pod('shop-1-a', 'shop', '1'), stuck), {
      references: ['app:1'],
      differs: true,
      why: 'ImagePullBackOff: shop: failed: not found',
    });
  });
  it('is what init containers have run', () => {
    const init = { ...usage, container: 'init:before' };
    const of = (image: string) =>
      runningImage(
        ClusterTree.empty.with(
          [migrating, pod('shop-2-a', 'shop', '2', { image: 'web:1', init: { image, state: ended(0) } })].map((object) => ({
            type: 'changed',
            object,
          })),
        ),
        init,
      );
    assert.deepEqual(of('app:1'), { references: ['app:1'], differs: true, why: '' });
    assert.deepEqual(of('app:2'), { references: ['app:2'], differs: false, why: '' });
  });
  it('is what the workload says while there are no pods, and unknown without it', () => {
    assert.deepEqual(running(deployment('shop', 'apps')), { references: ['app:1'], differs: true, why: '' });
    assert.equal(running(), undefined);
  });
  it('is not what an evicted pod ran', () => {
    const evicted = [
      pod('shop-1-a', 'shop', '1', { phase: 'Failed' }),
      pod('shop-2-b', 'shop', '2', { image: 'app:2', phase: 'Failed' }),
    ];
    assert.deepEqual(running(rolled, pod('shop-2-a', 'shop', '2', { image: 'app:2' }), ...evicted), {
      references: ['app:2'],
      differs: false,
      why: '',
    });
  });
});
