/**
 * What Go's encoding/json refuses to read into kustomize's structs. Keys are matched case-insensitively, a null is always fine, and `strict` refuses unknown
 * fields (DisallowUnknownFields). `coerces`: sigs.k8s.io/yaml knows the struct and makes texts of numbers and booleans where it wants texts.
 */
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import { isTypedToday, typeOf } from '../yaml/typing.ts';

export type Shape = 'string' | 'bool' | 'int' | 'any' | ListShape | MapShape | StructShape;

interface ListShape {
  readonly list: Shape;
}

interface MapShape {
  readonly values: Shape;
}

export interface StructShape {
  readonly name: string;
  /** By the name that the field has in YAML. */
  readonly fields: Readonly<Record<string, Shape>>;
}

export interface DecodeMode {
  readonly strict: boolean;
  readonly coerces: boolean;
}

export interface DecodeProblem {
  /** What is wrong, without a file: a sentence without a period. */
  readonly what: string;
  /** The scalar that is wrong, or the key of what is. */
  readonly at: ScalarNode | undefined;
  /** `old-type`: a type that only YAML 1.1 sees, as kustomize reads it, such as in `yes`. */
  readonly kind: 'unknown-field' | 'wrong-type' | 'old-type';
  /** The struct around it. */
  readonly struct: string;
}

const folded = new WeakMap<StructShape, ReadonlyMap<string, readonly [name: string, shape: Shape]>>();

function fieldsOf(struct: StructShape): ReadonlyMap<string, readonly [name: string, shape: Shape]> {
  let known = folded.get(struct);
  if (known === undefined) {
    known = new Map(Object.entries(struct.fields).map(([name, shape]) => [name.toLowerCase(), [name, shape]]));
    folded.set(struct, known);
  }
  return known;
}

/** The first thing in a tree that does not fit, undefined where everything does. */
export function decodeProblem(node: YamlNode, struct: StructShape, mode: DecodeMode): DecodeProblem | undefined {
  return problemOf(node, struct, mode, { struct: struct.name, path: '', key: undefined });
}

interface Place {
  readonly struct: string;
  readonly path: string;
  readonly key: ScalarNode | undefined;
}

function problemOf(node: YamlNode, shape: Shape, mode: DecodeMode, place: Place): DecodeProblem | undefined {
  if (shape === 'any' || (node.kind === 'scalar' && isNull(node))) return undefined;
  if (typeof shape === 'string') return scalarProblem(node, shape, mode, place);
  if ('list' in shape) {
    if (node.kind !== 'sequence') return wrongType(node, 'a list', place);
    for (const item of node.items) {
      const problem = problemOf(item, shape.list, mode, place);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (node.kind !== 'map') return wrongType(node, 'a mapping', place);
  if ('values' in shape) {
    for (const { key, value } of node.entries.values()) {
      const problem = problemOf(value, shape.values, mode, { ...place, key });
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  return structProblem(node, shape, mode, place);
}

function structProblem(node: MapNode, shape: StructShape, mode: DecodeMode, place: Place): DecodeProblem | undefined {
  const fields = fieldsOf(shape);
  for (const { key, value } of node.entries.values()) {
    const known = fields.get(key.text.toLowerCase());
    if (known === undefined) {
      if (mode.strict) return { what: `unknown field "${key.text}"`, at: key, kind: 'unknown-field', struct: shape.name };
      continue;
    }
    const [name, inner] = known;
    if (plainlyFits(value, inner, mode)) continue;
    const path = place.path === '' ? name : `${place.path}.${name}`;
    const problem = problemOf(value, inner, mode, { struct: shape.name, path, key });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A quick test that only texts, and lists of them, pass. */
function plainlyFits(node: YamlNode, shape: Shape, mode: DecodeMode): boolean {
  if (shape === 'any') return true;
  if (typeof shape === 'string')
    return shape === 'string' && node.kind === 'scalar' && (mode.coerces || typeOf(node) === 'string');
  return 'list' in shape && node.kind === 'sequence' && node.items.every((item) => plainlyFits(item, shape.list, mode));
}

const WANTED = { string: 'a text', bool: 'a boolean', int: 'a whole number' } as const;

function scalarProblem(
  node: YamlNode,
  shape: 'string' | 'bool' | 'int',
  { coerces }: DecodeMode,
  place: Place,
): DecodeProblem | undefined {
  if (node.kind !== 'scalar') return wrongType(node, WANTED[shape], place);
  const type = typeOf(node);
  if (shape === 'string' ? type === 'string' || coerces : type === shape) return undefined;
  if (shape === 'int' && type === 'float' && Number.isInteger(Number(node.text.replaceAll('_', '')))) return undefined;
  return wrongType(node, WANTED[shape], place);
}

const JSON_TYPES = { string: 'string', int: 'number', float: 'number', bool: 'bool', null: 'null' } as const;
const GO_TYPES = {
  'a text': 'string',
  'a boolean': 'bool',
  'a whole number': 'int64',
  'a list': 'slice',
  'a mapping': 'struct',
} as const;

function wrongType(node: YamlNode, wanted: keyof typeof GO_TYPES, { struct, path, key }: Place): DecodeProblem {
  const at = key ?? (node.kind === 'scalar' ? node : undefined);
  const name = key?.text ?? struct;
  const read =
    node.kind === 'scalar'
      ? typeOf(node) === 'string'
        ? 'a text'
        : `the ${typeOf(node) === 'bool' ? 'boolean' : 'number'} ${node.text}`
      : node.kind === 'map'
        ? 'a mapping'
        : 'a list';
  const json = node.kind === 'scalar' ? JSON_TYPES[typeOf(node)] : node.kind === 'map' ? 'object' : 'array';
  const field = path === '' ? struct : `${struct}.${path}`;
  return {
    what: `${name} would be read as ${read}, where kustomize wants ${wanted} (cannot unmarshal ${json} into Go struct field ${field} of type ${GO_TYPES[wanted]})`,
    at,
    kind: node.kind === 'scalar' && typeOf(node) !== 'string' && !isTypedToday(node) ? 'old-type' : 'wrong-type',
    struct,
  };
}
