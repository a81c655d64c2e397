/** Hides the values of Secrets in rendered manifests: `•••• (8 bytes)`. */
import { applyEdits } from '../text/textEdit.ts';
import type { TextEdit } from '../text/textEdit.ts';
import { locateScalar, parseLocated } from '../yaml/locate.ts';
import type { YamlNode } from '../yaml/node.ts';
import { get, itemsAt, textAt } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';

const MAYBE_SECRET = /^\s*(?:- )?["']?kind["']?:[ \t]*["']?(?:Secret|List|SecretList)\b/m;
const SEPARATOR = /^---(?=[ \t\r\n]|$)/gm;

/**
 * `yaml` with every value below `data` and `stringData` of a Secret replaced by its size. A document that may hold a Secret and cannot be parsed is
 * left out altogether.
 */
export function maskSecrets(yaml: string): string {
  return splitAtSeparators(yaml)
    .map((document) => (MAYBE_SECRET.test(document) ? maskDocument(document) : document))
    .join('');
}

function splitAtSeparators(yaml: string): string[] {
  const starts = [0, ...[...yaml.matchAll(SEPARATOR)].map(({ index }) => index), yaml.length];
  return starts.slice(1).map((end, index) => yaml.slice(starts[index], end));
}

function maskDocument(text: string): string {
  const { documents, problem } = parseYaml(text, { file: '', within: undefined });
  const located = parseLocated(text);
  if (problem !== undefined || located === undefined) return HIDDEN;
  const edits: TextEdit[] = [];
  for (const { root } of documents) {
    for (const value of secretValues(root)) {
      const scalar = value.node.kind === 'scalar' ? locateScalar(located, { offset: value.node.start }) : undefined;
      if (scalar === undefined) return HIDDEN;
      const end = scalar.start + text.slice(scalar.start, scalar.end).trimEnd().length;
      edits.push({ start: scalar.start, end, newText: `•••• (${bytes(scalar.value, value.isBase64)})` });
    }
  }
  const masked = applyEdits(text, edits);
  return typeof masked === 'string' ? masked : HIDDEN;
}

const HIDDEN = '---\n# A Secret that cannot be masked is left out.\n';

function secretValues(root: YamlNode | undefined): { node: YamlNode; isBase64: boolean }[] {
  if (textAt(root, 'kind').endsWith('List')) return itemsAt(root, 'items').flatMap(secretValues);
  if (textAt(root, 'kind') !== 'Secret' || textAt(root, 'apiVersion') !== 'v1') return [];
  return (['data', 'stringData'] as const).flatMap((field) => {
    const values = get(root, field);
    if (values?.kind !== 'map') return [];
    return [...values.entries.values()].map(({ value }) => ({ node: value, isBase64: field === 'data' }));
  });
}

function bytes(value: string, isBase64: boolean): string {
  const count = isBase64 ? Math.floor((value.replace(/[\s=]/g, '').length * 3) / 4) : new TextEncoder().encode(value).length;
  return `${String(count)} ${count === 1 ? 'byte' : 'bytes'}`;
}
