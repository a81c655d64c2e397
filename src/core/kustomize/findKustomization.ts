import type { FileView } from '../repository/files.ts';
import { isInOrBelow, joinPath, KUSTOMIZATION_NAMES, kustomizationFilesIn, parentDirectory } from '../repository/files.ts';
import type { Failure } from './failure.ts';
import { failureAt } from './failure.ts';
import type { KustomizationFile } from './kustomizationFile.ts';
import { parseKustomizationFile } from './kustomizationFile.ts';
import { whyMissing } from './missing.ts';

export interface FoundKustomization {
  readonly kustomization?: KustomizationFile;
  readonly failure?: Failure;
  /** Why plain kustomize does not find it where Flux does. */
  readonly plainFailure?: Failure;
}

/** The kustomization file of a directory, and why kustomize refuses what it finds (image-semantics.md A.1). */
export function findKustomization(view: FileView, directory: string, used: Set<string>): FoundKustomization {
  used.add(directory);
  for (const name of KUSTOMIZATION_NAMES) used.add(joinPath(directory, name));
  const [first, second] = kustomizationFilesIn(view, directory);
  if (first === undefined) {
    const why = `${directory} has no kustomization file (unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization').`;
    return {
      failure: failureAt('', view.isDirectory(directory) ? why : `${directory} ${whyMissing(view, directory)}.`),
    };
  }
  used.add(first.path);
  const kustomization = parseKustomizationFile(first);
  if (second !== undefined) {
    const sentence = `${directory} has two kustomization files (Found multiple kustomization files), ${first.path} and ${second.path}: keep one.`;
    return { kustomization, failure: failureAt(first.path, sentence, 'multiple-files') };
  }
  if (view.id !== '' || isInOrBelow(parentDirectory(first.path), directory)) return { kustomization };
  const sentence = `${directory} has no kustomization file but a link to ${first.path}, which kustomize does not follow out of the directory (unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization').`;
  return { kustomization, plainFailure: failureAt('', sentence) };
}
