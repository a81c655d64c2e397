/** Paths of replacements: `spec.containers.[name=app].image` (kyaml utils/pathsplitter.go, yaml/fns.go PathGetter, yaml/match.go PathMatcher). */
import { RE2JS } from 're2js';
import type { MapEntry, ScalarNode, YamlNode } from '../yaml/node.ts';
import { isNull, scalarLike } from '../yaml/node.ts';
import { parseFirst } from '../yaml/parse.ts';
import { splitPath } from './fieldSpec.ts';

/** Splits at dots; dots in brackets and escaped dots stay. Brackets around what is no condition are left out. */
export function splitFieldPath(path: string): string[] {
  const split = splitPath(path, '.');
  const result: string[] = [];
  for (let at = 0; at < split.length; at++) {
    const part = split[at] ?? '';
    if (!part.startsWith('[') || part.endsWith(']')) {
      result.push(part);
      continue;
    }
    const bracketed = [part];
    while (at < split.length - 1) {
      const next = split[++at] ?? '';
      bracketed.push(next);
      if (next.endsWith(']')) break;
    }
    const text = bracketed.join('.');
    result.push(text.includes('=') ? text : text.replace(/^[[\]]+|[[\]]+$/g, ''));
  }
  return result;
}

const CONDITION = /^\[.*\]$/s;

function condition(part: string): { readonly field: string; readonly value: string } | undefined {
  const inner = part.slice(1, -1);
  const equals = inner.indexOf('=');
  return equals < 0 ? undefined : { field: inner.slice(0, equals), value: inner.slice(equals + 1) };
}

function isIndex(part: string): boolean {
  return /^\+?\d+$/.test(part);
}

/** A refusal: a clause. */
export interface Refused {
  readonly problem: string;
}

/** The one node that a path reads, undefined where there is none. */
export function lookup(tree: YamlNode, path: readonly string[]): YamlNode | undefined | Refused {
  let node: YamlNode = tree;
  for (const raw of path) {
    const part = raw.trim();
    if (part === '') continue;
    const next = step(node, part);
    if (next === undefined || 'problem' in next) return next;
    node = next;
  }
  return node;
}

function step(node: YamlNode, part: string): YamlNode | undefined | Refused {
  const refused = (problem: string): Refused => ({ problem });
  if (/^[-+]?\d+$/.test(part) || part === '-') {
    if (node.kind !== 'sequence') return refused(`there is no list for ${part}`);
    if (part !== '-' && Number(part) < 0) return refused('array index cannot be negative');
    return part === '-' ? node.items.at(-1) : node.items[Number(part)];
  }
  if (part === '*') return refused('wildcard is not supported in PathGetter');
  if (CONDITION.test(part)) {
    const wanted = condition(part);
    if (wanted === undefined) return refused('list path element must contain fieldName=fieldValue for element to match');
    if (node.kind !== 'sequence') return refused(`there is no list for ${part}`);
    return node.items.find((item) => {
      if (wanted.field === '') return item.kind === 'scalar' && item.text === wanted.value;
      const value = item.kind === 'map' ? item.entries.get(wanted.field)?.value : undefined;
      return value !== undefined && (value.kind === 'scalar' ? value.text : '') === wanted.value;
    });
  }
  if (node.kind === 'map') return node.entries.get(part)?.value;
  return node.kind === 'scalar' && isNull(node) ? undefined : refused(`there is no mapping for ${part}`);
}

/** What becomes of the nodes that a path leads to. */
export interface Setter {
  /** The new node for one that is there, or was made. */
  readonly set: (node: YamlNode) => YamlNode | Refused;
  /** The kind of node to make where the path ends in nothing, undefined to make none. */
  readonly create: YamlNode['kind'] | undefined;
}

export interface SetResult {
  readonly tree: YamlNode;
  readonly count: number;
  /** Whether the path goes on within a text that holds YAML or JSON: such a text is written anew by kustomize, and stays here as it is. */
  readonly isInText: boolean;
}

/** Sets all nodes that a path leads to. Conditions of lists are regular expressions that can match anywhere in a value. */
export function setAll(tree: YamlNode, path: readonly string[], setter: Setter): SetResult | Refused {
  const [part, ...rest] = path;
  if (part === undefined) {
    const node = setter.set(tree);
    return 'problem' in node ? node : { tree: node, count: 1, isInText: false };
  }
  if (isIndex(part)) return setIndex(tree, Number(part), rest, setter);
  if (CONDITION.test(part)) return setMatching(tree, part, rest, setter);
  if (part === '*') return setItems(tree, () => true, rest, setter);
  return setField(tree, part, rest, setter);
}

function setField(tree: YamlNode, name: string, rest: readonly string[], setter: Setter): SetResult | Refused {
  const isMissing = tree.kind === 'scalar' && isNull(tree);
  if (tree.kind !== 'map' && !isMissing) return { problem: `there is no mapping for ${name}` };
  const old = tree.kind === 'map' ? tree.entries.get(name) : undefined;
  if (old === undefined && (setter.create === undefined || isMissing))
    return isMissing && setter.create !== undefined ? { problem: `there is no mapping for ${name}` } : nothing(tree);
  const value = old?.value ?? made(rest[0], setter.create ?? 'scalar');
  if (value.kind === 'scalar' && rest.length > 0) return inText(tree, value, rest, setter);
  const result = setAll(value, rest, setter);
  if ('problem' in result) return result;
  const entries = new Map<string, MapEntry>(tree.kind === 'map' ? tree.entries : []);
  entries.set(name, { key: old?.key ?? scalarLike(name), value: result.tree });
  return { ...result, tree: { kind: 'map', entries, start: tree.start } };
}

function nothing(tree: YamlNode): SetResult {
  return { tree, count: 0, isInText: false };
}

/** A node for the next part of a path. */
function made(next: string | undefined, last: YamlNode['kind']): YamlNode {
  const kind = next === undefined ? last : CONDITION.test(next) || isIndex(next) ? 'sequence' : 'map';
  if (kind === 'map') return { kind, entries: new Map(), start: 0 };
  return kind === 'sequence' ? { kind, items: [], start: 0 } : { ...scalarLike(''), tag: '' };
}

function inText(tree: YamlNode, scalar: ScalarNode, rest: readonly string[], setter: Setter): SetResult | Refused {
  const [document] = parseFirst(scalar.text, scalar.source, 0, 'v3').documents;
  const result = document?.root === undefined ? undefined : setAll(document.root, rest, setter);
  if (result === undefined || 'problem' in result)
    return { problem: `a text stands where the path goes on with ${rest.join('.')}` };
  return { tree, count: result.count, isInText: true };
}

function setIndex(tree: YamlNode, index: number, rest: readonly string[], setter: Setter): SetResult | Refused {
  if (tree.kind !== 'sequence') return { problem: `there is no list for the index ${String(index)}` };
  const item =
    tree.items[index] ?? (index === tree.items.length && setter.create !== undefined ? made(rest[0], setter.create) : undefined);
  if (item === undefined)
    return { problem: `index ${String(index)} specified but only ${String(tree.items.length)} elements found` };
  const result = setAll(item, rest, setter);
  if ('problem' in result) return result;
  return { ...result, tree: { ...tree, items: [...tree.items.slice(0, index), result.tree, ...tree.items.slice(index + 1)] } };
}

function setMatching(tree: YamlNode, part: string, rest: readonly string[], setter: Setter): SetResult | Refused {
  const wanted = condition(part);
  if (wanted === undefined) return { problem: 'list path element must contain fieldName=fieldValue for element to match' };
  const pattern = compiled(wanted.value);
  if (tree.kind !== 'sequence') return { problem: `there is no list for ${part}` };
  if (pattern === undefined && tree.items.length > 0) return { problem: `error parsing regexp in ${part}` };
  const isPrimitive = wanted.field === '';
  const matches = (item: YamlNode): boolean => {
    const value = isPrimitive ? item : item.kind === 'map' ? item.entries.get(wanted.field)?.value : undefined;
    return value !== undefined && pattern !== undefined && pattern(printed(value));
  };
  const result = setItems(tree, matches, isPrimitive ? [] : rest, setter);
  if ('problem' in result || result.count > 0 || setter.create === undefined) return result;
  const value: YamlNode = { ...scalarLike(wanted.value), tag: '' };
  const item: YamlNode = isPrimitive
    ? value
    : { kind: 'map', entries: new Map([[wanted.field, { key: scalarLike(wanted.field), value }]]), start: 0 };
  // What was made is found the second time, unless it is no text for its own pattern.
  return matches(item)
    ? setItems({ ...tree, items: [...tree.items, item] }, matches, isPrimitive ? [] : rest, setter)
    : { problem: `${part} does not match what it makes` };
}

function setItems(
  tree: YamlNode,
  matches: (item: YamlNode) => boolean,
  rest: readonly string[],
  setter: Setter,
): SetResult | Refused {
  if (tree.kind !== 'sequence') return { problem: 'wrong node kind: expected SequenceNode' };
  let count = 0;
  let isInText = false;
  const items: YamlNode[] = [];
  for (const item of tree.items) {
    if (!matches(item)) {
      items.push(item);
      continue;
    }
    const result = setAll(item, rest, setter);
    if ('problem' in result) return result;
    count += result.count;
    isInText ||= result.isInText;
    items.push(result.tree);
  }
  return { tree: { ...tree, items }, count, isInText };
}

/** Whether a node was made for a path, and not written by anybody: its value can be of any type. */
export function isMade(node: ScalarNode): boolean {
  return node.text === '' && node.source.file === '';
}

/** A value as kyaml prints it to compare it: with its quotes. */
function printed(node: YamlNode): string {
  if (node.kind !== 'scalar') return '';
  if (node.style === 'double') return JSON.stringify(node.text);
  return node.style === 'single' ? `'${node.text.replaceAll("'", "''")}'` : node.text.trim();
}

function compiled(pattern: string): ((text: string) => boolean) | undefined {
  if (/^[A-Za-z0-9_-]+$/.test(pattern)) return (text) => text.includes(pattern);
  try {
    const regexp = RE2JS.compile(pattern);
    return (text) => regexp.matcher(text).find();
  } catch {
    return undefined;
  }
}
