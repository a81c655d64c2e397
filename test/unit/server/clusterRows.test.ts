import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClusterTree } from '../../../src/core/flux/clusterTree.ts';
import type { LiveObject } from '../../../src/core/kubernetes/liveObject.ts';
import { rowsBelow } from '../../../src/server/cluster/rows.ts';
import type { ClusterSession } from '../../../src/server/cluster/session.ts';
import { deployment, kustomization, pod, source } from '../flux/clusterObjects.ts';

function sessionOf(...objects: readonly LiveObject[]): ClusterSession {
  const tree = ClusterTree.empty.with(objects.map((object) => ({ type: 'changed', object })));
  const followed = [{ apiVersion: 'kustomize.toolkit.fluxcd.io/v1' }];
  const live = { tree, followed, notices: [], cluster: { context: { name: 'dev', server: '', user: '' } } };
  return {
    all: [{ live, fluxNamespace: 'flux-system', rights: { mayChange: () => true, areNone: false }, rollouts: [] }],
  } as unknown as ClusterSession;
}

/** Labels of all rows, indented. */
function labels(session: ClusterSession, parent: string | null = null, indent = ''): string[] {
  return rowsBelow(session, parent, false).flatMap(({ id, label, accessibleLabel }) => [
    `${indent}${label}${accessibleLabel.startsWith(label) ? '' : ` | ${accessibleLabel.split(',')[0] ?? ''}`}`,
    ...labels(session, id, `${indent}  `),
  ]);
}

describe('rows of the Flux view', () => {
  const fleet = source('fleet');
  const apps = kustomization('apps', 'fleet');

  it('are short where everything is in one namespace, and always tell it to a screen reader', () => {
    const session = sessionOf(fleet, apps, deployment('shop', 'apps'), deployment('web', 'apps'), pod('shop-1-a', 'shop', '1'));
    assert.deepEqual(labels(session).slice(1), [
      '  GitRepository fleet | GitRepository flux-system/fleet',
      '    Kustomization apps | Kustomization flux-system/apps',
      '      Deployment shop | Deployment dev/shop',
      '        Pod shop-1-a | Pod dev/shop-1-a',
      '      Deployment web | Deployment dev/web',
    ]);
  });

  it('name the namespace where there are several', () => {
    const tenant: LiveObject = { ...apps, metadata: { ...apps.metadata, namespace: 'tenant' } };
    const others: LiveObject = { ...fleet, metadata: { ...fleet.metadata, namespace: 'tenant' } };
    const session = sessionOf(
      fleet,
      others,
      apps,
      tenant,
      ...['dev', 'prod'].map((namespace) => deployment('shop', 'apps', { namespace })),
    );
    assert.deepEqual(
      labels(session)
        .slice(1)
        .map((label) => label.replace(/ \|.*/, '')),
      [
        '  GitRepository fleet',
        '    Kustomization apps',
        '      Deployment dev/shop',
        '      Deployment prod/shop',
        '  GitRepository tenant/fleet',
        '    Kustomization apps',
      ],
    );
  });
});
