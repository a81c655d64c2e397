import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  contextsByEnvironment,
  contextsOf,
  environmentsOf,
  fluxNamespacesOf,
  fluxPlaces,
} from '../../../src/core/flux/fluxPlaces.ts';

const setting = {
  dev: 'dev-cluster',
  prod: ['eu', { context: 'us', namespace: 'gitops' }],
  staging: { context: 'us', namespace: 'gitops-staging' },
};

test('an environment has a context, one with a namespace, or several', () => {
  assert.deepEqual(contextsByEnvironment(setting), { dev: ['dev-cluster'], prod: ['eu', 'us'], staging: ['us'] });
  assert.deepEqual(environmentsOf(setting, 'us'), ['prod', 'staging']);
  assert.deepEqual(environmentsOf(setting, 'other'), []);
});

test('only the contexts of an environment are its own, connected or not', () => {
  assert.deepEqual(contextsOf(setting, ['prod'], ['eu', 'dev-cluster']), { connected: ['eu'], missing: ['us'] });
  assert.deepEqual(contextsOf(setting, ['prod'], ['dev-cluster']), { connected: [], missing: ['eu', 'us'] });
  assert.deepEqual(contextsOf(setting, ['prod', 'staging'], ['us']), { connected: ['us'], missing: ['eu'] });
  assert.equal(contextsOf(setting, ['other'], ['eu']), undefined);
  assert.equal(contextsOf(setting, [], ['eu']), undefined);
});

test('Flux has the namespaces of the environments of a context, and the one for all elsewhere', () => {
  assert.deepEqual(fluxNamespacesOf(setting, 'us', 'flux-system'), ['gitops', 'gitops-staging']);
  assert.deepEqual(fluxNamespacesOf(setting, 'eu', 'flux-system'), ['flux-system']);
  assert.deepEqual(fluxNamespacesOf(setting, 'other', 'flux-system'), ['flux-system']);
});

test('what is none of the forms is left out', () => {
  const broken = { a: 5, b: null, c: [null, '', { namespace: 'x' }, 'ok'], d: { context: 'ok', namespace: 5 }, e: '' };
  assert.deepEqual(fluxPlaces(broken as never), [
    { environment: 'c', context: 'ok', namespace: '' },
    { environment: 'd', context: 'ok', namespace: '' },
  ]);
});
