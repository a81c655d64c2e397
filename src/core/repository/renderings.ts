/** Which Flux Kustomizations render a directory alike, and what is told of each. */
import { BUILD_FIELDS } from '../flux/fluxBuild.ts';
import { get, textAt } from '../yaml/node.ts';
import { toJson } from '../yaml/toJson.ts';
import type { FluxKustomization } from './model.ts';
import type { Build } from './rootGraph.ts';

const RENDERING_FIELDS = [...BUILD_FIELDS, 'postBuild', 'commonMetadata'];

const signatures = new WeakMap<Build, string>();

/** Equal for Flux Kustomizations that render a directory alike. */
export function signatureOf(build: Build): string {
  let signature = signatures.get(build);
  if (signature === undefined) signatures.set(build, (signature = makeSignature(build)));
  return signature;
}

function makeSignature(build: Build): string {
  const spec = build.flux === undefined ? undefined : get(build.flux.tree, 'spec');
  if (spec?.kind !== 'map' || !RENDERING_FIELDS.some((field) => spec.entries.has(field)))
    return build.flux?.location.ignore ?? '';
  const fields = RENDERING_FIELDS.map((field) => {
    const value = get(spec, field);
    return value === undefined ? null : toJson(value);
  });
  return JSON.stringify([build.flux?.location.ignore, fields, [...(build.variables?.from ?? [])]]);
}

/** The Flux Kustomization of a build, undefined where kustomize itself builds. */
export function fluxKustomization(build: Build): FluxKustomization | undefined {
  const { flux, variables } = build;
  if (flux === undefined) return undefined;
  const spec = get(flux.tree, 'spec');
  return {
    namespace: flux.namespace,
    name: flux.name,
    file: flux.file,
    path: textAt(spec, 'path'),
    suspended: textAt(spec, 'suspend') === 'true',
    get object() {
      const object = toJson(flux.tree) as Record<string, unknown>;
      const metadata = { ...(object['metadata'] as object | undefined), name: flux.name, namespace: flux.namespace };
      return { ...object, metadata };
    },
    substituteFrom: variables?.from ?? new Map(),
    cluster: flux.cluster,
  };
}
