import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { retry } from './until.ts';

const hoverOf = (page: Page): Locator => page.locator('.monaco-hover:visible .hover-contents').first();

/** Takes the pointer to where nothing reacts to it, and waits until no hover lies over what a test wants to click. */
export async function movePointerAway(page: Page): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 1, height: 1 };
  // A hover that comes when the pointer has left already goes away at the next move.
  await retry(async (timeout) => {
    await page.mouse.move(width / 2, height - 30);
    await page.mouse.move(width / 2, height - 1);
    await hoverOf(page).waitFor({ state: 'hidden', timeout });
  });
}

/**
 * Rests the pointer on a target and returns the text of the hover that comes. VS Code takes a hover away when what lies below
 * it is drawn again, and shows none for a pointer that does not move: so the pointer goes away and comes back until one stays.
 */
export async function hoverText(page: Page, find: () => Promise<Locator> | Locator): Promise<string> {
  const hover = hoverOf(page);
  return retry(async (timeout) => {
    await movePointerAway(page);
    await (await find()).hover({ timeout });
    await hover.filter({ hasNotText: 'Loading...' }).waitFor({ timeout });
    return settledText(hover);
  });
}

/** The text when it has not changed for a moment. */
async function settledText(hover: Locator): Promise<string> {
  for (let text = ''; ;) {
    const now = await hover.innerText({ timeout: 1000 });
    if (now === text) return now;
    text = now;
    await sleep(200);
  }
}
