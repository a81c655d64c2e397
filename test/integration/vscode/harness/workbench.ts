import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { outputFolder } from '../../../support/paths.ts';
import { Editor } from './editor.ts';
import { movePointerAway } from './pointer.ts';
import { QuickInput } from './quickInput.ts';
import { Tree } from './tree.ts';
import { retry, until } from './until.ts';

let failures = 0;

const ourActivity = '.activitybar .action-label[aria-label^="GitOps Cockpit"]';

/** VS Code's window, as a person sees and uses it. `page` is there for everything that has no name here. */
export class Workbench {
  readonly page: Page;
  /** The opened folder or .code-workspace file. */
  readonly workspace: string;
  readonly editor: Editor;
  readonly quickInput: QuickInput;

  constructor(page: Page, workspace: string) {
    this.page = page;
    this.workspace = workspace;
    this.editor = new Editor(page);
    this.quickInput = new QuickInput(page);
  }

  /** Waits until the workbench is drawn and has read our package.json. */
  async ready(trusted: boolean): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    if (!trusted) await this.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    await this.page.locator(ourActivity).waitFor({ state: 'attached', timeout: 60_000 });
  }

  /** Writes what is on the screen to test/output/screenshots/NAME.png and returns that path. */
  async screenshot(name: string): Promise<string> {
    const folder = join(outputFolder, 'screenshots');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }

  /** Keeps what is on the screen when a test fails. */
  async failed(): Promise<void> {
    await this.screenshot(`failed-${process.pid}-${(failures += 1)}`).catch(() => undefined);
  }

  /** Runs a command by its title in the palette, such as `GitOps: Bump Image Tag...`. */
  async runCommand(title: string): Promise<void> {
    await this.quickInput.open('F1');
    await this.quickInput.type(`>${title}`);
    await this.quickInput.choose(title);
  }

  /** The titles that the palette offers for a text, which at least one of them contains. */
  async commands(text: string): Promise<string[]> {
    await this.quickInput.open('F1');
    await this.quickInput.type(`>${text}`);
    // The list of before stays for a moment.
    let before: string[] = [];
    const titles = await until(
      async () => (await this.quickInput.rows()).map(({ label }) => label),
      (shown) => {
        const isSettled = shown.join('\n') === before.join('\n');
        before = shown;
        return isSettled && shown.some((label) => label.includes(text));
      },
    );
    await this.quickInput.cancel();
    return titles;
  }

  /** Opens a file of the workspace by its path, as Go to File does. */
  async openFile(path: string): Promise<void> {
    // Many files have this name; the row and the tooltip of the tab have the path.
    const slash = path.lastIndexOf('/');
    const tab = `.editor-group-container.active .tab.active .tab-label[aria-label*=${JSON.stringify(path)}]`;
    // The list is made again while it is searched, and what was chosen can be gone.
    await retry(async (timeout) => {
      await this.quickInput.open('ControlOrMeta+P');
      await this.quickInput.type(path);
      await this.quickInput.choose(path.slice(slash + 1), path.slice(0, Math.max(slash, 0)));
      await this.page.locator(tab).waitFor({ timeout });
    });
  }

  /** Shows our container in the side bar. */
  async openSideBar(): Promise<void> {
    const action = this.page.locator('.activitybar .action-item', { has: this.page.locator('[aria-label^="GitOps Cockpit"]') });
    if ((await action.getAttribute('class'))?.includes('checked') !== true) await action.click();
    await movePointerAway(this.page);
  }

  /** The texts of the badges in the activity bar whose tooltip starts with a text; '' for an icon, such as the clock of a view that loads. */
  async badges(title: string): Promise<string[]> {
    const actions = this.page.locator('.activitybar .action-item', { has: this.page.locator(`[aria-label^="${title}"]`) });
    return actions.locator('.badge-content:visible').allInnerTexts();
  }

  /** A tree view by the title that its header shows. */
  tree(title: string): Tree {
    return new Tree(this.page, title);
  }

  /** The texts of all notifications. VS Code shows none by itself while it is driven by tests, so this opens their centre. */
  async notifications(): Promise<string[]> {
    await this.runCommand('Notifications: Show Notifications');
    const center = this.page.locator('.notifications-center.visible');
    await center.waitFor();
    const texts = await center.locator('.notification-list-item-message').allInnerTexts();
    await this.page.keyboard.press('Escape');
    await center.waitFor({ state: 'hidden' });
    return texts;
  }

  /** Opens the centre of notifications and returns the one that contains the text; its buttons are `getByRole('button')` in it. */
  async notification(text: string): Promise<Locator> {
    await this.runCommand('Notifications: Show Notifications');
    const notification = this.page.locator('.notifications-center .notification-list-item', { hasText: text });
    await notification.waitFor();
    return notification;
  }

  /** Closes whatever is open, without saving anything. */
  async closeAll(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await retry(async () => {
      await this.page.keyboard.press('Escape');
      await this.quickInput.widget.waitFor({ state: 'hidden', timeout: 1000 });
    });
    for (let tabs = await this.editor.tabs(); tabs.length > 0;) {
      await this.runCommand('View: Revert and Close Editor');
      const before = tabs.length;
      tabs = await until(
        () => this.editor.tabs(),
        (shown) => shown.length < before,
      );
    }
  }

  /** The modal dialog. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** The rows of the Problems view, which this opens. */
  async problems(): Promise<string[]> {
    await this.runCommand('Problems: Focus on Problems View');
    return this.page
      .locator('.markers-panel .monaco-list-row')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
  }
}
