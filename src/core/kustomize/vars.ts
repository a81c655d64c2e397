/** `vars:` (api/internal/accumulator/resaccumulator.go): names for fields of objects, put in the place of `$(NAME)` when everything is built. */
import type { MapNode } from '../yaml/node.ts';
import { lookup } from './fieldPath.ts';
import { fieldOf, textField } from './foldKeys.ts';
import { effectiveNamespace, isClusterScoped } from './identity.ts';
import type { Resource } from './resource.ts';

export interface Variable {
  readonly name: string;
  readonly fieldPath: string;
}

interface Refused {
  readonly problem: string;
}

/** The variables of a kustomization, and its objects with the names of those that they give values to. */
export function withVariables(
  resources: readonly Resource[],
  entries: readonly MapNode[],
): { readonly resources: readonly Resource[]; readonly vars: readonly Variable[] } | Refused {
  let current = resources;
  const vars: Variable[] = [];
  for (const entry of entries) {
    const name = textField(entry, 'name');
    const target = fieldOf(entry, 'objref');
    const matches = current.filter((resource) => !resource.declared && isTarget(resource, target));
    if (matches.length > 1)
      return { problem: `${String(matches.length)} objects match the var ${name} (unable to disambiguate)` };
    const [match] = matches;
    if (match !== undefined) current = current.with(current.indexOf(match), match.withVariable(name));
    vars.push({ name, fieldPath: textField(fieldOf(entry, 'fieldref'), 'fieldPath') || 'metadata.name' });
  }
  return { resources: current, vars };
}

function isTarget(resource: Resource, target: ReturnType<typeof fieldOf>): boolean {
  const text = (name: string) => textField(target, name);
  const [group, version] = [text('group'), text('version')];
  const apiVersion = text('apiVersion') || (group === '' ? version : `${group}/${version}`);
  const [kind, name, namespace] = [text('kind'), text('name'), text('namespace')];
  // Without a namespace, objects of all namespaces match.
  const anywhere = namespace === '' && !isClusterScoped(apiVersion, kind);
  return [resource, ...resource.previous].some(
    (identity) =>
      identity.kind === kind &&
      identity.name === name &&
      resource.apiVersion === apiVersion &&
      (anywhere || effectiveNamespace({ ...identity, apiVersion }) === effectiveNamespace({ apiVersion, kind, name, namespace })),
  );
}

/** The variables of two parts of a build; one name stands for one thing. */
export function mergeVariables(a: readonly Variable[], b: readonly Variable[]): readonly Variable[] | Refused {
  if (b.length === 0) return a;
  const names = new Set(a.map(({ name }) => name));
  for (const { name } of b) {
    if (names.has(name)) return { problem: `there are two vars ${name} (var '${name}' already encountered)` };
    names.add(name);
  }
  return [...a, ...b];
}

/** Why a variable has no value when everything is built. */
export function variableProblem({ name, fieldPath }: Variable, resources: readonly Resource[]): string | undefined {
  const resource = resources.find(({ variables }) => variables.includes(name));
  if (resource === undefined) return `the var ${name} cannot be mapped to a field in the set of known resources`;
  const path = (fieldPath.match(/[^.[\]]+|\[[^\]]*\]/g) ?? []).map((part) => part.replace(/^\[|\]$/g, ''));
  const found = lookup(resource.tree, path);
  return found === undefined || 'problem' in found
    ? `the field ${fieldPath} of the var ${name} is not found in its resource`
    : undefined;
}
