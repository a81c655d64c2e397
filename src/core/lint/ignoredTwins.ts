/** Keys that stand twice: where the one that counts is deleted, the ignored one comes back to life. */
import { mappingOf } from '../kustomize/kustomizationFile.ts';
import { isKustomizationFileName } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { ImageOverride } from '../repository/model.ts';
import type { MapEntry, MapNode, YamlNode } from '../yaml/node.ts';
import type { ParsedDocument } from '../yaml/parse.ts';

/** Whether deleting a key of an images entry would give another value of it a meaning. */
export function hasIgnoredTwin(repository: GitOpsRepository, entry: ImageOverride, field: MapEntry | undefined): boolean {
  if (field === undefined) return false;
  return isRespelled(mappingOf(entry), field) || countsOver(repository, entry.file, (counts) => counts === field);
}

/** Whether an entry stands in a list that would leave its place to an ignored one if it were empty. */
export function isInTwinList(repository: GitOpsRepository, { file, start }: ImageOverride): boolean {
  const holds = (value: YamlNode) =>
    value.kind === 'sequence' && (value.items[0]?.start ?? Infinity) <= start && start <= (value.items.at(-1)?.start ?? -1);
  const root = documentsWithEntries(repository, file)[0]?.root;
  const list = root?.kind === 'map' ? [...root.entries.values()].find(({ value }) => holds(value)) : undefined;
  if (list !== undefined && isRespelled(root?.kind === 'map' ? root : undefined, list)) return true;
  return countsOver(repository, file, ({ value }) => holds(value));
}

function countsOver(repository: GitOpsRepository, file: string, test: (counts: MapEntry) => boolean): boolean {
  return documentsWithEntries(repository, file).some(({ duplicates }) => duplicates.some(({ counts }) => test(counts)));
}

/** The documents whose images entries were read: the first one of a kustomization file, the objects of a manifest. */
function documentsWithEntries(
  repository: GitOpsRepository,
  path: string,
): readonly Pick<ParsedDocument, 'root' | 'duplicates'>[] {
  const file = repository.file(path);
  if (file === undefined) return [];
  return isKustomizationFileName(path) ? [file.first] : file.documents.filter(({ isParsed }) => isParsed);
}

function isRespelled(mapping: MapNode | undefined, { key }: MapEntry): boolean {
  const name = key.text.toLowerCase();
  return [...(mapping?.entries.keys() ?? [])].filter((other) => other.toLowerCase() === name).length > 1;
}
