import {
  CancellationError,
  CancellationTokenSource,
  Disposable,
  QuickInputButtons,
  window,
  type CancellationToken,
  type QuickInputButton,
  type QuickPick,
  type QuickPickItem,
} from 'vscode';
import { learnInFocus } from './learnInFocus.ts';
import { renewItems } from './renewItems.ts';

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
  /** Finds out more about the item in focus: true where `items` say more now. */
  readonly learn?: (item: T, token: CancellationToken) => Promise<boolean>;
  /** Finds the items while those that are there can be read; `show` shows them. Cancelled with the step. */
  readonly fill?: (show: () => void, token: CancellationToken) => Promise<void>;
  /** A button on some items that does something else with them, and ends the step. */
  readonly act?: {
    readonly button: QuickInputButton;
    readonly isOn: (item: T) => boolean;
    readonly run: (item: T) => Promise<void>;
  };
}

/** A step in which several items can be chosen. */
export interface ManyStep<T extends QuickPickItem> {
  readonly title: string;
  readonly placeholder: string;
  readonly number: number;
  readonly total: number;
  readonly items: readonly T[];
  /** Those that are ticked at first have `picked`. */
  readonly canChoose: (item: T) => boolean;
  readonly canGoBack: boolean;
  /** A button in the title that leads somewhere else. */
  readonly other?: QuickInputButton;
}

export const elsewhere = Symbol('elsewhere');

/** Shows a step in which several items can be ticked; none is an answer too. @throws CancellationError when the person goes away */
export async function askMany<T extends QuickPickItem>(
  step: ManyStep<T>,
): Promise<readonly T[] | typeof back | typeof elsewhere> {
  const pick = window.createQuickPick<T>();
  pick.canSelectMany = true;
  pick.title = step.title;
  pick.placeholder = step.placeholder;
  // One of one says nothing.
  if (step.total > 1) [pick.step, pick.totalSteps] = [step.number, step.total];
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  pick.buttons = [...(step.canGoBack ? [QuickInputButtons.Back] : []), ...(step.other === undefined ? [] : [step.other])];
  pick.items = step.items;
  pick.selectedItems = step.items.filter(({ picked }) => picked === true);
  const owned: Disposable[] = [pick];
  try {
    return await new Promise((resolve, reject) => {
      owned.push(
        pick.onDidChangeSelection((chosen) => {
          const possible = chosen.filter(step.canChoose);
          if (possible.length < chosen.length) pick.selectedItems = possible;
        }),
        pick.onDidAccept(() => resolve(pick.selectedItems.filter(step.canChoose))),
        pick.onDidTriggerButton((button) => resolve(button === QuickInputButtons.Back ? back : elsewhere)),
        pick.onDidHide(() => reject(new CancellationError())),
      );
      pick.show();
    });
  } finally {
    Disposable.from(...owned).dispose();
  }
}

/** Shows one step of several. Resolves to the chosen item, or to `back`. @throws CancellationError when the person goes away */
export async function ask<T extends QuickPickItem>(step: Step<T>): Promise<T | typeof back> {
  const pick = window.createQuickPick<T>();
  pick.title = step.title;
  pick.placeholder = step.placeholder;
  // One of one says nothing.
  if (step.total > 1) [pick.step, pick.totalSteps] = [step.number, step.total];
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  pick.buttons = [...(step.canGoBack ? [QuickInputButtons.Back] : []), ...(step.look === undefined ? [] : [step.look.button])];
  const itemsFor = (typed: string): readonly T[] =>
    step.items(typed).map((item) => (step.act?.isOn(item) === true ? { ...item, buttons: [step.act.button] } : item));
  pick.items = itemsFor('');
  const first = pick.items.find(step.canChoose);
  if (first !== undefined) pick.activeItems = [first];
  const owned: Disposable[] = [pick];
  if (step.learn !== undefined) owned.push(learnInFocus(pick, step.learn, () => itemsFor(pick.value)));
  try {
    return await new Promise<T | typeof back>((resolve, reject) => {
      owned.push(
        pick.onDidChangeValue((typed) => {
          if (step.dependsOnText === true) pick.items = itemsFor(typed);
        }),
        pick.onDidAccept(() => {
          const [item] = pick.selectedItems;
          if (item !== undefined && step.canChoose(item)) resolve(item);
        }),
        pick.onDidTriggerButton((button) => {
          if (button === QuickInputButtons.Back) resolve(back);
          else step.look?.run().catch(reject);
        }),
        pick.onDidTriggerItemButton(({ item }) => {
          step.act?.run(item).catch(reject);
        }),
        pick.onDidHide(() => reject(new CancellationError())),
      );
      pick.show();
      if (step.fill !== undefined) fillWhileShown(pick, step.fill, () => itemsFor(pick.value), owned).catch(reject);
    });
  } finally {
    Disposable.from(...owned).dispose();
  }
}

async function fillWhileShown<T extends QuickPickItem>(
  pick: QuickPick<T>,
  fill: NonNullable<Step<T>['fill']>,
  items: () => readonly T[],
  owned: Disposable[],
): Promise<void> {
  const source = new CancellationTokenSource();
  owned.push(new Disposable(() => source.cancel()), source);
  pick.busy = true;
  try {
    await fill(() => renewItems(pick, items()), source.token);
  } catch (error) {
    if (!source.token.isCancellationRequested) throw error;
  }
  pick.busy = false;
}
