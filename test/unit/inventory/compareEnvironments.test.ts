import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareEnvironments } from '../../../src/core/inventory/compareEnvironments.ts';
import { pairRoots } from '../../../src/core/inventory/pairRoots.ts';
import {
  application,
  deployment,
  DIGEST,
  entry,
  fluxKustomization,
  kustomization,
  snapshotOf,
} from '../../support/environments.ts';

const tag = (name: string, newTag: string) => entry(`acme/${name}`, `newTag: ${newTag}`);

function tableOf(files: Record<string, string>, ...environments: readonly string[]) {
  return compareEnvironments(snapshotOf(files).inventory, environments).map(({ image, cells, differs }) => [
    image,
    ...cells.map(({ version, words }) => (words === '' ? version : `${version} (${words})`)),
    differs,
  ]);
}

describe('The tags of environments', () => {
  const files = {
    ...application('shop', 'acme/shop', { dev: tag('shop', 'v2'), staging: tag('shop', 'v2'), prod: tag('shop', 'v1.0.0') }),
    ...application('api', 'acme/api', { dev: tag('api', 'v1.2.0'), staging: tag('api', 'v1.2.0'), prod: tag('api', 'v1.2.0') }),
    ...application('web', 'acme/web', { dev: tag('web', 'v1.2.0'), staging: tag('web', 'v1.3.0'), prod: tag('web', 'v1.1.0') }),
    ...application('jobs', 'acme/jobs', { dev: tag('jobs', 'v1') }),
  };

  test('stand side by side, those that differ first, against the first environment', () => {
    assert.deepEqual(tableOf(files, 'dev', 'staging', 'prod'), [
      ['acme/jobs', 'v1', ' (not there)', ' (not there)', true],
      ['acme/shop', 'v2', 'v2 (same)', 'v1.0.0 (differs)', true],
      ['acme/web', 'v1.2.0', 'v1.3.0 (newer by 1 minor)', 'v1.1.0 (older by 1 minor)', true],
      ['acme/api', 'v1.2.0', 'v1.2.0 (same)', 'v1.2.0 (same)', false],
    ]);
  });
  test('can be those of one application', () => {
    assert.equal(compareEnvironments(snapshotOf(files).inventory, ['dev', 'prod'], 'web').length, 1);
  });
  test('differ where one is pinned by digest', () => {
    const pinned = application('shop', 'acme/shop', {
      dev: tag('shop', 'v1'),
      prod: entry('acme/shop', 'newTag: v1', `digest: ${DIGEST}`),
    });
    assert.deepEqual(tableOf(pinned, 'dev', 'prod'), [['acme/shop', 'v1', 'v1 (same tag, pinned by digest)', true]]);
  });
  test('show every version where several run', () => {
    const several = {
      'apps/shop/dev/kustomization.yaml': kustomization('resources:', '- all.yaml'),
      'apps/shop/dev/all.yaml': `${deployment('a', 'acme/shop:v1')}---\n${deployment('b', 'acme/shop:v2')}`,
      'apps/shop/prod/kustomization.yaml': kustomization('resources:', '- all.yaml'),
      'apps/shop/prod/all.yaml': deployment('a', 'acme/shop:v1'),
    };
    assert.deepEqual(tableOf(several, 'dev', 'prod'), [['acme/shop', 'v1, v2', 'v1 (differs)', true]]);
  });
});

describe('The builds of two environments', () => {
  const pairsOf = (files: Record<string, string>) => {
    const { repository, inventory } = snapshotOf(files);
    return pairRoots(repository, inventory, 'dev', 'prod').map(({ left, right }) => [left?.directory, right?.directory]);
  };

  test('belong together by their path', () => {
    const files = {
      ...application('shop', 'acme/shop', { dev: [], prod: [] }),
      ...application('api', 'acme/shop', { dev: [], prod: [] }),
    };
    assert.deepEqual(pairsOf(files), [
      ['apps/api/dev', 'apps/api/prod'],
      ['apps/shop/dev', 'apps/shop/prod'],
    ]);
  });
  test('belong together by their images where paths do not tell', () => {
    const files = {
      'clusters/dev/shop.yaml': fluxKustomization('shop', './dev/frontend'),
      'clusters/prod/shop.yaml': fluxKustomization('shop', './prod/web'),
      'dev/frontend/kustomization.yaml': kustomization('resources:', '- all.yaml'),
      'dev/frontend/all.yaml': deployment('a', 'acme/shop:v1'),
      'prod/web/kustomization.yaml': kustomization('resources:', '- all.yaml'),
      'prod/web/all.yaml': deployment('a', 'acme/shop:v1'),
    };
    assert.deepEqual(pairsOf(files), [['dev/frontend', 'prod/web']]);
  });
  test('can be alone', () => {
    assert.deepEqual(
      pairsOf({ ...application('shop', 'acme/shop', { dev: [] }), ...application('api', 'acme/api', { prod: [] }) }),
      [
        ['apps/shop/dev', undefined],
        [undefined, 'apps/api/prod'],
      ],
    );
  });
});
