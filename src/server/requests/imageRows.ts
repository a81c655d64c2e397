/** Rows that stand for one image, or for one root without any. */
import type { Inventory, PlacedImage, SilentRoot } from '../../core/inventory/inventory.ts';
import { describeImage, remarksOn, unknownWords, worst } from '../../core/inventory/state.ts';
import { shortName } from '../../core/oci/imageReference.ts';
import type { GroupBy, Row } from '../../protocol.ts';
import type { ProblemsOf } from '../imageProblems.ts';
import { problemWords, withProblems } from '../imageProblems.ts';
import { idOf, rootId, usageId } from '../ids.ts';
import { locationOf, locationOfRoot } from '../places.ts';
import type { RepositorySession } from '../repositorySession.ts';

export type Item = PlacedImage | SilentRoot;

/** One repository with what its rows are made of. */
export interface Scope {
  readonly repository: RepositorySession;
  readonly inventory: Inventory;
  readonly problemsOf: ProblemsOf;
  readonly groupBy: GroupBy;
  readonly items: readonly Item[];
}

export const NO_ENVIRONMENT = '(no environment)';

/** One row for each image and container; the container is named where the image alone does not tell rows apart. */
export function imageRows(scope: Scope, items: readonly Item[]): Row[] {
  const names = items.map((item) => ('usage' in item ? shortName(item.usage.name) || item.usage.workload : item.root.directory));
  return items
    .map((item, index) => {
      const name = names[index] ?? '';
      const isShared = names.indexOf(name) !== names.lastIndexOf(name);
      return leaf(scope, item, isShared && 'usage' in item ? `${name} · ${detail(item, items)}` : name, 'image');
    })
    .sort((a, b) => byName(a.label, b.label));
}

/** The container, and the workload too where several have a container of that name. */
function detail(item: PlacedImage, among: readonly Item[]): string {
  const { container, workload } = item.usage;
  const same = among.filter((other) => 'usage' in other && other.usage.container === container && other.key === item.key);
  return same.length > 1 ? `${workload} · ${container}` : container;
}

export function leaf(scope: Scope, item: Item, label: string, kind: Row['kind']): Row {
  const { repository, inventory } = scope;
  if (!('usage' in item)) return silentRow(scope, item, label, kind);
  const { usage } = item;
  const remarks = remarksOn(inventory, item);
  const state = worst(remarks.map((remark) => remark.state));
  const problems = scope.problemsOf(item);
  // What the remarks say already needs no second word.
  const isTold = withProblems(state, problems) === state;
  const told = isTold ? '' : problemWords(problems);
  const description = [usage.container.startsWith('init:') ? 'init' : '', describeImage(inventory, item), told]
    .filter((part) => part !== '')
    .join('   ');
  const where = item.environment === '' ? '' : ` in ${item.environment}`;
  const tag = usage.tag !== '' ? [`tag ${usage.tag}`] : usage.status === 'unknown' ? [] : ['no tag'];
  return {
    id: idOf(repository.folder, scope.groupBy, item.id, kind),
    kind,
    label: label === '' ? NO_ENVIRONMENT : label,
    description,
    state: withProblems(state, problems),
    accessibleLabel: [
      `${item.application}${where}`,
      ...(kind === 'image' ? [label] : []),
      ...tag,
      ...remarks.map(({ words }) => words),
      ...(told === '' ? [] : [told]),
    ].join(', '),
    hasChildren: false,
    opensAtFirst: false,
    location: usage.owner && locationOf(repository, usage.owner),
    usage: usageId(repository, item),
    root: rootId(repository, item.root),
    scope: scopeOf(repository, item),
  };
}

function silentRow({ repository, groupBy }: Scope, item: SilentRoot, label: string, kind: Row['kind']): Row {
  const isFailure = item.root.failure !== undefined;
  const description = isFailure ? item.why : unknownWords(item.why);
  return {
    id: idOf(repository.folder, groupBy, `${item.environment} ${item.root.id}`, kind),
    kind,
    label: label === '' ? NO_ENVIRONMENT : label,
    description,
    state: isFailure ? 'error' : 'unknown',
    accessibleLabel: `${item.application}, ${description}`,
    hasChildren: false,
    opensAtFirst: false,
    location: locationOfRoot(repository, item.root),
    usage: undefined,
    root: rootId(repository, item.root),
    scope: scopeOf(repository, item),
  };
}

function scopeOf({ folder }: RepositorySession, { application, environment }: Item): Row['scope'] {
  return { repository: folder, application, environment };
}

export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
