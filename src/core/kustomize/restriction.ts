import type { FileView } from '../repository/files.ts';
import { isInOrBelow, parentDirectory } from '../repository/files.ts';
import type { ScalarNode } from '../yaml/node.ts';
import type { Failure } from './failure.ts';
import { failureAt } from './failure.ts';

/** Plain kustomize reads no file outside of the directory of its kustomization, links resolved (api/internal/loader/loadrestrictions.go); Flux does. */
export function restriction(view: FileView, path: string, directory: string, at: ScalarNode): Failure | undefined {
  const real = view.real(path) ?? path;
  if (isInOrBelow(parentDirectory(real), directory)) return undefined;
  const sentence = `${at.source.file}: ${path} is not in or below ${directory}, and kustomize reads no file outside of it (security; file is not in or below) without --load-restrictor LoadRestrictionsNone.`;
  return failureAt(at, sentence, 'restriction');
}
