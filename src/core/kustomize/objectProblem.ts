import type { ManifestDocument } from '../repository/files.ts';
import { isNull, textAt } from '../yaml/node.ts';
import type { YamlProblem } from '../yaml/events.ts';
import type { DuplicateKey } from '../yaml/parse.ts';
import { isRefusedDuplicate } from '../yaml/syntax.ts';
import type { Failure } from './failure.ts';

/** Every object has a name; only a text without the word is worth a closer look. */
const NAMED = /[\s{,"']name["']?[ \t]*:/;

/** Why kustomize refuses a document as no Kubernetes object. Documents that plainly have a kind and a name are only checked for syntax. */
export function objectProblem(document: ManifestDocument, checksSyntax: boolean): Failure | undefined {
  const problem = checksSyntax ? document.syntaxProblem : undefined;
  if (problem !== undefined) return syntaxFailure(document.file, problem);
  const duplicate = document.isParsed
    ? document.duplicates.find(({ ignored, path }) => isRefusedDuplicate(ignored.key.text, path))
    : undefined;
  if (duplicate !== undefined) return duplicateFailure(document.file, duplicate);
  if (document.kindHint !== '' && NAMED.test(document.text)) return undefined;
  const { file, root, problem: deeper } = document;
  if (deeper !== undefined) return syntaxFailure(file, deeper);
  if (root === undefined || (root.kind === 'scalar' && isNull(root))) return undefined;
  const kind = textAt(root, 'kind');
  const failure = (sentence: string): Failure => ({ sentence, file, at: root.start, kind: 'no-object' });
  if (kind === '') return failure(`${file} holds YAML that is no Kubernetes object (missing Resource metadata).`);
  return textAt(root, 'metadata', 'name') === '' && !kind.endsWith('List')
    ? failure(`${file} holds a ${kind} without a name (missing metadata.name in object).`)
    : undefined;
}

export function syntaxFailure(file: string, { message, offset, isDuplicateKey }: YamlProblem): Failure {
  return {
    sentence: `${file} is not valid YAML: ${message}.`,
    file,
    at: offset,
    kind: isDuplicateKey ? 'duplicate-key' : 'syntax',
  };
}

function duplicateFailure(file: string, { ignored, counts }: DuplicateKey): Failure {
  const sentence = `${file} is not valid YAML: mapping key "${ignored.key.text}" already defined.`;
  return { sentence, file, at: counts.key, kind: 'duplicate-key' };
}
