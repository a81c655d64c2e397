/**
 * `spec.postBuild` of a Flux Kustomization (fluxcd/pkg/kustomize kustomize_varsub.go): variables are put into the text of each rendered object, which is then
 * read again, so that a value can turn a text into a number, a mapping, or into no YAML at all.
 */
import type { ImageState, Part } from '../kustomize/imageState.ts';
import { normalise, referenceOf, rewritten } from '../kustomize/imageState.ts';
import type { Resource } from '../kustomize/resource.ts';
import type { Owner } from '../repository/model.ts';
import { emitText } from '../yaml/emit.ts';
import type { MapEntry, MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { parseFirst } from '../yaml/parse.ts';
import { typeInManifest } from '../yaml/resolve.ts';
import { asManifest } from '../yaml/toJson.ts';
import type { Substitution } from './substitution.ts';
import { substitute } from './substitution.ts';
import type { Substituter } from './variables.ts';

export interface PostBuild {
  readonly resources: readonly Resource[];
  /** Why Flux refuses the build: a sentence without a period. */
  readonly problem: string | undefined;
  /** Why nothing of the build is certain: a clause. */
  readonly opaque: string | undefined;
}

const DISABLED = 'kustomize.toolkit.fluxcd.io/substitute';

/** Flux leaves objects with this label or annotation alone. */
export function isLeftAlone(resource: Resource): boolean {
  return resource.metadata('labels', DISABLED) === 'disabled' || resource.metadata('annotations', DISABLED) === 'disabled';
}

/** The objects as Flux applies them. */
export function postBuild(resources: readonly Resource[], substituter: Substituter): PostBuild {
  let problem: string | undefined;
  let opaque: string | undefined;
  let isAnything = false;
  const changed = resources.map((resource) => {
    const touched = resource.declared || mayHoldVariables(resource);
    if (isAnything && !touched) return resource;
    if (isLeftAlone(resource)) return resource;
    isAnything = true;
    if (!touched) return resource;
    const result = new ObjectSubstitution(substituter).run(resource);
    const what = `${resource.kind} ${resource.name}`.trim();
    if (result.problem !== undefined) problem ??= `${result.problem} in ${what}`;
    if (result.opaque !== undefined) opaque ??= `${result.opaque} in ${what}`;
    return result.resource;
  });
  if (isAnything) problem = substituter.problem ?? problem;
  return { resources: changed, problem, opaque };
}

function mayHoldVariables(resource: Resource): boolean {
  return resource.mentions('$') || resource.images.some(({ state }) => referenceOf(state).includes('$'));
}

/** Where a text comes from that holds the values of variables now. */
export interface Origin {
  /** The text before, where it is written. */
  readonly scalar: ScalarNode;
  /** Where the value is written that is all of the text now; undefined where the text has other parts. */
  readonly owner: Owner | undefined;
  /** Why the text is not sure, '' where it is. */
  readonly doubt: string;
}

const origins = new WeakMap<ScalarNode, Origin>();

export function originOf(scalar: ScalarNode): Origin | undefined {
  return origins.get(scalar);
}

class ObjectSubstitution {
  private readonly substituter: Substituter;
  private problem: string | undefined;
  private opaque: string | undefined;
  /** Why the name of something in the object is not sure. */
  private doubt = '';
  private isOpen = false;
  /** What became of scalars with variables. */
  private readonly after = new Map<ScalarNode, ScalarNode>();

  constructor(substituter: Substituter) {
    this.substituter = substituter;
  }

  run(resource: Resource): { resource: Resource; problem: string | undefined; opaque: string | undefined } {
    if (resource.declared) return { resource: this.imagesAlone(resource), problem: undefined, opaque: undefined };
    const { tree } = resource;
    const changed = this.node(tree, false);
    if (this.isOpen && holdsBrace(tree)) {
      // What follows in the object can end the expression.
      this.opaque ??= 'a variable without a closing brace';
    } else if (this.isOpen) this.problem ??= 'a variable has no closing brace (missing closing brace)';
    if (this.problem !== undefined && this.substituter.mayBeEmpty) {
      this.opaque ??= 'variables that may not be replaced at all';
      this.problem = undefined;
    }
    if (this.problem !== undefined) return { resource: this.imagesAlone(resource), problem: this.problem, opaque: undefined };
    const states = resource.settledImages.flatMap((field) => {
      const scalar = this.after.get(field.scalar);
      return scalar === undefined ? [] : [[scalar, this.state(field.state, scalar.text)] as const];
    });
    const next = changed === tree || changed.kind !== 'map' ? resource : resource.withTree(changed, 'patch', states);
    return { resource: this.doubt === '' ? next : next.doubted(this.doubt), problem: this.problem, opaque: this.opaque };
  }

  private imagesAlone(resource: Resource): Resource {
    return resource.withImages(resource.images.map((field) => ({ ...field, state: this.state(field.state, undefined) })));
  }

  private node(node: YamlNode, isItem: boolean): YamlNode {
    if (node.kind === 'scalar') return node.text.includes('$') ? this.scalar(node, isItem) : node;
    if (node.kind === 'sequence') {
      const items = node.items.map((item) => this.node(item, true));
      return items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
    }
    return this.map(node);
  }

  private map(node: MapNode): MapNode {
    let isChanged = false;
    const entries = new Map<string, MapEntry>();
    for (const [name, entry] of node.entries) {
      const key = name.includes('$') ? this.key(name) : name;
      const value = this.node(entry.value, false);
      if (NAMES.has(name) && value.kind === 'scalar') this.doubt ||= originOf(value)?.doubt ?? '';
      isChanged ||= key !== name || value !== entry.value;
      entries.set(key, key === name && value === entry.value ? entry : { key: { ...entry.key, text: key }, value });
    }
    return isChanged ? { ...node, entries } : node;
  }

  private key(name: string): string {
    const written = emitText(name, '', true);
    const { text } = this.substituted(`${written}: x\n`);
    const root = parseFirst(text, { file: '', within: undefined }, 0, 'v2').documents[0]?.root;
    const [key] = root?.kind === 'map' ? root.entries.keys() : [];
    if (key === undefined) this.problem ??= `the key ${name} is no YAML any more with its variables (YAMLToJSON)`;
    return key ?? name;
  }

  private scalar(scalar: ScalarNode, isItem: boolean): YamlNode {
    if (typeInManifest(scalar) !== 'string') return scalar;
    const head = isItem ? '- ' : 'k: ';
    const written = `${head}${emitText(scalar.text, '  ')}\n`;
    const substituted = this.substituted(written);
    if (substituted.text === written && substituted.unknown.length === 0) return scalar;
    const { documents, problem } = parseFirst(substituted.text, { file: '', within: undefined }, 0, 'v2');
    const root = documents[0]?.root;
    const value = root?.kind === 'sequence' ? root.items[0] : root?.kind === 'map' ? root.entries.get('k')?.value : undefined;
    if (problem !== undefined || value === undefined) {
      if (substituted.unknown.length > 0) {
        this.opaque ??= `values that are not known in ${scalar.text}`;
        return scalar;
      }
      this.problem ??= `what variables make of ${scalar.text} is no YAML (YAMLToJSON)`;
      return scalar;
    }
    if (root?.kind === 'map' && root.entries.size > 1) this.opaque ??= `variables make several fields of ${scalar.text}`;
    return this.placed(asManifest(value), scalar, substituted);
  }

  /** What was read, where the text stands that it was made of. */
  private placed(node: YamlNode, scalar: ScalarNode, { unknown }: Substitution): YamlNode {
    if (node.kind === 'sequence') return { ...node, items: node.items.map((item) => this.placed(item, scalar, NOTHING)) };
    if (node.kind === 'map') {
      const entries = new Map<string, MapEntry>();
      for (const [key, entry] of node.entries)
        entries.set(key, { key: entry.key, value: this.placed(entry.value, scalar, NOTHING) });
      return { ...node, entries };
    }
    const isText = typeInManifest(node) === 'string';
    const made: ScalarNode = {
      ...scalar,
      text: node.text,
      style: isText ? scalar.style : 'plain',
      tag: isText ? '!!str' : node.tag,
    };
    const { sole } = substitute(scalar.text, this.substituter.lookup);
    const byDefault: Owner = { file: scalar.source.file, scalar, part: 'default' };
    const owner = sole === undefined ? undefined : sole.defaulted ? byDefault : this.substituter.ownerOf(sole.variable);
    origins.set(made, { scalar, owner, doubt: this.doubtOf(unknown) });
    this.after.set(scalar, made);
    return made;
  }

  private substituted(text: string): Substitution {
    const result = substitute(text, this.substituter.lookup);
    const [missing] = result.missing;
    if (missing !== undefined && this.substituter.isStrict)
      this.problem ??= `the variable ${missing} has no value (variable not set (strict mode): "${missing}")`;
    if (result.problem?.isOpen === true) this.isOpen = true;
    else if (result.problem !== undefined) this.problem ??= `a variable cannot be read (${result.problem.problem})`;
    return result;
  }

  private doubtOf([variable]: readonly string[]): string {
    return variable === undefined ? '' : `the variable ${variable} ${this.substituter.whyUnknown(variable)}`;
  }

  /** Replaces variables in a reference; an owner becomes the variable's value where the part is exactly one variable. */
  private state(state: ImageState, text: string | undefined): ImageState {
    if (!referenceOf(state).includes('$')) return state;
    let doubt = state.doubt ?? '';
    const owners: Owner[] = [];
    const replace = (part: Part | undefined): Part | undefined => {
      if (part === undefined || !part.text.includes('$')) return part;
      const { lookup, ownerOf } = this.substituter;
      const result = substitute(part.text, lookup);
      const [missing] = result.missing;
      if (missing !== undefined) doubt ||= `the variable ${missing} has no value`;
      doubt ||= this.doubtOf(result.unknown);
      const { sole } = result;
      const owner =
        sole === undefined
          ? part.owner
          : sole.defaulted
            ? { ...part.owner, part: 'default' as const }
            : (ownerOf(sole.variable) ?? part.owner);
      owners.push(owner);
      return { text: result.text, owner };
    };
    // `${APP_IMAGE}` may hold a whole reference: join, then split again.
    const next = normalise({
      ...state,
      name: replace(state.name) ?? state.name,
      tag: replace(state.tag),
      digest: replace(state.digest),
    });
    const reference = referenceOf(next);
    const done: ImageState = { ...next, doubt, layers: state.layers.with({ what: 'substitution', reference, owners }) };
    return text === undefined || text === reference ? done : rewritten(done, text, owners[0] ?? state.name.owner, 'substitution');
  }
}

/** Fields that say which object or container it is. */
const NAMES: ReadonlySet<string> = new Set(['name', 'namespace', 'kind', 'apiVersion']);

const NOTHING: Substitution = { text: '', missing: [], unknown: [], sole: undefined, problem: undefined };

function holdsBrace(node: YamlNode): boolean {
  if (node.kind === 'scalar') return node.text.includes('}') && !/\$\{[^}]*$/.test(node.text);
  if (node.kind === 'sequence') return node.items.some(holdsBrace);
  for (const [key, { value }] of node.entries) if (key.includes('}') || holdsBrace(value)) return true;
  return false;
}
