import type { QuickPick, QuickPickItem } from 'vscode';

/** Shows items that say more, or more of them, in a list that somebody reads: what is in focus stays in focus, and nothing scrolls. */
export function renewItems<T extends QuickPickItem>(pick: QuickPick<T>, items: readonly T[]): void {
  const focused = pick.activeItems[0];
  pick.keepScrollPosition = true;
  pick.items = items;
  const same = items.filter(({ label }) => label === focused?.label);
  const closest = same.find(({ detail }) => detail === focused?.detail) ?? same[0];
  if (closest !== undefined) pick.activeItems = [closest];
  pick.keepScrollPosition = false;
}
