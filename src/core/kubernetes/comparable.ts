/** An object without what the cluster adds to it, so that two versions of it can be compared. */
import type { Json, LiveObject } from './liveObject.ts';

const SET_BY_SERVER = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export function comparable(object: LiveObject): Json {
  const { status: _status, metadata, ...rest } = object;
  const { annotations, ...others } = Object.fromEntries(
    Object.entries(metadata).filter(([key]) => !SET_BY_SERVER.includes(key)),
  ) as { annotations?: Readonly<Record<string, string>> } & Json;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => key !== LAST_APPLIED);
  return { ...rest, metadata: { ...others, ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }) } };
}

/** `live` with only the fields that the manifest has: lists are compared as they are. */
export function fieldsOf(manifest: unknown, live: unknown): unknown {
  if (!isMap(manifest) || !isMap(live)) return live;
  return Object.fromEntries(
    Object.entries(manifest).flatMap(([key, value]) => (Object.hasOwn(live, key) ? [[key, fieldsOf(value, live[key])]] : [])),
  );
}

/**
 * Both sides with the values of a Secret replaced by their sizes. Where two values differ and their sizes do not, the second one says so.
 */
export function maskedPair(before: Json | undefined, after: Json | undefined): readonly [Json | undefined, Json | undefined] {
  if (before?.['kind'] !== 'Secret' && after?.['kind'] !== 'Secret') return [before, after];
  return [masked(before, undefined), masked(after, before)];
}

function masked(secret: Json | undefined, other: Json | undefined): Json | undefined {
  if (secret === undefined) return undefined;
  const fields = (['data', 'stringData'] as const).flatMap((field) => {
    const values = secret[field];
    if (!isMap(values)) return [];
    const others = other === undefined || !isMap(other[field]) ? {} : other[field];
    return [[field, Object.fromEntries(Object.entries(values).map(([key, value]) => [key, hidden(field, value, others[key])]))]];
  });
  return { ...secret, ...(Object.fromEntries(fields) as Json) };
}

function hidden(field: string, value: unknown, other: unknown): string {
  const size = sizeOf(field, value);
  const differs = other !== undefined && other !== value && sizeOf(field, other) === size;
  return `•••• (${String(size)} ${size === 1 ? 'byte' : 'bytes'}${differs ? ', another value' : ''})`;
}

function sizeOf(field: string, value: unknown): number {
  const text = typeof value === 'string' ? value : '';
  return field === 'data' ? Math.floor((text.replace(/[\s=]/g, '').length * 3) / 4) : new TextEncoder().encode(text).length;
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
