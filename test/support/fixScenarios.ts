/** Repositories with problems that have fixes, in all the styles in which people write the lines that a fix changes. */
import type { Files, World } from './lintedRepository.ts';
import { seenTag } from './lintedRepository.ts';
import { cluster, deployment, fluxKustomization, kustomization, overlays, single, workload } from './manifests.ts';

export interface FixScenario {
  readonly name: string;
  readonly files: Files;
  readonly world: World;
}

const remoteUrls = ['https://github.com/acme/gitops'];
const digest = `sha256:${'ab'.repeat(32)}`;
const entry = (rest: string, name = 'acme/api') => `  - name: ${name}\n    ${rest}\n`;
const images = (rest: string, name?: string) => `images:\n${entry(rest, name)}`;

/** Entries of an `images:` list for a Deployment of acme/api:v1 and acme/web:v1, each with the rest of a list around it. */
const entries: Readonly<Record<string, string>> = {
  'an entry without match': entry('newTag: v2', 'acme/apj'),
  'an entry without match between others': `${entry('newTag: v2')}${entry('newTag: v2 # theirs', 'acme/wep')}${entry('newTag: v3', 'acme/web')}`,
  'an entry that is not spelled as the image': entry("newTag: 'v2'", 'docker.io/acme/api'),
  'an entry of another owner': entry('newTag: v2', '"ghcr.io/acme/api"'),
  'an entry after a rename': `${entry('newName: mirror/api')}${entry('newTag: v2')}`,
  'two entries for an image': `${entry('newTag: v2 # old')}${entry('newTag: v3')}`,
  'three entries for an image': `${entry('newTag: v2')}${entry('newTag: v3')}${entry('newTag: v4')}`,
  'an empty tag': entry("newTag: ''"),
  'an empty tag in the first key': "  - newTag: ''\n    name: acme/api\n",
  'a tag that is null': entry('newTag:'),
  'a key twice': entry('newTag: v2\n    newTag: v3'),
  'an empty tag twice': entry("newTag: v2\n    newTag: ''"),
  'an empty tag in two spellings': entry("newTag: v2\n    newtag: ''"),
  'a tag twice and a digest': entry(`newTag: v2\n    newTag: v3\n    digest: ${digest}`),
  'a key three times': entry('newTag: v2\n    newTag: v3\n    newTag: v4'),
  'a key in two spellings': entry('newTag: v2\n    newtag: v3'),
  'a number': entry('newTag: 1.10'),
  'two numbers': `${entry('newTag: 0362525 # hash')}${entry('newTag: 20240101', 'acme/web')}`,
  'an unknown field': entry('tag: v2'),
  'an unknown digest': entry(`newDigest: ${digest}`),
  'a tag and a digest': entry(`newTag: v2\n    digest: ${digest}`),
  'a digest as tag': entry(`newTag: ${digest}`),
  'a digest without algorithm as tag': entry(`newTag: ${'ab'.repeat(32)}`),
  'a name with a tag': entry('newName: mirror/api:v9\n    newTag: v2'),
  'white space in the tag': entry('newTag: "v2 "'),
  'a suffix': entry('tagSuffix: -alpine'),
  'a comment without problem': `${entry('newTag: v2 # gitops-cockpit: ignore mutable-tag')}  # gitops-cockpit: ignore tag-not-string, mutable-tag\n${entry('newTag: v3', 'acme/web')}`,
};

/** How a file can be written: from the usual way. */
const styles: Readonly<Record<string, (text: string) => string>> = {
  block: (text) => text,
  'with CRLF and BOM': (text) => `\uFEFF${text.replaceAll('\n', '\r\n')}`,
  'without final newline': (text) => text.trimEnd(),
  'behind comments': (text) => `# one\n---\n# two\n${text}\n# three\n`,
};

function inStyles(): FixScenario[] {
  return Object.entries(entries).flatMap(([name, list]) =>
    Object.entries(styles).map(([style, write]) => ({
      name: `${name}, ${style}`,
      files: {
        'kustomization.yaml': write(kustomization(['deployment.yaml'], `images:\n${list}`)),
        'deployment.yaml': deployment('acme/api:v1', 'acme/web:v1'),
      },
      world: { history: [seenTag('kustomization.yaml', 'acme/api', 'v0', 'a1b2c3d')] },
    })),
  );
}

const policies = {
  'clusters/policy.yaml':
    'apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata:\n  name: api\n  namespace: flux-system\n',
};
const flux = (path: string, rest = ''): Files => cluster('prod', { 'apps.yaml': fluxKustomization('apps', path, rest) });
const release = (tag: string): Files => ({
  'kustomization.yaml': kustomization(['release.yaml']),
  'release.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: api\nspec:\n  values:\n    image:\n      repository: acme/api\n      tag: ${tag}\n`,
});

const others: Readonly<Record<string, Files>> = {
  'a flow list': {
    ...single('acme/api:v1', ''),
    'kustomization.yaml':
      'resources: [deployment.yaml]\nimages: [{ name: acme/apj, newTag: v2 }, {name: acme/api, newTag: 1.10, digest: ""}]\n',
  },
  'flow duplicates': {
    ...single('acme/api:v1', ''),
    'kustomization.yaml':
      'resources: [deployment.yaml]\nimages: [{name: acme/api, newTag: v2, newTag: v3}, {name: acme/api, newTag: v4}]\n',
  },
  'a list twice': {
    ...single('acme/api:v1', ''),
    'kustomization.yaml': `${images('newTag: v2')}resources:\n  - deployment.yaml\n${images('newTag: v3')}`,
  },
  'an only entry without match in a list in two spellings': {
    ...single('acme/api:v1', ''),
    'kustomization.yaml': `Images:\n${entry('newTag: v2')}resources:\n  - deployment.yaml\nimages:\n${entry('newTag: v3', 'acme/apj')}`,
  },
  'an only entry without match': overlays('acme/api:v1', { prod: `# images\n${images('newTag: v2', 'acme/apj')}` }),
  'a renamed image in an overlay': overlays(
    'acme/api:v1',
    { dev: images('newTag: v3', 'mirror/api'), prod: images('newTag: v2') },
    images('newName: mirror/api'),
  ),
  'a variable in the tag': single("'acme/api:${TAG}' # set", entry('newTag: v2')),
  'an empty tag in spec.images': {
    ...overlays('acme/api:v1', {}),
    ...flux('./apps/base', "  images:\n    - name: acme/api\n      newTag: ''\n"),
  },
  'a number in spec.images': {
    ...overlays('acme/api:v1', {}),
    ...flux(
      './apps/base',
      '  images:\n    - name: acme/api\n      newTag: 1.10\n  postBuild:\n    substitute:\n      a: 1\n      b: yes\n',
    ),
  },
  'a number that Flux reads': { ...overlays('acme/api:v1', { prod: images('newTag: 1.10') }), ...flux('./apps/prod') },
  'a field that Flux drops': { ...overlays('acme/api:v1', { prod: images('tag: v2') }), ...flux('./apps/prod') },
  'numbers in Helm values': release('1.10 # pinned'),
  'a date in Helm values': release('2024-06-27'),
  'a path that is not there': { ...overlays('acme/api:v1', { prod: '' }), ...flux('./apps/prd # ours') },
  'a path with backslashes': { ...overlays('acme/api:v1', { prod: '' }), ...flux('".\\\\apps\\\\prod"') },
  'a Flux Kustomization in kustomization.yaml': {
    ...overlays('acme/api:v1', { prod: '' }),
    'clusters/prod/kustomization.yaml': fluxKustomization('apps', './apps/prod'),
  },
  'a target that is not there': single(
    'acme/api:v1',
    '',
    'patches:\n  - target:\n      kind: Deployment\n      name: apo # ours\n    patch: |\n      - op: add\n        path: /metadata/labels\n        value: { a: b }\n',
  ),
  'a base at another version': {
    'kustomization.yaml': `resources:\n  - https://github.com/acme/api//config?ref=v1.2.0\n${images('newTag: v1.3.0')}`,
  },
  'an invalid pattern': single('acme/g++:v1', entry('newTag: v2', 'acme/g++')),
  'a star in a name': single('acme/api:v1', entry('newTag: v2', "'acme/*' # all")),
  'a policy that is not there': {
    ...overlays('acme/api:v1', { prod: images('newTag: v2 # {"$imagepolicy": "flux-system:apo:tag"}') }),
    ...policies,
  },
  'a marker for another field': {
    ...overlays('acme/api:v1', { prod: images('newTag: v2 # {"$imagepolicy": "flux-system:api"}') }),
    ...policies,
  },
  'words beside a marker': {
    ...overlays('acme/api:v1', { prod: images('newTag: v2 # {"$imagepolicy": "flux-system:api:tag"} by Flux') }),
    ...policies,
  },
  'two workloads with a suffix': {
    'kustomization.yaml': kustomization(['a.yaml', 'b.yaml'], images('tagSuffix: -alpine')),
    'a.yaml': workload('Deployment', 'a', ['acme/api:v1']),
    'b.yaml': workload('StatefulSet', 'b', ['acme/api:v1']),
  },
};

export const fixScenarios: readonly FixScenario[] = [
  ...inStyles(),
  ...Object.entries(others).map(([name, files]) => ({ name, files, world: { remoteUrls } })),
];
