import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { GitOpsRepository } from '../../../src/core/repository/gitOpsRepository.ts';
import { createRepository } from '../../../src/core/repository/gitOpsRepository.ts';

const deployment = (name: string, image = `ghcr.io/acme/${name}:latest`) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\nspec:\n  template:\n    spec:\n      containers:\n        - name: ${name}\n          image: ${image}\n`;
const flux = (name: string, path: string, more = '') =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: ${name}\n  namespace: flux-system\nspec:\n  path: ${path}\n  sourceRef:\n    kind: GitRepository\n    name: flux-system\n${more}`;

const FLEET: Readonly<Record<string, string>> = {
  'apps/base/api/kustomization.yaml': 'resources:\n  - deployment.yaml\n',
  'apps/base/api/deployment.yaml': deployment('api'),
  'apps/dev/kustomization.yaml': 'resources:\n  - ../base/api\nimages:\n  - name: ghcr.io/acme/api\n    newTag: v2\n',
  'apps/prod/kustomization.yaml': 'resources:\n  - ../base/api\nimages:\n  - name: ghcr.io/acme/api\n    newTag: ${TAG}\n',
  'apps/prod/values.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: tags\ndata:\n  TAG: v1\n',
  'clusters/dev/flux-system/gotk-sync.yaml': flux('flux-system', './clusters/dev'),
  'clusters/dev/apps.yaml': flux('apps', './apps/dev'),
  'clusters/prod/flux-system/gotk-sync.yaml': flux('flux-system', './clusters/prod'),
  'clusters/prod/apps.yaml': flux(
    'apps',
    './apps/${ENV:=prod}',
    '  postBuild:\n    substituteFrom:\n      - kind: ConfigMap\n        name: tags\n',
  ),
};

function repository(files: Readonly<Record<string, string>>): GitOpsRepository {
  return createRepository(new Map(Object.entries(files)));
}

/** All that a snapshot says, as text: two snapshots that say the same are equal. */
function saying(snapshot: GitOpsRepository): string {
  return JSON.stringify(
    snapshot.roots.map((root) => ({
      ...root,
      used: [...root.used].sort(),
      unknowns: root.unknowns.map(({ why }) => why),
      deployedBy: root.deployedBy.map((deployer) => ({
        ...deployer,
        object: deployer.object,
        substituteFrom: [...deployer.substituteFrom],
      })),
      usages: root.usages.map((usage) => [
        usage.workload,
        usage.reference,
        usage.status,
        usage.why,
        usage.owner?.file,
        usage.owner?.scalar.start,
      ]),
    })),
  );
}

function images(snapshot: GitOpsRepository, root: string): string[] {
  return snapshot.roots.find(({ id }) => id === root)?.usages.map(({ reference }) => reference) ?? [];
}

describe('a repository', () => {
  test('finds roots through Flux Kustomizations that Flux Kustomizations render', () => {
    const snapshot = repository({ ...FLEET, 'clusters/prod/apps.yaml': flux('apps', './apps/prod') });
    assert.deepEqual(
      snapshot.roots.map(({ id, deployedBy }) => `${id} < ${deployedBy.map(({ name, cluster }) => `${name}@${cluster}`).join()}`),
      [
        'apps/dev < apps@clusters/dev',
        'apps/prod < apps@clusters/prod',
        'clusters/dev < flux-system@clusters/dev',
        'clusters/prod < flux-system@clusters/prod',
      ],
    );
  });

  test('takes the path of a Flux Kustomization as its parent patches and substitutes it', () => {
    const snapshot = repository({
      ...FLEET,
      'clusters/prod/flux-system/gotk-sync.yaml': flux(
        'flux-system',
        './clusters/prod',
        '  postBuild:\n    substitute:\n      ENV: dev\n',
      ),
    });
    assert.equal(snapshot.roots.find(({ id }) => id.startsWith('apps/dev'))?.deployedBy.length ?? 0, 1);
    assert.ok(
      snapshot.roots.some(
        ({ directory, deployedBy }) => directory === 'apps/dev' && deployedBy.some(({ cluster }) => cluster === 'clusters/prod'),
      ),
    );
  });

  test('says that a variable comes from outside when its ConfigMap is not in the repository', () => {
    const files = { ...FLEET, 'clusters/prod/apps.yaml': FLEET['clusters/prod/apps.yaml']!.replace('${ENV:=prod}', 'prod') };
    const inside = repository(files);
    assert.deepEqual(images(inside, 'apps/prod'), ['ghcr.io/acme/api:v1']);
    const outside = inside.with(new Map([['apps/prod/values.yaml', undefined]]));
    const usage = outside.roots.find(({ id }) => id === 'apps/prod')?.usages[0];
    assert.equal(usage?.status, 'unknown');
    assert.match(usage.why, /TAG comes from outside/);
    const back = outside.with(
      new Map([['apps/prod/values.yaml', FLEET['apps/prod/values.yaml']!.replace('TAG: v1', 'TAG: v3')]]),
    );
    assert.deepEqual(images(back, 'apps/prod'), ['ghcr.io/acme/api:v3']);
  });

  test('keeps roots that an edit does not touch as the same objects', () => {
    const before = repository(FLEET);
    const after = before.with(
      new Map([['apps/dev/kustomization.yaml', FLEET['apps/dev/kustomization.yaml']!.replace('v2', 'v3')]]),
    );
    const root = (snapshot: GitOpsRepository, id: string) => snapshot.roots.find((candidate) => candidate.id === id);
    assert.deepEqual(images(after, 'apps/dev'), ['ghcr.io/acme/api:v3']);
    assert.deepEqual(images(before, 'apps/dev'), ['ghcr.io/acme/api:v2']);
    assert.equal(root(after, 'clusters/prod'), root(before, 'clusters/prod'));
    assert.notEqual(root(after, 'apps/dev'), root(before, 'apps/dev'));
  });

  test('sees broken YAML in a document without images, at once or when asked', () => {
    const files = new Map(
      Object.entries({
        ...FLEET,
        'apps/dev/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n  name: x\nspec: {ports: [\n',
      }),
    );
    files.set('apps/dev/kustomization.yaml', 'resources:\n  - ../base/api\n  - service.yaml\n');
    const status = (snapshot: GitOpsRepository) => snapshot.roots.find(({ id }) => id === 'apps/dev')?.usages[0]?.status;
    const deferred = createRepository(files, { deferSyntax: true });
    assert.deepEqual(
      [status(createRepository(files)), status(deferred), status(deferred.checked())],
      ['unknown', 'exact', 'unknown'],
    );
    assert.equal(saying(deferred.checked()), saying(createRepository(files)));
    const sound = createRepository(new Map(Object.entries(FLEET)), { deferSyntax: true });
    assert.equal(sound.checked(), sound);
  });

  test('says after any sequence of edits what a cold index says', () => {
    const paths = Object.keys(FLEET);
    const edit = fc.record({
      path: fc.constantFrom(...paths, 'apps/dev/extra.yaml', '.sourceignore'),
      text: fc.oneof(
        fc.constantFrom(...Object.values(FLEET), 'a: [', '', 'resources: [../dev]\n', '/apps/base\n'),
        fc.tuple(fc.constantFrom(...paths), fc.nat(), fc.nat(40)).map(([path, at, length]) => {
          const text = FLEET[path] ?? '';
          const start = at % (text.length + 1);
          return text.slice(0, start) + text.slice(start + length);
        }),
        fc.constant(undefined),
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
        const files = new Map(Object.entries(FLEET));
        let snapshot = createRepository(files);
        for (const { path, text } of edits) {
          if (text === undefined) files.delete(path);
          else files.set(path, text);
          snapshot = snapshot.with(new Map([[path, text]]));
          assert.equal(saying(snapshot), saying(createRepository(files)));
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('A directory that reads files outside of itself', () => {
  const outside = {
    'other/kustomization.yaml': 'resources: [../shared.yaml]\n',
    'shared.yaml': deployment('api'),
  };
  const sync = flux('flux-system', './clusters/a');
  const rootOf = (snapshot: GitOpsRepository) => snapshot.roots.find(({ directory }) => directory === 'other');

  test('is refused as kustomize does, and built as Flux does where the repository has Flux Kustomizations', () => {
    const plain = repository(outside);
    assert.match(rootOf(plain)?.failure ?? '', /shared\.yaml is not in or below other/);
    const changed = plain.with(new Map([['clusters/a/sync.yaml', sync]]));
    for (const snapshot of [changed, repository({ ...outside, 'clusters/a/sync.yaml': sync })]) {
      const root = rootOf(snapshot);
      assert.equal(root?.failure, undefined);
      assert.deepEqual([root?.readsOutside, root?.usages.length], [true, 1]);
    }
    assert.match(rootOf(changed.with(new Map([['clusters/a/sync.yaml', undefined]])))?.failure ?? '', /not in or below/);
  });
});

test('objects that double with every directory are not read beyond a limit, and other roots are', () => {
  const files: Record<string, string> = { 'good/kustomization.yaml': 'resources: [d.yaml]\n', 'good/d.yaml': deployment('good') };
  for (let level = 0; level < 20; level++) {
    const at = String(level);
    files[`c${at}/kustomization.yaml`] = `resources: [../p${at}, ../q${at}]\n`;
    for (const side of ['p', 'q'])
      files[`${side}${at}/kustomization.yaml`] = `namePrefix: ${side}-\nresources: [../c${String(level + 1)}]\n`;
  }
  files['c20/kustomization.yaml'] = 'resources: [d.yaml]\n';
  files['c20/d.yaml'] = deployment('api');
  const { roots } = repository(files);
  assert.deepEqual(
    roots.map(({ id }) => id),
    ['c0', 'good'],
  );
  const [doubling, good] = roots;
  assert.deepEqual(
    good?.usages.map(({ status }) => status),
    ['exact'],
  );
  assert.ok(doubling?.usages.every(({ status }) => status === 'unknown'));
  assert.match(doubling?.unknowns[0]?.why ?? '', /^q\d+ would make it more than 20000 objects and is not read$/);
});
