import type { Locator, Page } from 'playwright-core';
import { hoverText } from './pointer.ts';
import { retry, until } from './until.ts';

/** The active text editor. */
export class Editor {
  readonly #page: Page;
  readonly group: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.group = page.locator('.editor-group-container.active');
  }

  /** An editor tab by its title, active or not. */
  tab(title: string): Locator {
    return this.#page.locator(`.tab[data-resource-name=${JSON.stringify(title)}]`);
  }

  /** Titles of all tabs, from left to right. */
  async tabs(): Promise<string[]> {
    return this.#page.locator('.tab').evaluateAll((tabs) => tabs.map((tab) => tab.getAttribute('data-resource-name') ?? ''));
  }

  async title(): Promise<string> {
    return (await this.group.locator('.tab.active').getAttribute('data-resource-name')) ?? '';
  }

  /** Where the cursor is, as the status bar says it: `Ln 17, Col 13` and how much is selected. */
  async position(): Promise<string> {
    return this.#page.locator('[id="status.editor.selection"]').innerText();
  }

  /** The lines that are drawn at this moment, with plain spaces. */
  async visibleText(): Promise<string> {
    const lines = await this.group
      .locator('.view-lines .view-line')
      .evaluateAll((elements) =>
        elements
          .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
          .map((line) => line.textContent ?? ''),
      );
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  /** Waits until the lines that are drawn satisfy the condition and returns them; rejects with the last lines seen. */
  async until(condition: (text: string) => boolean, timeout?: number): Promise<string> {
    return until(() => this.visibleText(), condition, timeout);
  }

  /** The texts of the lenses that are drawn, those of one line as one: `prod | Bump`. */
  async lenses(): Promise<string[]> {
    const texts = await this.group.locator('.codelens-decoration').allInnerTexts();
    return texts.map((text) => text.replaceAll(/\s+/g, ' '));
  }

  /** Puts the cursor on a line and column, both counted from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    const reached = (position: string): boolean => position.startsWith(`Ln ${line}, Col ${column}`);
    // Another editor may only now take the focus.
    await retry(async (timeout) => {
      await this.#page.keyboard.press('Control+G');
      await this.#page.locator('.quick-input-widget:visible .quick-input-box input').fill(`:${line}:${column}`, { timeout });
      await this.#page.keyboard.press('Enter');
      await until(() => this.position(), reached, timeout);
    });
  }

  /** Types at the cursor, without automatic brackets or completion getting in the way of the text. */
  async type(text: string): Promise<void> {
    // A file that was just opened gets the focus a moment later.
    await this.group.locator('.editor-instance .monaco-editor.focused').first().waitFor();
    await this.#page.keyboard.insertText(text);
  }

  async undo(): Promise<void> {
    await this.#page.keyboard.press('ControlOrMeta+Z');
  }

  async save(): Promise<void> {
    await this.#page.keyboard.press('ControlOrMeta+S');
  }

  /** The text of the hover over a word on a line that is drawn. */
  async hover(word: string): Promise<string> {
    return hoverText(this.#page, () => this.group.locator('.view-line span', { hasText: word }).last());
  }
}
