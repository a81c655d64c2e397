/** Repositories that somebody could make to exhaust the time, the memory or the stack of whoever opens them. */

const K = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
const dep =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n        image: app:1\n';
const bomb = (leaf: string) => {
  let s = `a0: &a0 ${leaf}\n`;
  for (let i = 1; i < 10; i++)
    s += `a${i}: &a${i} [${Array(10)
      .fill('*a' + (i - 1))
      .join(', ')}]\n`;
  return s;
};
const bombMap = () => {
  let s = `a0: &a0 {image: x}\n`;
  for (let i = 1; i < 10; i++)
    s += `a${i}: &a${i} {${'abcdefghij'
      .split('')
      .map((k) => k + ': *a' + (i - 1))
      .join(', ')}}\n`;
  return s;
};
const makers: Readonly<Record<string, () => Record<string, string>>> = {
  'aliases of aliases of lists': () => ({
    'kustomization.yaml': K + 'resources:\n- d.yaml\n',
    'd.yaml': dep + bomb('[{image: x}]'),
  }),
  'aliases of aliases of mappings': () => ({ 'kustomization.yaml': K + 'resources:\n- d.yaml\n', 'd.yaml': dep + bombMap() }),
  'a kustomization of aliases': () => ({ 'kustomization.yaml': K + bomb('[x]') + 'resources: *a9\n', 'd.yaml': dep }),
  'values of aliases': () => ({
    'kustomization.yaml': K + 'resources:\n- d.yaml\n',
    'd.yaml':
      'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: h\n' + bombMap() + 'spec:\n  values: *a9\n',
  }),
  'a Flux Kustomization of aliases': () => ({
    'f.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: h\n' +
      bombMap() +
      'spec:\n  path: ./\n  sourceRef: {kind: GitRepository, name: flux-system}\n  postBuild:\n    substitute: {A: b}\n',
    'd.yaml': dep + bombMap(),
  }),
  'a patch of aliases': () => ({
    'kustomization.yaml': K + 'resources:\n- d.yaml\npatches:\n- path: p.yaml\n',
    'd.yaml': dep,
    'p.yaml': dep + bombMap(),
  }),
  'a replacement through aliases': () => ({
    'kustomization.yaml':
      K +
      'resources:\n- d.yaml\nconfigMapGenerator:\n- name: v\n  literals: [a=b]\nreplacements:\n- source: {kind: ConfigMap, name: v, fieldPath: data.a}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths: [a9.*.*.*.*.*.*.*.*.*.image]\n',
    'd.yaml': dep + bombMap(),
  }),
  'merges of merges': () => {
    let s = 'a0: &a0 {image: x}\n';
    for (let i = 1; i < 30; i++) s += `a${i}: &a${i} {<<: [*a${i - 1}, *a${i - 1}], k${i}: 1}\n`;
    return { 'kustomization.yaml': K + 'resources:\n- d.yaml\n', 'd.yaml': dep + s };
  },
  '9,000 nested lists': () => ({
    'kustomization.yaml': K + 'resources:\n- d.yaml\n',
    'd.yaml': dep + 'x: ' + '['.repeat(9000) + ']'.repeat(9000) + '\n',
  }),
  '9,000 nested mappings': () => ({
    'kustomization.yaml': K + 'resources:\n- d.yaml\n',
    'd.yaml': dep + 'x: ' + '{a: '.repeat(9000) + '}'.repeat(9000) + '\n',
  }),
  '3,000 levels of indentation': () => ({
    'kustomization.yaml': K + 'resources:\n- d.yaml\n',
    'd.yaml': dep + Array.from({ length: 3000 }, (_, i) => ' '.repeat(i) + 'a:').join('\n') + '\n',
  }),
  '4,000 dashes on a line': () => ({
    'kustomization.yaml': K + 'resources:\n- d.yaml\n',
    'd.yaml': 'apiVersion: v1\nkind: List\nitems:\n- ' + '- '.repeat(4000) + 'image\n',
  }),
  '20,000 nested variables': () => ({
    'c/f.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: h\nspec:\n  path: ./app\n  sourceRef: {kind: GitRepository, name: flux-system}\n  postBuild:\n    substitute: {A: b}\n',
    'app/d.yaml': dep.replace('app:1', 'app:' + '${X:-'.repeat(20000) + '}'.repeat(20000)),
  }),
  'a pattern that explodes': () => ({
    'c/f.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: h\nspec:\n  path: ./app\n  sourceRef: {kind: GitRepository, name: flux-system}\n  postBuild:\n    substitute: {A: "' +
      'a'.repeat(5000) +
      '"}\n',
    'app/d.yaml': dep.replace('app:1', 'app:${A##' + '*a'.repeat(200) + 'b}'),
  }),
  'an image name that is an evil expression': () => ({
    'kustomization.yaml': K + 'resources:\n- d.yaml\nimages:\n- name: (a+)+$\n  newTag: x\n',
    'd.yaml': dep.replace('app:1', 'a'.repeat(50000) + '!'),
  }),
  'a target that is an evil expression': () => ({
    'kustomization.yaml':
      K +
      'resources:\n- d.yaml\npatches:\n- target: {kind: Deployment, name: "(a+)+b"}\n  patch: "[{op: replace, path: /spec/template/spec/containers/0/image, value: x}]"\n',
    'd.yaml': dep.replace('name: app', 'name: ' + 'a'.repeat(20000)),
  }),
  '3,000 directories in a row': () =>
    Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`d${i}/kustomization.yaml`, K + `resources:\n- ../d${i + 1}\n`])),
  'directories in circles': () => ({
    'a/kustomization.yaml': K + 'resources: [../b]\n',
    'b/kustomization.yaml': K + 'resources: [../a]\n',
    'c/kustomization.yaml': K + 'resources: [../a]\ncomponents: [../c]\n',
  }),
  'a resource through 2^40 paths': () =>
    Object.fromEntries([
      ...Array.from({ length: 40 }, (_, i) => [`d${i}/kustomization.yaml`, K + `resources:\n- ../d${i + 1}\n- ../d${i + 1}\n`]),
      ['d40/kustomization.yaml', K + 'resources:\n- d.yaml\n'],
      ['d40/d.yaml', dep],
    ]),
  'a component through 2^25 paths': () =>
    Object.fromEntries([
      ['kustomization.yaml', K + 'resources: [d.yaml]\ncomponents: [d0]\n'],
      ['d.yaml', dep],
      ...Array.from({ length: 25 }, (_, i) => [
        `d${i}/kustomization.yaml`,
        K.replace('v1beta1', 'v1alpha1').replace('Kustomization', 'Component') + `components:\n- ../d${i + 1}\n- ../d${i + 1}\n`,
      ]),
      [
        'd25/kustomization.yaml',
        K.replace('v1beta1', 'v1alpha1').replace('Kustomization', 'Component') + 'images:\n- name: app\n  newTag: x\n',
      ],
    ]),
  '20,000 entries': () => ({
    'kustomization.yaml':
      K + 'resources:\n- d.yaml\nimages:\n' + Array.from({ length: 20000 }, (_, i) => `- name: i${i}\n  newTag: x\n`).join(''),
    'd.yaml': dep,
  }),
  '20,000 containers and 300 entries': () => ({
    'kustomization.yaml':
      K + 'resources:\n- d.yaml\nimages:\n' + Array.from({ length: 300 }, (_, i) => `- name: c${i}\n  newTag: x\n`).join(''),
    'd.yaml': dep + Array.from({ length: 20000 }, (_, i) => `      - name: c${i}\n        image: c${i}:1\n`).join(''),
  }),
  '20,000 documents': () => ({
    'kustomization.yaml': K + 'resources:\n- d.yaml\n',
    'd.yaml': Array.from({ length: 20000 }, (_, i) => dep.replace('name: app', 'name: a' + i)).join('---\n'),
  }),
  'a Flux Kustomization whose path grows': () => ({
    'f.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: ${N:=x}\nspec:\n  path: ./${N}\n  sourceRef: {kind: GitRepository, name: flux-system}\n  postBuild:\n    substitute: {N: "${N}x"}\n',
  }),
  'a Flux Kustomization that renames itself': () => ({
    'f/f.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: a\n  namespace: n\nspec:\n  path: ./f\n  namePrefix: x-\n  targetNamespace: b\n  sourceRef: {kind: GitRepository, name: flux-system}\n',
  }),
  '100,000 separators': () => ({ 'd.yaml': '---\r\n'.repeat(100000) }),
  '50,000 colons': () => ({ 'kustomization.yaml': ': '.repeat(50000) }),
  '50,000 dashes in a value': () => ({
    'kustomization.yaml': K + 'resources:\n- d.yaml\n',
    'd.yaml': 'kind: Deployment\nimage: ' + '- '.repeat(50000),
  }),
  'characters that YAML forbids': () => ({ 'kustomization.yaml': '\0\u2028\ufeff%YAML 9.9\n---\n!!binary x: &a *a' }),
  'keys of JavaScript objects': () => ({
    'kustomization.yaml': K + '__proto__: {a: b}\nconstructor: x\nresources: [d.yaml]\n',
    'd.yaml': dep.replace('image: app:1', 'image: app:1\n        __proto__: {image: x}'),
  }),
  'paths that lead elsewhere': () => ({
    '../x/kustomization.yaml': K,
    '/abs/kustomization.yaml': K,
    '': 'x',
    'a//b/kustomization.yaml': K,
    'kustomization.yaml': K + 'resources: ["../../..", "", ".", "/", "a//b", "\\\\", "\\0"]\n',
  }),
  'anchors that contain themselves': () => ({
    'kustomization.yaml': K + 'resources:\n- d.yaml\n',
    'd.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: &s\n  containers:\n  - &c\n    name: a\n    image: x:1\n    containers: [*c]\n    spec: *s\n',
  }),
};

/** By what is wrong with each: files by path. */
export function* hostileRepositories(): Generator<[string, Map<string, string>]> {
  for (const [name, make] of Object.entries(makers)) yield [name, new Map(Object.entries(make()))];
}
