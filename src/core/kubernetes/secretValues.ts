/** Where Secrets keep their values. */
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, isNull, itemsAt, textAt } from '../yaml/node.ts';

export interface SecretValue {
  readonly node: ScalarNode;
  readonly isBase64: boolean;
}

/** What SOPS writes in the place of a value. It can be read by nobody without the key, and its size is not that of the value. */
const ENCRYPTED = /^ENC\[[A-Z0-9_]+,data:[^\s,]*,iv:[^\s,]+,tag:[^\s,]+,type:\w+\]$/;

/** The Secrets in an object: itself, or those of a list. */
export function secretsIn(root: YamlNode | undefined): YamlNode[] {
  if (root === undefined) return [];
  if (textAt(root, 'kind').endsWith('List')) return itemsAt(root, 'items').flatMap(secretsIn);
  return textAt(root, 'kind') === 'Secret' && textAt(root, 'apiVersion') === 'v1' ? [root] : [];
}

/** All values that are not encrypted; undefined where something stands in their place that is no mapping of texts, and may hold anything. */
export function valuesOfSecret(secret: YamlNode): readonly SecretValue[] | undefined {
  const found: SecretValue[] = [];
  for (const field of ['data', 'stringData'] as const) {
    const values = get(secret, field);
    if (values === undefined || (values.kind === 'scalar' && isNull(values))) continue;
    if (values.kind !== 'map') return undefined;
    for (const { value } of values.entries.values()) {
      if (value.kind !== 'scalar') return undefined;
      if (!ENCRYPTED.test(value.text)) found.push({ node: value, isBase64: field === 'data' });
    }
  }
  return found;
}
