import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planImageRename, renameTargetAt } from '../../../src/core/language/rename.ts';
import { applyEdits, isRefusal } from '../../../src/core/text/textEdit.ts';
import type { Files } from '../../support/fleet.ts';
import { deployment, fleet, fleetOf, flux } from '../../support/fleet.ts';

/** Renames the image at a text of a file; the lines that differ, or the refusal. */
function renamed(files: Files, path: string, text: string, wanted: string): string[] | string {
  const at = fleetOf(files);
  const target = renameTargetAt(at.file(path), at.offset(path, text));
  if (target === undefined) return 'nothing to rename';
  if (isRefusal(target)) return target.reason;
  const plan = planImageRename(at.repository, target.name, wanted);
  if (isRefusal(plan)) return plan.reason;
  return [...plan].flatMap(([file, edits]) => {
    const before = at.file(file).text;
    const after = applyEdits(before, edits);
    assert.ok(typeof after === 'string');
    const old = before.split('\n');
    return after
      .split('\n')
      .flatMap((line, index) => (line === old[index] ? [] : [`${file}:${String(index + 1)} ${line.trim()}`]));
  });
}

const wanted = 'registry.example/team/api';

describe('Renaming an image', () => {
  test('changes every entry and every manifest, and nothing else in them', () => {
    const expected = [
      'apps/base/api/deployment.yaml:10 image: registry.example/team/api:latest',
      'apps/dev/kustomization.yaml:4 - name: registry.example/team/api',
      'apps/prod/kustomization.yaml:4 - name: registry.example/team/api',
    ];
    assert.deepEqual(renamed(fleet, 'apps/dev/kustomization.yaml', 'ghcr.io', wanted), expected);
    assert.deepEqual(renamed(fleet, 'apps/base/api/deployment.yaml', 'ghcr.io', wanted), expected);
  });

  test('starts from the name alone, without its tag and its quotes', () => {
    const at = fleetOf({
      'pod.yaml': 'kind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: x, image: "r.example:5000/x:v1"}]}\n',
    });
    const target = renameTargetAt(at.file('pod.yaml'), at.offset('pod.yaml', 'r.example'));
    assert.ok(target !== undefined && !isRefusal(target));
    assert.equal(at.say(target.place), 'pod.yaml:3 r.example:5000/x');
    assert.equal(renamed(fleet, 'apps/dev/kustomization.yaml', 'v1.2.0', wanted), 'nothing to rename');
  });

  test('takes quotes, comments, patches, new names and values of charts along', () => {
    const files: Files = {
      'dev/kustomization.yaml': `resources: [app.yaml, web.yaml]
images:
  - name: placeholder
    newName: 'ghcr.io/acme/api' # where it is built
patches:
  - target: {kind: Deployment, name: other}
    patch: |-
      - op: replace
        path: /spec/template/spec/containers/0/image
        value: ghcr.io/acme/api:v2
`,
      'dev/app.yaml': `${deployment('app', 'placeholder:v1')}---\n${deployment('other', 'x:v1')}`,
      'dev/web.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  values:
    image: {repository: ghcr.io/acme/api, tag: v3}
    job: {image: {registry: ghcr.io, repository: acme/api, tag: v4}}
`,
    };
    assert.deepEqual(renamed(files, 'dev/kustomization.yaml', 'ghcr.io/acme/api', 'ghcr.io/team/api'), [
      "dev/kustomization.yaml:4 newName: 'ghcr.io/team/api' # where it is built",
      'dev/kustomization.yaml:10 value: ghcr.io/team/api:v2',
      'dev/web.yaml:6 image: {repository: ghcr.io/team/api, tag: v3}',
      'dev/web.yaml:7 job: {image: {registry: ghcr.io, repository: team/api, tag: v4}}',
    ]);
    assert.match(
      String(renamed(files, 'dev/kustomization.yaml', 'ghcr.io/acme/api', wanted)),
      /keeps the registry of the name apart/,
    );
    assert.deepEqual(renamed(files, 'dev/kustomization.yaml', 'placeholder', 'other-placeholder'), [
      'dev/kustomization.yaml:3 - name: other-placeholder',
      'dev/app.yaml:10 image: other-placeholder:v1',
    ]);
  });

  test('reaches the image that automation scans, and the value of a variable', () => {
    const files: Files = {
      ...fleet,
      'clusters/main/scan.yaml':
        'apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {name: api}\nspec:\n  image: ghcr.io/acme/api\n',
      'clusters/main/extra.yaml': flux('extra', './extra', '  postBuild:\n    substitute:\n      image: ghcr.io/acme/api:v5\n'),
      'extra/extra.yaml': deployment('extra', '${image}'),
    };
    const lines = renamed(files, 'apps/dev/kustomization.yaml', 'ghcr.io', wanted);
    assert.ok(Array.isArray(lines), String(lines));
    assert.ok(lines.includes('clusters/main/scan.yaml:5 image: registry.example/team/api'));
    assert.ok(lines.includes('clusters/main/extra.yaml:13 image: registry.example/team/api:v5'));
    assert.equal(
      renamed(files, 'extra/extra.yaml', '${image}', wanted),
      '${image} has a variable in it. Change the value of the variable',
    );
  });

  test('follows an anchor with its aliases', () => {
    const files = {
      'kustomization.yaml':
        'resources: [app.yaml]\nimages:\n- name: &n ghcr.io/acme/api\n  newTag: v1\n- {name: *n, newTag: v2}\n',
      'app.yaml': deployment('api', 'ghcr.io/acme/api:v0'),
    };
    assert.deepEqual(renamed(files, 'kustomization.yaml', 'ghcr.io', wanted), [
      'kustomization.yaml:3 - name: &n registry.example/team/api',
      'app.yaml:10 image: registry.example/team/api:v0',
    ]);
  });
});

describe('An image is not renamed', () => {
  test('where an anchor stands for something else too', () => {
    const files = {
      'kustomization.yaml':
        'resources: [app.yaml]\ncommonAnnotations: {image: &n ghcr.io/acme/api}\nimages:\n- name: *n\n  newTag: v1\n',
      'app.yaml': deployment('api', 'ghcr.io/acme/api:v0'),
    };
    assert.deepEqual(renamed(files, 'kustomization.yaml', '*n', wanted), [
      'kustomization.yaml:4 - name: registry.example/team/api',
      'app.yaml:10 image: registry.example/team/api:v0',
    ]);
    const other = {
      ...files,
      'kustomization.yaml':
        'resources: [app.yaml]\nimages:\n- name: &n ghcr.io/acme/api\n  newTag: v1\ncommonAnnotations: {image: *n}\n',
    };
    assert.equal(
      renamed(other, 'app.yaml', 'ghcr.io', wanted),
      'the name in kustomization.yaml is an anchor, and lines that are no images stand for it',
    );
  });

  test('where something of it is not known', () => {
    const remote = {
      'kustomization.yaml':
        'resources: ["https://github.com/acme/base?ref=v1"]\nimages:\n- name: ghcr.io/acme/api\n  newTag: v1\n',
    };
    assert.match(
      String(renamed(remote, 'kustomization.yaml', 'ghcr.io', wanted)),
      /^what \. runs is not known: the workload is not in this repository/,
    );
    const bare = {
      'kustomization.yaml': 'resources: ["https://github.com/acme/base?ref=v1"]\nimages:\n- name: ghcr.io/acme/api\n',
    };
    assert.match(
      String(renamed(bare, 'kustomization.yaml', 'ghcr.io', wanted)),
      /^the entry in kustomization\.yaml may be for an image that is not in this repository/,
    );
    const broken = { ...fleet, 'apps/prod/kustomization.yaml': 'resources: [../base/api, gone.yaml]\n' };
    assert.match(
      String(renamed(broken, 'apps/dev/kustomization.yaml', 'ghcr.io', wanted)),
      /^what apps\/prod runs is not known: does not build/,
    );
  });

  test('to something that is no name', () => {
    for (const bad of ['Api', 'api:v1', '', 'a b'])
      assert.match(String(renamed(fleet, 'apps/dev/kustomization.yaml', 'ghcr.io', bad)), /is no name of an image/);
  });

  test('through a pattern, or to a name that another entry would change', () => {
    const pattern = {
      'kustomization.yaml': 'resources: [app.yaml]\nimages:\n- name: ghcr.io/acme/.*\n  newTag: v1\n',
      'app.yaml': deployment('api', 'ghcr.io/acme/api:v0'),
    };
    assert.match(String(renamed(pattern, 'kustomization.yaml', 'ghcr.io', wanted)), /is a pattern/);
    assert.match(
      String(renamed(pattern, 'app.yaml', 'ghcr.io', wanted)),
      /would run registry\.example\/team\/api:v0, not registry\.example\/team\/api:v1/,
    );
  });
});
