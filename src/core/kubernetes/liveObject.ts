/** Objects as an API server returns them: JSON that only the server has checked, read without trust. */

export interface LiveObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
  readonly spec?: Json;
  readonly status?: Json;
}

export type Json = Readonly<Record<string, unknown>>;

export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number | undefined;
  readonly lastTransitionTime: string | undefined;
}

/** Names one object of a cluster; versions of its API do not matter for that. */
export interface ObjectReference {
  /** '' for the core group. */
  readonly group: string;
  readonly kind: string;
  /** '' for objects of the whole cluster. */
  readonly namespace: string;
  readonly name: string;
}

/** `v1` has the core group ''. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

export function referenceTo({ apiVersion, kind, metadata }: LiveObject): ObjectReference {
  return { group: groupOf(apiVersion), kind, namespace: metadata.namespace ?? '', name: metadata.name };
}

/** Unique within a cluster, and the same for an object as long as it has its name. */
export function idOf({ group, kind, namespace, name }: ObjectReference): string {
  return `${kind}${group === '' ? '' : `.${group}`}/${namespace}/${name}`;
}

/** `Deployment dev/shop`, `Namespace dev`. */
export function nameOf({ kind, namespace, name }: ObjectReference): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** The value at a path; undefined where anything on the way is missing. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Json)[key];
  }
  return current;
}

/** The text at a path, '' where there is none. */
export function textIn(value: unknown, ...path: readonly string[]): string {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : '';
}

export function numberIn(value: unknown, ...path: readonly string[]): number | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

export function listIn(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function conditionsOf(object: LiveObject): Condition[] {
  return listIn(object.status, 'conditions').map((condition) => ({
    type: textIn(condition, 'type'),
    status: textIn(condition, 'status'),
    reason: textIn(condition, 'reason'),
    message: textIn(condition, 'message'),
    observedGeneration: numberIn(condition, 'observedGeneration'),
    lastTransitionTime: textIn(condition, 'lastTransitionTime') || undefined,
  }));
}

export function conditionOf(object: LiveObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}
