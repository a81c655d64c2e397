/** What is done once everything is accumulated, for the kustomization that is built and for none of those inside of it (kusttarget.go, krusty/kustomizer.go). */
import type { FileView } from '../repository/files.ts';
import { isInOrBelow, resolvePath } from '../repository/files.ts';
import type { YamlNode } from '../yaml/node.ts';
import { get } from '../yaml/node.ts';
import type { Failure } from './failure.ts';
import { failureAt } from './failure.ts';
import { referenceOf } from './imageState.ts';
import type { LayerResult } from './layerResult.ts';
import type { Resource } from './resource.ts';
import { variableProblem } from './vars.ts';

/** The result for a directory as the root of a build. `isPlain`: built by kustomize itself, not by Flux. */
export function asRoot(layer: LayerResult, directory: string, view: FileView, isPlain: boolean): LayerResult {
  const used = layer.openapi.path === undefined ? undefined : new Set(layer.used);
  let failure =
    layer.failure ?? (isPlain ? layer.plainFailure : undefined) ?? openapiFailure(layer, directory, view, isPlain, used);
  let resources = layer.resources;
  for (const variable of layer.vars) {
    const problem = layer.unknowns.length > 0 ? undefined : variableProblem(variable, resources);
    if (problem !== undefined) failure ??= failureAt(directory === '.' ? '' : directory, `${directory}: ${problem}.`);
  }
  const { vars } = layer;
  if (vars.length > 0) {
    const texts = vars.map(({ name }) => `$(${name})`);
    const mayChange = (text: string) => texts.some((wanted) => text.includes(wanted));
    resources = resources.map((resource) =>
      resource.images.some(({ state }) => mayChange(referenceOf(state))) ||
      (resource.kind === 'HelmRelease' && anyText(resource.tree, mayChange))
        ? resource.doubted('a var may stand in its image')
        : resource,
    );
  }
  if (layer.openapi.path !== undefined)
    resources = resources.map((one) => (one.isMerged ? one.doubted('its own OpenAPI schema says how patches merge') : one));
  const kept = resources.filter((resource) => !isLocal(resource));
  if (failure === layer.failure && kept.length === layer.resources.length && resources === layer.resources) return layer;
  return { ...layer, resources: kept.length === resources.length ? resources : kept, failure, used: used ?? layer.used };
}

const LOCAL_CONFIG = 'config.kubernetes.io/local-config';

/** Objects for tools on the way, never for the cluster. */
function isLocal(resource: Resource): boolean {
  if (resource.declared || !resource.mentions(LOCAL_CONFIG)) return false;
  const value = get(get(get(resource.tree, 'metadata'), 'annotations'), LOCAL_CONFIG);
  return value !== undefined && !(value.kind === 'scalar' && value.text === 'false');
}

function anyText(node: YamlNode, fits: (text: string) => boolean): boolean {
  if (node.kind === 'scalar') return fits(node.text);
  if (node.kind === 'sequence') return node.items.some((item) => anyText(item, fits));
  for (const { value } of node.entries.values()) if (anyText(value, fits)) return true;
  return false;
}

const BUILT_IN_VERSION = 'v1.21.2';

function openapiFailure(
  { openapi: { path, version } }: LayerResult,
  directory: string,
  view: FileView,
  isPlain: boolean,
  used: Set<string> | undefined,
): Failure | undefined {
  const at = path ?? version;
  if (at === undefined) return undefined;
  const fail = (sentence: string) => failureAt(at, `${at.source.file}: ${sentence}`);
  if (path !== undefined) {
    const resolved = path.text.startsWith('/') ? undefined : resolvePath(directory, path.text);
    if (resolved === undefined) return fail(`the OpenAPI schema ${path.text} is outside of the repository.`);
    used?.add(resolved);
    if (view.file(resolved) === undefined)
      return fail(`the OpenAPI schema ${resolved} does not exist: no such file or directory.`);
    const real = view.real(resolved);
    if (isPlain && real !== undefined && !isInOrBelow(real, directory))
      return fail(`the OpenAPI schema ${resolved} is not in or below ${directory}.`);
    return version === undefined ? undefined : fail('openapi has a path and a version (cannot use both).');
  }
  return version === undefined || version.text === BUILT_IN_VERSION || version.text === ''
    ? undefined
    : fail(`there is no OpenAPI schema of version ${version.text} (the specified OpenAPI version is not built in).`);
}
