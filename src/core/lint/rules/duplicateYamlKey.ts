/** 9 `duplicate-yaml-key`: of two equal keys of one mapping the last one counts in a kustomization file, and objects are refused (kustomize#5061). */
import { isRefusedDuplicate } from '../../yaml/parse.ts';
import type { DuplicateKey } from '../../yaml/parse.ts';
import { isKustomizationFileName } from '../../repository/files.ts';
import { editFix } from '../fix.ts';
import { perFile } from '../memo.ts';
import { lineOf, placeOf } from '../places.ts';
import type { Rule } from '../rule.ts';

export const duplicateYamlKey: Rule = {
  code: 'duplicate-yaml-key',
  severity: 'error',
  summary: 'A key stands twice in one mapping, and one of the two is ignored or the build is refused.',
  *check({ repository }) {
    const used = new Set(repository.roots.flatMap((root) => [...root.used]));
    for (const { file, duplicate } of duplicates(repository)) {
      if (!isKustomizationFileName(file) && !used.has(file)) continue;
      const { ignored, counts, path } = duplicate;
      const { text } = ignored.key;
      const other = placeOf(repository, counts.key);
      const isRefused = !isKustomizationFileName(file) && isRefusedDuplicate(text, path);
      const line = String(lineOf(repository, other));
      yield {
        message: isRefused
          ? `"${text}" stands here and in line ${line}, and kustomize refuses to build an object with a key twice.`
          : `"${text}" stands here and in line ${line}: this one is ignored.`,
        place: placeOf(repository, ignored.key),
        related: [{ place: other, message: 'this one counts' }],
        fixes: isRefused ? [] : [removalOf(duplicate)],
        alsoToldBy: 'yaml',
      };
    }
  },
};

const duplicates = perFile((file) => {
  const parsed = isKustomizationFileName(file.path)
    ? [file.first]
    : /\.ya?ml$/.test(file.path)
      ? file.documents.filter(({ hasKnownDuplicates }) => hasKnownDuplicates)
      : [];
  return parsed.flatMap((document) => document.duplicates.map((duplicate) => ({ file: file.path, duplicate })));
});

function removalOf({ ignored: { key, value } }: DuplicateKey) {
  const title = 'Delete what is ignored; nothing changes';
  // A collection starts at its first key or bracket; the key before it is that of the pair.
  const scalar = value.kind === 'scalar' ? value : { ...key, start: value.start, end: value.start };
  return editFix('remove-key', title, [{ type: 'remove', scalar }], true);
}
