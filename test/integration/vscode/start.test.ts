import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { prepareChromium } from '../../support/chromium.ts';
import { projectRoot } from '../../support/paths.ts';

test('npm start prints an address that shows the sample with the extension installed, and ends when told to', async () => {
  const start = spawn(process.execPath, ['test/support/start.ts', '--browser'], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  start.stdout.setEncoding('utf8');
  for await (const chunk of start.stdout.iterator({ destroyOnReturn: false })) {
    output += chunk as string;
    if (output.includes('Ctrl+C')) break;
  }
  const [, folder, address] = /shows (.*)\n\n {4}(\S+)\n/.exec(output) ?? [];
  assert.ok(folder && address, output);

  const browser = await chromium.launch({ executablePath: await prepareChromium(), args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    await page.goto(address);
    await page
      .locator('.activitybar .action-label[aria-label^="GitOps Cockpit"]')
      .waitFor({ state: 'attached', timeout: 60_000 });
    assert.match(await page.title(), /study-app-gitops/);
  } finally {
    await browser.close();
    start.kill('SIGTERM');
  }
  await once(start, 'exit');
  assert.equal(start.exitCode, 0);
  await assert.rejects(fetch(address));
  rmSync(dirname(folder), { recursive: true });
});
