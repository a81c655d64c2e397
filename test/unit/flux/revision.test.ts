import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inventoryOf } from '../../../src/core/flux/inventory.ts';
import { linesAbout } from '../../../src/core/flux/controllerLog.ts';
import { isRevisionOf, parseRevision, shortRevision } from '../../../src/core/flux/revision.ts';

const COMMIT = '1a2b3c4d5e6f708192a3b4c5d6e7f80912345678';
const DIGEST = 'ab12'.repeat(16);

describe('a revision', () => {
  const cases: readonly [text: string, name: string, algorithm: string, digest: string, short: string][] = [
    [`main@sha1:${COMMIT}`, 'main', 'sha1', COMMIT, 'main@1a2b3c4'],
    [`feature/x@y@sha1:${COMMIT}`, 'feature/x@y', 'sha1', COMMIT, 'feature/x@y@1a2b3c4'],
    [`v1.2.0@sha1:${COMMIT}`, 'v1.2.0', 'sha1', COMMIT, 'v1.2.0@1a2b3c4'],
    [`sha1:${COMMIT}`, '', 'sha1', COMMIT, '1a2b3c4'],
    [`latest@sha256:${DIGEST}`, 'latest', 'sha256', DIGEST, 'latest@sha256:ab12ab12'],
    [`sha256:${DIGEST}`, '', 'sha256', DIGEST, 'sha256:ab12ab12'],
    [`main/${COMMIT}`, 'main', 'sha1', COMMIT, 'main@1a2b3c4'],
    [`feature/x/${COMMIT}`, 'feature/x', 'sha1', COMMIT, 'feature/x@1a2b3c4'],
    [COMMIT, '', 'sha1', COMMIT, '1a2b3c4'],
    [DIGEST, '', 'sha256', DIGEST, 'sha256:ab12ab12'],
    ['1.2.3', '1.2.3', '', '', '1.2.3'],
    ['', '', '', '', ''],
  ];
  for (const [text, name, algorithm, digest, short] of cases) {
    it(text, () => {
      assert.deepEqual(parseRevision(text), { name, algorithm, digest });
      assert.equal(shortRevision(text), short);
    });
  }
  it('is that of a commit', () => {
    assert.ok(isRevisionOf(`main@sha1:${COMMIT}`, COMMIT));
    assert.ok(isRevisionOf(`main/${COMMIT}`, COMMIT.slice(0, 7).toUpperCase()));
    assert.ok(!isRevisionOf(`main@sha1:${COMMIT}`, COMMIT.slice(0, 6)));
    assert.ok(!isRevisionOf(`main@sha1:${COMMIT}`, COMMIT.replace('1', '2')));
    assert.ok(!isRevisionOf('1.2.3', ''));
  });
});

describe('an inventory', () => {
  it('is read with empty parts and names of roles', () => {
    const entries = [
      'dev_shop_apps_Deployment',
      '_dev__Namespace',
      '_system__node_rbac.authorization.k8s.io_ClusterRole',
      'nonsense',
    ];
    const object = {
      apiVersion: 'v1',
      kind: 'K',
      metadata: { name: 'x' },
      status: { inventory: { entries: entries.map((id) => ({ id, v: 'v1' })) } },
    };
    assert.deepEqual(inventoryOf(object), [
      { namespace: 'dev', name: 'shop', group: 'apps', kind: 'Deployment' },
      { namespace: '', name: 'dev', group: '', kind: 'Namespace' },
      { namespace: '', name: 'system:node', group: 'rbac.authorization.k8s.io', kind: 'ClusterRole' },
    ]);
  });
});

describe('the log of a controller', () => {
  it('is cut down to what it says of one object', () => {
    const line = (entry: object) =>
      JSON.stringify({
        level: 'info',
        ts: '2026-11-25T10:00:00Z',
        controllerKind: 'Kustomization',
        namespace: 'a',
        name: 'x',
        ...entry,
      });
    const lines = [
      line({ msg: 'server-side apply completed' }),
      line({ level: 'error', msg: 'Reconciler error', error: 'no\u001b[31m path' }),
      line({ name: 'y', msg: 'other' }),
      line({ namespace: 'b', msg: 'other' }),
      line({ controllerKind: 'HelmRelease', msg: 'other' }),
      'not json',
    ];
    const about = { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', namespace: 'a', name: 'x' };
    assert.deepEqual(linesAbout(lines, about), [
      { time: '2026-11-25T10:00:00Z', error: false, text: 'server-side apply completed' },
      { time: '2026-11-25T10:00:00Z', error: true, text: 'Reconciler error: no path' },
    ]);
  });
});
