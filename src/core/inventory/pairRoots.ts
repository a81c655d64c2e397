/** Which build of one environment is which build of another. */
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot } from '../repository/model.ts';
import type { Inventory } from './inventory.ts';

export interface RootPair {
  /** undefined where only the other environment has it. */
  readonly left: BuildRoot | undefined;
  readonly right: BuildRoot | undefined;
}

/** Builds with the same path but for the environment's name; then those that share most images. Each is in one pair. */
export function pairRoots(
  { roots }: Pick<GitOpsRepository, 'roots'>,
  inventory: Inventory,
  left: string,
  right: string,
): RootPair[] {
  const of = (environment: string) => roots.filter((root) => inventory.environmentsOf(root).includes(environment));
  const rest = new Set(of(right));
  const open: BuildRoot[] = [];
  const pairs = new Map<BuildRoot, BuildRoot | undefined>();
  const byPath = new Map([...rest].map((root) => [pathWithout(root, right), root]));
  for (const root of of(left)) {
    const other = byPath.get(pathWithout(root, left));
    if (other !== undefined && rest.delete(other)) pairs.set(root, other);
    else open.push(root);
    if (!pairs.has(root)) pairs.set(root, undefined);
  }
  for (const root of open) {
    const [best] = [...rest]
      .map((other) => ({ other, shared: sharedImages(root, other) }))
      .filter(({ shared }) => shared > 0)
      .sort((a, b) => b.shared - a.shared);
    if (best !== undefined && rest.delete(best.other)) pairs.set(root, best.other);
  }
  return [
    ...[...pairs].map(([one, other]) => ({ left: one, right: other })),
    ...[...rest].map((other) => ({ left: undefined, right: other })),
  ];
}

function pathWithout({ id }: BuildRoot, environment: string): string {
  return id
    .split(/([/#@])/)
    .map((segment) =>
      segment === environment
        ? '*'
        : segment
            .split('-')
            .map((word) => (word === environment ? '*' : word))
            .join('-'),
    )
    .join('');
}

function sharedImages(one: BuildRoot, other: BuildRoot): number {
  const names = new Set(one.usages.map(({ originalName }) => originalName));
  return new Set(other.usages.flatMap(({ originalName }) => (names.has(originalName) ? [originalName] : []))).size;
}
