/** A small GitOps repository in memory, and ways to point at places in it. */
import assert from 'node:assert/strict';
import { Inventory } from '../../src/core/inventory/inventory.ts';
import type { Place } from '../../src/core/lint/problem.ts';
import type { RepositoryFile } from '../../src/core/repository/files.ts';
import type { GitOpsRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { place } from '../../src/core/repository/placement.ts';
import { LineIndex } from '../../src/core/text/lineIndex.ts';

export type Files = Readonly<Record<string, string>>;

export const deployment = (name: string, image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  template:
    spec:
      containers:
        - name: ${name}
          image: ${image}
`;

export const flux = (name: string, path: string, more = ''): string => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: flux-system
spec:
  path: ${path}
  sourceRef:
    kind: GitRepository
    name: flux-system
${more}`;

/** Base, dev and prod of one application, deployed by Flux. */
export const fleet: Files = {
  'apps/base/api/kustomization.yaml': 'resources:\n  - deployment.yaml\n',
  'apps/base/api/deployment.yaml': deployment('api', 'ghcr.io/acme/api:latest'),
  'apps/dev/kustomization.yaml': 'resources:\n  - ../base/api\nimages:\n  - name: ghcr.io/acme/api\n    newTag: v1.2.0\n',
  'apps/prod/kustomization.yaml': 'resources:\n  - ../base/api\nimages:\n  - name: ghcr.io/acme/api\n    newTag: v1.1.0\n',
  'clusters/main/flux-system/gotk-sync.yaml': `${flux('flux-system', './clusters/main')}---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  url: https://github.com/acme/fleet
`,
  'clusters/main/dev.yaml': flux('apps-dev', './apps/dev'),
  'clusters/main/prod.yaml': flux('apps-prod', './apps/prod', '  dependsOn:\n    - name: apps-dev\n'),
};

export interface Fleet {
  readonly repository: GitOpsRepository;
  readonly inventory: Inventory;
  readonly file: (path: string) => RepositoryFile;
  /** Offset of the first character of a text in a file; of its `index`th occurrence. */
  readonly offset: (path: string, text: string, index?: number) => number;
  /** `apps/dev/kustomization.yaml:5 v1.2.0` */
  readonly say: (place: Place) => string;
}

export function fleetOf(files: Files): Fleet {
  const repository = createRepository(new Map(Object.entries(files)));
  const file = (path: string): RepositoryFile => {
    const found = repository.file(path);
    assert.ok(found, path);
    return found;
  };
  return {
    repository,
    inventory: new Inventory(repository.roots, place(repository.roots)),
    file,
    offset: (path, text, index = 0) => {
      let at = -1;
      for (let count = 0; count <= index; count++) at = file(path).text.indexOf(text, at + 1);
      assert.ok(at >= 0, `${path} has no ${text}`);
      return at;
    },
    say: ({ file: path, start, end }) => {
      const { text } = file(path);
      return `${path}:${String(new LineIndex(text).positionAt(start).line)} ${text.slice(start, end)}`;
    },
  };
}
