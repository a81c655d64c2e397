/** Values of `postBuild`: `substituteFrom` objects that are in the repository, then `substitute`, which wins. */
import { objectsIn } from '../kustomize/objects.ts';
import type { Resource } from '../kustomize/resource.ts';
import { generate } from '../kustomize/generators.ts';
import { parseKustomizationFile } from '../kustomize/kustomizationFile.ts';
import type { Loader } from '../kustomize/step.ts';
import { commonDepth, resolvePath } from '../repository/files.ts';
import type { FileIndex } from '../repository/fileIndex.ts';
import type { Owner } from '../repository/model.ts';
import type { FileTree } from '../repository/view.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, getIn, isNull, itemsAt, textAt } from '../yaml/node.ts';
import { typeInManifest } from '../yaml/resolve.ts';
import { valuesOf } from './objects.ts';
import type { Lookup } from './substitution.ts';
import { UNKNOWN } from './substitution.ts';

/** `postBuild` at work: values, and where each is written. */
export interface Substituter {
  readonly lookup: Lookup;
  readonly ownerOf: (variable: string) => Owner | undefined;
  /** For variables whose value is not known: the rest of a clause that starts with the variable. */
  readonly whyUnknown: (variable: string) => string;
  /** Whether a variable without a value is refused: as Flux does since 1.9, where all values are known. */
  readonly isStrict: boolean;
  /** Whether there may be no values at all, so that Flux leaves every text as it is. */
  readonly mayBeEmpty: boolean;
  /** Why Flux refuses to substitute anything: a clause. */
  readonly problem: string | undefined;
}

/** A ConfigMap or Secret, and the file that says so: that of the kustomization for a generated one. */
interface ValueObject {
  readonly resource: Resource;
  readonly file: string;
}

/** Finds ConfigMaps and Secrets of the repository by name. Built when the first `substituteFrom` asks. */
export class ValueObjects {
  private readonly tree: FileTree;
  private readonly index: FileIndex;
  private byName: ReadonlyMap<string, readonly ValueObject[]> | undefined;

  constructor(tree: FileTree, index: FileIndex) {
    this.tree = tree;
    this.index = index;
  }

  /** The objects that a cluster at `near` (a path) may get: those whose files are nearest. */
  find(kind: string, name: string, near: string): readonly ValueObject[] {
    this.byName ??= this.collect();
    const candidates = this.byName.get(`${kind}/${name}`) ?? [];
    const closeness = ({ file }: ValueObject) => commonDepth(file, near);
    const best = Math.max(...candidates.map(closeness));
    return candidates.filter((candidate) => closeness(candidate) === best);
  }

  private collect(): ReadonlyMap<string, readonly ValueObject[]> {
    const found = new Map<string, ValueObject[]>();
    const put = (resource: Resource, file: string) => {
      const key = `${resource.kind}/${resource.name}`;
      const list = found.get(key);
      if (list === undefined) found.set(key, [{ resource, file }]);
      else list.push({ resource, file });
    };
    for (const file of this.tree.files()) {
      for (const document of file.documents) {
        const hint = document.kindHint;
        if (hint !== 'ConfigMap' && hint !== 'Secret' && !hint.endsWith('List')) continue;
        for (const resource of objectsIn(document).resources)
          if (resource.kind === 'ConfigMap' || resource.kind === 'Secret') put(resource, file.path);
      }
    }
    for (const [directory, file] of this.index.kustomizations) {
      const { configMaps, secrets, generatorOptions } = parseKustomizationFile(file);
      const loader = this.loaderFor(directory);
      for (const entry of configMaps) put(generate(entry, 'ConfigMap', generatorOptions, loader), file.path);
      for (const entry of secrets) put(generate(entry, 'Secret', generatorOptions, loader), file.path);
    }
    return found;
  }

  /** What is wrong with a generator is told where it is built. */
  private loaderFor(directory: string): Loader {
    return {
      load: (path) => {
        const resolved = path.startsWith('/') ? undefined : resolvePath(directory, path);
        return resolved === undefined ? undefined : this.tree.file(resolved);
      },
      fail: () => undefined,
    };
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
const VARIABLE = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const FROM_OUTSIDE = 'comes from outside of the repository, or from a Secret';

interface Value {
  /** undefined where it is not shown to anybody, or not known. */
  readonly text: string | undefined;
  readonly owner: Owner;
}

/** Reads `spec.postBuild` of a Flux Kustomization. `near`: path of its cluster, to choose between objects of the same name. */
export function variablesOf(tree: MapNode, namespace: string, near: string, objects: ValueObjects): Variables {
  const postBuild = getIn(tree, 'spec', 'postBuild');
  if (postBuild?.kind !== 'map') return NONE;
  const values = new Map<string, Value>();
  const from = new Map<string, Record<string, string>>();
  const used: string[] = [];
  let open: string | undefined;
  for (const source of itemsAt(postBuild, 'substituteFrom')) {
    const kind = textAt(source, 'kind');
    const name = textAt(source, 'name');
    const [found, second] = objects.find(kind, name, near);
    if (found === undefined || second !== undefined) {
      const isOptional = textAt(source, 'optional') === 'true';
      if (second !== undefined)
        open ??= `may come from ${kind} ${name}, of which ${found?.file ?? ''} and ${second.file} each have one`;
      else if (!isOptional) open ??= FROM_OUTSIDE;
      continue;
    }
    used.push(found.file);
    const record: Record<string, string> = {};
    for (const [key, { text, node }] of valuesOf(found.resource)) {
      const value = text?.replaceAll('\n', '');
      // A tag that stands in a Secret is shown to nobody: it counts as unknown.
      if (node.kind === 'scalar') values.set(key, { text: kind === 'Secret' ? undefined : value, owner: ownerOf(node) });
      if (text !== undefined) record[key] = text;
    }
    from.set(`${kind}/${namespace}/${name}`, record);
  }
  const inline = get(postBuild, 'substitute');
  const problem = addInline(inline, values) ?? nameProblem(values);
  const isAlways = textAt(postBuild, 'substituteStrategy') === 'Always';
  if (values.size === 0 && open === undefined && !isAlways && problem === undefined) return { ...NONE, from, used };
  const substituter: Substituter = {
    lookup: (variable) => {
      const value = values.get(variable);
      if (value === undefined) return open === undefined ? undefined : UNKNOWN;
      return value.text ?? UNKNOWN;
    },
    ownerOf: (variable) => values.get(variable)?.owner,
    whyUnknown: (variable) => (values.has(variable) ? FROM_OUTSIDE : (open ?? FROM_OUTSIDE)),
    isStrict: open === undefined,
    mayBeEmpty: values.size === 0 && !isAlways,
    problem,
  };
  return { substituter, from, used };
}

/** Adds `substitute`, whose values have to be texts. */
function addInline(inline: YamlNode | undefined, values: Map<string, Value>): string | undefined {
  if (inline === undefined || (inline.kind === 'scalar' && isNull(inline))) return undefined;
  if (inline.kind !== 'map') return 'spec.postBuild.substitute is no mapping';
  let problem: string | undefined;
  for (const [key, { value }] of inline.entries) {
    if (value.kind !== 'scalar' || typeInManifest(value) !== 'string') {
      problem ??= `the value of ${key} in spec.postBuild.substitute is no text (accessor error)`;
      if (value.kind !== 'scalar') continue;
    }
    values.set(key, { text: isNull(value) ? '' : value.text.replaceAll('\n', ''), owner: ownerOf(value) });
  }
  return problem;
}

function nameProblem(values: ReadonlyMap<string, Value>): string | undefined {
  const bad = [...values.keys()].find((name) => !VARIABLE.test(name));
  return bad === undefined ? undefined : `'${bad}' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'`;
}

function ownerOf(scalar: ScalarNode): Owner {
  return { file: scalar.source.file, scalar, part: scalar.part ?? 'whole' };
}
