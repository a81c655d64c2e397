import type { Locator, Page } from 'playwright-core';
import { exactly } from './exactly.ts';
import { hoverText, movePointerAway } from './pointer.ts';
import { retry, until } from './until.ts';

export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** What a screen reader says. */
  readonly accessible: string;
  /** 1 is the outermost level. */
  readonly level: number;
  /** Its place in the list, as VS Code counts. */
  readonly index: string;
  readonly expanded: boolean | undefined;
}

/** One tree view of the side bar. Rows are named by their labels from the outermost level inwards. */
export class Tree {
  readonly #page: Page;
  readonly pane: Locator;

  constructor(page: Page, title: string) {
    this.#page = page;
    this.pane = page.locator('.split-view-view', { has: page.locator(`.pane-header[aria-label^="${title}"]`) }).last();
  }

  /** The rows on the screen, from top to bottom. */
  async rows(): Promise<TreeRow[]> {
    return this.pane.locator('[role="treeitem"]').evaluateAll((elements) =>
      elements
        .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
        .map((row) => ({
          label: row.querySelector('.label-name')?.textContent ?? '',
          description: row.querySelector('.label-description')?.textContent ?? '',
          accessible: row.getAttribute('aria-label') ?? '',
          level: Number(row.getAttribute('aria-level')),
          index: row.getAttribute('data-index') ?? '',
          expanded: row.hasAttribute('aria-expanded') ? row.getAttribute('aria-expanded') === 'true' : undefined,
        })),
    );
  }

  /** The rows as one text, `label  description` indented by level: for one comparison of the whole tree. */
  async text(): Promise<string> {
    const rows = await this.rows();
    return rows.map(({ label, description, level }) => `${'  '.repeat(level - 1)}${label}  ${description}`.trimEnd()).join('\n');
  }

  /** Waits until the tree's text satisfies the condition and returns it; rejects with the last text seen. */
  async until(condition: (text: string) => boolean, timeout?: number): Promise<string> {
    return until(() => this.text(), condition, timeout);
  }

  /** The row with these labels on its way, opening its parents as needed. */
  async row(...path: string[]): Promise<Locator> {
    await movePointerAway(this.#page);
    return retry(async (milliseconds) => {
      let above = -1;
      for (const [depth, label] of path.entries()) {
        const { locator, index } = await this.#find(label, depth + 1, above);
        if (depth === path.length - 1) return locator;
        if ((await locator.getAttribute('aria-expanded', { timeout: milliseconds })) === 'false')
          await locator.locator('.monaco-tl-twistie').click({ timeout: milliseconds });
        above = index;
      }
      throw new Error('A row needs at least one label.');
    });
  }

  async click(...path: string[]): Promise<void> {
    await retry(async (timeout) => (await this.row(...path)).locator('.label-name').click({ timeout }));
  }

  /** Clicks an inline action of a row by its tooltip, such as `Bump Image Tag...`. */
  async action(name: string, ...path: string[]): Promise<void> {
    // A refresh draws the row again, without the actions that came with the pointer.
    await retry(async (timeout) => {
      const row = await this.row(...path);
      await row.hover({ timeout });
      await row.locator(`.action-label[aria-label^="${name}"]`).click({ timeout });
    });
  }

  /** Opens a row's context menu and chooses an entry. */
  async menu(entry: string, ...path: string[]): Promise<void> {
    await retry(async (timeout) => {
      await this.#page.keyboard.press('Escape');
      await (await this.row(...path)).click({ button: 'right', timeout });
      // VS Code ignores clicks on a menu that has only just opened, but not the keyboard.
      await this.#page.locator('.monaco-menu .action-label', { hasText: exactly(entry) }).hover({ timeout });
    });
    await this.#page.keyboard.press('Enter');
    await this.#page.locator('.monaco-menu').waitFor({ state: 'hidden' });
  }

  /** The text of a row's tooltip. */
  async tooltip(...path: string[]): Promise<string> {
    return hoverText(this.#page, async () => (await this.row(...path)).locator('.label-name'));
  }

  /** The first row of that label and level behind a row, before the level above goes on. Its place in the list tells it from rows of the same label. */
  async #find(label: string, level: number, after: number): Promise<{ locator: Locator; index: number }> {
    const rows = await this.rows();
    const stop = rows.findIndex((row, index) => index > after && row.level < level);
    const index = rows.findIndex((row, i) => i > after && (stop < 0 || i < stop) && row.level === level && row.label === label);
    const row = rows[index];
    if (row === undefined) throw new Error(`The tree has no row "${label}" on level ${level}. It shows:\n${await this.text()}`);
    const name = this.#page.locator('.label-name', { hasText: exactly(label) });
    return { locator: this.pane.locator(`[role="treeitem"][data-index="${row.index}"]`, { has: name }), index };
  }
}
