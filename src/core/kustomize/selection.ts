/** How kustomize selects objects for patches and replacements: anchored regexps over any identity the object has had (api/types/selector.go). */
import { RE2JS } from 're2js';
import type { YamlNode } from '../yaml/node.ts';
import { get, getIn, textAt } from '../yaml/node.ts';
import type { Resource, ResourceIdentity } from './resource.ts';

const patterns = new Map<string, ((text: string) => boolean) | undefined>();

function anchored(pattern: string): ((text: string) => boolean) | undefined {
  if (patterns.has(pattern)) return patterns.get(pattern);
  let test: ((text: string) => boolean) | undefined;
  if (/^[A-Za-z0-9_-]*$/.test(pattern)) test = (text) => text === pattern;
  else {
    try {
      const compiled = RE2JS.compile(`^(?:${pattern})$`);
      test = (text) => compiled.matcher(text).find();
    } catch {
      test = undefined;
    }
  }
  if (patterns.size > 10_000) patterns.clear();
  patterns.set(pattern, test);
  return test;
}

/** Whether a `target:` or `select:` mapping fits an object. Empty fields fit everything. */
export function selects(selector: YamlNode, resource: Resource): boolean {
  const wanted = {
    group: textAt(selector, 'group'),
    version: textAt(selector, 'version'),
    kind: textAt(selector, 'kind'),
    name: textAt(selector, 'name'),
    namespace: textAt(selector, 'namespace'),
  };
  const matches = (identity: ResourceIdentity) => {
    const [version, group] = identity.apiVersion.includes('/')
      ? [
          identity.apiVersion.slice(identity.apiVersion.indexOf('/') + 1),
          identity.apiVersion.slice(0, identity.apiVersion.indexOf('/')),
        ]
      : [identity.apiVersion, ''];
    const fits = (pattern: string, text: string) => pattern === '' || (anchored(pattern)?.(text) ?? false);
    return (
      fits(wanted.kind, identity.kind) &&
      fits(wanted.name, identity.name) &&
      fits(wanted.group, group) &&
      fits(wanted.version, version) &&
      (wanted.namespace === '' ||
        fits(wanted.namespace, identity.namespace === '' ? 'default' : identity.namespace) ||
        fits(wanted.namespace, identity.namespace))
    );
  };
  if (!matches(resource) && !resource.previous.some(matches)) return false;
  return (
    labelsFit(textAt(selector, 'labelSelector'), getIn(resource.tree, 'metadata', 'labels')) &&
    labelsFit(textAt(selector, 'annotationSelector'), getIn(resource.tree, 'metadata', 'annotations'))
  );
}

/** Kubernetes label selectors: `a=b`, `a==b`, `a!=b`, `a`, `!a`, `a in (b, c)`, `a notin (b)`. */
function labelsFit(selector: string, labels: YamlNode | undefined): boolean {
  if (selector.trim() === '') return true;
  const terms = selector.match(/[^,(]+(?:\([^)]*\))?/g) ?? [];
  return terms.every((raw) => {
    const term = raw.trim();
    const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
    if (set !== null) {
      const present = (set[3] ?? '')
        .split(',')
        .map((value) => value.trim())
        .includes(textAt(labels, set[1] ?? ''));
      return set[2] === 'in' ? present : !present;
    }
    const equal = /^([^=!\s]+)\s*(==|=|!=)\s*(.*)$/.exec(term);
    if (equal !== null) return (textAt(labels, equal[1] ?? '') === (equal[3] ?? '')) === (equal[2] !== '!=');
    return term.startsWith('!') ? get(labels, term.slice(1)) === undefined : get(labels, term) !== undefined;
  });
}

/** A test for the objects that a strategic merge patch names: same group, kind and name, now or before. */
export function namedBy(patch: YamlNode): (resource: Resource) => boolean {
  const group = groupOf(textAt(patch, 'apiVersion'));
  const kind = textAt(patch, 'kind');
  const name = textAt(patch, 'metadata', 'name');
  const namespace = textAt(patch, 'metadata', 'namespace');
  const same = (identity: ResourceIdentity) =>
    identity.kind === kind &&
    identity.name === name &&
    groupOf(identity.apiVersion) === group &&
    (namespace === '' || identity.namespace === '' || identity.namespace === namespace);
  return (resource) => same(resource) || resource.previous.some(same);
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
