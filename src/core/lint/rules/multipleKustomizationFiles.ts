/** 11 `multiple-kustomization-files`: kustomize wants exactly one of the three names in a directory (image-semantics.md A.1). */
import { joinPath, KUSTOMIZATION_NAMES } from '../../repository/files.ts';
import { listed } from '../../text/listed.ts';
import { topOf } from '../places.ts';
import type { Rule } from '../rule.ts';

export const multipleKustomizationFiles: Rule = {
  code: 'multiple-kustomization-files',
  severity: 'error',
  summary: 'A directory has two kustomization files, and kustomize refuses to choose.',
  *check({ repository }) {
    for (const directory of repository.kustomizations.keys()) {
      const paths = KUSTOMIZATION_NAMES.map((name) => joinPath(directory, name)).filter(
        (path) => repository.file(path) !== undefined,
      );
      const [first, ...others] = paths;
      if (first === undefined || others.length === 0) continue;
      const names = paths.map((path) => path.slice(path.lastIndexOf('/') + 1));
      yield {
        message: `This directory has ${listed(names)}: kustomize refuses to choose, so nothing here builds. Keep one.`,
        place: topOf(repository, first),
        related: others.map((path) => ({ place: topOf(repository, path), message: 'this is another one' })),
      };
    }
  },
};
