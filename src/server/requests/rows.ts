/** The rows of the Applications view. */
import { worst } from '../../core/inventory/state.ts';
import { groupBy as groupItems } from '../../core/text/groupBy.ts';
import type { ChildrenParams, GroupBy, Row, RowFilter } from '../../protocol.ts';
import { imageProblems } from '../imageProblems.ts';
import { findImage, idOf, partsOf } from '../ids.ts';
import { repositoryName } from '../repositoryNames.ts';
import type { Session } from '../session.ts';
import type { Item, Scope } from './imageRows.ts';
import { byName, imageRows, leaf, NO_ENVIRONMENT } from './imageRows.ts';
import { imagesSummary, stateOf, subgroupOf, summary, tagsOf } from './rowSummary.ts';

/** Up to so many groups are open at first, as the answer is on the rows inside; more would be many questions for rows that nobody sees. */
const MOST_OPEN_GROUPS = 25;

/** Rows below `parent`, or the top rows. Empty for a parent that is gone. */
export function childrenOf(session: Session, { parent, groupBy, filter }: ChildrenParams): Row[] {
  const scopes = session.repositories().flatMap((repository) => {
    const inventory = repository.inventory(session.placementSettings);
    const all: readonly Item[] = [...inventory.images, ...inventory.silent];
    const scope: Scope = { repository, inventory, problemsOf: imageProblems(session, repository), groupBy, items: all };
    const items = filter === 'all' ? all : all.filter((item) => passes(scope, item, filter));
    return items.length === 0 ? [] : [{ ...scope, items }];
  });
  const repositories = session.repositories();
  if (parent === undefined && repositories.length > 1)
    return scopes.map((scope) =>
      repositoryRow(scope, repositoryName(scope.repository, repositories), scopes.length <= MOST_OPEN_GROUPS),
    );
  if (parent === undefined) return scopes.flatMap((scope) => groupRows(scope));
  const [folder, first, second] = partsOf(parent);
  const scope = scopes.find(({ repository }) => repository.folder === folder);
  if (scope === undefined) return [];
  if (first === undefined) return groupRows(scope);
  const inFirst = scope.items.filter((item) => groupOf(item, groupBy) === first);
  if (second === undefined) return isFlat(inFirst, groupBy) ? imageRows(scope, inFirst) : subgroupRows(scope, first, inFirst);
  return imageRows(
    scope,
    inFirst.filter((item) => subgroupOf(item, groupBy) === second),
  );
}

/** The chain of row ids from the top down to the row of a usage; empty where it is gone. */
export function rowPath(session: Session, usage: string, groupBy: GroupBy): string[] {
  const found = findImage(session, usage);
  if (found === undefined) return [];
  const { repository, image } = found;
  const names = [repository.folder, groupOf(image, groupBy), subgroupOf(image, groupBy)];
  const chain: string[] = [];
  for (let parent: string | undefined; ; parent = chain.at(-1)) {
    const rows = childrenOf(session, { parent, groupBy, filter: 'all' });
    const row = rows.find((candidate) => candidate.usage === usage) ?? rows.find((candidate) => isOnTheWay(candidate, names));
    if (row === undefined) return [];
    chain.push(row.id);
    if (!row.hasChildren) return chain;
  }
}

/** Whether a row stands for the group, or for all images of the group, that has these names. */
function isOnTheWay({ id, label, usage, hasChildren, kind }: Row, names: readonly string[]): boolean {
  if (hasChildren) return partsOf(id).every((part, index) => part === names[index]);
  return (
    usage !== undefined && kind !== 'image' && names.slice(1).some((name) => (name === '' ? NO_ENVIRONMENT : name) === label)
  );
}

function repositoryRow(scope: Scope, label: string, opensAtFirst: boolean): Row {
  const state = worst(scope.items.map((item) => stateOf(scope, item)));
  return {
    ...group(scope, [], label, '', label),
    kind: 'repository',
    opensAtFirst,
    state: state === 'error' ? 'error' : 'none',
  };
}

function groupRows(scope: Scope): Row[] {
  const { inventory, groupBy, items } = scope;
  const groups = groupItems(items, (item) => groupOf(item, groupBy));
  const names =
    groupBy === 'application' ? [...groups.keys()].sort(byName) : inventory.environments.filter((name) => groups.has(name));
  return names.map((name) => {
    const members = groups.get(name) ?? [];
    const only = soleImage(members);
    if (only !== undefined && (isFlat(members, groupBy) || !('usage' in only)))
      return leaf(scope, only, name, groupBy === 'application' ? 'application' : 'environment');
    return groupRow(scope, name, members, names.length <= MOST_OPEN_GROUPS);
  });
}

function groupRow(scope: Scope, name: string, members: readonly Item[], opensAtFirst: boolean): Row {
  const { inventory, groupBy } = scope;
  const { state, words: remark } = summary(scope, members, groupBy);
  const tags = opensAtFirst || groupBy === 'environment' ? '' : tagsOf(inventory, members);
  const words = [remark, tags].filter((part) => part !== '').join('   ');
  const label = name === '' ? NO_ENVIRONMENT : name;
  return {
    ...group(scope, [name], label, words, [label, remark, tags].filter((part) => part !== '').join(', ')),
    opensAtFirst,
    kind: groupBy === 'application' ? 'application' : 'environment',
    state,
  };
}

function subgroupRows(scope: Scope, first: string, items: readonly Item[]): Row[] {
  const { inventory, groupBy } = scope;
  const groups = groupItems(items, (item) => subgroupOf(item, groupBy));
  const names =
    groupBy === 'environment' ? [...groups.keys()].sort(byName) : inventory.environments.filter((name) => groups.has(name));
  return names.map((name) => {
    const members = groups.get(name) ?? [];
    const kind = groupBy === 'application' ? 'environment' : 'application';
    const label = name === '' ? NO_ENVIRONMENT : name;
    const only = soleImage(members);
    if (only !== undefined) return leaf(scope, only, label, kind);
    const { state, words } = imagesSummary(scope, members);
    return { ...group(scope, [first, name], label, words, `${first}, ${label}, ${words}`), kind, state };
  });
}

function group(
  { repository, groupBy }: Scope,
  names: readonly string[],
  label: string,
  description: string,
  accessibleLabel: string,
): Row {
  const [application, environment] = groupBy === 'application' ? names : [names[1], names[0]];
  return {
    id: idOf(repository.folder, ...names),
    kind: 'application',
    label,
    description,
    state: 'none',
    accessibleLabel,
    hasChildren: true,
    opensAtFirst: false,
    location: undefined,
    usage: undefined,
    root: undefined,
    scope: { repository: repository.folder, application, environment },
  };
}

function passes(scope: Scope, item: Item, filter: Exclude<RowFilter, 'all'>): boolean {
  if (filter === 'problems') return ['error', 'warning', 'unknown'].includes(stateOf(scope, item));
  if (!('usage' in item) || item.usage.status === 'unknown') return false;
  return scope.inventory
    .elsewhere(item)
    .some(
      ({ usage }) =>
        usage.status === 'exact' && (usage.tag !== item.usage.tag || (usage.tag === '' && usage.digest !== item.usage.digest)),
    );
}

/** The image that stands for all of them, where one line decides all and they are the same: the main container of a workload. */
function soleImage(items: readonly Item[]): Item | undefined {
  const [first] = items;
  if (first === undefined || items.length === 1) return first;
  if (!('usage' in first)) return undefined;
  const { owner, reference } = first.usage;
  const isSame = (item: Item) =>
    'usage' in item &&
    item.usage.reference === reference &&
    item.usage.owner?.scalar === owner?.scalar &&
    item.usage.why === first.usage.why;
  return items.every(isSame)
    ? (items.find((item) => 'usage' in item && !item.usage.container.includes(':')) ?? first)
    : undefined;
}

/** An application without environments has its images directly below it. */
function isFlat(items: readonly Item[], groupBy: GroupBy): boolean {
  return groupBy === 'application' && items.every(({ environment }) => environment === '');
}

function groupOf(item: Item, groupBy: GroupBy): string {
  return groupBy === 'application' ? item.application : item.environment;
}
