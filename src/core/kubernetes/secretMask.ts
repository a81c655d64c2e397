/** Hides the values of Secrets in rendered manifests: `•••• (8 bytes)`. */
import { applyEdits } from '../text/textEdit.ts';
import type { TextEdit } from '../text/textEdit.ts';
import type { LocatedYaml } from '../yaml/locate.ts';
import { locateScalar, parseLocated } from '../yaml/locate.ts';
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { getIn, isNull } from '../yaml/node.ts';
import type { ParsedYaml } from '../yaml/parse.ts';
import { parseYaml } from '../yaml/parse.ts';
import { copiesOf, withoutCopies } from './secretCopies.ts';
import type { SecretValue } from './secretValues.ts';
import { secretsIn, valuesOfSecret } from './secretValues.ts';

const MAYBE_SECRET = /^\s*(?:- )?["']?kind["']?:[ \t]*["']?(?:Secret|List|SecretList)\b/m;
const SEPARATOR = /^---(?=[ \t\r\n]|$)/gm;
/** What `kubectl apply` remembers of an object: all of it. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

interface ParsedDocument extends ParsedYaml {
  readonly text: string;
  readonly located: LocatedYaml | undefined;
}

/**
 * `yaml` with every value below `data` and `stringData` of a Secret replaced by its size, and what kubectl has noted of them too. `copied`: values of
 * Secrets may stand in other objects as well (by replacements and vars), and are hidden there. Values that SOPS has encrypted stay. A document that may
 * hold a Secret and cannot be parsed is left out altogether.
 */
export function maskSecrets(yaml: string, { copied = false }: { readonly copied?: boolean } = {}): string {
  const documents = splitAtSeparators(yaml).map((text) => (copied || MAYBE_SECRET.test(text) ? parsed(text) : text));
  const copies = copied
    ? copiesOf(documents.flatMap((document) => (typeof document === 'string' ? [] : secretsOf(document))))
    : [];
  return documents.map((document) => (typeof document === 'string' ? document : masked(document, copies))).join('');
}

/** What stands for a value: `•••• (8 bytes)`. Nothing stands for nothing, so that a default still takes its place. */
export function maskOf(value: string): string {
  return value === '' ? '' : sized(new TextEncoder().encode(unmasked(value)).length);
}

function splitAtSeparators(yaml: string): string[] {
  const starts = [0, ...[...yaml.matchAll(SEPARATOR)].map(({ index }) => index), yaml.length];
  return starts.slice(1).map((end, index) => yaml.slice(starts[index], end));
}

function parsed(text: string): ParsedDocument {
  return { text, ...parseYaml(text, { file: '', within: undefined }), located: parseLocated(text) };
}

function secretsOf({ documents }: ParsedDocument): YamlNode[] {
  return documents.flatMap(({ root }) => secretsIn(root));
}

function masked(document: ParsedDocument, copies: readonly string[]): string {
  const { text, problem, located } = document;
  if (problem !== undefined || located === undefined) return HIDDEN;
  const edits: TextEdit[] = [];
  const hide = (node: ScalarNode, newText: string): boolean => {
    const scalar = locateScalar(located, { offset: node.start });
    if (scalar === undefined) return false;
    const end = scalar.start + text.slice(scalar.start, scalar.end).trimEnd().length;
    if (!edits.some(({ start }) => start === scalar.start)) edits.push({ start: scalar.start, end, newText });
    return true;
  };
  for (const secret of secretsOf(document)) {
    const values = valuesOfSecret(secret);
    if (values === undefined || !values.every((value) => hide(value.node, maskFor(value)))) return HIDDEN;
    const noted = getIn(secret, 'metadata', 'annotations', LAST_APPLIED);
    if (noted !== undefined && !(noted.kind === 'scalar' && (isNull(noted) || hide(noted, maskOf(noted.text))))) return HIDDEN;
  }
  for (const { root } of document.documents)
    for (const { node, newText } of withoutCopies(root, copies, maskOf)) if (!hide(node, newText)) return HIDDEN;
  const result = applyEdits(text, edits);
  return typeof result === 'string' ? result : HIDDEN;
}

const HIDDEN = '---\n# A Secret that cannot be masked is left out.\n';

function maskFor({ node, isBase64 }: SecretValue): string {
  if (node.text === '') return sized(0);
  return isBase64 ? sized(Math.floor((unmasked(node.text).replace(/[\s=]/g, '').length * 3) / 4)) : maskOf(node.text);
}

function sized(bytes: number): string {
  return `•••• (${String(bytes)} ${bytes === 1 ? 'byte' : 'bytes'})`;
}

/** A text as long as the one that it was before a part of it was masked. */
function unmasked(text: string): string {
  return text.replace(/•••• \((\d{1,7}) bytes?\)/g, (_, bytes: string) => 'x'.repeat(Number(bytes)));
}
