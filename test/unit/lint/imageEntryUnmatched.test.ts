import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LintedRepository } from '../../support/lintedRepository.ts';
import type { Files } from '../../support/lintedRepository.ts';
import { cluster, deployment, fluxKustomization, kustomization, overlays, single, workload } from '../../support/manifests.ts';

const code = 'image-entry-unmatched';
const entry = (name: string, rest = '    newTag: v2\n') => `  - name: ${name}\n${rest}`;
const images = (...names: readonly string[]) => `images:\n${names.map((name) => entry(name)).join('')}`;

/** All problems about entries that match nothing. */
function dead(files: Files): string[] {
  return new LintedRepository(files).lines.filter((line) => /image-(?:entry|name)-|wrong-repository/.test(line));
}

test('an entry that no container uses is reported at its name, with the nearest image', () => {
  const linted = new LintedRepository(overlays('ghcr.io/acme/api:v1', { prod: images('ghcr.io/acme/apis') }));
  assert.deepEqual(linted.lines, [
    'warning image-entry-unmatched apps/prod/kustomization.yaml:4 No container in prod uses the image "ghcr.io/acme/apis", so this entry does nothing; the nearest is "ghcr.io/acme/api".',
  ]);
  assert.deepEqual(linted.marked(code), ['ghcr.io/acme/apis']);
  assert.deepEqual(linted.related(code), ['apps/base/deployment.yaml:10 the image is ghcr.io/acme/api:v1 here']);
  assert.deepEqual(linted.fixes(code), [
    'replace-name: Use the name ghcr.io/acme/api',
    'remove-entry: Delete this entry, which does nothing',
  ]);
  assert.deepEqual(linted.after('Use the name ghcr.io/acme/api'), {
    'apps/prod/kustomization.yaml': 'resources:\n  - ../base\nimages:\n  - name: ghcr.io/acme/api\n    newTag: v2\n',
  });
  assert.deepEqual(linted.after('Delete this entry, which does nothing'), {
    'apps/prod/kustomization.yaml': 'resources:\n  - ../base\n',
  });
});

test('the name of a container, of a workload or of an application is taken for the image that it means', () => {
  assert.deepEqual(dead(single('ghcr.io/acme/backend:v1', entry('api'))), [
    'warning image-entry-unmatched kustomization.yaml:4 No container in this repository uses the image "api", so this entry does nothing; the nearest is "ghcr.io/acme/backend".',
  ]);
  assert.deepEqual(dead(single('ghcr.io/acme/backend:v1', entry('backend'))), [
    'warning image-entry-unmatched kustomization.yaml:4 No container in this repository uses the image "backend", so this entry does nothing; the nearest is "ghcr.io/acme/backend".',
  ]);
  const two = { ...single('a', entry('api')), 'deployment.yaml': deployment('acme/one:v1', 'acme/two:v1') };
  assert.deepEqual(dead(two), [
    'warning image-entry-unmatched kustomization.yaml:4 No container in this repository uses the image "api", so this entry does nothing.',
  ]);
});

test('nothing is offered where no name is near', () => {
  const linted = new LintedRepository(single('ghcr.io/acme/api:v1', entry('postgres')));
  assert.deepEqual(linted.lines, [
    'warning image-entry-unmatched kustomization.yaml:4 No container in this repository uses the image "postgres", so this entry does nothing.',
  ]);
  assert.deepEqual(linted.fixes(code), ['remove-entry: Delete this entry, which does nothing']);
});

test('a name that stands in a field which images entries do not reach is shown', () => {
  const resource =
    'apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata:\n  name: main\nspec:\n  image: quay.io/prometheus/prometheus:v2\n';
  const linted = new LintedRepository({
    ...single('acme/api:v1', entry('quay.io/prometheus/prometheus')),
    'prometheus.yaml': resource,
    'kustomization.yaml': kustomization(['deployment.yaml', 'prometheus.yaml'], images('quay.io/prometheus/prometheus')),
  });
  assert.deepEqual(linted.lines, [
    'warning image-entry-unmatched kustomization.yaml:5 No container in this repository uses the image "quay.io/prometheus/prometheus", so this entry does nothing.',
  ]);
  assert.deepEqual(linted.related(code), ['prometheus.yaml:6 the name stands here, in a field that images entries do not reach']);
});

test('an entry without a name matches nothing', () => {
  assert.deepEqual(dead(single('acme/api:v1', '  - newTag: v2\n')), [
    'warning image-entry-unmatched kustomization.yaml:4 This images entry has no name, so it matches nothing.',
  ]);
  assert.deepEqual(dead(single('acme/api:v1', "  - name: ''\n    newTag: v2\n")), [
    'warning image-entry-unmatched kustomization.yaml:4 This images entry has no name, so it matches nothing.',
  ]);
});

test('ephemeral containers are left alone by images entries, and that is said', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: main\nspec:\n  containers:\n    - name: main\n      image: acme/api:v1\n  ephemeralContainers:\n    - name: debug\n      image: busybox:1.36\n';
  const linted = new LintedRepository({ 'kustomization.yaml': kustomization(['pod.yaml'], images('busybox')), 'pod.yaml': pod });
  assert.deepEqual(linted.lines, [
    'warning image-entry-unmatched kustomization.yaml:4 Only the ephemeral container debug uses the image "busybox", and images entries leave ephemeral containers alone.',
  ]);
  assert.deepEqual(linted.fixes(code), ['remove-entry: Delete this entry, which does nothing']);
});

test('an entry in a base or component is dead only where it is in every root that runs it', () => {
  const base = {
    'base/kustomization.yaml': kustomization(['deployment.yaml'], images('acme/sidecar')),
    'base/deployment.yaml': deployment('acme/api:v1'),
  };
  const sidecar = `patches:\n  - patch: |\n      - op: replace\n        path: /spec/template/spec/containers/0/image\n        value: acme/sidecar:v1\n    target: { kind: Deployment }\n`;
  assert.deepEqual(dead({ ...base, 'dev/kustomization.yaml': kustomization(['../base']) }), [
    'warning image-entry-unmatched base/kustomization.yaml:4 No container in dev uses the image "acme/sidecar", so this entry does nothing.',
  ]);
  // A patch of an overlay comes after the base.
  assert.deepEqual(dead({ ...base, 'dev/kustomization.yaml': kustomization(['../base'], sidecar) }), [
    'warning image-entry-unmatched base/kustomization.yaml:4 No container in dev uses the image "acme/sidecar", so this entry does nothing.',
  ]);
  const component = {
    'component/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n${images('acme/api')}`,
    'one/kustomization.yaml': kustomization(['deployment.yaml'], 'components:\n  - ../component\n'),
    'one/deployment.yaml': deployment('acme/api:v1'),
    'two/kustomization.yaml': kustomization(['deployment.yaml'], 'components:\n  - ../component\n'),
    'two/deployment.yaml': deployment('acme/web:v1'),
  };
  assert.deepEqual(dead(component), []);
  assert.deepEqual(dead({ ...component, 'one/deployment.yaml': deployment('acme/web:v1') }), [
    'warning image-entry-unmatched component/kustomization.yaml:4 No container in one and two uses the image "acme/api", so this entry does nothing.',
  ]);
});

test('a component that no root includes is not judged', () => {
  const component = `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n${images('acme/api')}`;
  assert.deepEqual(dead({ 'component/kustomization.yaml': component, ...single('acme/web:v1', '') }), []);
});

test('nothing is called dead where something upstream is not known', () => {
  const upstream: Files = {
    'a remote base': 'resources:\n  - https://github.com/acme/api//deploy?ref=v1\n',
    'a remote base beside others': 'resources:\n  - deployment.yaml\n  - github.com/acme/api//deploy?ref=v1\n',
    'a Helm chart': 'resources:\n  - deployment.yaml\nhelmCharts:\n  - name: api\n    repo: https://charts.acme.example\n',
    'a generator plugin': 'resources:\n  - deployment.yaml\ngenerators:\n  - generator.yaml\n',
    'a remote component': 'resources:\n  - deployment.yaml\ncomponents:\n  - github.com/acme/components//api?ref=v1\n',
    'a transformer before it in a base': 'resources:\n  - base\n',
  };
  const rest = {
    'deployment.yaml': deployment('acme/web:v1'),
    'generator.yaml': 'apiVersion: acme.example/v1\nkind: Generator\nmetadata:\n  name: api\n',
    'base/kustomization.yaml': kustomization(['deployment.yaml'], 'transformers:\n  - transformer.yaml\n'),
    'base/deployment.yaml': deployment('acme/web:v1'),
    'base/transformer.yaml': 'apiVersion: acme.example/v1\nkind: Transformer\nmetadata:\n  name: api\n',
  };
  for (const [name, text] of Object.entries(upstream))
    assert.deepEqual(dead({ ...rest, 'kustomization.yaml': text + images('acme/api') }), [], name);
});

test('nothing is called dead in a root that does not build or that holds an empty file', () => {
  assert.deepEqual(
    dead({
      'kustomization.yaml': kustomization(['deployment.yaml', 'missing.yaml'], images('acme/api')),
      'deployment.yaml': deployment('acme/web:v1'),
    }),
    [],
  );
  assert.deepEqual(
    dead({
      'kustomization.yaml': kustomization(['deployment.yaml', 'later.yaml'], images('acme/api')),
      'deployment.yaml': deployment('acme/web:v1'),
      'later.yaml': '# generated\n---\n',
    }),
    [],
  );
});

test('names that are patterns, images of CronJobs and of custom resources match', () => {
  const files = (kind: string, text: string): Files => ({
    'kustomization.yaml': kustomization([`${kind}.yaml`], images('acme/api')),
    [`${kind}.yaml`]: text,
  });
  const cronJob =
    'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: api\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - name: api\n              image: acme/api:v1\n';
  const custom =
    'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      initContainers:\n        - name: api\n          image: acme/api:v1\n';
  const list = `apiVersion: v1\nkind: List\nitems:\n  - ${deployment('acme/api:v1').trimEnd().replaceAll('\n', '\n    ')}\n`;
  assert.deepEqual(dead(files('cronjob', cronJob)), []);
  assert.deepEqual(dead(files('rollout', custom)), []);
  assert.deepEqual(dead(files('list', list)), []);
  for (const name of ["'acme/.*'", 'acme/ap.', 'acme/api:v1', '.+/api'])
    assert.deepEqual(dead(single('acme/api:v1', entry(name))), [], name);
  assert.deepEqual(dead(single('acme/api:v1', entry('acme/api:v2'))), [
    'warning image-entry-unmatched kustomization.yaml:4 No container in this repository uses the image "acme/api:v2", so this entry does nothing; the nearest is "acme/api".',
  ]);
});

test('a field of a custom resource is reached where configurations name it', () => {
  const resource = 'apiVersion: acme.example/v1\nkind: App\nmetadata:\n  name: api\nspec:\n  image: acme/api:v1\n';
  const configuration = 'images:\n  - path: spec/image\n    kind: App\n';
  const files = {
    'kustomization.yaml': kustomization(['app.yaml'], `${images('acme/api')}configurations:\n  - configuration.yaml\n`),
    'app.yaml': resource,
    'configuration.yaml': configuration,
  };
  assert.deepEqual(dead(files), []);
  assert.deepEqual(dead({ ...files, 'kustomization.yaml': kustomization(['app.yaml'], images('acme/api')) }), [
    'warning image-entry-unmatched kustomization.yaml:4 No container in this repository uses the image "acme/api", so this entry does nothing.',
  ]);
});

test('entries of anchors, aliases, merges, imageTags and keys in another case are looked at like others', () => {
  assert.deepEqual(
    dead(single('acme/api:v1', '  - &e\n    name: &n acme/apj\n    newTag: v2\n  - name: acme/api\n    newTag: v3\n')),
    [
      'warning image-entry-unmatched kustomization.yaml:5 No container in this repository uses the image "acme/apj", so this entry does nothing; the nearest is "acme/api".',
    ],
  );
  assert.deepEqual(
    dead({
      'kustomization.yaml': kustomization(['deployment.yaml'], `Images:\n${entry('acme/apj', '    NewTag: v2\n')}`),
      'deployment.yaml': deployment('acme/api:v1'),
    }),
    [
      'warning image-entry-unmatched kustomization.yaml:4 No container in this repository uses the image "acme/apj", so this entry does nothing; the nearest is "acme/api".',
    ],
  );
  assert.deepEqual(
    dead({
      'kustomization.yaml': kustomization(['deployment.yaml'], `imageTags:\n${entry('acme/apj')}`),
      'deployment.yaml': deployment('acme/api:v1'),
    }),
    [
      'warning image-entry-unmatched kustomization.yaml:4 No container in this repository uses the image "acme/apj", so this entry does nothing; the nearest is "acme/api".',
    ],
  );
});

test('an entry of spec.images that matches nothing in what Flux builds is dead', () => {
  const flux = fluxKustomization('apps', './apps/base', '  images:\n    - name: acme/apj\n      newTag: v2\n');
  const files = { ...overlays('acme/api:v1', {}), ...cluster('prod', { 'apps.yaml': flux }) };
  assert.deepEqual(new LintedRepository(files, { remoteUrls: ['https://github.com/acme/gitops'] }).lines, [
    'warning image-entry-unmatched clusters/prod/apps.yaml:14 No container in prod uses the image "acme/apj", so this entry does nothing; the nearest is "acme/api".',
  ]);
});

test('the fix keeps quotes, comments, line ends and flow style, and deletes only the entry', () => {
  const first = new LintedRepository(
    single('acme/api:v1', "  - name: 'acme/apj' # ours\n    newTag: v2\n  - name: acme/web\n    newTag: v3\n"),
  );
  assert.equal(
    first.after('Use the name acme/api')['kustomization.yaml'],
    "resources:\n  - deployment.yaml\nimages:\n  - name: 'acme/api' # ours\n    newTag: v2\n  - name: acme/web\n    newTag: v3\n",
  );
  assert.equal(
    first.after('Delete this entry, which does nothing')['kustomization.yaml'],
    'resources:\n  - deployment.yaml\nimages:\n  - name: acme/web\n    newTag: v3\n',
  );
  const files = {
    'kustomization.yaml':
      '\uFEFFresources: [deployment.yaml]\r\nimages: [{ name: acme/apj, newTag: v2 }, { name: acme/web, newTag: v3 }]\r\n',
    'deployment.yaml': deployment('acme/api:v1'),
  };
  const flow = new LintedRepository(files);
  assert.equal(
    flow.after('Use the name acme/api')['kustomization.yaml'],
    '\uFEFFresources: [deployment.yaml]\r\nimages: [{ name: acme/api, newTag: v2 }, { name: acme/web, newTag: v3 }]\r\n',
  );
  assert.equal(
    flow.after('Delete this entry, which does nothing')['kustomization.yaml'],
    '\uFEFFresources: [deployment.yaml]\r\nimages: [{ name: acme/web, newTag: v3 }]\r\n',
  );
  const only = new LintedRepository({
    ...files,
    'kustomization.yaml': kustomization(['deployment.yaml'], `# tags\n${images('acme/apj')}# end\n`),
  });
  assert.equal(
    only.after('Delete this entry, which does nothing')['kustomization.yaml'],
    'resources:\n  - deployment.yaml\n# tags\n# end\n',
  );
});

test('an image in several workloads is one image', () => {
  const files = {
    'kustomization.yaml': kustomization(['a.yaml', 'b.yaml'], images('acme/apj')),
    'a.yaml': workload('Deployment', 'a', ['acme/api:v1']),
    'b.yaml': workload('StatefulSet', 'b', ['acme/api:v2']),
  };
  assert.deepEqual(new LintedRepository(files).fixes(code), [
    'replace-name: Use the name acme/api',
    'remove-entry: Delete this entry, which does nothing',
  ]);
});
