/** 28 `env-not-deployed`: Flux deploys from this repository, and no Flux Kustomization leads to this build root (image-semantics.md A.0). */
import { sourceReferenceOf, isFluxKustomization } from '../../flux/objects.ts';
import { joinPath, KUSTOMIZATION_NAMES } from '../../repository/files.ts';
import type { GitOpsRepository } from '../../repository/gitOpsRepository.ts';
import { textAt } from '../../yaml/node.ts';
import { perFile } from '../memo.ts';
import { topOf } from '../places.ts';
import type { Rule } from '../rule.ts';

export const envNotDeployed: Rule = {
  code: 'env-not-deployed',
  severity: 'information',
  summary: 'No Flux Kustomization applies this environment.',
  *check({ repository, inventory }) {
    if (!isAllKnown(repository)) return;
    for (const root of repository.roots) {
      if (root.deployedBy.length > 0 || root.failure !== undefined || root.usages.length === 0) continue;
      const path = KUSTOMIZATION_NAMES.map((name) => joinPath(root.directory, name)).find(
        (one) => repository.file(one) !== undefined,
      );
      if (path === undefined || inventory.environmentsOf(root).every((name) => name === '')) continue;
      yield {
        message: `There is no Flux Kustomization for ${root.directory}, so nothing of it is deployed from this repository.`,
        place: topOf(repository, path),
        usages: root.usages,
      };
    }
  },
};

/** Whether it is known for every Flux Kustomization where its path leads, and nothing but Flux deploys from here. */
function isAllKnown(repository: GitOpsRepository): boolean {
  const builds = repository.roots.flatMap((root) => repository.buildsOf(root));
  const located = new Set(builds.flatMap(({ flux }) => (flux === undefined ? [] : [flux.file])));
  if (located.size === 0 || builds.some(({ layer }) => layer.failure?.kind === 'missing-path')) return false;
  return !hasOpenPath(repository, located) && otherDeployers(repository).length === 0;
}

/** Whether a Flux Kustomization could lead here in a way that only the cluster knows. */
function hasOpenPath(repository: GitOpsRepository, located: ReadonlySet<string>): boolean {
  for (const [file, objects] of repository.fluxObjects) {
    if (located.has(file)) continue;
    for (const { tree, namespace, ...object } of objects) {
      if (!isFluxKustomization(object)) continue;
      if (textAt(tree, 'spec', 'path').includes('${') || sourceReferenceOf(tree, namespace).kind !== 'GitRepository') return true;
    }
  }
  return false;
}

/** Argo CD, and objects of the Flux Operator that make Flux Kustomizations in the cluster. */
const otherDeployers = perFile(({ path, text }): string[] =>
  /^kind:\s*["']?(?:Application|ApplicationSet|FluxInstance|ResourceSet)\b/m.test(text) ? [path] : [],
);
