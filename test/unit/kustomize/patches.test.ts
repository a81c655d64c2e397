import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyJsonPatch } from '../../../src/core/kustomize/jsonPatch.ts';
import { isRemote } from '../../../src/core/kustomize/remote.ts';
import { strategicMerge } from '../../../src/core/kustomize/strategicMerge.ts';
import type { YamlNode } from '../../../src/core/yaml/node.ts';
import { parseYaml } from '../../../src/core/yaml/parse.ts';
import { jsonOfPatch, toJson } from '../../../src/core/yaml/toJson.ts';

function tree(text: string): YamlNode {
  const root = parseYaml(text, { file: 'a.yaml', within: undefined }).documents[0]?.root;
  assert.ok(root);
  return root;
}
const merged = (base: string, patch: string) => {
  const result = strategicMerge(tree(base), tree(patch));
  if ('problem' in result) return result.problem;
  return result.tree && toJson(result.tree);
};
/** What a pod has after a patch of its `spec`. */
const mergedPod = (spec: string, patch: string, apiVersion = 'v1') => {
  const pod = (text: string) => `{apiVersion: ${apiVersion}, kind: Pod, spec: ${text}}`;
  const result = merged(pod(spec), pod(patch));
  return typeof result === 'string' ? result : (result as { spec: unknown }).spec;
};
const patched = (base: string, operations: string) => {
  const list = tree(operations);
  assert.equal(list.kind, 'sequence');
  const result = applyJsonPatch(tree(base), { operations: list.items, jsonOf: jsonOfPatch, mayAddImages: true });
  return 'tree' in result ? toJson(result.tree) : result.problem;
};

describe('a strategic merge', () => {
  test('merges containers of built-in kinds by name, new ones first', () =>
    assert.deepEqual(
      mergedPod('{containers: [{name: a, image: x}]}', '{containers: [{name: b, image: w}, {name: a, image: z}]}'),
      {
        containers: [
          { name: 'b', image: 'w' },
          { name: 'a', image: 'z' },
        ],
      },
    ));
  test('puts the items that the patch names first, in its order, as JSON patches behind it count them', () =>
    assert.deepEqual(
      mergedPod('{containers: [{name: a}, {name: b}, {name: c}]}', '{containers: [{name: c}, {name: new}, {name: a}]}'),
      { containers: [{ name: 'c' }, { name: 'new' }, { name: 'a' }, { name: 'b' }] },
    ));
  test('merges ports by two keys, and by one where an item lacks the other', () =>
    assert.deepEqual(
      mergedPod(
        '{containers: [{name: a, ports: [{containerPort: 1, protocol: UDP}, {containerPort: 1, protocol: TCP}]}]}',
        '{containers: [{name: a, ports: [{containerPort: 1, protocol: UDP, name: x}]}]}',
      ),
      {
        containers: [
          {
            name: 'a',
            ports: [
              { containerPort: 1, name: 'x', protocol: 'UDP' },
              { containerPort: 1, protocol: 'TCP' },
            ],
          },
        ],
      },
    ));
  test('replaces lists of kinds that Kubernetes 1.21 does not have', () =>
    assert.deepEqual(
      mergedPod('{containers: [{name: a, image: x}, {name: c}]}', '{containers: [{name: a, image: z}]}', 'acme.io/v1'),
      {
        containers: [{ name: 'a', image: 'z' }],
      },
    ));
  test('deletes by $patch and by null', () => {
    assert.deepEqual(mergedPod('{containers: [{name: a}, {name: b}]}', '{containers: [{name: a, $patch: delete}]}'), {
      containers: [{ name: 'b' }],
    });
    assert.deepEqual(merged('a: 1\nb: 2', 'a: null'), { b: 2 });
    assert.equal(merged('a: 1', '$patch: delete'), undefined);
  });
  test('replaces a mapping by $patch: replace, and never the whole object or an item of a list', () => {
    assert.deepEqual(merged('s: {a: 1}', 's: {$patch: replace, b: 2}'), { s: { b: 2 } });
    assert.deepEqual(merged('a: 1', '$patch: replace\nb: 2'), { a: 1 });
    assert.deepEqual(mergedPod('{containers: [{name: a, image: x}]}', '{containers: [{name: a, $patch: replace, tty: true}]}'), {
      containers: [{ name: 'a', image: 'x' }],
    });
  });
  test('keeps the quotes of the object, so that a number becomes a text', () =>
    assert.deepEqual(merged('a: "1"\nb: x', 'a: 2\nb: 3'), { a: '2', b: 3 }));
  test('refuses a text where the object has a mapping', () =>
    assert.match(String(merged('a: {b: 1}', 'a: x')), /wrong node kind/));
});

describe('a JSON patch', () => {
  test('adds, replaces, removes, copies and moves', () => {
    assert.deepEqual(patched('a: [1, 2]', '[{op: add, path: /a/1, value: x}]'), { a: [1, 'x', 2] });
    assert.deepEqual(patched('a: [1, 2]', '[{op: add, path: /a/-, value: x}]'), { a: [1, 2, 'x'] });
    assert.deepEqual(patched('a: {b~c: 1}', '[{op: replace, path: /a/b~0c, value: 2}]'), { a: { 'b~c': 2 } });
    assert.deepEqual(patched('a: [1, 2]', '[{op: remove, path: /a/0}]'), { a: [2] });
    assert.deepEqual(patched('a: 1', '[{op: copy, from: /a, path: /b}]'), { a: 1, b: 1 });
    assert.deepEqual(patched('a: 1', '[{op: move, from: /a, path: /b}]'), { b: 1 });
  });
  test('says which operation does not fit', () =>
    assert.match(String(patched('a: 1', '[{op: remove, path: /b/c}]')), /remove \/b\/c/));
});

describe('a reference in resources', () => {
  for (const remote of [
    'https://github.com/acme/app//deploy?ref=v1',
    'github.com/acme/app/deploy',
    'git@github.com:acme/app.git',
    'ssh://git@example.com/acme/app',
    'https://example.com/install.yaml',
  ])
    test(`${remote} is remote`, () => assert.equal(isRemote(remote), true));
  for (const local of ['../base', 'deployment.yaml', './git', 'apps/github.com.yaml', '../../base/backend'])
    test(`${local} is a path`, () => assert.equal(isRemote(local), false));
});
