/** A small repository, and Flux Kustomizations over it that use every field that changes what is rendered. */

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: web
          image: nginx
        - name: proxy
          image: ghcr.io/acme/proxy:v1
`;

export const fluxFiles = {
  'plain/kustomization.yaml':
    'resources: [service.yaml, deployment.yaml, config.yaml]\nimages:\n  - name: nginx\n    newTag: 1.25\n',
  'plain/deployment.yaml': deployment,
  'plain/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n',
  'plain/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {level: info}\n',
  'overlay/kustomization.yaml':
    'namespace: live\nresources: [../plain]\nconfigMapGenerator: [{name: generated, literals: [a=b]}]\npatches: [{path: patch.yaml}]\n',
  'overlay/patch.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: "nginx:1.26"}]}}}\n',
  'component/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: extra-\n',
  'generated/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
  'generated/b.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n',
  'generated/c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n',
  'generated/nested/kustomization.yaml': 'resources: [d.yaml]\nnameSuffix: -nested\n',
  'generated/nested/d.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\n',
  'generated/notes.md': '# not a manifest\n',
  'variables/kustomization.yaml': 'resources: [config.yaml, kept.yaml]\n',
  'variables/config.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${name:=fallback}"}\ndata: {zone: "${zone}", size: "${size:-small}", dollar: "$${kept}"}\n',
  'variables/kept.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept, annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}}\ndata: {a: "${zone}"}\n',
  'custom-schema/kustomization.yaml':
    'resources: [thing.yaml]\nopenapi: {path: schema.json}\npatches: [{patch: "{apiVersion: ex.io/v1, kind: Thing, metadata: {name: t}, spec: {list: [{name: b, v: 3}]}}"}]\n',
  'custom-schema/thing.yaml':
    'apiVersion: ex.io/v1\nkind: Thing\nmetadata: {name: t}\nspec: {list: [{name: a, v: 1}, {name: b, v: 2}]}\n',
  'custom-schema/schema.json': JSON.stringify({
    definitions: {
      'io.ex.v1.Thing': {
        type: 'object',
        properties: {
          spec: {
            type: 'object',
            properties: {
              list: {
                type: 'array',
                items: { type: 'object' },
                'x-kubernetes-patch-merge-key': 'name',
                'x-kubernetes-patch-strategy': 'merge',
              },
            },
          },
        },
        'x-kubernetes-group-version-kind': [{ group: 'ex.io', kind: 'Thing', version: 'v1' }],
      },
    },
  }),
};

interface Case {
  readonly directory: string;
  readonly kustomization: unknown;
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly substitution?: 'lenient';
}

const metadata = { name: 'apps', namespace: 'flux-system' };
const withSpec = (directory: string, spec: unknown): Case => ({ directory, kustomization: { metadata, spec } });

export const fluxCases: Readonly<Record<string, Case>> = {
  'without any field, unsorted': withSpec('plain', {}),
  'an overlay': withSpec('overlay', {}),
  'a folder without a kustomization file': withSpec('generated', {}),
  'a folder without manifests': withSpec('component/..', { prune: true }),
  'targetNamespace, namePrefix and nameSuffix': withSpec('overlay', {
    targetNamespace: 'test',
    namePrefix: 'p-',
    nameSuffix: '-s',
  }),
  'patches with and without a target': withSpec('plain', {
    patches: [
      { patch: '- op: replace\n  path: /spec/replicas\n  value: 3\n', target: { kind: 'Deployment', labelSelector: 'app=web' } },
      { patch: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {level: debug}\n' },
    ],
  }),
  'a patch that matches nothing': withSpec('plain', {
    patches: [{ patch: 'apiVersion: v1\nkind: Secret\nmetadata: {name: none}\n' }],
  }),
  'images that are merged with those of the file': withSpec('plain', {
    images: [
      { name: 'nginx', newName: 'registry.example/nginx' },
      { name: 'ghcr.io/acme/proxy', newTag: 'v2' },
    ],
  }),
  components: withSpec('plain', { components: ['../component'] }),
  'a missing component': withSpec('plain', { components: ['../nope'] }),
  'a missing component that may be missing': withSpec('plain', { components: ['../nope'], ignoreMissingComponents: true }),
  'a missing path': withSpec('nope', {}),
  'a custom schema': withSpec('custom-schema', {}),
  'a plain build after a custom schema': withSpec('plain', { namePrefix: 'after-' }),
  substitute: withSpec('variables', { postBuild: { substitute: { zone: 'eu', name: 'x' } } }),
  'a variable without a value': withSpec('variables', { postBuild: { substitute: { name: 'x' } } }),
  'a variable without a value, leniently': {
    ...withSpec('variables', { postBuild: { substitute: { name: 'x' } } }),
    substitution: 'lenient',
  },
  'no variables at all': withSpec('variables', { postBuild: {} }),
  'no variables at all, but always': {
    ...withSpec('variables', { postBuild: { substituteStrategy: 'Always' } }),
    substitution: 'lenient',
  },
  'values from a ConfigMap and a Secret, later ones and inline ones first': {
    ...withSpec('variables', {
      postBuild: {
        substituteFrom: [
          { kind: 'ConfigMap', name: 'one' },
          { kind: 'Secret', name: 'two' },
          { kind: 'ConfigMap', name: 'none', optional: true },
        ],
        substitute: { size: 'large' },
      },
    }),
    values: { 'ConfigMap/flux-system/one': { zone: 'a', name: 'x', size: 'm' }, 'Secret/flux-system/two': { zone: 'b\n' } },
  },
  'values from a ConfigMap that is not there': withSpec('variables', {
    postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'none' }] },
  }),
};
