import { CancellationTokenSource, Disposable, type CancellationToken, type QuickPick, type QuickPickItem } from 'vscode';
import { renewItems } from './renewItems.ts';

/** Somebody who only passes by does not want to know more. */
const stayMilliseconds = 250;

/** Finds out more about the item that somebody stays on, and shows the items anew where they say more then. What cannot be found out stays away. */
export function learnInFocus<T extends QuickPickItem>(
  pick: QuickPick<T>,
  learn: (item: T, token: CancellationToken) => Promise<boolean>,
  items: () => readonly T[],
): Disposable {
  let timer: NodeJS.Timeout | undefined;
  let source: CancellationTokenSource | undefined;
  const leave = (): void => {
    clearTimeout(timer);
    source?.cancel();
    source?.dispose();
  };
  const look = async (item: T, token: CancellationToken): Promise<void> => {
    const saysMore = await learn(item, token).catch(() => false);
    if (saysMore && !token.isCancellationRequested) renewItems(pick, items());
  };
  const enter = ([item]: readonly T[]): void => {
    leave();
    if (item === undefined) return;
    const { token } = (source = new CancellationTokenSource());
    timer = setTimeout(() => void look(item, token), stayMilliseconds);
  };
  const listener = pick.onDidChangeActive(enter);
  // VS Code does not tell of the item that we put in focus ourselves.
  enter(pick.activeItems);
  return Disposable.from(listener, new Disposable(leave));
}
