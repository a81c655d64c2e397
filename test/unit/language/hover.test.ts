import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SeenTag } from '../../../src/core/git/patchTags.ts';
import type { ImageHover } from '../../../src/core/language/imageHover.ts';
import { imageHover, silentEntry } from '../../../src/core/language/imageHover.ts';
import { lastChange } from '../../../src/core/language/lastChange.ts';
import { describeMarker } from '../../../src/core/language/policies.ts';
import { reachedAt } from '../../../src/core/language/reached.ts';
import { valuesOfVariable, variableAt, variablesIn } from '../../../src/core/language/variables.ts';
import type { Files, Fleet } from '../../support/fleet.ts';
import { deployment, fleet, fleetOf, flux } from '../../support/fleet.ts';

function hoverAt(files: Files, path: string, text: string): (ImageHover & { readonly fleet: Fleet }) | undefined {
  const at = fleetOf(files);
  const { images } = reachedAt(at.repository, at.inventory, at.file(path), at.offset(path, text));
  const hover = imageHover(at.repository, at.inventory, images);
  return hover && { ...hover, fleet: at };
}

/** `prod v1.1.0, 1 minor behind dev: manifest > images entry` */
function rows({ rows: all }: ImageHover): string[] {
  return all.map(({ where, version, remarks, steps }) => {
    const words = [version, ...remarks.map((remark) => remark.words)].filter((word) => word !== '').join(', ');
    return `${where} ${words}: ${steps.map(({ what }) => what).join(' > ')}`;
  });
}

describe('A hover over', () => {
  test('a tag tells of its one environment in full', () => {
    const hover = hoverAt(fleet, 'apps/prod/kustomization.yaml', 'v1.1.0');
    assert.ok(hover);
    assert.equal(hover.title, 'ghcr.io/acme/api:v1.1.0');
    assert.deepEqual(rows(hover), ['prod v1.1.0, 1 minor behind dev: manifest > images entry']);
    assert.deepEqual(
      hover.details?.parts.map(({ part, place }) => `${part} ${hover.fleet.say(place)}`),
      ['tag apps/prod/kustomization.yaml:5 v1.1.0', 'name apps/base/api/deployment.yaml:10 ghcr.io/acme/api:latest'],
    );
    assert.deepEqual(
      hover.details?.others.map(({ environment, text }) => `${environment} ${text}`),
      ['dev v1.2.0 (newer by 1 minor)'],
    );
    assert.deepEqual(
      hover.deployedBy.map(({ name, path, place }) => `${name} ${path} ${hover.fleet.say(place)}`),
      ['flux-system/apps-prod ./apps/prod clusters/main/prod.yaml:4 apps-prod'],
    );
  });

  test('an image in a base has a row for each environment', () => {
    const hover = hoverAt(fleet, 'apps/base/api/deployment.yaml', 'ghcr.io/acme/api');
    assert.ok(hover);
    assert.equal(hover.title, 'ghcr.io/acme/api');
    assert.equal(hover.details, undefined);
    assert.deepEqual(rows(hover), [
      'dev v1.2.0: manifest > images entry',
      'prod v1.1.0, 1 minor behind dev: manifest > images entry',
    ]);
  });

  test('an entry that leaves the tag empty says what runs', () => {
    const files = {
      ...fleet,
      'apps/prod/kustomization.yaml': 'resources: [../base/api]\nimages:\n- name: ghcr.io/acme/api\n  newTag: ""\n',
    };
    const hover = hoverAt(files, 'apps/prod/kustomization.yaml', '""');
    assert.ok(hover);
    assert.deepEqual(rows(hover), ['prod latest, newTag is empty, base decides, not pinned, differs from dev: v1.2.0: manifest']);
  });

  test('an image has a row for each application, with all its containers', () => {
    const two = `${deployment('api', 'app:v1')}      initContainers:\n        - {name: migrate, image: app:v1}\n---\n${deployment('jobs', 'app:v1')}`;
    const files = { 'kustomization.yaml': 'resources: [all.yaml]\nimages: [{name: app, newTag: v2}]\n', 'all.yaml': two };
    const hover = hoverAt(files, 'kustomization.yaml', 'v2');
    assert.deepEqual(
      hover?.rows.map(({ workloads }) => workloads),
      [['Deployment api: api, init:migrate'], ['Deployment jobs: jobs']],
    );
  });

  test('a line that decides without being an image is told as one: the file of a generator', () => {
    const files = {
      'kustomization.yaml':
        'resources: [app.yaml]\nconfigMapGenerator: [{name: tags, envs: [.env]}]\nreplacements:\n- source: {kind: ConfigMap, name: tags, fieldPath: data.TAG}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths: [spec.template.spec.containers.0.image]\n    options: {delimiter: ":", index: 1}\n',
      'app.yaml': deployment('app', 'app:v1'),
      '.env': 'OTHER=1\nTAG=v7\n',
    };
    assert.equal(hoverAt(files, '.env', 'v7')?.title, 'app:v7');
    assert.equal(hoverAt(files, '.env', 'OTHER'), undefined);
  });

  test('nothing that runs says nothing', () => {
    assert.equal(hoverAt({ ...fleet, 'lost.yaml': deployment('x', 'x:v1') }, 'lost.yaml', 'x:v1'), undefined);
    assert.equal(hoverAt(fleet, 'apps/prod/kustomization.yaml', 'images'), undefined);
  });

  test('at most eight environments are told, and how many more there are', () => {
    const files: Record<string, string> = {
      'base/kustomization.yaml': 'resources: [app.yaml]\n',
      'base/app.yaml': deployment('app', 'app:v1'),
    };
    for (let index = 0; index < 11; index++)
      files[`envs/region-${String(index)}/kustomization.yaml`] = 'resources: [../../base]\n';
    const hover = hoverAt(files, 'base/app.yaml', 'app:v1');
    assert.deepEqual([hover?.rows.length, hover?.more], [8, 3]);
  });
});

describe('An entry that matches nothing', () => {
  const silence = (files: Files): string | undefined => {
    const at = fleetOf(files);
    const { mention } = reachedAt(
      at.repository,
      at.inventory,
      at.file('kustomization.yaml'),
      at.offset('kustomization.yaml', 'wrong'),
    );
    assert.equal(mention?.type, 'entry');
    return silentEntry(at.repository, mention.entry);
  };
  const entry = 'images: [{name: wrong}]\n';

  test('says so where that is certain', () => {
    const files = { 'kustomization.yaml': `resources: [app.yaml]\n${entry}`, 'app.yaml': deployment('app', 'app:v1') };
    assert.equal(silence(files), 'This entry matches no image.');
  });

  test('says what is not known where it is not', () => {
    assert.equal(
      silence({ 'kustomization.yaml': `resources: ["https://github.com/acme/base"]\n${entry}` }),
      'Whether this entry matches an image is not known: https://github.com/acme/base is not fetched.',
    );
  });
});

describe('A variable', () => {
  const files: Files = {
    'apps/api/kustomization.yaml': 'resources: [settings.yaml]\n',
    'apps/api/settings.yaml':
      'kind: ConfigMap\nmetadata: {name: settings}\ndata:\n  # ${comment}\n  A: ${host}\n  B: ${level:=info}\n  C: ${key}\n  D: ${none}\n  E: $${host}\n',
    'clusters/main/flux-system/gotk-sync.yaml': flux('flux-system', './clusters/main'),
    'clusters/main/apps.yaml': `${flux('one', './apps/api', '  postBuild: {substitute: {host: one.example, level: debug}, substituteFrom: [{kind: Secret, name: keys}]}\n')}---\n${flux('two', './apps/api', '  postBuild: {substitute: {host: two.example}}\n')}`,
    'clusters/main/keys.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: {name: keys, namespace: flux-system}\nstringData: {key: secret}\n',
  };
  const at = fleetOf(files);
  const values = (name: string): string[] => {
    const variable = variableAt(at.file('apps/api/settings.yaml'), at.offset('apps/api/settings.yaml', `\${${name}`));
    return variable === undefined
      ? []
      : valuesOfVariable(at.repository, variable).map(({ flux: { name: flux }, kind, text, place }) =>
          [flux, kind, text, place === undefined ? '' : at.say(place)].filter((word) => word !== '').join(' '),
        );
  };

  test('has a value for each Flux Kustomization, and a line where that is written', () => {
    assert.deepEqual(values('host'), [
      'one value one.example clusters/main/apps.yaml:11 one.example',
      'two value two.example clusters/main/apps.yaml:23 two.example',
    ]);
    assert.deepEqual(values('level'), ['one value debug clusters/main/apps.yaml:11 debug', 'two default info']);
  });

  test('from a Secret, or from nowhere, has no text', () => {
    assert.deepEqual(values('key'), ['one secret clusters/main/keys.yaml:4 secret', 'two missing']);
    assert.deepEqual(values('none'), ['one missing', 'two missing']);
  });

  test('is none in a comment, or with two dollars', () => {
    assert.deepEqual(
      variablesIn(at.file('apps/api/settings.yaml')).map(({ expression }) => expression),
      ['${host}', '${level:=info}', '${key}', '${none}'],
    );
  });

  test('in the definition of a Flux Kustomization is that of its parent', () => {
    const parent = {
      ...files,
      'clusters/main/apps.yaml': flux('one', './apps/${app:=api}', '  postBuild: {substitute: {app: other}}\n'),
    };
    const own = fleetOf(parent);
    const variable = variableAt(own.file('clusters/main/apps.yaml'), own.offset('clusters/main/apps.yaml', '${app'));
    assert.ok(variable);
    assert.deepEqual(valuesOfVariable(own.repository, variable), []);
  });
});

describe('A marker', () => {
  const policy = `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: api, namespace: flux-system}
spec:
  imageRepositoryRef: {name: api}
  filterTags: {pattern: '^v'}
  policy: {semver: {range: '>=1.0.0'}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: api, namespace: flux-system}
spec: {image: ghcr.io/acme/api}
`;
  const describeAt = (comment: string) => {
    const path = 'apps/dev/kustomization.yaml';
    const at = fleetOf({
      ...fleet,
      [path]: `resources: [../base/api]\nimages:\n- name: ghcr.io/acme/api\n  newTag: v1 # ${comment}\n`,
      'clusters/main/policy.yaml': policy,
    });
    const { mention } = reachedAt(at.repository, at.inventory, at.file(path), at.offset(path, '#'));
    assert.equal(mention?.type, 'marker');
    const found = describeMarker(at.repository, mention.marker);
    return { ...found, place: found.place && at.say(found.place) };
  };

  test('tells of the policy that it names', () => {
    assert.deepEqual(describeAt('{"$imagepolicy": "flux-system:api:tag"}'), {
      policy: 'flux-system/api',
      writes: 'tag',
      image: 'ghcr.io/acme/api',
      order: 'semver >=1.0.0',
      filter: '^v',
      place: 'clusters/main/policy.yaml:3 api',
      doubt: '',
      automations: [],
    });
  });

  test('says what is missing', () => {
    assert.equal(
      describeAt('{"$imagepolicy": "flux-system:other"}').doubt,
      'This repository has no ImagePolicy flux-system/other.',
    );
    assert.match(describeAt('{"$imagepolicy": "flux-system"}').doubt, /^Image automation does not read this comment/);
  });
});

describe('The last change of a tag', () => {
  const image = fleetOf(fleet).inventory.images.find(({ environment }) => environment === 'prod');
  assert.ok(image);
  const seen = (tag: string, more: Partial<SeenTag> = {}): SeenTag => ({
    tag,
    image: 'ghcr.io/acme/api',
    key: 'newTag',
    file: 'apps/prod/kustomization.yaml',
    commit: tag,
    author: 'Mira',
    date: '2026-11-01T00:00:00Z',
    ...more,
  });

  test('is the newest commit that wrote it into the deciding file', () => {
    assert.equal(lastChange([seen('v1.1.0'), seen('v1.0.0')], image)?.commit, 'v1.1.0');
    assert.equal(lastChange([seen('v1.1.0', { file: 'apps/dev/kustomization.yaml' })], image), undefined);
    assert.equal(lastChange([seen('v1.1.0', { image: 'ghcr.io/acme/web' })], image), undefined);
  });

  test('is not known of a tag that is not committed', () => {
    assert.equal(lastChange([seen('v1.0.0'), seen('v1.1.0')], image), undefined);
  });

  test('needs no name beside the tag where none is written', () => {
    assert.equal(lastChange([seen('v1.0.0', { image: '' }), seen('v1.1.0', { image: '' })], image)?.tag, 'v1.1.0');
  });
});
