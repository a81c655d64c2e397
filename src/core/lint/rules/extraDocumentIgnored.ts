/** 10 `extra-document-ignored`: kustomize reads the first document of a kustomization file and no other (image-semantics.md A.1). */
import { perKustomization } from '../memo.ts';
import type { Finding } from '../problem.ts';
import type { Rule } from '../rule.ts';

export const extraDocumentIgnored: Rule = {
  code: 'extra-document-ignored',
  severity: 'warning',
  summary: 'A kustomization file has more than one document, and kustomize reads only the first.',
  check: ({ repository }) => extraDocuments(repository),
};

const extraDocuments = perKustomization((_, { path, text, documents }): Finding[] => {
  const [, second] = documents;
  if (second === undefined) return [];
  const end = second.start - 1;
  const start = text.lastIndexOf('\n', end - 1) + 1;
  const what = /^images:/im.test(second.text) ? 'the images below this line are ignored' : 'what is below this line is ignored';
  return [
    {
      message: `kustomize reads only the first document of a kustomization file: ${what}.`,
      place: { file: path, start, end },
    },
  ];
});
