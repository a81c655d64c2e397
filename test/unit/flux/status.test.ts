import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import records from '../../fixtures/flux/status.json' with { type: 'json' };
import { fluxStatus } from '../../../src/core/flux/status.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import type { ObjectStatus } from '../../../src/core/kubernetes/objectStatus.ts';
import { workloadStatus } from '../../../src/core/kubernetes/workloadStatus.ts';

const objects = records.filter(({ name }) => name !== 'events') as unknown as { name: string; object: LiveObject }[];

function statusOfRecord(name: string): ObjectStatus {
  const object = objects.find((record) => record.name === name)?.object;
  assert.ok(object, name);
  const status = workloadStatus(object) ?? fluxStatus(object);
  return status;
}

/** What a person should read off each recorded object: state, reason, the start of the message, and what it waits for. */
const expected: Record<string, readonly [state: string, reason?: string, message?: string, waitsFor?: string]> = {
  'git-repository-progressing-1': ['Unknown', '', 'Its controller has not looked at it yet.', 'controller'],
  'git-repository-progressing-2': ['Progressing', 'Progressing', 'processing object: new generation -1 -> 1'],
  'git-repository-progressing-3': ['Progressing', 'Progressing', 'building artifact'],
  'git-repository-progressing-4': ['Progressing', 'Progressing', "building artifact: new upstream revision 'main@sha1:29eb"],
  'git-repository-ready': ['Ready', 'Succeeded', "stored artifact for revision 'main@sha1:29eb"],
  'kustomization-progressing-1': ['Unknown', '', 'Its controller', 'controller'],
  'kustomization-progressing-2': ['Progressing', 'Progressing', 'Fetching manifests for revision main@sha1:29eb'],
  'kustomization-progressing-3': ['Progressing', 'Progressing', 'Building manifests for revision'],
  'kustomization-progressing-4': ['Progressing', 'Progressing', 'Detecting drift for revision'],
  'kustomization-progressing-5': ['Progressing', 'Progressing', 'Running health checks for revision', 'health check'],
  'kustomization-progressing-6': ['Progressing', 'Progressing', 'Running health checks for revision', 'health check'],
  'kustomization-ready': ['Ready', 'ReconciliationSucceeded', 'Applied revision: main@sha1:29eb'],
  'deployment-available': ['Ready', '', '1/1 ready'],
  'pod-running': ['Ready', 'Running'],
  'kustomization-reconcile-requested-1': ['Progressing', 'Progressing', 'Building manifests for revision main@sha1:a45f'],
  'kustomization-reconcile-requested-2': ['Progressing', 'Progressing', 'Detecting drift'],
  'kustomization-reconcile-requested-3': ['Progressing', 'Progressing', 'Running health checks', 'health check'],
  'kustomization-reconcile-requested-4': ['Progressing', 'Progressing', 'Running health checks', 'health check'],
  'kustomization-reconcile-requested-5': ['Ready', 'ReconciliationSucceeded', 'Applied revision: main@sha1:a45f'],
  'kustomization-reconcile-requested-6': ['Progressing', 'Progressing', 'Fetching manifests'],
  'kustomization-reconcile-requested-7': ['Progressing', 'Progressing', 'Building manifests'],
  'kustomization-reconcile-requested-8': ['Progressing', 'Progressing', 'Detecting drift'],
  'kustomization-reconcile-requested-9': ['Progressing', 'Progressing', 'Running health checks', 'health check'],
  'kustomization-reconcile-requested-10': ['Progressing', 'Progressing', 'Running health checks', 'health check'],
  'kustomization-reconcile-requested-11': ['Ready', 'ReconciliationSucceeded'],
  'kustomization-reconcile-requested-12': ['Ready', 'ReconciliationSucceeded'],
  'kustomization-history': ['Ready', 'ReconciliationSucceeded'],
  'kustomization-ready-without-wait': ['Ready', 'ReconciliationSucceeded'],
  'kustomization-path-not-found': [
    'Failed',
    'ArtifactFailed',
    'kustomization path not found: stat apps/nowhere: no such file or directory',
    'retry',
  ],
  'kustomization-broken': ['Failed', 'BuildFailed', 'kustomize build failed: accumulating resources', 'retry'],
  'kustomization-invalid': ['Failed', 'ReconciliationFailed', 'ConfigMap/default/bad dry-run failed', 'retry'],
  'kustomization-unknown-kind': ['Failed', 'ReconciliationFailed', 'Widget/default/w dry-run failed', 'retry'],
  'kustomization-source-not-found': ['Failed', 'ArtifactFailed', 'GitRepository.source.toolkit.fluxcd.io "absent" not found'],
  'kustomization-variables': ['Failed', 'BuildFailed', 'post build failed', 'retry'],
  'kustomization-dependent': [
    'Progressing',
    'DependencyNotReady',
    "dependency 'flux-system/missing' is not ready",
    'dependency flux-system/missing',
  ],
  'kustomization-dependency-absent': ['Failed', 'DependencyNotReady', "dependency 'flux-system/nobody' not found"],
  'kustomization-no-cross': ['Failed', 'ReconciliationFailed', 'Namespace/staging dry-run failed (Forbidden)', 'retry'],
  'kustomization-health-check-running': ['Progressing', 'Progressing', 'Running health checks', 'health check'],
  'kustomization-missing-image': [
    'Failed',
    'HealthCheckFailed',
    'health check failed after 15.06027314s',
    'health check Deployment missing/shop',
  ],
  'kustomization-crash': ['Failed', 'HealthCheckFailed', 'health check failed after', 'health check Deployment crash/shop'],
  'deployment-missing-image': ['Failed', 'ProgressDeadlineExceeded', 'ReplicaSet "shop-dd49ccf6c" has timed out progressing.'],
  'pod-missing-image': ['Failed', 'ImagePullBackOff', 'shop: Back-off pulling image'],
  'pod-crash': ['Failed', 'CrashLoopBackOff', 'shop: back-off 2m40s restarting failed container=shop (restarted 5 times)'],
  'kustomization-suspended-from-the-start': ['Suspended', '', 'It was suspended before its first reconciliation.'],
  'deployment-progress-deadline-exceeded': ['Failed', 'ProgressDeadlineExceeded'],
  'kustomization-timeout': ['Failed', 'HealthCheckFailed', 'health check failed after', 'health check Deployment timeout/shop'],
  'kustomization-immutable-field': [
    'Failed',
    'ReconciliationFailed',
    'Deployment/immutable/shop dry-run failed (Invalid)',
    'retry',
  ],
  'kustomization-suspended-after-ready': ['Suspended', 'ReconciliationSucceeded', 'Applied revision'],
  'kustomization-suspended-and-requested': ['Suspended', 'ReconciliationSucceeded', 'Applied revision'],
  'kustomization-resumed': ['Ready', 'ReconciliationSucceeded'],
  'kustomization-failed-request-handled': ['Failed', 'ArtifactFailed', 'kustomization path not found', 'retry'],
  'git-repository-unauthorized': ['Failed', 'GitOperationFailed', 'failed to checkout and determine revision', 'retry'],
  'git-repository-wrong-password': ['Failed', 'GitOperationFailed', 'failed to checkout', 'retry'],
  'git-repository-wrong-branch': ['Failed', 'GitOperationFailed', 'failed to checkout', 'retry'],
  'git-repository-wrong-tag': ['Failed', 'GitOperationFailed', 'failed to checkout', 'retry'],
  'git-repository-wrong-repository': ['Failed', 'GitOperationFailed', 'failed to checkout', 'retry'],
  'git-repository-unreachable': ['Failed', 'GitOperationFailed', 'failed to checkout', 'retry'],
  'git-repository-secret-absent': ['Failed', 'AuthenticationFailed', "failed to get secret 'flux-system/absent'", 'retry'],
  'git-repository-suspended-from-the-start': ['Suspended', '', 'It was suspended before its first reconciliation.'],
  'git-repository-authorized': ['Ready', 'Succeeded'],
  'git-repository-suspended-and-requested': ['Suspended', 'Succeeded'],
  'git-repository-failing-after-ready': ['Failed', 'GitOperationFailed', 'failed to checkout', 'retry'],
  'kustomization-while-its-source-fails': ['Ready', 'ReconciliationSucceeded'],
  'kustomization-source-without-artifact': [
    'Progressing',
    'ArtifactFailed',
    'Source artifact not found, retrying in 2s',
    'source GitRepository/unauthorized',
  ],
};

describe('the status of recorded objects', () => {
  it('is expected for each of them', () => {
    assert.deepEqual(objects.map(({ name }) => name).sort(), Object.keys(expected).sort());
  });
  for (const { name } of objects) {
    it(name, () => {
      const [state, reason, message, waitsFor] = expected[name] ?? ['?'];
      const status = statusOfRecord(name);
      assert.equal(status.state, state);
      if (reason !== undefined) assert.equal(status.reason, reason);
      assert.ok(status.message.startsWith(message ?? ''), status.message);
      const waits = status.waitsFor === undefined ? undefined : `${status.waitsFor.what} ${status.waitsFor.name}`.trim();
      assert.equal(waits, waitsFor);
      assert.doesNotMatch(status.message, /\/tmp\/|\s$/);
    });
  }
});
