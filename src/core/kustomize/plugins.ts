/** Transformers of `transformers:` and fields of `configurations:`, as written in files or in place. */
import type { FileView } from '../repository/files.ts';
import { resolvePath } from '../repository/files.ts';
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { itemsAt, textAt } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import type { ImageFieldSpec } from './resource.ts';

/** Built-in transformers that never touch an image. */
export const HARMLESS = new Set([
  'AnnotationsTransformer',
  'LabelTransformer',
  'NamespaceTransformer',
  'PrefixTransformer',
  'SuffixTransformer',
  'PrefixSuffixTransformer',
  'ReplicaCountTransformer',
  'HashTransformer',
]);

/** The objects that an entry configures, undefined where they cannot be read. */
export function pluginObjects(
  reference: ScalarNode,
  directory: string,
  view: FileView,
  used: Set<string>,
): readonly YamlNode[] | undefined {
  if (reference.text.includes('\n')) {
    const { documents } = parseYaml(reference.text, { file: reference.source.file, within: reference });
    return documents.flatMap((document) => document.root ?? []);
  }
  const path = resolvePath(directory, reference.text);
  if (path === undefined) return undefined;
  used.add(path);
  return view.file(path)?.documents.flatMap((document) => document.root ?? []);
}

/** The fields that a `configurations:` file declares for images. */
export function imageFieldSpecs(root: YamlNode | undefined): ImageFieldSpec[] {
  return itemsAt(root, 'images').flatMap((item) => {
    const path = textAt(item, 'path');
    return path === '' ? [] : [{ path, kind: textAt(item, 'kind') }];
  });
}
