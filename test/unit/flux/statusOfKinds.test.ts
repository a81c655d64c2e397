import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { attemptedRevisionOf, originRevisionOf, revisionOf } from '../../../src/core/flux/objectRevision.ts';
import { requestState } from '../../../src/core/flux/reconcileRequest.ts';
import { sourceFailureOf } from '../../../src/core/flux/sourceFailure.ts';
import { fluxStatus } from '../../../src/core/flux/status.ts';
import type { Json, LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { statusOf } from '../../../src/core/kubernetes/objectStatus.ts';

const SOURCE = 'source.toolkit.fluxcd.io';
const HELM = 'helm.toolkit.fluxcd.io';
const IMAGE = 'image.toolkit.fluxcd.io';

function object(apiVersion: string, kind: string, status: Json, spec: Json = {}, metadata: object = {}): LiveObject {
  return { apiVersion, kind, metadata: { name: 'x', namespace: 'flux-system', generation: 1, ...metadata }, spec, status };
}

function condition(type: string, status: string, reason: string, message = '', observedGeneration: number | undefined = 1): Json {
  return { type, status, reason, message, ...(observedGeneration === undefined ? {} : { observedGeneration }) };
}

const ready = (status: string, reason: string, message = '') => ({ conditions: [condition('Ready', status, reason, message)] });

describe('the status of kinds that are not recorded', () => {
  const cases: readonly [what: string, object: LiveObject, state: string, revision?: string, waitsFor?: string][] = [
    [
      'a Helm release',
      object(`${HELM}/v2`, 'HelmRelease', {
        ...ready('True', 'UpgradeSucceeded'),
        history: [{ chartVersion: '1.2.3' }, { chartVersion: '1.2.2' }],
      }),
      'Ready',
      '1.2.3',
    ],
    [
      'a Helm release of v2beta1',
      object(`${HELM}/v2beta1`, 'HelmRelease', { ...ready('True', 'ReconciliationSucceeded'), lastAppliedRevision: '1.2.2' }),
      'Ready',
      '1.2.2',
    ],
    [
      'a Helm release whose chart is not there yet',
      object(
        `${HELM}/v2`,
        'HelmRelease',
        ready('False', 'SourceNotReady', "HelmChart 'flux-system/x' is not ready: does not have an artifact"),
        {
          chart: { spec: { sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
        },
      ),
      'Progressing',
      '',
      'source HelmChart/x',
    ],
    [
      'a Helm release whose chart has failed',
      object(
        `${HELM}/v2`,
        'HelmRelease',
        ready('False', 'SourceNotReady', "HelmChart 'flux-system/x' is not ready: no such chart"),
        {
          chart: { spec: { sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
        },
      ),
      'Failed',
    ],
    [
      'a Helm release that waits for another one',
      object(`${HELM}/v2`, 'HelmRelease', ready('False', 'DependencyNotReady', "dependency 'flux-system/db' is not ready")),
      'Progressing',
      '',
      'dependency flux-system/db',
    ],
    ['an object whose status is none', object(`${HELM}/v2`, 'HelmRelease', ready('weird', 'X', 'odd')), 'Unknown'],
    ['a Helm release that did not install', object(`${HELM}/v2`, 'HelmRelease', ready('False', 'InstallFailed', 'no')), 'Failed'],
    [
      'a Helm release that will not be tried again',
      object(`${HELM}/v2`, 'HelmRelease', {
        conditions: [
          condition('Stalled', 'True', 'RetriesExceeded', 'Failed to upgrade after 3 attempt(s)'),
          condition('Ready', 'False', 'UpgradeFailed'),
        ],
      }),
      'Failed',
    ],
    [
      'a Helm release that was stalled before it was changed',
      object(
        `${HELM}/v2`,
        'HelmRelease',
        {
          conditions: [
            condition('Stalled', 'True', 'RetriesExceeded', 'Failed to upgrade after 3 attempt(s)'),
            condition('Ready', 'False', 'UpgradeFailed'),
          ],
        },
        {},
        { generation: 3 },
      ),
      'Progressing',
      '',
      'controller',
    ],
    [
      'a failing Helm release whose conditions have no generation',
      object(`${HELM}/v2beta2`, 'HelmRelease', {
        conditions: [condition('Ready', 'False', 'UpgradeFailed', 'no', undefined)],
        observedGeneration: -1,
      }),
      'Failed',
    ],
    [
      'an OCI repository',
      object(`${SOURCE}/v1beta2`, 'OCIRepository', {
        ...ready('True', 'Succeeded'),
        artifact: { revision: 'latest@sha256:ab12' },
      }),
      'Ready',
      'latest@sha256:ab12',
    ],
    [
      'a bucket',
      object(`${SOURCE}/v1`, 'Bucket', { ...ready('True', 'Succeeded'), artifact: { revision: 'sha256:cd34' } }),
      'Ready',
      'sha256:cd34',
    ],
    [
      'a Helm repository',
      object(`${SOURCE}/v1`, 'HelmRepository', { ...ready('True', 'Succeeded'), artifact: { revision: 'sha256:ef56' } }),
      'Ready',
      'sha256:ef56',
    ],
    [
      'a Helm repository of OCI charts, which nobody reconciles',
      object(`${SOURCE}/v1`, 'HelmRepository', {}, { type: 'oci' }),
      'Ready',
    ],
    [
      'a chart',
      object(`${SOURCE}/v1`, 'HelmChart', { ...ready('True', 'ChartPullSucceeded'), artifact: { revision: '6.5.4' } }),
      'Ready',
      '6.5.4',
    ],
    [
      'a chart that is not found',
      object(`${SOURCE}/v1`, 'HelmChart', ready('False', 'ChartPullError', 'no chart version found')),
      'Failed',
    ],
    [
      'an image repository',
      object(`${IMAGE}/v1`, 'ImageRepository', ready('True', 'Succeeded', 'successful scan: found 5 tags')),
      'Ready',
      '',
    ],
    [
      'an image policy',
      object(`${IMAGE}/v1`, 'ImagePolicy', { ...ready('True', 'Succeeded'), latestRef: { name: 'ghcr.io/acme/app', tag: 'v2' } }),
      'Ready',
      'ghcr.io/acme/app:v2',
    ],
    [
      'an image policy of v1beta1',
      object(`${IMAGE}/v1beta1`, 'ImagePolicy', { ...ready('True', 'Succeeded'), latestImage: 'ghcr.io/acme/app:v1' }),
      'Ready',
      'ghcr.io/acme/app:v1',
    ],
    [
      'an image update automation',
      object(`${IMAGE}/v1beta2`, 'ImageUpdateAutomation', { ...ready('True', 'Succeeded'), lastPushCommit: 'a'.repeat(40) }),
      'Ready',
      'a'.repeat(40),
    ],
    [
      'whatever is being deleted',
      object(`${SOURCE}/v1`, 'Bucket', ready('True', 'Succeeded'), {}, { deletionTimestamp: '2026-11-25T00:00:00Z' }),
      'Progressing',
    ],
    [
      'a change that nobody has looked at',
      object(`${SOURCE}/v1`, 'Bucket', ready('True', 'Succeeded'), {}, { generation: 2 }),
      'Progressing',
      '',
      'controller',
    ],
    [
      'a failure of a specification that was changed since',
      object(`${SOURCE}/v1`, 'Bucket', ready('False', 'BucketOperationFailed'), {}, { generation: 2 }),
      'Progressing',
      '',
      'controller',
    ],
    ['a condition that says nothing', object(`${SOURCE}/v1`, 'Bucket', ready('Unknown', 'Whatever')), 'Unknown'],
  ];
  for (const [what, one, state, revision, waitsFor] of cases) {
    it(what, () => {
      const status = fluxStatus(one);
      assert.equal(status.state, state);
      if (revision !== undefined) assert.equal(status.revision, revision);
      if (waitsFor !== undefined) assert.equal(`${status.waitsFor?.what ?? ''} ${status.waitsFor?.name ?? ''}`.trim(), waitsFor);
    });
  }
});

describe('a failure that is tried again', () => {
  const kustomization = (conditions: Json[], metadata: object = {}, status: Json = {}) =>
    object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', { conditions, ...status }, {}, metadata);
  const failing = [
    condition(
      'Reconciling',
      'True',
      'ProgressingWithRetry',
      'Building manifests for revision main@sha1:aa with a timeout of 30s',
    ),
    condition('Ready', 'False', 'BuildFailed', 'kustomize build failed'),
  ];
  const trying = (revision = 'main@sha1:aa') => [
    condition('Reconciling', 'True', 'Progressing', `Fetching manifests for revision ${revision} with a timeout of 30s`),
    condition('Ready', 'Unknown', 'Progressing', 'Reconciliation in progress'),
  ];
  const before = { object: kustomization(failing), status: fluxStatus(kustomization(failing)) };

  it('stays in view', () => {
    const status = fluxStatus(kustomization(trying()), before);
    assert.deepEqual([status.state, status.message, status.waitsFor?.what], ['Failed', 'kustomize build failed', 'retry']);
  });
  it('gives way to a new revision, a new specification, and a request', () => {
    for (const next of [
      kustomization(trying('main@sha1:bb')),
      kustomization(trying(), { generation: 2 }),
      kustomization(trying(), { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } }),
    ])
      assert.notEqual(fluxStatus(next, before).state, 'Failed');
  });
});

describe('a request', () => {
  const at = '2026-11-25T10:00:00.000Z';
  const one = (status: Json, spec: Json = {}) => object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', status, spec);
  const state = (it: LiveObject, revision = 'main@sha1:bb') => requestState(it, fluxStatus(it), at, revision);
  const applied = { ...ready('True', 'ReconciliationSucceeded'), lastAppliedRevision: 'main@sha1:bb' };

  it('is answered only with what it asked for', () => {
    assert.equal(state(one({ ...applied, lastHandledReconcileAt: at })), 'succeeded');
    assert.equal(state(one({ ...applied, lastHandledReconcileAt: '2026-11-25T10:00:01.000Z' })), 'succeeded');
    assert.equal(state(one({ ...applied, lastHandledReconcileAt: '2026-11-25T09:00:00.000Z' })), 'pending');
    assert.equal(state(one(applied)), 'pending');
    assert.equal(state(one({ ...applied, lastAppliedRevision: 'main@sha1:aa', lastHandledReconcileAt: at })), 'pending');
    assert.equal(state(one({ ...applied, lastHandledReconcileAt: at }, { suspend: true })), 'suspended');
    assert.equal(state(one({ ...ready('False', 'BuildFailed'), lastHandledReconcileAt: at })), 'failed');
    assert.equal(state(one({ ...ready('Unknown', 'Progressing'), lastHandledReconcileAt: at })), 'pending');
  });
});

describe('revisions of objects', () => {
  it('tell what was tried and what is applied', () => {
    const one = object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', {
      lastAppliedRevision: 'latest@sha256:aa',
      lastAttemptedRevision: 'latest@sha256:bb',
      lastAppliedOriginRevision: 'main@sha1:cc',
    });
    assert.deepEqual(
      [revisionOf(one), attemptedRevisionOf(one), originRevisionOf(one)],
      ['latest@sha256:aa', 'latest@sha256:bb', 'main@sha1:cc'],
    );
    const artifact = { revision: 'v1@sha256:dd', metadata: { 'org.opencontainers.image.revision': 'main@sha1:ee' } };
    const source = object(`${SOURCE}/v1`, 'OCIRepository', { artifact });
    assert.deepEqual([revisionOf(source), originRevisionOf(source)], ['v1@sha256:dd', 'main@sha1:ee']);
  });
});

describe('a source that fails', () => {
  const cases: readonly [message: string, cause: string, words: RegExp][] = [
    [`couldn't find remote ref "refs/heads/nowhere"`, 'reference', /^the branch "nowhere" does not exist$/],
    [`couldn't find remote ref "refs/tags/v9"`, 'reference', /^the tag "v9" does not exist$/],
    ['no match found for semver: >=9.0.0', 'reference', /^no tag matches ">=9\.0\.0"$/],
    ['authentication required: authentication required', 'authentication', /credentials/],
    ['ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey]', 'authentication', /credentials/],
    [`failed to get secret 'a/b': secrets "b" not found`, 'secret', /^the Secret "b"/],
    ['repository not found: ', 'repository', /does not exist/],
    ['dial tcp 127.0.0.1:9: connect: connection refused', 'unreachable', /cannot be reached/],
    ['lookup git.example.com: no such host', 'unreachable', /cannot be reached/],
    ['something else\nmore', 'other', /^something else$/],
  ];
  for (const [message, cause, words] of cases) {
    it(message, () => {
      const failure = sourceFailureOf(statusOf('Failed', 'GitOperationFailed', message));
      assert.equal(failure?.cause, cause);
      assert.match(failure?.words ?? '', words);
    });
  }
  it('has failed', () => assert.equal(sourceFailureOf(statusOf('Ready', '', 'connection refused')), undefined));
});
