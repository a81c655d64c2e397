/** Transformers of `transformers:` and fields of `configurations:`, as written in files or in place. */
import type { FileView } from '../repository/files.ts';
import { resolvePath } from '../repository/files.ts';
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, itemsAt, textAt } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import type { ResolvedOverride } from './imageTransformer.ts';
import { resolveOverride } from './imageTransformer.ts';
import type { PatchEntry } from './kustomizationFile.ts';
import { imageOverride, patchEntry } from './kustomizationFile.ts';
import type { ImageFieldSpec } from './resource.ts';

/** Built-in transformers that never touch an image. */
const HARMLESS = new Set([
  'AnnotationsTransformer',
  'LabelTransformer',
  'NamespaceTransformer',
  'PrefixTransformer',
  'SuffixTransformer',
  'PrefixSuffixTransformer',
  'ReplicaCountTransformer',
  'HashTransformer',
]);

/** What an entry of `transformers:` does, as far as it can matter to an image; `why` where that cannot be known. */
export type Transformer = { readonly override: ResolvedOverride } | { readonly patch: PatchEntry } | { readonly why: string };

/** The steps of one entry, in order. */
export function transformersOf(reference: ScalarNode, directory: string, view: FileView, used: Set<string>): Transformer[] {
  const roots = pluginObjects(reference, directory, view, used);
  if (roots === undefined) return [{ why: `the transformer ${reference.text} is not read` }];
  return roots.flatMap((root): Transformer[] => {
    const kind = textAt(root, 'kind');
    if (HARMLESS.has(kind)) return [];
    if (kind === 'PatchTransformer') return root.kind === 'map' ? [{ patch: patchEntry(root) }] : [];
    if (kind !== 'ImageTagTransformer') return [{ why: `the transformer ${kind === '' ? reference.text : kind} is not run` }];
    const node = get(root, 'imageTag');
    if (node?.kind !== 'map') return [];
    const file = node.entries.values().next().value?.key.source.file ?? '';
    return [{ override: resolveOverride(imageOverride(file, node), 'transformer') }];
  });
}

/** The objects that an entry configures, undefined where they cannot be read. */
function pluginObjects(
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
