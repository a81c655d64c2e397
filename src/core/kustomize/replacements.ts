/** `replacements:` of a kustomization, and of ReplacementTransformers (api/internal/builtins/ReplacementTransformer.go, api/filters/replacement). */
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import { decodeProblem } from './decode.ts';
import { lookup, splitFieldPath } from './fieldPath.ts';
import { fieldOf, itemsField, scalarField, textField } from './foldKeys.ts';
import type { ResourceIdentity } from './identity.ts';
import { effectiveNamespace, isOfKind } from './identity.ts';
import type { ImageState } from './imageState.ts';
import { REPLACEMENT } from './kustomizationShape.ts';
import { copyValue } from './replacementTarget.ts';
import type { Resource } from './resource.ts';
import type { Selector } from './selection.ts';
import { metadataFits, selectorOf } from './selection.ts';
import type { StepContext } from './step.ts';
import { textFile } from './step.ts';
import { kindSelectorOf } from './transformerConfig.ts';

const DEFAULT_PATH = 'metadata.name';

/** What a replacement copies. */
export interface SourceValue {
  readonly node: YamlNode;
  /** The text, or the piece of it that counts. '' for lists and mappings. */
  readonly text: string;
  /** Images within the node. */
  readonly states: ReadonlyMap<ScalarNode, ImageState>;
  /** Why the value is not sure, '' where it is. */
  readonly doubt: string;
}

/** The resources after one entry of `replacements:`, inline or in a file. */
export function applyReplacement(resources: readonly Resource[], entry: YamlNode, context: StepContext): readonly Resource[] {
  const path = scalarField(entry, 'path');
  if (path === undefined || path.text === '') return applyDefinition(resources, entry, context);
  if (fieldOf(entry, 'source') !== undefined || itemsField(entry, 'targets').length > 0) {
    context.fail('a replacement has a path and more (cannot specify both path and inline replacement).', path);
    return resources;
  }
  return definitionsIn(path, context).reduce((current, definition) => applyDefinition(current, definition, context), resources);
}

function definitionsIn(reference: ScalarNode, context: StepContext): readonly YamlNode[] {
  const file = textFile(context.load(reference.text, reference, 'the replacement'), reference, context);
  if (file === undefined) return [];
  const { root, problem } = file.first;
  const definitions = root?.kind === 'sequence' ? root.items : root?.kind === 'map' ? [root] : undefined;
  if (problem !== undefined || definitions === undefined) {
    context.fail(`the replacement ${file.path} ${problem?.message ?? 'is neither a list nor a mapping'}.`, reference);
    return [];
  }
  for (const definition of definitions) {
    const wrong = decodeProblem(definition, REPLACEMENT, { strict: false, coerces: true });
    if (wrong === undefined) continue;
    context.fail(`the replacement ${file.path}: ${wrong.what}.`, reference);
    return [];
  }
  return definitions;
}

function applyDefinition(resources: readonly Resource[], definition: YamlNode, context: StepContext): readonly Resource[] {
  const source = written(fieldOf(definition, 'source'));
  const constant = scalarField(definition, 'sourceValue');
  const targets = written(fieldOf(definition, 'targets'));
  if ((source === undefined && constant === undefined) || targets === undefined) {
    context.fail('a replacement lacks a source or targets (replacements must specify a source and at least one target).');
    return resources;
  }
  if (source !== undefined && constant !== undefined) {
    context.fail('a replacement has a source and a sourceValue (value and resource selectors are mutually exclusive).', constant);
    return resources;
  }
  const value =
    constant === undefined
      ? readSource(resources, source as YamlNode, context)
      : { node: constant, text: constant.text, states: new Map(), doubt: '' };
  if (value === undefined) return resources;
  return itemsField(definition, 'targets').reduce((current, target) => applyTarget(current, target, value, context), resources);
}

/** A node that is there and not null. */
function written(node: YamlNode | undefined): YamlNode | undefined {
  return node?.kind === 'scalar' && isNull(node) ? undefined : node;
}

/** undefined: it was told why there is none. */
function readSource(resources: readonly Resource[], source: YamlNode, context: StepContext): SourceValue | undefined {
  const name = `${textField(source, 'kind')} ${textField(source, 'name')}`.trim();
  const [resource, second] = resources.filter((candidate) => !candidate.declared && isSource(candidate, source));
  if (second !== undefined) {
    context.fail(`a replacement has several sources ${name} (multiple matches for selector).`);
    return undefined;
  }
  if (resource === undefined) {
    if (context.isPartial) {
      const why = `the source ${name} of a replacement may be in something that is not fetched`;
      return { node: source, text: '', states: new Map(), doubt: why };
    }
    context.fail(`a replacement finds no source ${name} (nothing selected).`);
    return undefined;
  }
  const fieldPath = textField(source, 'fieldPath') || DEFAULT_PATH;
  const node = lookup(resource.tree, splitFieldPath(fieldPath));
  if (node === undefined || 'problem' in node || isEmpty(node)) {
    const problem = node !== undefined && 'problem' in node ? `: ${node.problem}` : '';
    context.fail(
      `the fieldPath ${fieldPath} is missing for the source ${name} of a replacement${problem}.`,
      scalarField(source, 'fieldPath'),
    );
    return undefined;
  }
  const states = new Map(resource.settledImages.map((field) => [field.scalar, field.state] as const));
  const text = pieceOf(node, fieldOf(source, 'options'), context);
  return text === undefined ? undefined : { node, text, states, doubt: resource.doubt };
}

function isEmpty(node: YamlNode): boolean {
  if (node.kind === 'scalar') return isNull(node);
  return node.kind === 'map' ? node.entries.size === 0 : node.items.length === 0;
}

/** kyaml resid.go, IsSelectedBy: equal texts, no patterns. */
function isSource(resource: Resource, source: YamlNode): boolean {
  const kind = kindSelectorOf(source);
  const name = textField(source, 'name');
  const namespace = textField(source, 'namespace');
  return identitiesOf(resource).some(
    (identity) =>
      isOfKind(identity, kind) &&
      (name === '' || name === identity.name) &&
      (namespace === '' || effectiveNamespace({ ...identity, namespace }) === effectiveNamespace(identity)),
  );
}

/** The present identity first, then the former ones. */
function identitiesOf(resource: Resource): readonly ResourceIdentity[] {
  return [resource, ...resource.previous.map((identity) => ({ ...identity, apiVersion: resource.apiVersion }))];
}

function pieceOf(node: YamlNode, options: YamlNode | undefined, context: StepContext): string | undefined {
  const text = node.kind === 'scalar' ? node.text : '';
  const delimiter = textField(options, 'delimiter');
  if (delimiter === '') return text;
  const index = Number(textField(options, 'index') || '0');
  const piece = node.kind === 'scalar' ? text.split(delimiter)[index] : undefined;
  if (piece === undefined)
    context.fail(
      `a replacement takes the piece ${String(index)} of a value that has fewer (options.index is out of bounds, or this is no text).`,
    );
  return piece;
}

interface Target {
  readonly select: Selector;
  readonly rejects: readonly { readonly selector: Selector; readonly byIdentity: boolean; readonly byMetadata: boolean }[];
}

function applyTarget(
  resources: readonly Resource[],
  node: YamlNode,
  value: SourceValue,
  context: StepContext,
): readonly Resource[] {
  const target = targetOf(node, context);
  if (target === undefined) return resources;
  const paths = itemsField(node, 'fieldPaths').flatMap((path) => (path.kind === 'scalar' ? [path.text] : []));
  const fieldPaths = paths.length === 0 ? [DEFAULT_PATH] : paths;
  let isRefused = false;
  return resources.map((resource) => {
    if (resource.declared || isRefused) return resource;
    const isTarget = selects(target, resource);
    if (typeof isTarget !== 'boolean') {
      isRefused = true;
      context.fail(`a replacement has a malformed selector: ${isTarget.problem}.`);
      return resource;
    }
    return isTarget ? copyValue(resource, value, fieldPaths, fieldOf(node, 'options'), context) : resource;
  });
}

function targetOf(node: YamlNode, context: StepContext): Target | undefined {
  const select = written(fieldOf(node, 'select'));
  if (select === undefined) {
    context.fail('a replacement does not say where to (target must specify resources to select).');
    return undefined;
  }
  const rejects: Target['rejects'][number][] = [];
  const found = selectorOf(select);
  let problem = 'problem' in found ? found.problem : undefined;
  for (const reject of itemsField(node, 'reject')) {
    const selector = selectorOf(reject);
    if ('problem' in selector) problem ??= selector.problem;
    else {
      const has = (...names: readonly string[]) => names.some((name) => textField(reject, name) !== '');
      rejects.push({
        selector,
        byIdentity: has('group', 'version', 'kind', 'name', 'namespace'),
        byMetadata: has('labelSelector', 'annotationSelector'),
      });
    }
  }
  if (problem !== undefined || 'problem' in found) {
    context.fail(`a replacement has a malformed selector: ${problem ?? ''}.`);
    return undefined;
  }
  return { select: found, rejects };
}

/** Labels come first, so that a malformed selector of them is refused for whatever object there is. */
function selects({ select, rejects }: Target, resource: Resource): boolean | { readonly problem: string } {
  const fits = metadataFits(select, resource);
  if (fits !== true) return fits;
  for (const { selector, byMetadata } of rejects) {
    const isRejected = byMetadata && metadataFits(selector, resource);
    if (isRejected !== false) return typeof isRejected === 'boolean' ? false : isRejected;
  }
  const identities = identitiesOf(resource);
  const fitsIdentity = (selector: Selector) =>
    identities.some(
      (identity) => selector.fitsKind(identity) && selector.fitsName(identity.name) && selector.fitsNamespace(identity.namespace),
    );
  return !rejects.some(({ selector, byIdentity }) => byIdentity && fitsIdentity(selector)) && fitsIdentity(select);
}
