/** An object as it is now: its tree with the names, fields and images that layers keep beside it until somebody asks. */
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, getIn, isNull, scalarLike } from '../yaml/node.ts';
import type { Content } from './content.ts';
import type { FieldEdit } from './fieldEdit.ts';
import { applyEdit } from './fieldEdit.ts';
import { replaceAt } from './fieldSpec.ts';
import type { ResourceIdentity } from './identity.ts';
import type { ImageField, ImageScan } from './imageFields.ts';
import { referenceOf } from './imageState.ts';

export interface Settled {
  readonly tree: MapNode;
  /** The images as the tree has them; undefined where nobody asked for them yet, so that none was changed. */
  readonly fields: readonly ImageField[] | undefined;
}

/** Writes into the tree what is kept beside it. */
export function settle(
  identity: ResourceIdentity,
  content: Content,
  edits: readonly FieldEdit[],
  scan: ImageScan | undefined,
): Settled {
  let tree: YamlNode = content.tree;
  if (identity.name !== content.name) tree = withMetadata(tree, 'name', identity.name);
  if (identity.namespace !== content.namespace) tree = withMetadata(tree, 'namespace', identity.namespace);
  for (const edit of edits) tree = applyEdit(tree, edit, identity);
  const fields = scan?.fields.map((field) => {
    const text = referenceOf(field.state);
    if (text === field.scalar.text) return field;
    const scalar: ScalarNode = { ...field.scalar, text, tag: '' };
    tree = replaceAt(tree, field.path, scalar) ?? tree;
    return { ...field, scalar };
  });
  return { tree: tree.kind === 'map' ? tree : content.tree, fields };
}

function withMetadata(tree: YamlNode, key: 'name' | 'namespace', text: string): YamlNode {
  const old = getIn(tree, 'metadata', key);
  const value: ScalarNode = old?.kind === 'scalar' && !isNull(old) ? { ...old, text } : scalarLike(text);
  const metadata = get(tree, 'metadata');
  const entries = new Map(metadata?.kind === 'map' ? metadata.entries : []);
  entries.set(key, { key: entries.get(key)?.key ?? scalarLike(key), value });
  const changed: MapNode = { kind: 'map', entries, start: metadata?.start ?? 0 };
  return replaceAt(tree, ['metadata'], changed) ?? tree;
}
