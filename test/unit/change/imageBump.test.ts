import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planImageBump } from '../../../src/core/change/imageBump.ts';
import type { ImageBump } from '../../../src/core/change/imageBump.ts';
import type { ImageBumpPlan, Refused } from '../../../src/core/change/plan.ts';
import { isRefused } from '../../../src/core/change/plan.ts';
import { createRepository } from '../../../src/core/repository/gitOpsRepository.ts';
import { place } from '../../../src/core/repository/placement.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const header = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
const deployment = (image: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n        image: ${image}\n`;
const flux = (name: string, path: string, more = '') =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: ${name}\n  namespace: flux-system\nspec:\n  path: ${path}\n  sourceRef:\n    kind: GitRepository\n    name: flux-system\n${more}`;

const shared = {
  'apps/base/kustomization.yaml': `${header}resources:\n- deploy.yaml\nimages:\n- name: app\n  newTag: 1.4.0\n`,
  'apps/base/deploy.yaml': deployment('app:1.0.0'),
  'apps/dev/kustomization.yaml': `${header}resources:\n- ../base\n`,
  'apps/staging/kustomization.yaml': `${header}resources:\n- ../base\n`,
  'apps/prod/kustomization.yaml': `${header}resources:\n- ../base\nimages:\n- name: app\n  newTag: 1.3.0\n`,
};

function plan(
  files: Record<string, string>,
  directory: string,
  bump: Pick<ImageBump, 'tag'> & Partial<ImageBump>,
): ImageBumpPlan | Refused {
  const repository = createRepository(new Map(Object.entries(files)));
  const root = repository.roots.find((one) => one.directory === directory);
  const usage = root?.usages[0];
  assert.ok(root !== undefined && usage !== undefined);
  return planImageBump(repository, { usage, root, mode: 'owner', placement: place(repository.roots), ...bump });
}

function planned(...args: Parameters<typeof plan>): ImageBumpPlan {
  const result = plan(...args);
  assert.ok(!isRefused(result), isRefused(result) ? result.refusal : '');
  return result;
}

function refusal(...args: Parameters<typeof plan>): string {
  const result = plan(...args);
  assert.ok(isRefused(result), 'there is a plan');
  return result.refusal;
}

describe('A bump of a shared line', () => {
  const result = planned(shared, 'apps/dev', { tag: '1.5.0' });

  test('names the other environments that change', () => {
    assert.deepEqual(result.alsoChanges, ['staging']);
    assert.ok(result.warnings.includes('This line also decides staging: it changes there too.'), result.warnings.join('\n'));
  });
  test('lists every image that changes, the chosen one first', () => {
    assert.deepEqual(
      result.changes.map(({ root, before, after }) => [root.id, before.reference, after.reference]),
      [
        ['apps/dev', 'app:1.4.0', 'app:1.5.0'],
        ['apps/staging', 'app:1.4.0', 'app:1.5.0'],
      ],
    );
  });
  test('can be made in the chosen environment alone instead', () => {
    assert.equal(result.canOverride, true);
    const override = planned(shared, 'apps/dev', { tag: '1.5.0', mode: 'override' });
    assert.deepEqual([...override.files.keys()], ['apps/dev/kustomization.yaml']);
    assert.deepEqual(override.alsoChanges, []);
    assert.deepEqual(override.warnings, []);
  });
});

describe('A bump of a line of one environment', () => {
  test('has nothing to say where there is nothing to know', () => {
    const { warnings, alsoChanges, canOverride } = planned(shared, 'apps/prod', { tag: '1.4.0' });
    assert.deepEqual({ warnings, alsoChanges, canOverride }, { warnings: [], alsoChanges: [], canOverride: false });
  });
  for (const [what, tag, warning] of [
    ['a downgrade', '1.2.0', 'This is a downgrade: 1.2.0 is 1 minor older than 1.3.0.'],
    ['tags that do not compare', 'feature-x', 'feature-x and 1.3.0 do not compare, so this may be a downgrade.'],
    ['a moving tag', 'latest', 'latest is a moving tag: what runs can change without a change here.'],
  ] as const)
    test(`warns of ${what}`, () => {
      assert.deepEqual(planned(shared, 'apps/prod', { tag }).warnings, [warning]);
    });
  test('warns of a digest that goes away', () => {
    const files = { ...shared, 'apps/prod/kustomization.yaml': shared['apps/prod/kustomization.yaml'] + `  digest: ${DIGEST}\n` };
    assert.deepEqual(planned(files, 'apps/prod', { tag: '1.4.0' }).warnings, [
      'The digest sha256:abababababab… is removed: it would win over the new tag.',
    ]);
  });
  test('warns of image automation on the line, and only there', () => {
    const marker = ' # {"$imagepolicy": "flux-system:app:tag"}\n';
    const files = {
      ...shared,
      'apps/prod/kustomization.yaml': `${header}resources:\n- ../base\nimages:\n- name: app\n  newTag: 1.3.0${marker}`,
    };
    assert.match(planned(files, 'apps/prod', { tag: '1.4.0' }).warnings.join('\n'), /set this back within a minute/);
    const base = {
      ...shared,
      'apps/base/kustomization.yaml': `${header}resources:\n- deploy.yaml\nimages:\n- name: app\n  newTag: 1.4.0${marker}`,
    };
    assert.deepEqual(planned(base, 'apps/dev', { tag: '1.5.0', mode: 'override' }).warnings, []);
  });
  test('warns of a root that does not build before and after', () => {
    const files = { ...shared, 'apps/prod/kustomization.yaml': `${shared['apps/prod/kustomization.yaml']}foo: 1\n` };
    assert.deepEqual(planned(files, 'apps/prod', { tag: '1.4.0' }).warnings, [
      'apps/prod does not build: apps/prod/kustomization.yaml: unknown field "foo". It stays so after this change.',
    ]);
  });
  test('warns of a suspended Flux Kustomization', () => {
    const files = { ...shared, 'clusters/prod/apps.yaml': flux('apps', './apps/prod', '  suspend: true\n') };
    assert.deepEqual(planned(files, 'apps/prod', { tag: '1.4.0' }).warnings, [
      'flux-system/apps is suspended: nothing changes in the cluster until it is resumed.',
    ]);
  });
});

describe('A bump is refused with a reason', () => {
  test('where the tag is a variable that nothing here sets', () => {
    const files = { 'kustomization.yaml': `${header}resources:\n- deploy.yaml\n`, 'deploy.yaml': deployment('app:${TAG}') };
    assert.match(refusal(files, '.', { tag: 'v2' }), /the variable \$\{TAG\}, and nothing in this repository gives it a value/);
  });
  test('where the wanted text is neither a tag nor a digest', () => {
    for (const tag of ['', 'a b', '-x', 'v2@sha256:12', 'ghcr.io/acme/app:v2', 'x'.repeat(129)])
      assert.match(refusal(shared, 'apps/prod', { tag }), /no tag|No tag|no digest/, tag);
  });
  test('where an entry would have to win over a patch of a Flux Kustomization without being able to', () => {
    const files = {
      'clusters/dev/apps.yaml': flux('apps', './app', '  postBuild:\n    substitute:\n      IMAGE: app:v1\n'),
      'app/deploy.yaml': deployment('${IMAGE}'),
    };
    assert.match(refusal(files, 'app', { tag: 'v2', mode: 'override' }), /cannot be decided by an images entry here/);
  });
  test('where another image would change with an entry that only renamed so far', () => {
    const files = {
      'kustomization.yaml': `${header}resources:\n- deploy.yaml\nimages:\n- name: r/.*\n  newName: mirror/all\n`,
      'deploy.yaml': `${deployment('r/app:v1')}      - name: other\n        image: r/other:v1\n`,
    };
    const { files: changed } = planned(files, '.', { tag: 'v2' });
    assert.deepEqual([...changed.keys()], ['deploy.yaml']);
  });
});
