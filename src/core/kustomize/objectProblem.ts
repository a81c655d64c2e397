import type { ManifestDocument } from '../repository/files.ts';
import { isNull, textAt } from '../yaml/node.ts';

/** Every object has a name; only a text without the word is worth a closer look. */
const NAMED = /[\s{,"']name["']?[ \t]*:/;

/** Why kustomize refuses a document as no Kubernetes object, in one sentence. Documents that plainly have a kind and a name are only checked for syntax. */
export function objectProblem(document: ManifestDocument, checksSyntax: boolean): string | undefined {
  const problem = checksSyntax ? document.syntaxProblem : undefined;
  if (problem !== undefined) return `${document.file} is not valid YAML: ${problem.message}.`;
  if (document.kindHint !== '' && NAMED.test(document.text)) return undefined;
  const { file, root, problem: deeper } = document;
  if (deeper !== undefined) return `${file} is not valid YAML: ${deeper.message}.`;
  if (root === undefined || (root.kind === 'scalar' && isNull(root))) return undefined;
  const kind = textAt(root, 'kind');
  if (kind === '') return `${file} holds YAML that is no Kubernetes object (missing Resource metadata).`;
  return textAt(root, 'metadata', 'name') === '' && !kind.endsWith('List')
    ? `${file} holds a ${kind} without a name (missing metadata.name in object).`
    : undefined;
}
