/** Renders a build root of the model with the engine: as Flux applies it where a Flux Kustomization does, else as kustomize builds it. */
import { join } from 'node:path';
import { maskSecrets } from '../core/kubernetes/secretMask.ts';
import type { BuildRoot, FluxKustomization } from '../core/repository/model.ts';
import type { BuildRequest, KustomizeEngine } from './kustomize.ts';

export interface Rendering {
  /** Manifests below a header comment; undefined where the root does not build. */
  readonly text: string | undefined;
  /** What the manifests lack, one sentence each. */
  readonly missing: readonly string[];
  /** One sentence where the root does not build. */
  readonly failure: string | undefined;
  /** Paths that the result depends on, relative to the repository; a listed directory ends in a slash. */
  readonly used: readonly string[];
}

export interface RenderOptions {
  /** Shows the values of Secrets. */
  readonly reveal?: boolean;
  /** Texts that replace files, by path relative to the repository; undefined hides the file. */
  readonly overlay?: ReadonlyMap<string, string | undefined>;
  readonly signal?: AbortSignal;
}

/** @throws the signal's reason; an error where the engine itself cannot be loaded */
export async function renderRoot(
  engine: KustomizeEngine,
  folder: string,
  root: BuildRoot,
  { reveal = false, overlay, signal }: RenderOptions = {},
): Promise<Rendering> {
  const request = buildRequest(root, folder, overlay);
  const result = await engine.build(request, signal === undefined ? {} : { signal });
  if (!result.ok) return { text: undefined, missing: [], failure: result.error.message, used: result.used };
  const missing = [
    ...result.missing.map(({ message, path }) => `${message} (${path})`),
    ...absentSources(root.deployedBy[0]).map(({ words }) => words),
  ];
  const header = [`# ${renderingTitle(root)}`, ...missing.map((sentence) => `# partial: ${sentence}`)].join('\n');
  const yaml = reveal ? result.yaml : maskSecrets(result.yaml);
  return { text: `${header}\n${yaml}`, missing, failure: undefined, used: result.used };
}

/** `apps/prod, as flux-system/apps renders it`. */
export function renderingTitle({ directory, deployedBy: [flux] }: BuildRoot): string {
  return `${directory}, as ${flux === undefined ? 'kustomize' : `${flux.namespace}/${flux.name}`} renders it`;
}

/** What the engine is asked for a root. */
export function buildRequest(root: BuildRoot, folder: string, overlay: RenderOptions['overlay']): BuildRequest {
  const [flux] = root.deployedBy;
  const base = {
    root: folder,
    directory: root.directory === '.' ? '' : root.directory,
    ...(overlay === undefined || overlay.size === 0
      ? {}
      : { overlay: Object.fromEntries([...overlay].map(([path, text]) => [join(folder, path), text ?? null])) }),
  };
  if (flux === undefined) return { mode: 'kustomize', ...base };
  const absent = absentSources(flux);
  const request = {
    mode: 'flux' as const,
    ...base,
    kustomization: flux.object,
    values: { ...Object.fromEntries(absent.map(({ key }) => [key, {}])), ...Object.fromEntries(flux.substituteFrom) },
    substitution: absent.length === 0 ? ('strict' as const) : ('lenient' as const),
  };
  const source = root.ignore === '' ? {} : { ignore: root.ignore };
  if (root.artifact === undefined) return { ...request, source };
  return {
    ...request,
    directory: flux.path.replace(/^(?:\.?\/)+|\/+$/g, ''),
    composed: {
      sources: { repository: { directory: '', source } },
      copies: root.artifact.map(({ from, to }) => ({
        from: from === '.' ? '@repository/**' : `@repository/${from}/**`,
        to: to === '.' ? '@artifact/' : `@artifact/${to}/`,
      })),
    },
  };
}

/** Objects of `substituteFrom` that only the cluster has: nothing is known of their values. */
function absentSources(flux: FluxKustomization | undefined): { readonly key: string; readonly words: string }[] {
  const spec = flux?.object['spec'] as { postBuild?: { substituteFrom?: unknown } } | undefined;
  const sources = spec?.postBuild?.substituteFrom;
  if (flux === undefined || !Array.isArray(sources)) return [];
  return sources.flatMap((source: unknown) => {
    const { kind, name, optional } = source as { kind?: unknown; name?: unknown; optional?: unknown };
    if (typeof kind !== 'string' || typeof name !== 'string') return [];
    const key = `${kind}/${flux.namespace}/${name}`;
    if (flux.substituteFrom.has(key) || optional === true) return [];
    return [{ key, words: `${kind} ${flux.namespace}/${name} is not in this repository, so its variables are empty` }];
  });
}
