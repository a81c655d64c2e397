/** Images that differ between two versions of one build root. */
import type { BuildRoot, ImageUsage } from '../repository/model.ts';

export interface ChangedImage {
  readonly kind: string;
  readonly namespace: string;
  readonly workload: string;
  readonly container: string;
  /** Reference before, '' for a new container. */
  readonly from: string;
  /** Reference after, '' for a container that is gone. */
  readonly to: string;
}

/** In the order of the version after; removed ones last. */
export function changedImages(before: BuildRoot | undefined, after: BuildRoot | undefined): ChangedImage[] {
  if (before === after) return [];
  const old = byPlace(before?.usages ?? []);
  const changes: ChangedImage[] = [];
  for (const [place, usage] of byPlace(after?.usages ?? [])) {
    const from = old.get(place)?.reference ?? '';
    old.delete(place);
    if (from !== usage.reference) changes.push(change(usage, from, usage.reference));
  }
  for (const usage of old.values()) changes.push(change(usage, usage.reference, ''));
  return changes;
}

function byPlace(usages: readonly ImageUsage[]): Map<string, ImageUsage> {
  return new Map(
    usages.map((usage) => [
      [usage.kind, usage.namespace, usage.workload, usage.container || usage.originalName].join(' '),
      usage,
    ]),
  );
}

function change({ kind, namespace, workload, container }: ImageUsage, from: string, to: string): ChangedImage {
  return { kind, namespace, workload, container, from, to };
}
