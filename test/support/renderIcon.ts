// `node test/support/renderIcon.ts`: renders media/icon.svg to media/icon.png (256 pixels), because the package needs a PNG.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { prepareChromium } from './chromium.ts';
import { projectRoot } from './paths.ts';

const size = 256;
const svg = readFileSync(join(projectRoot, 'media/icon.svg'), 'utf8');
const browser = await chromium.launch({ executablePath: await prepareChromium(), args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: size, height: size } });
await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
await page.screenshot({ path: join(projectRoot, 'media/icon.png'), omitBackground: true });
await browser.close();
