/** Values of Secrets that a build has copied into other objects: by `replacements` and `vars`. */
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { valuesOfSecret } from './secretValues.ts';

/** Shorter texts than these are words that stand in many places by themselves: as a whole value, and inside of one. */
const SHORTEST_WHOLE = 4;
const SHORTEST_PART = 6;

/** The texts that tell a copy, longest first: values as they are written, and what they are in base64. */
export function copiesOf(secrets: readonly YamlNode[]): string[] {
  const texts = new Set<string>();
  for (const { node, isBase64 } of secrets.flatMap((secret) => valuesOfSecret(secret) ?? [])) {
    texts.add(node.text);
    if (isBase64) texts.add(decoded(node.text));
  }
  return [...texts].filter((text) => text.length >= SHORTEST_WHOLE).sort((a, b) => b.length - a.length);
}

/** The scalars below `root` that hold a copy, and their texts with a mask in its place, as YAML. */
export function withoutCopies(
  root: YamlNode | undefined,
  copies: readonly string[],
  mask: (value: string) => string,
): { readonly node: ScalarNode; readonly newText: string }[] {
  if (copies.length === 0) return [];
  return scalarsBelow(root).flatMap((node) => {
    let { text } = node;
    for (const copy of copies) {
      if (text === copy) text = mask(copy);
      else if (copy.length >= SHORTEST_PART) text = text.replaceAll(copy, mask(copy));
    }
    return text === node.text ? [] : [{ node, newText: JSON.stringify(text) }];
  });
}

function scalarsBelow(node: YamlNode | undefined): ScalarNode[] {
  if (node === undefined) return [];
  if (node.kind === 'scalar') return [node];
  const children = node.kind === 'map' ? [...node.entries.values()].map(({ value }) => value) : node.items;
  return children.flatMap(scalarsBelow);
}

function decoded(base64: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64.trim()), (character) => character.charCodeAt(0)));
  } catch {
    return '';
  }
}
