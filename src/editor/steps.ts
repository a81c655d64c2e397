import { CancellationError, Disposable, QuickInputButtons, window, type QuickInputButton, type QuickPickItem } from 'vscode';

export const back = Symbol('back');

export interface Step<T extends QuickPickItem> {
  readonly title: string;
  readonly placeholder: string;
  readonly number: number;
  readonly total: number;
  /** Asked for again with every text that is typed where the items depend on it. */
  readonly items: (typed: string) => readonly T[];
  readonly dependsOnText?: boolean;
  /** Items that are only there to be read cannot be chosen. */
  readonly canChoose: (item: T) => boolean;
  readonly canGoBack: boolean;
  /** A button in the title, for something to look at before choosing. */
  readonly look?: { readonly button: QuickInputButton; readonly run: () => Promise<void> };
}

/** Shows one step of several. Resolves to the chosen item, or to `back`. @throws CancellationError when the person goes away */
export async function ask<T extends QuickPickItem>(step: Step<T>): Promise<T | typeof back> {
  const pick = window.createQuickPick<T>();
  pick.title = step.title;
  pick.placeholder = step.placeholder;
  pick.step = step.number;
  pick.totalSteps = step.total;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  pick.buttons = [...(step.canGoBack ? [QuickInputButtons.Back] : []), ...(step.look === undefined ? [] : [step.look.button])];
  pick.items = step.items('');
  const first = pick.items.find(step.canChoose);
  if (first !== undefined) pick.activeItems = [first];
  const owned: Disposable[] = [pick];
  try {
    return await new Promise<T | typeof back>((resolve, reject) => {
      owned.push(
        pick.onDidChangeValue((typed) => {
          if (step.dependsOnText === true) pick.items = step.items(typed);
        }),
        pick.onDidAccept(() => {
          const [item] = pick.selectedItems;
          if (item !== undefined && step.canChoose(item)) resolve(item);
        }),
        pick.onDidTriggerButton((button) => {
          if (button === QuickInputButtons.Back) resolve(back);
          else step.look?.run().catch(reject);
        }),
        pick.onDidHide(() => reject(new CancellationError())),
      );
      pick.show();
    });
  } finally {
    Disposable.from(...owned).dispose();
  }
}
