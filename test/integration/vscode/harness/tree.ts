import type { Locator, Page } from 'playwright-core';
import { exactly } from './exactly.ts';
import { hoverText, movePointerAway } from './pointer.ts';
import { patienceMilliseconds, until } from './until.ts';

export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** What a screen reader says. */
  readonly accessible: string;
  /** 1 is the outermost level. */
  readonly level: number;
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
    let above = -1;
    for (const [depth, label] of path.entries()) {
      const found = await this.#find(label, depth + 1, above);
      if (depth === path.length - 1) return found.locator;
      if ((await found.locator.getAttribute('aria-expanded')) === 'false')
        await found.locator.locator('.monaco-tl-twistie').click();
      above = found.index;
    }
    throw new Error('A row needs at least one label.');
  }

  async click(...path: string[]): Promise<void> {
    const row = await this.row(...path);
    await row.locator('.label-name').click();
  }

  /** Clicks an inline action of a row by its tooltip, such as `Bump Image Tag...`. */
  async action(name: string, ...path: string[]): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const row = await this.row(...path);
      try {
        await row.hover({ timeout: 2000 });
        await row.locator(`.action-label[aria-label^="${name}"]`).click({ timeout: 2000 });
        return;
      } catch (error) {
        // A refresh draws the row again, without the actions that came with the pointer.
        if (attempt === 4) throw error;
      }
    }
  }

  /** Opens a row's context menu and chooses an entry. */
  async menu(entry: string, ...path: string[]): Promise<void> {
    const row = await this.row(...path);
    await row.click({ button: 'right' });
    // VS Code ignores clicks on a menu that has only just opened, but not the keyboard.
    await this.#page.locator('.monaco-menu .action-label', { hasText: exactly(entry) }).hover();
    await this.#page.keyboard.press('Enter');
    await this.#page.locator('.monaco-menu').waitFor({ state: 'hidden' });
  }

  /** The text of a row's tooltip. */
  async tooltip(...path: string[]): Promise<string> {
    const row = await this.row(...path);
    return hoverText(this.#page, row.locator('.label-name'));
  }

  async #find(label: string, level: number, after: number): Promise<{ locator: Locator; index: number }> {
    const end = Date.now() + patienceMilliseconds;
    for (;;) {
      const rows = await this.rows();
      const stop = rows.findIndex((row, index) => index > after && row.level < level);
      const index = rows.findIndex((row, i) => i > after && (stop < 0 || i < stop) && row.level === level && row.label === label);
      const row = rows[index];
      if (row)
        return {
          locator: this.pane
            .locator('[role="treeitem"]')
            .and(this.#page.getByLabel(row.accessible, { exact: true }))
            .first(),
          index,
        };
      if (Date.now() > end) throw new Error(`The tree has no row "${label}" on level ${level}. It shows:\n${await this.text()}`);
      await this.#page.waitForTimeout(50);
    }
  }
}
