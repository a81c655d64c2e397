/** Markers of Flux's image automation: comments that say which scalar it writes (image-automation-controller; image-semantics.md A.7). */
import type { RepositoryFile } from '../repository/files.ts';
import { isKustomizationFileName } from '../repository/files.ts';
import type { MapEntry, ScalarNode, YamlNode } from '../yaml/node.ts';

export type SetterField = '' | 'tag' | 'name' | 'digest';

/** A comment that holds `$imagepolicy`. */
export interface SetterMarker {
  readonly file: string;
  /** From the `#` to the end of the line, in the file. */
  readonly start: number;
  readonly end: number;
  /** What the marker names; undefined where the comment is no marker that Flux reads. */
  readonly policy: SetterPolicy | undefined;
  /** The value on its line; undefined where there is none, as on a line that is a comment as a whole. */
  readonly target: MapEntry | undefined;
  /** The block scalar that it stands in: there it is text and no comment. */
  readonly block: ScalarNode | undefined;
}

export interface SetterPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly field: SetterField;
}

const MARK = '"$imagepolicy"';
const VALUE = /^\s*\{\s*"\$imagepolicy"\s*:\s*"([^":]+):([^":]+)(?::(tag|name|digest))?"\s*\}\s*$/;

const known = new WeakMap<RepositoryFile, readonly SetterMarker[]>();

/** The markers of a file, those on lines that are comments as a whole left out. Never throws. */
export function settersIn(file: RepositoryFile): readonly SetterMarker[] {
  let markers = known.get(file);
  if (markers === undefined) known.set(file, (markers = file.text.includes(MARK) ? find(file) : []));
  return markers;
}

/** Whether image automation looks into files of this name at all. */
export function isReadByAutomation(path: string): boolean {
  return /\.ya?ml$/.test(path) || path.slice(path.lastIndexOf('/') + 1) === 'Kustomization';
}

function find(file: RepositoryFile): SetterMarker[] {
  const { text, path } = file;
  if (!isReadByAutomation(path) && !isKustomizationFileName(path) && !/\.(?:json|env|properties)$/.test(path)) return [];
  const values = valuesOf(file);
  const markers: SetterMarker[] = [];
  // A line has one comment at most.
  for (let at = text.indexOf(MARK), newline = 0; at >= 0 && newline >= 0; at = text.indexOf(MARK, newline)) {
    const lineStart = text.lastIndexOf('\n', at) + 1;
    newline = text.indexOf('\n', at);
    const end = (newline < 0 ? text.length : newline) - (text[newline - 1] === '\r' ? 1 : 0);
    const start = text.lastIndexOf('#', at);
    if (start < lineStart || text.slice(lineStart, start).trim() === '') continue;
    const block = values.find(({ value }) => isBlock(value) && value.start <= start && start < value.end)?.value;
    const target = values.find(({ value }) => !isBlock(value) && value.end <= start && value.end >= lineStart);
    markers.push({
      file: path,
      start,
      end,
      policy: policyOf(text.slice(start + 1, end)),
      target,
      block: isScalar(block) ? block : undefined,
    });
  }
  return markers;
}

function policyOf(comment: string): SetterPolicy | undefined {
  const [, namespace, name, field = ''] = VALUE.exec(comment) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name, field: field as SetterField };
}

interface ScalarEntry extends MapEntry {
  readonly value: ScalarNode;
}

/** Every scalar that is the value of a key, in all documents, the last of a line first. */
function valuesOf(file: RepositoryFile): ScalarEntry[] {
  const found: ScalarEntry[] = [];
  // Aliases share what they stand for.
  const seen = new Set<YamlNode>();
  const walk = (node: YamlNode | undefined): void => {
    if (node === undefined || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'sequence') node.items.forEach(walk);
    if (node.kind !== 'map') return;
    for (const { key, value } of node.entries.values()) {
      if (value.kind === 'scalar') found.push({ key, value });
      else walk(value);
    }
  };
  for (const document of file.documents) if (document.text.includes(MARK)) walk(document.root);
  return found.sort((a, b) => b.value.start - a.value.start);
}

function isBlock({ style }: ScalarNode): boolean {
  return style === 'literal' || style === 'folded';
}

function isScalar(node: YamlNode | undefined): node is ScalarNode {
  return node?.kind === 'scalar';
}
