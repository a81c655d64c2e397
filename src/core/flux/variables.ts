/** Values of `postBuild`: `substituteFrom` objects that are in the repository, then `substitute`, which wins. */
import type { Resource } from '../kustomize/resource.ts';
import { resourcesOf } from '../kustomize/resource.ts';
import { generate } from '../kustomize/generators.ts';
import { parseKustomizationFile } from '../kustomize/kustomizationFile.ts';
import { commonDepth } from '../repository/files.ts';
import type { FileIndex } from '../repository/fileIndex.ts';
import type { Owner } from '../repository/model.ts';
import type { Substituter } from '../repository/usages.ts';
import type { FileTree } from '../repository/view.ts';
import type { MapNode, ScalarNode } from '../yaml/node.ts';
import { get, getIn, isNull, itemsAt, textAt } from '../yaml/node.ts';
import { valuesOf } from './objects.ts';
import { UNKNOWN } from './substitution.ts';

/** Finds ConfigMaps and Secrets of the repository by name. Built when the first `substituteFrom` asks. */
export class ValueObjects {
  private readonly tree: FileTree;
  private readonly index: FileIndex;
  private byName: ReadonlyMap<string, readonly Resource[]> | undefined;

  constructor(tree: FileTree, index: FileIndex) {
    this.tree = tree;
    this.index = index;
  }

  /** The object that a cluster at `near` (a path) gets: of several, the one whose file is nearest; undefined where that leaves a choice. */
  find(kind: string, name: string, near: string): Resource | undefined {
    this.byName ??= this.collect();
    const candidates = this.byName.get(`${kind}/${name}`) ?? [];
    const closeness = (resource: Resource) => commonDepth(resource.file, near);
    const best = Math.max(...candidates.map(closeness));
    const nearest = candidates.filter((candidate) => closeness(candidate) === best);
    return nearest.length === 1 ? nearest[0] : undefined;
  }

  private collect(): ReadonlyMap<string, readonly Resource[]> {
    const found = new Map<string, Resource[]>();
    const put = (resource: Resource) => {
      const key = `${resource.kind}/${resource.name}`;
      const list = found.get(key);
      if (list === undefined) found.set(key, [resource]);
      else list.push(resource);
    };
    for (const file of this.tree.files()) {
      for (const document of file.documents) {
        const hint = document.kindHint;
        if (hint === 'ConfigMap' || hint === 'Secret') resourcesOf(document).forEach(put);
      }
    }
    for (const [directory, file] of this.index.kustomizations) {
      const { configMaps, secrets } = parseKustomizationFile(file);
      const used = new Set<string>();
      for (const entry of configMaps) put({ ...generate(entry, 'ConfigMap', this.tree, directory, used), file: file.path });
      for (const entry of secrets) put({ ...generate(entry, 'Secret', this.tree, directory, used), file: file.path });
    }
    return found;
  }
}

export interface Variables {
  readonly substituter: Substituter | undefined;
  /** Values of the `substituteFrom` objects that were found, by `Kind/namespace/name`. */
  readonly from: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Files that the values come from. */
  readonly used: readonly string[];
}

const NONE: Variables = { substituter: undefined, from: new Map(), used: [] };

/** Reads `spec.postBuild` of a Flux Kustomization. `near`: path of its cluster, to choose between objects of the same name. */
export function variablesOf(tree: MapNode, namespace: string, near: string, objects: ValueObjects): Variables {
  const postBuild = getIn(tree, 'spec', 'postBuild');
  if (postBuild?.kind !== 'map') return NONE;
  const values = new Map<string, { text: string | undefined; owner: Owner }>();
  const from = new Map<string, Record<string, string>>();
  const used: string[] = [];
  let open = false;
  for (const source of itemsAt(postBuild, 'substituteFrom')) {
    const kind = textAt(source, 'kind');
    const name = textAt(source, 'name');
    const found = objects.find(kind, name, near);
    if (found === undefined) {
      if (textAt(source, 'optional') !== 'true') open = true;
      continue;
    }
    used.push(found.file);
    const record: Record<string, string> = {};
    for (const [key, { text, node }] of valuesOf(found)) {
      // A tag that stands in a Secret is shown to nobody: it counts as unknown.
      if (node.kind === 'scalar') values.set(key, { text: kind === 'Secret' ? undefined : text, owner: ownerOf(node) });
      if (text !== undefined) record[key] = text;
    }
    from.set(`${kind}/${namespace}/${name}`, record);
  }
  const inline = get(postBuild, 'substitute');
  if (inline?.kind === 'map') {
    for (const [key, { value }] of inline.entries)
      if (value.kind === 'scalar') values.set(key, { text: isNull(value) ? '' : value.text, owner: ownerOf(value) });
  }
  if (values.size === 0 && !open) return { ...NONE, from, used };
  const substituter: Substituter = {
    lookup: (variable) => {
      const value = values.get(variable);
      if (value === undefined) return open ? UNKNOWN : undefined;
      return value.text ?? UNKNOWN;
    },
    ownerOf: (variable) => values.get(variable)?.owner,
  };
  return { substituter, from, used };
}

function ownerOf(scalar: ScalarNode): Owner {
  return { file: scalar.source.file, scalar, part: scalar.part ?? 'whole' };
}
