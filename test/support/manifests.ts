/** Manifests and repositories that many tests are about. */
import type { Files } from './lintedRepository.ts';

/** A workload with one container for each image, called as the last part of its name. The image of the first is in line 10. */
export function deployment(...images: readonly string[]): string {
  return workload('Deployment', 'api', images);
}

export function workload(kind: string, name: string, images: readonly string[]): string {
  const containers = images.map((image) => `        - name: ${containerName(image)}\n          image: ${image}\n`).join('');
  return `apiVersion: apps/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n  template:\n    spec:\n      containers:\n${containers}`;
}

function containerName(image: string): string {
  return /([\w-]+)(?:[:@"'$+ ].*)?$/.exec(image)?.[1] ?? 'main';
}

/** A kustomization file: the resources, then what else it holds. Entries of an `images:` list behind n resources start in line n + 3. */
export function kustomization(resources: readonly string[], rest = ''): string {
  return `resources:\n${resources.map((path) => `  - ${path}\n`).join('')}${rest}`;
}

/** One directory with a Deployment of the image and a kustomization with an `images:` list (its entries start in line 4). */
export function single(image: string, entries: string, rest = ''): Files {
  return {
    'kustomization.yaml': kustomization(['deployment.yaml'], entries === '' ? rest : `images:\n${entries}${rest}`),
    'deployment.yaml': deployment(image),
  };
}

/** A base with a Deployment of the image, and environments beside it, each with what its kustomization holds besides the base. */
export function overlays(image: string, environments: Readonly<Record<string, string>>, base = ''): Files {
  const own = Object.entries(environments).map(
    ([name, rest]) => [`apps/${name}/kustomization.yaml`, kustomization(['../base'], rest)] as const,
  );
  return {
    'apps/base/kustomization.yaml': kustomization(['deployment.yaml'], base),
    'apps/base/deployment.yaml': deployment(image),
    ...Object.fromEntries(own),
  };
}

export const gitRepository = (url = 'https://github.com/acme/gitops') =>
  `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: flux-system\n  namespace: flux-system\nspec:\n  url: ${url}\n`;

/** A Flux Kustomization of the repository's own source; `rest` is what its spec holds besides, indented by two. Its path is in line 8, and `rest` starts in line 13. */
export const fluxKustomization = (name: string, path: string, rest = '') =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: ${name}\n  namespace: flux-system\nspec:\n  interval: 10m\n  path: ${path}\n  prune: true\n  sourceRef:\n    kind: GitRepository\n    name: flux-system\n${rest}`;

/** A cluster that deploys from this repository: its own source and Flux Kustomizations, by file name. */
export function cluster(name: string, objects: Files): Files {
  const directory = `clusters/${name}`;
  return {
    [`${directory}/source.yaml`]: gitRepository(),
    ...Object.fromEntries(Object.entries(objects).map(([file, text]) => [`${directory}/${file}`, text])),
  };
}
