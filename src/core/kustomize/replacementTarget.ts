/** The value of a replacement in the fields of an object (api/filters/replacement, copyValueToTarget and setFieldValue). */
import { splitReference } from '../oci/imageReference.ts';
import type { Owner } from '../repository/model.ts';
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { printProblem } from '../yaml/parse.ts';
import { typeInManifest } from '../yaml/resolve.ts';
import type { Refused } from './fieldPath.ts';
import { isMade, setAll, splitFieldPath } from './fieldPath.ts';
import { isSet, textField } from './foldKeys.ts';
import type { ImageState, Part } from './imageState.ts';
import type { SourceValue } from './replacements.ts';
import type { Resource } from './resource.ts';
import type { StepContext } from './step.ts';

/** Sets all fields that the paths lead to. */
export function copyValue(
  resource: Resource,
  value: SourceValue,
  fieldPaths: readonly string[],
  options: YamlNode | undefined,
  context: StepContext,
): Resource {
  if (value.doubt !== '') return resource.doubted(value.doubt);
  let current = resource;
  for (const path of fieldPaths) current = copyTo(current, value, path, options, context);
  return current;
}

function copyTo(
  resource: Resource,
  value: SourceValue,
  fieldPath: string,
  options: YamlNode | undefined,
  context: StepContext,
): Resource {
  const before = new Map(resource.settledImages.map((field) => [field.scalar, field.state] as const));
  const states: [ScalarNode, ImageState][] = [...value.states];
  const creates = isSet(options, 'create');
  const result = setAll(resource.tree, splitFieldPath(fieldPath), {
    create: creates ? value.node.kind : undefined,
    set: (node) => {
      const changed = changedNode(node, value, options);
      const state = node.kind === 'scalar' ? before.get(node) : undefined;
      if (state !== undefined && !('problem' in changed.node) && changed.node.kind === 'scalar')
        states.push([changed.node, stateAfter(state, changed.node.text, changed.range, value)]);
      return changed.node;
    },
  });
  const { kind, name } = resource;
  if ('problem' in result || result.count === 0) {
    const why = 'problem' in result ? `: ${result.problem}` : '';
    const outcome = creates ? 'unable to find or create field' : 'unable to find field';
    context.fail(`a replacement leads to ${fieldPath}, which ${kind} ${name} does not have (${outcome})${why}.`);
    return resource;
  }
  if (result.isInText) return resource.doubted('a replacement writes into a text that holds YAML or JSON');
  return result.tree.kind === 'map' ? resource.withTree(result.tree, 'replacement', states) : resource;
}

interface Changed {
  readonly node: YamlNode | Refused;
  /** Where in the text of a scalar the value stands. */
  readonly range: readonly [start: number, end: number];
}

function changedNode(node: YamlNode, value: SourceValue, options: YamlNode | undefined): Changed {
  const delimiter = textField(options, 'delimiter');
  if (delimiter === '') {
    if (node.kind === 'scalar') return { node: withText(node, value.text, value.node), range: [0, value.text.length] };
    const whole = value.node.kind === 'scalar' ? { ...value.node, text: value.text } : value.node;
    return { node: value.node.kind === 'scalar' && value.node.text === value.text ? value.node : whole, range: [0, 0] };
  }
  if (node.kind !== 'scalar') return { node: { problem: 'delimiter option can only be used with scalar nodes' }, range: [0, 0] };
  const pieces = node.text.split(delimiter);
  const index = Number(textField(options, 'index') || '0');
  // An index beyond the end appends, a negative one prepends.
  const at = index < 0 ? 0 : Math.min(index, pieces.length);
  pieces.splice(at, index < 0 ? 0 : 1, value.text);
  const start = pieces.slice(0, at).reduce((sum, piece) => sum + piece.length + delimiter.length, 0);
  return { node: withText(node, pieces.join(delimiter), value.node), range: [start, start + value.text.length] };
}

/** A scalar with another text, which stays what it was: a text, or a number, which the new text has to be then. It stands where the value does. */
function withText(old: ScalarNode, text: string, source: YamlNode): ScalarNode | Refused {
  const place = source.kind === 'scalar' ? source : old;
  const tag = old.tag !== '' ? old.tag : isMade(old) ? '' : `!!${typeInManifest(old) === 'string' ? 'str' : typeInManifest(old)}`;
  const style = isMade(old) ? 'plain' : place.style;
  const scalar: ScalarNode = { ...place, text, tag, style };
  const problem = printProblem(scalar);
  return problem === undefined ? scalar : { problem };
}

/** What is known of an image after a part of its text, or all of it, came from a source. */
function stateAfter(state: ImageState, text: string, [start, end]: readonly [number, number], value: SourceValue): ImageState {
  const split = splitReference(text);
  const owners: Owner[] = [];
  const part = (which: 'name' | 'tag' | 'digest', from: number): Part | undefined => {
    const piece = split[which];
    if (piece === undefined) return undefined;
    const old = state[which];
    if (from < end && from + piece.length > start) {
      const owner = ownerOf(which, piece, value);
      owners.push(owner);
      return { text: piece, owner };
    }
    return old?.text === piece ? old : { text: piece, owner: (old ?? state.name).owner };
  };
  const tag = part('tag', split.name.length + 1);
  const digest = part('digest', text.length - (split.digest?.length ?? 0));
  const name = part('name', 0) ?? state.name;
  return { ...state, name, tag, digest, layers: state.layers.with({ what: 'replacement', reference: text, owners }) };
}

function ownerOf(which: 'name' | 'tag' | 'digest', piece: string, { node, text, states }: SourceValue): Owner {
  const scalar = node as ScalarNode;
  const image = states.get(scalar);
  if (image !== undefined) {
    const same = [image[which], image.tag, image.digest, image.name].find((part) => part?.text === piece);
    return (same ?? image.tag ?? image.digest ?? image.name).owner;
  }
  return {
    file: scalar.source.file,
    scalar,
    part: scalar.part ?? (piece === text && text === scalar.text ? 'whole' : 'reference'),
  };
}
