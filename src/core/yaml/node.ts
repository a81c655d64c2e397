/** A parsed YAML tree that keeps for every scalar where it was written. Built by `parse.ts`; trees are never changed, only rebuilt around shared parts. */

/** The text that offsets refer to: a file, or a block scalar inside of a file (an inline patch). */
export interface Source {
  /** Path relative to the repository, with slashes. */
  readonly file: string;
  /** The scalar whose value was parsed, for YAML inside of YAML. */
  readonly within: ScalarNode | undefined;
}

export interface ScalarNode {
  readonly kind: 'scalar';
  /** The value as text: quotes, escapes and folding resolved. */
  readonly text: string;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
  /** Explicit tag such as `!!str`, or ''. */
  readonly tag: string;
  /** Offsets of the scalar, or of the alias that stands for it, in its source: without quotes for quoted scalars. */
  readonly start: number;
  readonly end: number;
  readonly alias: boolean;
  readonly source: Source;
  /** Set where the text is only the value of a generator literal (`- KEY=value`) or of a line in an env file. */
  readonly part?: 'literal';
}

export interface MapEntry {
  readonly key: ScalarNode;
  readonly value: YamlNode;
}

export interface MapNode {
  readonly kind: 'map';
  /** By key text; the last of two equal keys wins, as in kustomize. */
  readonly entries: ReadonlyMap<string, MapEntry>;
  /** Offset of the first key, or of the brace. */
  readonly start: number;
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
  readonly start: number;
}

export type YamlNode = ScalarNode | MapNode | SequenceNode;

/** The value at a key of a mapping; undefined where the node is no mapping or has no such key. */
export function get(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined;
}

/** The value at a path of keys. */
export function getIn(node: YamlNode | undefined, ...keys: readonly string[]): YamlNode | undefined {
  let current = node;
  for (const key of keys) current = get(current, key);
  return current;
}

export function scalarAt(node: YamlNode | undefined, ...keys: readonly string[]): ScalarNode | undefined {
  const found = getIn(node, ...keys);
  return found?.kind === 'scalar' ? found : undefined;
}

/** The text of a scalar at a path of keys, '' where there is none or it is null. */
export function textAt(node: YamlNode | undefined, ...keys: readonly string[]): string {
  const found = scalarAt(node, ...keys);
  return found === undefined || isNull(found) ? '' : found.text;
}

export function itemsAt(node: YamlNode | undefined, ...keys: readonly string[]): readonly YamlNode[] {
  const found = getIn(node, ...keys);
  return found?.kind === 'sequence' ? found.items : [];
}

export function isNull(node: ScalarNode): boolean {
  return node.text.length <= 4 && node.style === 'plain' && node.tag === '' && isNullText(node.text);
}

function isNullText(text: string): boolean {
  if (text.length === 4) return text === 'null' || text === 'Null' || text === 'NULL';
  return text === '' || text === '~';
}

/** A text that is written nowhere. */
export function scalarLike(text: string): ScalarNode {
  return {
    kind: 'scalar',
    text,
    style: 'plain',
    tag: '!!str',
    start: 0,
    end: 0,
    alias: false,
    source: { file: '', within: undefined },
  };
}

/** A mapping that is written nowhere. */
export function mapLike(entries: Iterable<readonly [string, YamlNode]>): MapNode {
  const made = new Map<string, MapEntry>();
  for (const [key, value] of entries) made.set(key, { key: scalarLike(key), value });
  return { kind: 'map', entries: made, start: 0 };
}
