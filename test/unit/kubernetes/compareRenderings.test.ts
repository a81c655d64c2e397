import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareRenderings } from '../../../src/core/kubernetes/compareRenderings.ts';
import type { RenderingComparison } from '../../../src/core/kubernetes/compareRenderings.ts';

function compare(left: string, right: string, fold = true): RenderingComparison {
  return compareRenderings(left, right, { fold });
}

/** `Deployment backend: same`. */
const statuses = ({ objects }: RenderingComparison) => objects.map(({ kind, name, status }) => `${kind} ${name}: ${status}`);

const configMap = (name: string, data: string, metadata = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${metadata}data:\n  ${data}\n`;
const deployment = (name: string, more: string, metadata = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n${metadata}spec:\n  template:\n    spec:\n${more
    .split('\n')
    .map((line) => `      ${line}\n`)
    .join('')}`;
const documents = (...all: readonly string[]) => `# how it was rendered\n${all.map((one) => `---\n${one}`).join('')}`;

describe('Objects', () => {
  test('are matched by kind and name, whatever their order', () => {
    const [a, b] = [configMap('a', 'x: "1"'), configMap('b', 'x: "1"')];
    assert.deepEqual(statuses(compare(documents(a, b), documents(b, a))), ['ConfigMap a: same', 'ConfigMap b: same']);
  });
  test('that one side alone has are listed', () => {
    const comparison = compare(documents(configMap('a', 'x: "1"')), documents(configMap('b', 'x: "2"')));
    assert.deepEqual(statuses(comparison), ['ConfigMap a: left-only', 'ConfigMap b: right-only']);
  });
  test('keep the text that was rendered beside the one that is compared', () => {
    const [object] = compare(documents(configMap('a', 'x: "1" # note')), documents(configMap('a', 'x: "2"'))).objects;
    assert.equal(object?.left?.raw, configMap('a', 'x: "1" # note'));
    assert.equal(object?.left?.normalised, 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: "1"\n');
  });
  test('with keys in another order are the same', () => {
    const one = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: "1", y: "2"}\n';
    const other = 'kind: ConfigMap\ndata: {y: "2", x: "1"}\nmetadata: {name: a}\napiVersion: v1\n';
    assert.deepEqual(statuses(compare(one, other)), ['ConfigMap a: same']);
  });
  test('of one name in several namespaces stay with their namespace', () => {
    const inside = (namespace: string, value: string) => configMap('a', `x: "${value}"`, `  namespace: ${namespace}\n`);
    const comparison = compare(documents(inside('n1', '1'), inside('n2', '2')), documents(inside('n2', '2'), inside('n1', '1')));
    assert.deepEqual(statuses(comparison), ['ConfigMap a: same', 'ConfigMap a: same']);
  });
});

describe('Lists', () => {
  const containers = (...names: readonly string[]) =>
    `containers:\n${names.map((name) => `- name: ${name}\n  image: acme/${name}:v1`).join('\n')}`;
  const same = (left: string, right: string) =>
    statuses(compare(deployment('app', left), deployment('app', right)))[0]?.endsWith('same');

  test('of things with names have no order', () => assert.ok(same(containers('web', 'proxy'), containers('proxy', 'web'))));
  test('of ports are matched by number and protocol', () => {
    const ports = (...all: readonly string[]) => `containers:\n- name: web\n  ports: [${all.join(', ')}]`;
    assert.ok(
      same(
        ports('{containerPort: 53, protocol: UDP}', '{containerPort: 53}'),
        ports('{containerPort: 53, protocol: TCP}', '{containerPort: 53, protocol: UDP}'),
      ) === false,
    );
    assert.ok(
      same(
        ports('{containerPort: 53, protocol: UDP}', '{containerPort: 53}'),
        ports('{containerPort: 53}', '{containerPort: 53, protocol: UDP}'),
      ),
    );
  });
  test('of commands keep their order', () => {
    const args = (text: string) => `containers:\n- name: web\n  args: ${text}`;
    assert.ok(!same(args('[a, b]'), args('[b, a]')));
  });
  test('of init containers keep their order, because they run one after the other', () => {
    const init = (one: string, other: string) => `initContainers:\n- name: ${one}\n- name: ${other}`;
    assert.ok(!same(init('a', 'b'), init('b', 'a')));
  });
  test('show only what really differs', () => {
    const [object] = compare(
      deployment('app', containers('web', 'proxy', 'log')),
      deployment('app', containers('log', 'new', 'web')),
    ).objects;
    const names = (text = '') => [...text.matchAll(/- name: (\w+)/g)].map(([, name]) => name);
    assert.deepEqual(names(object?.left?.normalised), ['web', 'proxy', 'log']);
    assert.deepEqual(names(object?.right?.normalised), ['web', 'log', 'new']);
  });
  test('of rights are sets', () => {
    const role = (verbs: string, rules: string) =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: [${rules.replaceAll('VERBS', verbs)}]\n`;
    const comparison = compare(
      role('[get, list]', '{resources: [pods], verbs: VERBS}, {resources: [nodes], verbs: [get]}'),
      role('[list, get]', '{resources: [nodes], verbs: [get]}, {resources: [pods], verbs: VERBS}'),
    );
    assert.deepEqual(statuses(comparison), ['Role a: same']);
  });
});

describe('Noise between environments', () => {
  const environment = (name: string, tag: string, namespace = name) =>
    documents(
      `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${namespace}\n  labels: {env: ${name}}\n`,
      configMap(
        `${name}-settings-${name === 'dev' ? '24578bcdfg' : '9hkmt24567'}`,
        `LEVEL: info`,
        `  namespace: ${namespace}\n  labels: {env: ${name}}\n`,
      ),
      deployment(
        `${name}-web`,
        `containers:\n- name: web\n  image: acme/web:${tag}\n  envFrom:\n  - configMapRef:\n      name: ${name}-settings-${name === 'dev' ? '24578bcdfg' : '9hkmt24567'}\n  env:\n  - {name: API, value: "http://${name}-api.${namespace}.svc:80"}\n  - {name: ENVIRONMENT, value: ${name}}`,
        `  namespace: ${namespace}\n  labels: {env: ${name}, app: web}\n`,
      ),
      `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}-api\n  namespace: ${namespace}\n  labels: {env: ${name}}\n`,
    );

  test('is left out: name prefixes, namespaces, hashes, labels of all objects', () => {
    const comparison = compare(environment('dev', 'v1'), environment('prod', 'v1'));
    assert.deepEqual(statuses(comparison), [
      'Namespace dev: left-only',
      'ConfigMap settings: same',
      'Deployment web: differs',
      'Service api: same',
      'Namespace prod: right-only',
    ]);
    const web = comparison.objects.find(({ name }) => name === 'web');
    const lines = (text = '') => text.split('\n');
    const differing = lines(web?.left?.normalised).filter((line) => !lines(web?.right?.normalised).includes(line));
    // What an application is told about its environment is no noise.
    assert.deepEqual(
      differing.map((line) => line.trim()),
      ['value: dev'],
    );
    assert.deepEqual(comparison.folded, [
      { what: 'name prefix', key: '', left: 'dev-', right: 'prod-' },
      { what: 'namespace', key: '', left: 'dev', right: 'prod' },
      { what: 'label', key: 'env', left: 'dev', right: 'prod' },
    ]);
  });
  test('is shown where nothing is to be left out, and objects are matched all the same', () => {
    const comparison = compare(environment('dev', 'v1'), environment('prod', 'v1'), false);
    assert.deepEqual(comparison.folded, []);
    assert.ok(statuses(comparison).includes('Service api: differs'), statuses(comparison).join('\n'));
  });
  test('can be a suffix, or a prefix on one side alone', () => {
    const suffix = compare(
      documents(configMap('a-dev', 'x: "1"'), configMap('b-dev', 'x: "1"')),
      documents(configMap('a', 'x: "1"'), configMap('b', 'x: "1"')),
    );
    assert.deepEqual(statuses(suffix), ['ConfigMap a: same', 'ConfigMap b: same']);
    assert.deepEqual(suffix.folded, [{ what: 'name suffix', key: '', left: '-dev', right: '' }]);
  });
  test('is no label that only some objects have', () => {
    const comparison = compare(
      documents(
        configMap('a', 'x: "1"', '  labels: {tier: low}\n'),
        configMap('b', 'x: "1"'),
        configMap('c', 'x: "1"', '  labels: {tier: low}\n'),
      ),
      documents(
        configMap('a', 'x: "1"', '  labels: {tier: high}\n'),
        configMap('b', 'x: "1"'),
        configMap('c', 'x: "1"', '  labels: {tier: low}\n'),
      ),
    );
    assert.deepEqual(statuses(comparison), ['ConfigMap a: differs', 'ConfigMap b: same', 'ConfigMap c: same']);
  });
  test('is a label that all objects of one side have', () => {
    const comparison = compare(
      documents(configMap('a', 'x: "1"'), configMap('b', 'x: "1"')),
      documents(
        configMap('a', 'x: "1"', '  labels: {tier: production}\n'),
        configMap('b', 'x: "1"', '  labels: {tier: production}\n'),
      ),
    );
    assert.deepEqual(statuses(comparison), ['ConfigMap a: same', 'ConfigMap b: same']);
  });
});

describe('Whatever is given', () => {
  test('does not throw', () => {
    for (const text of ['', '---\n', '- a\n', '{', 'kind: X\n', 'apiVersion: [1]\nkind: {}\nmetadata: 3\n', '\0', 'a: *b\n'])
      assert.ok(compare(text, documents(configMap('a', 'x: "1"'))).objects.length >= 1, JSON.stringify(text));
  });
});
