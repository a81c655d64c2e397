import type { FileView } from '../repository/files.ts';
import { joinPath, KUSTOMIZATION_NAMES, kustomizationFilesIn } from '../repository/files.ts';
import type { Failure } from './failure.ts';
import { failureAt } from './failure.ts';
import type { KustomizationFile } from './kustomizationFile.ts';
import { parseKustomizationFile } from './kustomizationFile.ts';

/** The kustomization file of a directory, and why kustomize refuses what it finds (image-semantics.md A.1). */
export function findKustomization(
  view: FileView,
  directory: string,
  used: Set<string>,
): { readonly kustomization?: KustomizationFile; readonly failure?: Failure } {
  used.add(directory);
  for (const name of KUSTOMIZATION_NAMES) used.add(joinPath(directory, name));
  const [first, second] = kustomizationFilesIn(view, directory);
  if (first === undefined)
    return {
      failure: failureAt(
        '',
        view.isDirectory(directory)
          ? `${directory} has no kustomization file (unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization').`
          : `${directory} does not exist (no such file or directory).`,
      ),
    };
  const kustomization = parseKustomizationFile(first);
  if (second === undefined) return { kustomization };
  const sentence = `${directory} has two kustomization files (Found multiple kustomization files), ${first.path} and ${second.path}: keep one.`;
  return { kustomization, failure: failureAt(first.path, sentence, 'multiple-files') };
}
