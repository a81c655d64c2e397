/** Renders a build root of the model with the engine: as Flux applies it where a Flux Kustomization does, else as kustomize builds it. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { maskSecrets } from '../core/kubernetes/secretMask.ts';
import type { BuildRoot, FluxKustomization } from '../core/repository/model.ts';
import type { BuildRequest, KustomizeEngine } from './kustomize.ts';
import type { SecretsAs } from './substituteValues.ts';
import { absentSources, isSecret, substitutesSecrets, substituteValues } from './substituteValues.ts';

export interface Rendering {
  /** Manifests below a header comment; undefined where the root does not build. */
  readonly text: string | undefined;
  /** What the manifests lack, one sentence each. */
  readonly missing: readonly string[];
  /** One sentence where the root does not build. */
  readonly failure: string | undefined;
  /** Equal where the manifests are, hidden values of Secrets included; '' where there are none. */
  readonly fingerprint: string;
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
  const [flux] = root.deployedBy;
  const build = (secretsAs: SecretsAs) =>
    engine.build(buildRequest(root, folder, overlay, secretsAs), signal === undefined ? {} : { signal });
  let result = await build(reveal ? 'values' : 'masks');
  const hasCut = !result.ok && result.error.stage === 'substitute' && !reveal && flux !== undefined && substitutesSecrets(flux);
  if (hasCut) result = await build('crosses');
  if (!result.ok) return { text: undefined, missing: [], failure: result.error.message, fingerprint: '', used: result.used };
  const missing = [
    ...result.missing.map(({ message, path }) => `${message} (${path})`),
    ...absentSources(flux).map(({ words }) => words),
  ];
  const header = [
    `# ${renderingTitle(root)}`,
    ...missing.map((sentence) => `# partial: ${sentence}`),
    ...(hasCut ? ['# Variables cut values of Secrets here: each hidden character is an x.'] : []),
  ];
  const yaml = reveal ? result.yaml : maskSecrets(result.yaml, { copied: result.copiesSecrets });
  return {
    text: `${header.join('\n')}\n${yaml}`,
    missing,
    failure: undefined,
    fingerprint: createHash('sha256').update(result.yaml).update(hiddenValues(flux, yaml)).digest('hex'),
    used: result.used,
  };
}

/** Values of Secrets that are not in the manifests, because the engine got masks in their place. */
function hiddenValues(flux: FluxKustomization | undefined, yaml: string): string {
  if (flux === undefined || !(yaml.includes('••••') || yaml.includes('xxxx'))) return '';
  return JSON.stringify([...flux.substituteFrom].filter(([key]) => isSecret(key)));
}

/** `apps/prod, as flux-system/apps renders it`. */
export function renderingTitle({ directory, deployedBy: [flux], readsOutside }: BuildRoot): string {
  const renderer = flux === undefined ? (readsOutside ? 'Flux' : 'kustomize') : `${flux.namespace}/${flux.name}`;
  return `${directory}, as ${renderer} renders it`;
}

/** What the engine is asked for a root. */
export function buildRequest(
  root: BuildRoot,
  folder: string,
  overlay: RenderOptions['overlay'],
  secretsAs: SecretsAs,
): BuildRequest {
  const [flux] = root.deployedBy;
  const base = {
    root: folder,
    directory: root.directory === '.' ? '' : root.directory,
    ...(overlay === undefined || overlay.size === 0
      ? {}
      : { overlay: Object.fromEntries([...overlay].map(([path, text]) => [join(folder, path), text ?? null])) }),
  };
  if (flux === undefined && !root.readsOutside) return { mode: 'kustomize', ...base };
  if (flux === undefined) return { mode: 'flux', ...base, kustomization: {} };
  const request = {
    mode: 'flux' as const,
    ...base,
    kustomization: flux.object,
    values: substituteValues(flux, secretsAs),
    substitution: absentSources(flux).length === 0 ? ('strict' as const) : ('lenient' as const),
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
