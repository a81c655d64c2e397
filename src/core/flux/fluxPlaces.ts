/** Where the environments run, as the setting `flux.contexts` says it. */

/** A context of the kubeconfig, or one with the namespace that its Flux has. */
export type FluxPlaceSetting = string | { readonly context: string; readonly namespace?: string };
export type FluxContextsSetting = Readonly<Record<string, FluxPlaceSetting | readonly FluxPlaceSetting[]>>;

export interface FluxPlace {
  readonly environment: string;
  readonly context: string;
  /** Of Flux; '' for the one that is set for all. */
  readonly namespace: string;
}

/** All places, in the order in which they are written. What is none of the forms is left out: people write settings by hand. */
export function fluxPlaces(setting: FluxContextsSetting): FluxPlace[] {
  return Object.entries(setting).flatMap(([environment, given]: [string, unknown]) =>
    (Array.isArray(given) ? (given as unknown[]) : [given]).flatMap((one): FluxPlace[] => {
      if (typeof one === 'string') return one === '' ? [] : [{ environment, context: one, namespace: '' }];
      const { context, namespace } = (one ?? {}) as { readonly context?: unknown; readonly namespace?: unknown };
      if (typeof context !== 'string' || context === '') return [];
      return [{ environment, context, namespace: typeof namespace === 'string' ? namespace : '' }];
    }),
  );
}

/** The contexts of each environment that has some. */
export function contextsByEnvironment(setting: FluxContextsSetting): Record<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { environment, context } of fluxPlaces(setting))
    found.set(environment, [...new Set([...(found.get(environment) ?? []), context])]);
  return Object.fromEntries(found);
}

export interface ContextsOfEnvironment {
  readonly connected: readonly string[];
  /** Where it runs, too, as the setting says. */
  readonly missing: readonly string[];
}

/** Contexts of environments, by whether they are connected. undefined where the setting has none for them. */
export function contextsOf(
  setting: FluxContextsSetting,
  environments: readonly string[],
  connected: readonly string[],
): ContextsOfEnvironment | undefined {
  const all = contextsByEnvironment(setting);
  const mapped = [...new Set(environments.flatMap((environment) => all[environment] ?? []))];
  if (mapped.length === 0) return undefined;
  const isConnected = (name: string) => connected.includes(name);
  return { connected: mapped.filter(isConnected), missing: mapped.filter((name) => !isConnected(name)) };
}

/** The environments of a context. */
export function environmentsOf(setting: FluxContextsSetting, context: string): string[] {
  return [...new Set(fluxPlaces(setting).flatMap((place) => (place.context === context ? [place.environment] : [])))];
}

/** Namespaces of Flux in a context, the first of which is its own; `otherwise` where no environment has one there. */
export function fluxNamespacesOf(setting: FluxContextsSetting, context: string, otherwise: string): [string, ...string[]] {
  const own = fluxPlaces(setting).flatMap((place) => (place.context === context ? [place.namespace || otherwise] : []));
  const [first = otherwise, ...others] = new Set(own);
  return [first, ...others];
}
