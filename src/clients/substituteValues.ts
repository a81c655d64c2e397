/** What the engine is given for `postBuild.substituteFrom`: data of ConfigMaps and Secrets, those of Secrets only where they may be shown. */
import { maskOf } from '../core/kubernetes/secretMask.ts';
import type { FluxKustomization } from '../core/repository/model.ts';

/**
 * What stands for a value of a Secret: itself, its mask, or as many `x` as it has bytes. Masks can be read; but where an expression cuts one
 * (`${TOKEN:0:7}`), it may cut through a character, and only the last kind is safe.
 */
export type SecretsAs = 'values' | 'masks' | 'crosses';

/** Data by `Kind/namespace/name`, as in a build request. */
export function substituteValues(
  flux: FluxKustomization,
  secretsAs: SecretsAs,
): Record<string, Readonly<Record<string, string>>> {
  const shown = (key: string, values: Readonly<Record<string, string>>) =>
    secretsAs === 'values' || !isSecret(key)
      ? values
      : Object.fromEntries(
          Object.entries(values).map(([name, value]) => [name, secretsAs === 'masks' ? maskOf(value) : crosses(value)]),
        );
  return Object.fromEntries([
    ...absentSources(flux).map(({ key }) => [key, {}] as const),
    ...[...flux.substituteFrom].map(([key, values]) => [key, shown(key, values)] as const),
  ]);
}

export function substitutesSecrets({ substituteFrom }: FluxKustomization): boolean {
  return [...substituteFrom.keys()].some(isSecret);
}

/** Objects of `substituteFrom` that only the cluster has: nothing is known of their values. */
export function absentSources(flux: FluxKustomization | undefined): { readonly key: string; readonly words: string }[] {
  const spec = flux?.object['spec'] as { postBuild?: { substituteFrom?: unknown } } | undefined;
  const sources = spec?.postBuild?.substituteFrom;
  if (flux === undefined || !Array.isArray(sources)) return [];
  return sources.flatMap((source: unknown) => {
    const { kind, name, optional } = (source ?? {}) as { kind?: unknown; name?: unknown; optional?: unknown };
    if (typeof kind !== 'string' || typeof name !== 'string') return [];
    const key = `${kind}/${flux.namespace}/${name}`;
    if (flux.substituteFrom.has(key) || optional === true) return [];
    return [{ key, words: `${kind} ${flux.namespace}/${name} is not in this repository, so its variables are empty` }];
  });
}

/** Whether a key of `substituteFrom` is that of a Secret. */
export function isSecret(key: string): boolean {
  return key.startsWith('Secret/');
}

function crosses(value: string): string {
  return 'x'.repeat(new TextEncoder().encode(value).length);
}
