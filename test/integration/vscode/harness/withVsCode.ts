// Drives a real VS Code, with this extension running from dist/ in its real Node extension host, as a person would: through
// its user interface. Where to look: this file opens and closes it, workbench.ts has what a test can do with it,
// extensionHost.ts runs tests inside the extension host, where the `vscode` API can be asked directly.
//
//   test('clicking an image opens its line', () =>
//     withVsCode({}, async (vscode) => {
//       await vscode.openSideBar();
//       await vscode.tree('Applications').click('backend', 'prod');
//       await vscode.editor.until((text) => text.includes('newTag: backend-v0.0.5'));
//       await vscode.screenshot('open-line');                       // test/output/screenshots/open-line.png
//     }));
//
// Every action waits until what it needs is there (30 s by default), but what is read is what is drawn at that moment: read
// with the `until` of tree and editor, or of until.ts, what VS Code may still be drawing. A test that fails
// leaves a screenshot `failed-N.png`, and VS Code's log in test/output/vscode.log.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { prepareChromium } from '../../../support/chromium.ts';
import { outputFolder, projectRoot } from '../../../support/paths.ts';
import { createSampleRepository } from '../../../support/sampleRepository.ts';
import { startVsCodeServer } from '../../../support/vscodeServer.ts';
import { keepSecrets } from './secretStorage.ts';
import { patienceMilliseconds } from './until.ts';
import { Workbench } from './workbench.ts';

export type Theme = 'dark' | 'light' | 'dark high contrast' | 'light high contrast';

export interface VsCodeOptions {
  /** The folder or .code-workspace file to open; a fresh Git repository of the sample by default, removed afterwards. */
  readonly workspace?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly theme?: Theme;
  /** False opens the folder in Restricted Mode. */
  readonly trust?: boolean;
  /** What VS Code keeps for its extensions in its secret storage: `{"extensionId":...,"key":...}` > value. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** A folder with extensions that are installed besides ours. */
  readonly extensionsFolder?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** A tests module for the extension host (see extensionHost.ts). */
  readonly extensionTestsPath?: string;
}

const themes: Readonly<Record<Theme, string>> = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'dark high contrast': 'Default High Contrast',
  'light high contrast': 'Default High Contrast Light',
};

/** Opens VS Code on a workspace, lets `use` work with it, and closes it and removes all its data whatever happens. */
export async function withVsCode<T>(options: VsCodeOptions, use: (vscode: Workbench) => Promise<T>): Promise<T> {
  const workspace = options.workspace ?? createSampleRepository();
  mkdirSync(outputFolder, { recursive: true });
  const server = await startVsCodeServer({
    logFile: join(outputFolder, 'vscode.log'),
    settings: {
      'workbench.colorTheme': themes[options.theme ?? 'dark'],
      // What takes the focus in its own time, such as a closing menu, must not close what a test is typing into.
      'workbench.quickOpen.closeOnFocusLost': false,
      ...options.settings,
    },
    ...(options.extensionsFolder === undefined ? {} : { extensionsFolder: options.extensionsFolder }),
    everythingTrusted: options.trust !== false,
    testDriver: true,
  });
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({
      executablePath: await prepareChromium(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    const context = await browser.newContext({ viewport: options.viewport ?? { width: 1280, height: 800 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    if (options.secrets !== undefined) await keepSecrets(context, options.secrets);
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMilliseconds);
    const vscode = new Workbench(page, workspace);
    await page.goto(address(server.origin, server.port, workspace, options.extensionTestsPath));
    try {
      if (options.extensionTestsPath === undefined) await vscode.ready(options.trust !== false);
      return await use(vscode);
    } catch (error) {
      await vscode.failed();
      throw error;
    }
  } finally {
    await browser?.close();
    await server.stop();
    if (options.workspace === undefined) rmSync(dirname(workspace), { recursive: true, force: true });
  }
}

function address(origin: string, port: number, workspace: string, extensionTestsPath: string | undefined): string {
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = [['extensionDevelopmentPath', remote(projectRoot)]];
  if (extensionTestsPath !== undefined) payload.push(['extensionTestsPath', remote(extensionTestsPath)]);
  const kind = workspace.endsWith('.code-workspace') ? 'workspace' : 'folder';
  return `${origin}/?${new URLSearchParams({ [kind]: workspace, payload: JSON.stringify(payload) }).toString()}`;
}
