/**
 * 9 `duplicate-yaml-key`: of two equal keys of one mapping the last one counts in a kustomization file and the first one in a strategic merge patch, and
 * objects are refused (kustomize#5061).
 */
import { isRefusedDuplicate } from '../../yaml/parse.ts';
import type { DuplicateKey } from '../../yaml/parse.ts';
import { foldKeys } from '../../kustomize/foldKeys.ts';
import { mappingOf, parseKustomizationFile } from '../../kustomize/kustomizationFile.ts';
import { isKustomizationFileName, parentDirectory, resolvePath } from '../../repository/files.ts';
import type { RepositoryFile } from '../../repository/files.ts';
import { inlinePatch, patchInFile } from '../../kustomize/patchText.ts';
import { editFix } from '../fix.ts';
import type { GitOpsRepository } from '../../repository/gitOpsRepository.ts';
import type { MapEntry } from '../../yaml/node.ts';
import { perFile, perKustomization } from '../memo.ts';
import { lineOf, placeOf } from '../places.ts';
import type { Finding } from '../problem.ts';
import type { Rule } from '../rule.ts';

export const duplicateYamlKey: Rule = {
  code: 'duplicate-yaml-key',
  severity: 'error',
  summary: 'A key stands twice in one mapping, and one of the two is ignored or the build is refused.',
  *check({ repository }) {
    const patches = new Set(patchFiles(repository));
    for (const path of patches) {
      const file = repository.file(path);
      const found = file === undefined ? [] : patchInFile(file).duplicates;
      if (found.length === 0 || repository.rootsUsing(path).length === 0) continue;
      for (const duplicate of found) yield inPatch(repository, duplicate, true);
    }
    for (const { file, duplicate, isRespelled } of duplicates(repository)) {
      if (patches.has(file) || (!isKustomizationFileName(file) && repository.rootsUsing(file).length === 0)) continue;
      const { ignored, counts, path } = duplicate;
      const { text } = ignored.key;
      const other = placeOf(repository, counts.key);
      const isRefused = !isKustomizationFileName(file) && isRefusedDuplicate(text, path);
      const line = String(lineOf(repository, other));
      yield {
        message: isRefused
          ? `"${text}" stands here and in line ${line}, and kustomize refuses to build an object with a key twice.`
          : isRespelled
            ? `kustomize takes "${text}" and "${counts.key.text}" in line ${line} for one key: this one is ignored.`
            : `"${text}" stands here and in line ${line}: this one is ignored.`,
        place: placeOf(repository, ignored.key),
        related: [{ place: other, message: 'this one counts' }],
        fixes: isRefused ? [] : [removalOf(ignored)],
        alsoToldBy: isRespelled ? 'kustomization-schema' : 'yaml',
      };
    }
    for (const duplicate of inlineDuplicates(repository)) yield inPatch(repository, duplicate, false);
  },
};

/** Files that kustomizations name as patches. */
const patchFiles = perKustomization(({ patches, jsonPatches }, { path }) =>
  [...patches, ...jsonPatches].flatMap((patch) =>
    patch.path === undefined ? [] : (resolvePath(parentDirectory(path), patch.path.text) ?? []),
  ),
);

const inlineDuplicates = perKustomization(({ patches }) =>
  patches.flatMap(({ inline }) => (inline === undefined ? [] : inlinePatch(inline).duplicates)),
);

/** Of a strategic merge patch, kustomize takes the first of two equal keys; of an operation of a JSON patch, which is an item of a list, the last. */
function inPatch(repository: GitOpsRepository, duplicate: DuplicateKey, isFile: boolean): Finding {
  const isFirst = duplicate.path[0] !== '';
  const [ignored, counts] = isFirst ? [duplicate.counts, duplicate.ignored] : [duplicate.ignored, duplicate.counts];
  const other = placeOf(repository, counts.key);
  const what = isFirst ? 'a strategic merge patch the first one' : 'an operation of a patch the last one';
  return {
    message: `"${ignored.key.text}" stands here and in line ${String(lineOf(repository, other))}: in ${what} counts, and this one is ignored.`,
    place: placeOf(repository, ignored.key),
    related: [{ place: other, message: 'this one counts' }],
    fixes: isFile ? [removalOf(ignored)] : [],
    alsoToldBy: 'yaml',
  };
}

interface FileDuplicate {
  readonly file: string;
  readonly duplicate: DuplicateKey;
  /** Whether it is one key only for kustomize, which takes no notice of capital letters. */
  readonly isRespelled: boolean;
}

const duplicates = perFile((file): FileDuplicate[] => {
  const { path } = file;
  const isOwn = isKustomizationFileName(path);
  const parsed = isOwn
    ? [file.first]
    : /\.ya?ml$/.test(path)
      ? file.documents.filter(({ hasKnownDuplicates }) => hasKnownDuplicates)
      : [];
  const found = parsed.flatMap((document) =>
    document.duplicates.map((duplicate) => ({ file: path, duplicate, isRespelled: false })),
  );
  const respelled = isOwn ? respelledKeys(file).map((duplicate) => ({ file: path, duplicate, isRespelled: true })) : [];
  return [...found, ...respelled];
});

/** Keys of a kustomization file and of its images entries that stand twice in different case: the last one in the order of ASCII counts. */
function respelledKeys(file: RepositoryFile): DuplicateKey[] {
  const { root } = file.first;
  const mappings = [root?.kind === 'map' ? root : undefined, ...parseKustomizationFile(file).images.map(mappingOf)];
  return mappings.flatMap((mapping) => {
    if (mapping === undefined) return [];
    const counting = foldKeys(mapping);
    return [...mapping.entries.values()].flatMap((ignored): DuplicateKey[] => {
      const counts = counting.get(ignored.key.text.toLowerCase());
      return counts === undefined || counts.key === ignored.key ? [] : [{ ignored, counts, path: [] }];
    });
  });
}

function removalOf({ key }: Pick<MapEntry, 'key'>) {
  return editFix('remove-key', 'Delete what is ignored; nothing changes', [{ type: 'remove', scalar: key }], true);
}
