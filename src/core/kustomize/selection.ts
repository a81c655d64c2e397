/** How kustomize selects objects for patches and replacements (api/types/selector.go, api/resmap/reswrangler.go). */
import { RE2JS } from 're2js';
import type { YamlNode } from '../yaml/node.ts';
import { get, getIn } from '../yaml/node.ts';
import { textField } from './foldKeys.ts';
import type { ResourceIdentity } from './identity.ts';
import { effectiveNamespace, groupOf, versionOf } from './identity.ts';
import type { LabelSelector } from './labelSelector.ts';
import { labelsFit, parseLabelSelector } from './labelSelector.ts';
import type { Resource } from './resource.ts';

type Test = (text: string) => boolean;

const patterns = new Map<string, Test | undefined>();
const MAX_PATTERNS = 10_000;

/** Patterns that mean the same to JavaScript, and that it tests in no time: at most one `.*`. */
const SIMPLE = /^[A-Za-z0-9_.|-]*(?:\.\*[A-Za-z0-9_.|-]*)?$/;

/** A pattern that only its own text fits. */
const WORD = /^[A-Za-z0-9_-]*$/;

/** A test for the whole of a text by a Go regexp, undefined where it is none. */
function anchored(pattern: string): Test | undefined {
  if (patterns.has(pattern)) return patterns.get(pattern);
  let test: Test | undefined;
  if (WORD.test(pattern)) test = (text) => text === pattern;
  else if (SIMPLE.test(pattern)) {
    const simple = new RegExp(`^(?:${pattern.replaceAll('.', '[^\\n]')})$`, 'u');
    test = (text) => simple.test(text);
  } else {
    try {
      const compiled = RE2JS.compile(`^(?:${pattern})$`);
      test = (text) => compiled.matcher(text).find();
    } catch {
      test = undefined;
    }
  }
  if (patterns.size > MAX_PATTERNS) patterns.clear();
  patterns.set(pattern, test);
  return test;
}

export interface Selector {
  readonly kind: string;
  readonly name: string;
  /** The only kind and the only name that fit, undefined where several can: a quick test before all others. */
  readonly onlyKind: string | undefined;
  readonly onlyName: string | undefined;
  /** Whether group, version and kind fit the object as it is now. */
  readonly fitsKind: (identity: ResourceIdentity) => boolean;
  readonly fitsName: Test;
  readonly fitsNamespace: Test;
  readonly labels: LabelSelector;
  readonly annotations: LabelSelector;
}

const ANYTHING: Test = () => true;
const selectors = new WeakMap<YamlNode, Selector | { readonly problem: string }>();

/** Reads a `target:` or `select:` mapping. Empty fields fit everything. */
export function selectorOf(node: YamlNode): Selector | { readonly problem: string } {
  let known = selectors.get(node);
  if (known === undefined) selectors.set(node, (known = readSelector(node)));
  return known;
}

function readSelector(node: YamlNode): Selector | { readonly problem: string } {
  let problem: string | undefined;
  const test = (field: string): Test => {
    const pattern = textField(node, field);
    if (pattern === '') return ANYTHING;
    const found = anchored(pattern);
    if (found === undefined) problem ??= `${field} "${pattern}" is no valid regular expression (error parsing regexp)`;
    return found ?? ANYTHING;
  };
  const [group, version, kind] = [test('group'), test('version'), test('kind')];
  const only = (field: string) => {
    const pattern = textField(node, field);
    return pattern !== '' && WORD.test(pattern) ? pattern : undefined;
  };
  const selector: Selector = {
    kind: textField(node, 'kind'),
    name: textField(node, 'name'),
    onlyKind: only('kind'),
    onlyName: only('name'),
    fitsKind: (identity) => kind(identity.kind) && group(groupOf(identity.apiVersion)) && version(versionOf(identity.apiVersion)),
    fitsName: test('name'),
    fitsNamespace: test('namespace'),
    labels: parseLabelSelector(textField(node, 'labelSelector')),
    annotations: parseLabelSelector(textField(node, 'annotationSelector')),
  };
  return problem === undefined ? selector : { problem };
}

/**
 * The objects that a selector selects, by their first or their present name and namespace. What it wants of labels is only looked at where an object fits
 * otherwise, so that a malformed selector of labels that no object gets to is no problem.
 */
export function selected(selector: Selector, resources: readonly Resource[]): readonly Resource[] | { readonly problem: string } {
  const found: Resource[] = [];
  const { onlyKind, onlyName, fitsNamespace } = selector;
  for (const resource of resources) {
    if (onlyKind !== undefined && resource.kind !== onlyKind) continue;
    const original = resource.previous[0] ?? resource;
    if (onlyName !== undefined && original.name !== onlyName && resource.name !== onlyName) continue;
    if (resource.declared || !selector.fitsKind(resource)) continue;
    if (!selector.fitsName(original.name) && !selector.fitsName(resource.name)) continue;
    if (fitsNamespace !== ANYTHING && !fitsNamespace(originalNamespace(resource)) && !fitsNamespace(effectiveNamespace(resource)))
      continue;
    const fits = metadataFits(selector, resource);
    if (typeof fits !== 'boolean') return fits;
    if (fits) found.push(resource);
  }
  return found;
}

function originalNamespace(resource: Resource): string {
  const first = resource.previous[0];
  return effectiveNamespace(first === undefined ? resource : { ...first, apiVersion: resource.apiVersion });
}

/** Whether labels and annotations fit. */
export function metadataFits(selector: Selector, resource: Resource): boolean | { readonly problem: string } {
  for (const field of ['labels', 'annotations'] as const) {
    const wanted = selector[field];
    if ('problem' in wanted) return { problem: `unable to parse requirement: ${wanted.problem}` };
    if (wanted.length > 0 && !labelsFit(wanted, (key) => valueOf(resource, field, key))) return false;
  }
  return true;
}

function valueOf(resource: Resource, field: 'labels' | 'annotations', key: string): string | undefined {
  if (!resource.mentions(key)) return undefined;
  const value = get(getIn(resource.tree, 'metadata', field), key);
  if (value === undefined) return undefined;
  return value.kind === 'scalar' ? value.text : '';
}
