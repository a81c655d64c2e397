import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fluxCheck } from '../../../src/core/flux/fluxCheck.ts';
import { comparable, fieldsOf, maskedPair } from '../../../src/core/kubernetes/comparable.ts';
import { trimmed } from '../../../src/core/kubernetes/trimmed.ts';
import { deployment } from '../flux/clusterObjects.ts';

describe('what is compared of an object', () => {
  const live = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'x',
      uid: 'u',
      resourceVersion: '1',
      generation: 1,
      managedFields: [],
      labels: { a: 'b' },
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', mine: 'yes' },
    },
    data: { a: '1', b: '2' },
    status: { phase: 'x' },
  };
  it('is what somebody wrote', () => {
    const expected = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', labels: { a: 'b' }, annotations: { mine: 'yes' } },
      data: { a: '1', b: '2' },
    };
    assert.deepEqual(comparable(live), expected);
  });
  it('can be cut down to the fields of a manifest', () => {
    assert.deepEqual(fieldsOf({ data: { a: '9', c: '3' }, list: [1] }, { data: { a: '1', b: '2' }, list: [2, 3] }), {
      data: { a: '1' },
      list: [2, 3],
    });
  });
  it('hides the values of Secrets, and tells that they differ', () => {
    const secret = (password: string) => ({ kind: 'Secret', data: { password: btoa(password), user: btoa('u') } });
    const [before, after] = maskedPair(secret('hunter2'), secret('hunter3'));
    assert.deepEqual(before, { kind: 'Secret', data: { password: '•••• (7 bytes)', user: '•••• (1 byte)' } });
    assert.deepEqual(after, { kind: 'Secret', data: { password: '•••• (7 bytes, another value)', user: '•••• (1 byte)' } });
    assert.deepEqual(maskedPair(undefined, secret('ab'))[1], {
      kind: 'Secret',
      data: { password: '•••• (2 bytes)', user: '•••• (1 byte)' },
    });
    assert.deepEqual(maskedPair({ kind: 'ConfigMap', data: { a: 'b' } }, undefined), [
      { kind: 'ConfigMap', data: { a: 'b' } },
      undefined,
    ]);
  });
});

describe('what is kept of an object', () => {
  it('is what is shown', () => {
    const spec = {
      nodeName: 'n',
      containers: [{ name: 'a', image: 'x', env: [{ name: 'TOKEN', value: 'secret' }] }],
      volumes: [{}],
    };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', managedFields: [{}] }, spec };
    const kept = JSON.stringify([
      trimmed(pod),
      trimmed({ ...pod, kind: 'Deployment', spec: { replicas: 2, template: { spec } } }),
      trimmed({ ...pod, kind: 'CronJob', spec: { suspend: true, jobTemplate: { spec: { template: { spec } } } } }),
    ]);
    assert.doesNotMatch(kept, /secret|managedFields|volumes/);
    assert.match(kept, /"replicas":2/);
    assert.match(kept, /"suspend":true/);
  });
});

describe('a check of Flux', () => {
  it('says that there is none', () => {
    assert.deepEqual(fluxCheck('v1.36.0', [], []).findings, [
      { severity: 'error', text: 'Flux is not installed in this cluster: it serves none of its kinds.' },
    ]);
  });
  it('knows what old versions do', () => {
    const controller = deployment('kustomize-controller', 'x', {
      image: 'ghcr.io/fluxcd/kustomize-controller:v1.7.0@sha256:00',
      namespace: 'flux-system',
    });
    const kinds = [{ group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', versions: ['v1beta2'] }];
    const texts = fluxCheck('v1.30.0', [controller], kinds).findings.map(({ text }) => text);
    assert.equal(texts.length, 3, texts.join('\n'));
    assert.match(texts[0] ?? '', /serves Kustomization in v1beta2/);
    assert.match(texts[1] ?? '', /entry of spec\.images/);
    assert.match(texts[2] ?? '', /variable of postBuild/);
  });
});
