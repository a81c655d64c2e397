/** `replacements:` as far as they reach images and Flux objects (image-semantics.md A.6). */
import { resolvePath } from '../repository/files.ts';
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, itemsAt, scalarAt, textAt } from '../yaml/node.ts';
import { referenceOf, rewritten } from './imageState.ts';
import type { PatchContext } from './patches.ts';
import type { Resource } from './resource.ts';
import { withTree } from './resource.ts';
import { selects } from './selection.ts';
import { replaceAt } from './strategicMerge.ts';

/** The resources after one entry of `replacements:`, inline or in a file. */
export function applyReplacement(resources: readonly Resource[], entry: YamlNode, context: PatchContext): readonly Resource[] {
  const path = textAt(entry, 'path');
  if (path !== '') {
    return definitionsIn(path, context).reduce(
      (current, definition) => applyReplacement(current, definition, context),
      resources,
    );
  }
  const source = get(entry, 'source');
  const targets = itemsAt(entry, 'targets');
  if (source === undefined || !targets.some(mayReachImages)) return resources;
  if (resources.filter((resource) => !resource.declared && selects(source, resource)).length > 1) {
    context.fail(
      `a replacement has several sources ${textAt(source, 'kind')} ${textAt(source, 'name')} (multiple matches for selector).`,
    );
    return resources;
  }
  const value = readSource(resources, source);
  if (value === undefined) {
    context.fail(`a replacement finds no source ${textAt(source, 'kind')} ${textAt(source, 'name')}.`);
    return resources;
  }
  return targets.reduce((current, target) => applyTarget(current, target, value, context), resources);
}

function definitionsIn(reference: string, context: PatchContext): YamlNode[] {
  const path = resolvePath(context.directory, reference);
  if (path !== undefined) context.used.add(path);
  const file = path === undefined ? undefined : context.view.file(path);
  if (file === undefined) {
    context.fail(`the replacement ${reference} does not exist: no such file or directory.`);
    return [];
  }
  return file.documents.flatMap((document) => {
    const root = document.root;
    if (root?.kind === 'sequence') return [...root.items];
    return root === undefined ? [] : [root];
  });
}

const OF_INTEREST = /image|containers|values|\*|substitute|spec\.path/;

function mayReachImages(target: YamlNode): boolean {
  return itemsAt(target, 'fieldPaths').some((path) => path.kind === 'scalar' && OF_INTEREST.test(path.text));
}

interface SourceValue {
  readonly text: string;
  readonly scalar: ScalarNode;
}

function readSource(resources: readonly Resource[], source: YamlNode): SourceValue | undefined {
  const fieldPath = textAt(source, 'fieldPath');
  const segments = splitFieldPath(fieldPath === '' ? 'metadata.name' : fieldPath);
  for (const resource of resources) {
    if (resource.declared || !selects(source, resource)) continue;
    const [path] = pathsTo(resource.tree, segments);
    const scalar = path === undefined ? undefined : nodeAt(resource.tree, path);
    if (scalar?.kind !== 'scalar') continue;
    const field = resource.images.find((image) => image.scalar === scalar);
    const whole =
      field === undefined
        ? fieldPath === '' || fieldPath === 'metadata.name'
          ? resource.name
          : scalar.text
        : referenceOf(field.state);
    const piece = pieceOf(whole, get(source, 'options'));
    return piece === undefined ? undefined : { text: piece, scalar: field?.state.tag?.owner.scalar ?? scalar };
  }
  return undefined;
}

function pieceOf(text: string, options: YamlNode | undefined): string | undefined {
  const delimiter = textAt(options, 'delimiter');
  return delimiter === '' ? text : text.split(delimiter)[Number(textAt(options, 'index') || '0')];
}

function applyTarget(
  resources: readonly Resource[],
  target: YamlNode,
  value: SourceValue,
  context: PatchContext,
): readonly Resource[] {
  const select = get(target, 'select');
  const rejects = itemsAt(target, 'reject');
  const fieldPaths = itemsAt(target, 'fieldPaths').flatMap((path) => (path.kind === 'scalar' ? [splitFieldPath(path.text)] : []));
  const options = get(target, 'options');
  if (select === undefined) return resources;
  return resources.map((resource) => {
    if (resource.declared || !selects(select, resource) || rejects.some((reject) => selects(reject, resource))) return resource;
    let current = resource;
    for (const segments of fieldPaths) {
      const paths = pathsTo(current.tree, segments);
      if (paths.length === 0 && !segments.includes('*') && textAt(options, 'create') !== 'true')
        context.fail(
          `a replacement leads to ${segments.join('.')}, which ${resource.kind} ${resource.name} does not have (unable to find field).`,
        );
      for (const path of paths) current = setAt(current, path, value, options);
    }
    return current;
  });
}

function setAt(
  resource: Resource,
  path: readonly (string | number)[],
  value: SourceValue,
  options: YamlNode | undefined,
): Resource {
  const old = nodeAt(resource.tree, path);
  if (old?.kind !== 'scalar') return resource;
  const field = resource.images.find((image) => image.scalar === old);
  const before = field === undefined ? old.text : referenceOf(field.state);
  const after = withPiece(before, value.text, options);
  const scalar: ScalarNode = { ...(field === undefined ? value.scalar : old), text: after };
  const tree = replaceAt(resource.tree, path, scalar);
  if (tree?.kind !== 'map') return resource;
  const changed = withTree(resource, tree, 'replacement');
  if (field === undefined) return changed;
  const part = value.scalar.part ?? (textAt(options, 'delimiter') === '' && after.includes('/') ? 'reference' : 'whole');
  const state = rewritten(field.state, after, { file: value.scalar.source.file, scalar: value.scalar, part }, 'replacement');
  return { ...changed, images: changed.images.map((image) => (image.scalar === scalar ? { ...image, state } : image)) };
}

/** kustomize's setFieldValue: with a delimiter one piece is replaced; an index beyond the end appends, a negative one prepends. */
function withPiece(text: string, value: string, options: YamlNode | undefined): string {
  const delimiter = textAt(options, 'delimiter');
  if (delimiter === '') return value;
  const pieces = text.split(delimiter);
  const index = Number(textAt(options, 'index') || '0');
  if (index < 0) return [value, ...pieces].join(delimiter);
  if (index >= pieces.length) return [...pieces, value].join(delimiter);
  return pieces.with(index, value).join(delimiter);
}

/** Splits `a.b.[name=x].c` at dots; dots inside of brackets and escaped dots stay. */
function splitFieldPath(path: string): string[] {
  return (path.match(/\[[^\]]*\]|(?:\\.|[^.[])+/g) ?? []).map((segment) => segment.replaceAll('\\.', '.'));
}

function nodeAt(tree: YamlNode, path: readonly (string | number)[]): YamlNode | undefined {
  let node: YamlNode | undefined = tree;
  for (const step of path) {
    if (node?.kind === 'map' && typeof step === 'string') node = node.entries.get(step)?.value;
    else if (node?.kind === 'sequence' && typeof step === 'number') node = node.items[step];
    else return undefined;
  }
  return node;
}

/** All concrete paths that a field path leads to. */
function pathsTo(
  node: YamlNode,
  segments: readonly string[],
  prefix: readonly (string | number)[] = [],
): (readonly (string | number)[])[] {
  const [head, ...rest] = segments;
  if (head === undefined) return [prefix];
  if (node.kind === 'map') {
    if (head === '*') return [...node.entries].flatMap(([key, { value }]) => pathsTo(value, rest, [...prefix, key]));
    const child = node.entries.get(head)?.value;
    return child === undefined ? [] : pathsTo(child, rest, [...prefix, head]);
  }
  if (node.kind !== 'sequence') return [];
  const condition = /^\[([^=]+)=(.*)\]$/.exec(head);
  return node.items.flatMap((item, index) => {
    const fits =
      condition === null ? head === '*' || head === String(index) : scalarAt(item, condition[1] ?? '')?.text === condition[2];
    return fits ? pathsTo(item, rest, [...prefix, index]) : [];
  });
}
