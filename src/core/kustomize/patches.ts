/** Patches of a layer (image-semantics.md A.5). Only what can change an image, a Flux object or the identity of either is applied. */
import type { FileView, RepositoryFile } from '../repository/files.ts';
import { resolvePath } from '../repository/files.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { scalarAt, textAt } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import type { FailureKind } from './failure.ts';
import { applyJsonPatch } from './jsonPatch.ts';
import type { PatchEntry } from './kustomizationFile.ts';
import { isUrl } from './remote.ts';
import type { Resource } from './resource.ts';
import { isBuiltin, withTree } from './resource.ts';
import { namedBy, selects } from './selection.ts';
import { strategicMerge } from './strategicMerge.ts';

export interface PatchContext {
  readonly view: FileView;
  readonly directory: string;
  readonly used: Set<string>;
  /** `at`: the scalar that is wrong, where there is one. */
  fail(sentence: string, at?: ScalarNode, kind?: FailureKind): void;
  /** Remembers that anything may come out different, as something was not read. `why`: a clause. */
  notRead(why: string, scalar: ScalarNode): void;
  /** Remembers what a patch met. `kind`: of the objects that it is for, '' for any. */
  ran(patch: PatchEntry, matched: boolean, kind: string): void;
  /** Whether objects of this kind may be there that were not read. */
  mayHold(kind: string): boolean;
}

/** What a patch must mention to change the images or the name of a workload. */
const TOUCHES_IMAGES =
  /image|ontainers|volumes|\$patch|metadata\/name|path["']?:\s*["']?\/(?:spec(?:\/template(?:\/spec)?)?)?["']?\s*[,}\r\n]|path["']?:\s*["']?\/(?:spec(?:\/template(?:\/spec)?)?)?["']?\s*$/;

interface PatchText {
  /** Whether it can change the images or the name of a workload, as far as its text tells. */
  readonly touchesImages: boolean;
  readonly documents: readonly YamlNode[];
}

const inlineCache = new WeakMap<ScalarNode, PatchText | { failure: string }>();
const fileCache = new WeakMap<RepositoryFile, PatchText | { failure: string }>();

/** The resources after one patch. */
export function applyPatch(resources: readonly Resource[], entry: PatchEntry, context: PatchContext): readonly Resource[] {
  const patch = load(entry, context);
  if (patch === undefined) return resources;
  let current = resources;
  for (const document of patch.documents) {
    if (document.kind === 'sequence') current = applyJson(current, document.items, patch, entry, context);
    else if (document.kind === 'map') current = applyStrategic(current, document, patch, entry, context);
  }
  return current;
}

function load(entry: PatchEntry, context: PatchContext): PatchText | undefined {
  if (entry.inline !== undefined) {
    let known = inlineCache.get(entry.inline);
    if (known === undefined) {
      const { documents, problem } = parseYaml(entry.inline.text, { file: entry.inline.source.file, within: entry.inline });
      known =
        problem === undefined
          ? {
              touchesImages: TOUCHES_IMAGES.test(entry.inline.text),
              documents: documents.flatMap((document) => document.root ?? []),
            }
          : { failure: `an inline patch in ${entry.inline.source.file} is not valid YAML: ${problem.message}.` };
      inlineCache.set(entry.inline, known);
    }
    if ('failure' in known) {
      context.fail(known.failure, entry.inline, 'syntax');
      return undefined;
    }
    return known;
  }
  if (entry.path === undefined) {
    context.fail('a patch has neither text nor a file (must specify one of patch and path).');
    return undefined;
  }
  if (isUrl(entry.path.text)) {
    context.notRead(`the patch ${entry.path.text} is not fetched`, entry.path);
    return undefined;
  }
  const path = resolvePath(context.directory, entry.path.text);
  if (path === undefined) {
    context.fail(`the patch ${entry.path.text} is outside of the repository.`, entry.path);
    return undefined;
  }
  context.used.add(path);
  const file = context.view.file(path);
  if (file === undefined) {
    context.fail(`the patch ${path} does not exist: no such file or directory.`, entry.path, 'missing-path');
    return undefined;
  }
  let known = fileCache.get(file);
  if (known === undefined) fileCache.set(file, (known = patchIn(file)));
  if ('failure' in known) {
    context.fail(known.failure, entry.path, 'syntax');
    return undefined;
  }
  return known;
}

function patchIn(file: RepositoryFile): PatchText | { failure: string } {
  const documents: YamlNode[] = [];
  for (const { problem, root } of file.documents) {
    if (problem !== undefined) return { failure: `${file.path} is not valid YAML: ${problem.message}.` };
    if (root !== undefined) documents.push(root);
  }
  return { touchesImages: TOUCHES_IMAGES.test(file.text), documents };
}

function matters(resource: Resource, { touchesImages }: PatchText): boolean {
  return touchesImages || resource.images.length === 0 || isFlux(resource);
}

function isFlux(resource: Resource): boolean {
  return resource.apiVersion.includes('toolkit.fluxcd.io') || resource.apiVersion.includes('extensions.fluxcd.io');
}

function applyJson(
  resources: readonly Resource[],
  operations: readonly YamlNode[],
  text: PatchText,
  entry: PatchEntry,
  context: PatchContext,
): readonly Resource[] {
  if (entry.target === undefined) {
    context.fail('a JSON patch does not say what it is for (must specify a target for JSON patch).', entry.path ?? entry.inline);
    return resources;
  }
  const target = entry.target;
  context.ran(
    entry,
    resources.some((resource) => !resource.declared && selects(target, resource)),
    textAt(target, 'kind'),
  );
  return resources.map((resource) => {
    if (resource.declared || !matters(resource, text) || !selects(target, resource)) return resource;
    const result = applyJsonPatch(resource.tree, operations);
    if ('failure' in result) {
      context.fail(`a patch does not apply to ${resource.kind} ${resource.name}: ${result.failure}.`, entry.path ?? entry.inline);
      return resource;
    }
    return renamed(resource, result.tree);
  });
}

function applyStrategic(
  resources: readonly Resource[],
  patch: MapNode,
  text: PatchText,
  entry: PatchEntry,
  context: PatchContext,
): readonly Resource[] {
  const target = entry.target;
  // A patch without anything to select by applies to nothing that it could name.
  const fits = target === undefined ? namedBy(patch) : (resource: Resource) => selects(target, resource);
  const kind = textAt(patch, 'kind');
  const name = textAt(patch, 'metadata', 'name');
  const matched = resources.some((resource) => !resource.declared && fits(resource));
  if (target !== undefined) context.ran(entry, matched, textAt(target, 'kind'));
  else if (!matched && !context.mayHold(kind))
    context.fail(
      `no resource matches the strategic merge patch of ${kind} ${name} (no matches for Id).`,
      scalarAt(patch, 'metadata', 'name') ?? entry.path ?? entry.inline,
      'patch-target',
    );
  return resources.flatMap((resource) => {
    if (resource.declared || !matters(resource, text) || !fits(resource)) return [resource];
    const merged = strategicMerge(resource.tree, patch, isBuiltin(resource.apiVersion));
    if (merged === undefined) return [];
    if (merged.kind !== 'map') return [resource];
    return [entry.mayRename ? renamed(resource, merged) : withTree(resource, merged, 'patch')];
  });
}

function renamed(resource: Resource, tree: YamlNode): Resource {
  if (tree.kind !== 'map') return resource;
  const changed = withTree(resource, tree, 'patch');
  const before = textAt(resource.tree, 'metadata', 'name');
  const after = textAt(tree, 'metadata', 'name');
  if (before === after) return changed;
  const { apiVersion, kind, name, namespace } = resource;
  return {
    ...changed,
    name: name.replace(before, () => after),
    previous: [...resource.previous, { apiVersion, kind, name, namespace }],
  };
}
