/** 27 `non-kubernetes-yaml-in-flux-path`: without a kustomization file Flux applies every YAML file below the path (image-semantics.md A.7). */
import { objectsIn } from '../../kustomize/objects.ts';
import { isKustomizationFileName, kustomizationFilesIn } from '../../repository/files.ts';
import type { GitOpsRepository } from '../../repository/gitOpsRepository.ts';
import type { BuildRoot } from '../../repository/model.ts';
import { perRoot } from '../memo.ts';
import { topOf } from '../places.ts';
import type { Rule } from '../rule.ts';

export const nonKubernetesYamlInFluxPath: Rule = {
  code: 'non-kubernetes-yaml-in-flux-path',
  severity: 'error',
  summary: 'Flux applies every YAML file of a directory without kustomization file, and one of them is no Kubernetes object.',
  *check({ repository }) {
    const seen = new Set<string>();
    for (const { path, offset, directory } of strayFiles(repository)) {
      if (seen.has(`${path} ${String(offset)}`)) continue;
      seen.add(`${path} ${String(offset)}`);
      const { file, end } = topOf(repository, path);
      yield {
        message: `Flux applies every YAML file below ${directory}, and this is no Kubernetes object, so it applies none of them: list the manifests in a kustomization.yaml.`,
        place: { file, start: offset, end: Math.max(end, offset) },
      };
    }
  },
};

interface StrayFile {
  readonly path: string;
  readonly offset: number;
  readonly directory: string;
}

const strayFiles = perRoot((root, repository): StrayFile[] => {
  const [build] = repository.buildsOf(root);
  if (build?.flux === undefined || build.flux.location.artifact !== undefined || build.layer.failure?.kind !== 'no-object')
    return [];
  if (hasKustomization(repository, root.directory)) return [];
  return [...root.used].flatMap((path) => strayDocuments(repository, root, path));
});

function strayDocuments(repository: GitOpsRepository, { directory }: BuildRoot, path: string): StrayFile[] {
  if (!/\.ya?ml$/.test(path) || isKustomizationFileName(path)) return [];
  if (directory !== '.' && !path.startsWith(`${directory}/`)) return [];
  return (repository.file(path)?.documents ?? []).flatMap((document) => {
    const { failure } = objectsIn(document);
    if (failure?.kind !== 'no-object') return [];
    return [{ path, offset: typeof failure.at === 'number' ? failure.at : document.start, directory }];
  });
}

function hasKustomization(repository: GitOpsRepository, directory: string): boolean {
  const view = { id: '', file: (path: string) => repository.file(path), isDirectory: () => true, list: () => [] };
  return kustomizationFilesIn(view, directory).length > 0;
}
