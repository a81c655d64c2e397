import type { Locator, Page } from 'playwright-core';
import { exactly } from './exactly.ts';
import { retry } from './until.ts';

export interface QuickPickRow {
  readonly label: string;
  /** What a screen reader says of the row: label, description and detail. */
  readonly accessible: string;
  readonly checked: boolean;
}

/** The box at the top: palette, quick picks and input boxes. */
export class QuickInput {
  readonly #page: Page;
  readonly widget: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.widget = page.locator('.quick-input-widget:visible');
  }

  /** Presses the key that opens a quick input, again if it was lost while VS Code was still starting. */
  async open(key: string): Promise<void> {
    await retry(async (timeout) => {
      await this.#page.keyboard.press(key);
      await this.widget.waitFor({ timeout });
    });
  }

  get input(): Locator {
    return this.widget.locator('.quick-input-box input');
  }

  /** Waits for the box and replaces its text. */
  async type(text: string): Promise<void> {
    await this.input.fill(text);
  }

  /** Title with step count, such as `Bump backend in prod (2/3)`. */
  async title(): Promise<string> {
    await this.widget.waitFor();
    return this.widget.locator('.quick-input-title').innerText();
  }

  /** The line below an input box: its prompt or what validation says. */
  async message(): Promise<string> {
    return this.widget.locator('.quick-input-message').innerText();
  }

  /** The rows that are drawn (VS Code draws about twenty). */
  async rows(): Promise<QuickPickRow[]> {
    const rows = this.widget.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    return rows.evaluateAll((elements) =>
      elements.map((row) => ({
        label: row.querySelector('.quick-input-list-label .label-name')?.textContent ?? '',
        accessible: row.getAttribute('aria-label') ?? '',
        checked: row.querySelector('[aria-checked="true"]') !== null || row.getAttribute('aria-checked') === 'true',
      })),
    );
  }

  /**
   * Goes to the row with exactly this label (spaces around it aside) and accepts it, by keyboard: a row's tooltip may lie over
   * the rows that a pointer would click. `description`: what else a screen reader says of the row, where several have the label.
   */
  async choose(label: string, description = ''): Promise<void> {
    const wanted = this.#row(label, description);
    await wanted.waitFor();
    for (let steps = 0; !(await hasClass(wanted, 'focused')); steps += 1) {
      if (steps > 100) throw new Error(`The row "${label}" cannot be reached.`);
      await this.input.press('ArrowDown');
    }
    await this.accept();
  }

  async accept(): Promise<void> {
    await this.input.press('Enter');
  }

  async cancel(): Promise<void> {
    await this.#page.keyboard.press('Escape');
    await this.widget.waitFor({ state: 'hidden' });
  }

  #row(label: string, description: string): Locator {
    const name = this.#page.locator('.quick-input-list-label .label-name', { hasText: exactly(label) });
    const rows = `.quick-input-list .monaco-list-row[aria-label*=${JSON.stringify(description)}]`;
    return this.widget.locator(description === '' ? '.quick-input-list .monaco-list-row' : rows, { has: name }).first();
  }
}

async function hasClass(element: Locator, name: string): Promise<boolean> {
  return ((await element.getAttribute('class')) ?? '').split(' ').includes(name);
}
