import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskSecrets } from '../../../src/core/kubernetes/secretMask.ts';

const head = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n';

test('values are replaced by their sizes, whatever the style in which they are written', () => {
  const masked = maskSecrets(
    `${head}data:\n  a: aHVudGVy\n  b: ""\nstringData:\n  c: hunter2\n  d: |\n    hunter\n    two\n  e: 'hunter''s'\n  f: "hunter\\n"\ntype: Opaque\n`,
  );
  assert.equal(
    masked,
    `${head}data:\n  a: •••• (6 bytes)\n  b: •••• (0 bytes)\nstringData:\n  c: •••• (7 bytes)\n  d: •••• (11 bytes)\n  e: •••• (8 bytes)\n  f: •••• (7 bytes)\ntype: Opaque\n`,
  );
});

test('what kubectl has noted of a Secret is hidden, and its other annotations stay', () => {
  const masked = maskSecrets(
    `apiVersion: v1\ndata:\n  a: aHVudGVy\nkind: Secret\nmetadata:\n  annotations:\n    acme.example/owner: me\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {"kind":"Secret","stringData":{"password":"hunter2"}}\n  name: s\n`,
  );
  assert.doesNotMatch(masked, /hunter2/);
  assert.match(
    masked,
    /acme\.example\/owner: me\n {4}kubectl\.kubernetes\.io\/last-applied-configuration: •••• \(54 bytes\)\n {2}name: s/,
  );
});

test('Secrets in lists are hidden too', () => {
  for (const kind of ['List', 'SecretList']) {
    const masked = maskSecrets(
      `apiVersion: v1\nkind: ${kind}\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: s\n  stringData:\n    a: hunter2\n`,
    );
    assert.match(masked, /a: •••• \(7 bytes\)/);
  }
});

test('a Secret whose data is no mapping of texts is left out', () => {
  for (const data of ['hunter2', '\n- hunter2', '\n  a:\n    b: hunter2', '\n  a: [hunter2]'])
    assert.doesNotMatch(maskSecrets(`${head}data: ${data}\n`), /hunter2/);
  assert.equal(maskSecrets(`${head}data: null\nstringData:\n  a: b\n`), `${head}data: null\nstringData:\n  a: •••• (1 byte)\n`);
});

test('what SOPS has encrypted stays as it is', () => {
  const sops = `${head}stringData:\n  a: ENC[AES256_GCM,data:Tr7o=,iv:1vA=,tag:3x=,type:str]\nsops:\n  version: 3.9.0\n`;
  assert.equal(maskSecrets(sops), sops);
  assert.doesNotMatch(maskSecrets(`${head}stringData:\n  a: ENC[hunter2]\n`), /hunter2/);
});

test('objects that only speak of Secrets stay as they are', () => {
  const external =
    'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: s\nspec:\n  target:\n    template:\n      data:\n        a: "{{ .b }}"\n';
  const values = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: |\n    kind: Secret\n    data: {a: b}\n';
  assert.equal(maskSecrets(`${external}---\n${values}`), `${external}---\n${values}`);
});

test('copies in other objects are hidden where a build makes some', () => {
  const pod = (value: string) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  args:\n  - ${value}\n  - "true"\n`;
  const secret = `${head}data:\n  a: aHVudGVyMg==\nstringData:\n  b: "true"\n  c: "1234"\n`;
  const text = `${pod('--password=hunter2')}---\n${secret}---\n${pod('1234')}---\n${pod('x1234')}---\n${pod('aHVudGVyMg==')}`;
  assert.ok(maskSecrets(text).includes('--password=hunter2'), 'nothing was copied');
  const masked = maskSecrets(text, { copied: true });
  assert.doesNotMatch(masked, /hunter2|- 1234|aHVudGVyMg/);
  assert.match(masked, /- "--password=•••• \(7 bytes\)"/);
  assert.match(masked, /- x1234/);
});
