import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository } from '../../support/lintedRepository.ts';
import type { Files } from '../../support/lintedRepository.ts';
import { deployment, kustomization, overlays } from '../../support/manifests.ts';

const policy = (name: string, namespace = 'flux-system') =>
  `apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\n`;
const automation = (path: string, namespace = 'flux-system') =>
  `apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageUpdateAutomation\nmetadata:\n  name: ${namespace}\n  namespace: ${namespace}\nspec:\n  update:\n    path: ${path}\n    strategy: Setters\n`;
const objects = { 'clusters/policies.yaml': policy('api'), 'clusters/automation.yaml': automation('./apps') };
const marker = (text: string) => `# {"$imagepolicy": "${text}"}`;
const prod = 'apps/prod/kustomization.yaml';
const marked = (comment: string, more: Files = objects) => ({
  ...overlays('acme/api:v1', { prod: `images:\n  - name: acme/api\n    newTag: v2 ${comment}\n` }),
  ...more,
});
const lint = (files: Files) => new LintedRepository(files);

test('a marker that image automation writes is fine', () => {
  for (const comment of [
    marker('flux-system:api:tag'),
    '# { "$imagepolicy" : "flux-system:api:tag" }',
    '#{"$imagepolicy":"flux-system:api:tag"}',
  ])
    assert.deepEqual(lint(marked(comment)).lines, [], comment);
  assert.deepEqual(
    lint({
      ...objects,
      'apps/prod/kustomization.yaml': kustomization(['deployment.yaml']),
      'apps/prod/deployment.yaml': deployment(`acme/api:v1 ${marker('flux-system:api')}`),
    }).lines,
    [],
  );
});

test('a policy that is not there is named with the nearest', () => {
  const linted = lint(marked(marker('flux-system:apo:tag')));
  assert.deepEqual(linted.lines, [
    'warning setter-policy-missing apps/prod/kustomization.yaml:5 There is no ImagePolicy flux-system:apo in this repository, so image automation never writes this line; the nearest is api.',
  ]);
  assert.deepEqual(linted.fixes('setter-policy-missing'), ['replace-marker: Name the policy api']);
  assert.equal(linted.after('Name the policy api')[prod], marked(marker('flux-system:api:tag'))[prod]);
  const far = lint(marked(marker('flux-system:something-else:tag')));
  assert.deepEqual(far.lines, [
    'warning setter-policy-missing apps/prod/kustomization.yaml:5 There is no ImagePolicy flux-system:something-else in this repository, so image automation never writes this line.',
  ]);
  assert.deepEqual(far.fixes('setter-policy-missing'), []);
});

test("policies of other repositories, of other namespaces and with names that only the cluster knows are nobody's mistake", () => {
  assert.deepEqual(lint(marked(marker('flux-system:apo:tag'), {})).lines, []);
  assert.deepEqual(lint(marked(marker('team:apo:tag'))).of('setter-policy-missing'), []);
  assert.deepEqual(
    lint(marked(marker('flux-system:apo:tag'), { ...objects, 'clusters/more.yaml': policy('${name}') })).of(
      'setter-policy-missing',
    ),
    [],
  );
  const prefixed = {
    'clusters/kustomization.yaml': kustomization(['policies.yaml', 'automation.yaml'], 'namePrefix: eu-\n'),
    ...objects,
  };
  assert.deepEqual(lint(marked(marker('flux-system:eu-api:tag'), prefixed)).of('setter-policy-missing'), []);
  assert.deepEqual(lint(marked(marker('flux-system:api:tag'), prefixed)).of('setter-policy-missing'), [
    'warning apps/prod/kustomization.yaml:5 There is no ImagePolicy flux-system:api in this repository, so image automation never writes this line; the nearest is eu-api.',
  ]);
});

test('automation takes only policies of its own namespace', () => {
  const other = { 'clusters/policies.yaml': policy('api', 'team'), 'clusters/automation.yaml': automation('./apps') };
  assert.deepEqual(lint(marked(marker('team:api:tag'), other)).lines, [
    'warning setter-policy-namespace apps/prod/kustomization.yaml:5 The ImagePolicy is in team, and the ImageUpdateAutomation flux-system/flux-system takes only policies of its own namespace, so nothing writes this line.',
  ]);
  assert.deepEqual(
    lint(marked(marker('team:api:tag'), { ...other, 'clusters/team.yaml': automation('./apps', 'team') })).lines,
    [],
  );
  assert.deepEqual(
    lint(marked(marker('team:api:tag'), { ...other, 'clusters/automation.yaml': automation('./other') })).lines,
    [],
  );
  assert.deepEqual(
    lint(
      marked(marker('team:api:tag'), {
        ...other,
        'clusters/automation.yaml': automation('./apps').replace('  namespace: flux-system\n', ''),
      }),
    ).lines,
    [],
  );
});

test('words beside the marker, and a marker that is none, are not read', () => {
  const beside = lint(marked(`${marker('flux-system:api:tag')} keep this`));
  assert.deepEqual(beside.lines, [
    'warning setter-malformed apps/prod/kustomization.yaml:5 Image automation reads the whole comment as JSON, and words beside the marker make it none: nothing writes this line.',
  ]);
  assert.deepEqual(beside.fixes('setter-malformed'), ['replace-marker: Keep only the marker']);
  assert.equal(beside.after('Keep only the marker')[prod], marked(marker('flux-system:api:tag'))[prod]);
  const before = lint(marked('# set by Flux {"$imagepolicy": "flux-system:api:tag"}'));
  assert.equal(before.after('Keep only the marker')[prod], marked(marker('flux-system:api:tag'))[prod]);
  for (const comment of [
    '# {"$imagepolicy": "api"}',
    '# {"$imagepolicy": "flux-system:api:version"}',
    '# {"$imagepolicy": flux-system:api}',
    '# {"$imagepolicy": "a:b:tag:x"}',
  ])
    assert.match(
      lint(marked(comment)).of('setter-malformed').join(),
      /^warning .*:5 Image automation cannot read this marker: it looks like /,
      comment,
    );
  const second = lint(marked(`# pinned ${marker('flux-system:api:tag')}`));
  assert.deepEqual(second.lines, [
    'warning setter-malformed apps/prod/kustomization.yaml:5 Image automation reads the whole comment as JSON, and words beside the marker make it none: nothing writes this line.',
  ]);
  assert.equal(second.after('Keep only the marker')[prod], marked(marker('flux-system:api:tag'))[prod]);
});

test('a line that is a comment as a whole, and examples in text, are left alone', () => {
  const files = {
    ...marked(''),
    [prod]: `# newTag: v2 ${marker('flux-system:nope')}\n${marked('')[prod] ?? ''}`,
    'README.md': `newTag: v1 ${marker('a:b')}\n`,
  };
  assert.deepEqual(lint(files).lines, []);
});

test('the marker has to write the part that the line holds', () => {
  const linted = lint(marked(marker('flux-system:api')));
  assert.deepEqual(linted.lines, [
    "error setter-wrong-field apps/prod/kustomization.yaml:5 This marker writes the whole reference, name:tag, into newTag, which holds only the tag: add :tag to the policy's name.",
  ]);
  assert.deepEqual(linted.fixes('setter-wrong-field'), ['add-tag-suffix: Write only the tag (:tag)']);
  assert.equal(linted.after('Write only the tag (:tag)')[prod], marked(marker('flux-system:api:tag'))[prod]);
  const whole = lint({
    ...objects,
    'apps/prod/kustomization.yaml': kustomization(['deployment.yaml']),
    'apps/prod/deployment.yaml': deployment(`acme/api:v1 ${marker('flux-system:api:tag')}`),
  });
  assert.deepEqual(whole.lines, [
    'error setter-wrong-field apps/prod/deployment.yaml:10 This marker writes only the tag into image, and the name of the image would be lost: leave :tag away.',
  ]);
  assert.equal(
    whole.after('Write the whole reference')['apps/prod/deployment.yaml'],
    deployment(`acme/api:v1 ${marker('flux-system:api')}`),
  );
  const entry = (rest: string) =>
    lint({ ...marked(''), [prod]: kustomization(['../base'], `images:\n  - name: acme/api\n${rest}`) }).of('setter-wrong-field');
  assert.deepEqual(entry(`    newName: acme/api ${marker('flux-system:api:tag')}\n`), [
    "error apps/prod/kustomization.yaml:5 This marker writes the tag into newName, which holds only the name: add :name to the policy's name.",
  ]);
  assert.deepEqual(entry(`    digest: sha256:${'ab'.repeat(32)} ${marker('flux-system:api')}\n`), [
    "error apps/prod/kustomization.yaml:5 This marker writes the whole reference, name:tag, into digest, which holds only the digest: add :digest to the policy's name.",
  ]);
  assert.deepEqual(
    entry(`    newName: acme/api ${marker('flux-system:api:name')}\n    newTag: v2 ${marker('flux-system:api:tag')}\n`),
    [],
  );
});

test('image automation reads YAML files below its path, and no text in blocks', () => {
  const files = {
    ...marked(''),
    'infra/kustomization.yaml': kustomization(
      ['../apps/base'],
      `images:\n  - name: acme/api\n    newTag: v2 ${marker('flux-system:api:tag')}\n`,
    ),
  };
  assert.deepEqual(lint(files).of('setter-unreachable'), [
    'warning infra/kustomization.yaml:5 The ImageUpdateAutomation of flux-system writes below ./apps, and this file is not there.',
  ]);
  assert.deepEqual(lint({ ...files, 'clusters/automation.yaml': automation('./') }).of('setter-unreachable'), []);
  const patch = kustomization(
    ['../base'],
    `patches:\n  - target: { kind: Deployment }\n    patch: |\n      - op: replace\n        path: /spec/template/spec/containers/0/image\n        value: acme/api:v2 ${marker('flux-system:api')}\n`,
  );
  assert.deepEqual(lint({ ...marked(''), [prod]: patch }).of('setter-unreachable'), [
    'warning apps/prod/kustomization.yaml:8 Inside a block scalar this marker is text and no comment, so image automation never writes this line.',
  ]);
  const env = { ...marked(''), 'apps/prod/tags.env': `TAG=v2 ${marker('flux-system:api:tag')}\n` };
  assert.deepEqual(lint(env).of('setter-unreachable'), [
    'warning apps/prod/tags.env:1 Image automation reads .yaml and .yml files and those called Kustomization, so it never writes this line.',
  ]);
});

test('a marker on a line that another line overrides everywhere bumps nothing', () => {
  const files = {
    ...objects,
    ...overlays(`acme/api:v1 ${marker('flux-system:api')}`, {
      dev: 'images:\n  - name: acme/api\n    newTag: v2\n',
      prod: 'images:\n  - name: acme/api\n    newTag: v3\n',
    }),
  };
  const linted = lint(files);
  assert.deepEqual(linted.lines, [
    'warning setter-not-effective apps/base/deployment.yaml:10 Image automation writes this line, and apps/dev/kustomization.yaml and apps/prod/kustomization.yaml decide the tag instead: nothing runs what it writes.',
    'information env-order-violation apps/prod/kustomization.yaml:5 prod runs v3, ahead of dev, which runs v2.',
  ]);
  assert.deepEqual(linted.related('setter-not-effective'), [
    'apps/dev/kustomization.yaml:5 this line decides',
    'apps/prod/kustomization.yaml:5 this line decides',
  ]);
  assert.deepEqual(lint({ ...files, 'apps/dev/kustomization.yaml': kustomization(['../base']) }).of('setter-not-effective'), []);
  const name = {
    ...objects,
    ...overlays('acme/api:v1', {
      prod: `images:\n  - name: acme/api\n    newName: mirror/api ${marker('flux-system:api:name')}\n    newTag: v2\n`,
    }),
  };
  assert.deepEqual(lint(name).of('setter-not-effective'), []);
});
