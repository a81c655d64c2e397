// Runs tests inside VS Code's extension host, where the `vscode` API can be asked directly. The tests are a module of their
// own, named `*.host.ts`, that exports functions by their names as sentences:
//
//   export const tests: HostTests = {
//     async 'the extension is activated by a kustomization file'() { assert.ok(vscode.extensions.getExtension(...)?.isActive); },
//   };
//
// A test file runs them, and each becomes a test of its own in the report:
//
//   await testInExtensionHost('the extension in its host', import.meta.resolve('./activation.host.ts'));
//
// Where a desktop VS Code can be shown it is downloaded and used (@vscode/test-electron), otherwise code-server's.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { hasDesktop } from '../../../support/desktop.ts';
import { outputFolder, projectRoot } from '../../../support/paths.ts';
import { createSampleRepository } from '../../../support/sampleRepository.ts';
import { withVsCode, type VsCodeOptions } from './withVsCode.ts';

export type HostTests = Readonly<Record<string, () => Promise<void> | void>>;

/** What the extension host reports of one test; `error` is the stack of a failure. */
export interface HostResult {
  readonly name: string;
  readonly error?: string;
}

/** How long all tests of a module may take together. */
const timeoutMinutes = 5;

/** Registers a node:test that opens VS Code, runs the module's tests in its extension host, and reports each as a subtest. */
export async function testInExtensionHost(name: string, moduleUrl: string, options: VsCodeOptions = {}): Promise<void> {
  await test(name, async (context) => {
    for (const { name: sentence, error } of await runInExtensionHost(fileURLToPath(moduleUrl), options)) {
      await context.test(sentence, () => {
        if (error !== undefined) throw new Error(error);
      });
    }
  });
}

async function runInExtensionHost(modulePath: string, options: VsCodeOptions): Promise<readonly HostResult[]> {
  const folder = join(outputFolder, 'extension-host', `${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const resultsFile = join(folder, 'results.json');
  const bundle = join(folder, 'tests.cjs');
  await build({
    stdin: { contents: entry(modulePath, resultsFile), resolveDir: projectRoot, loader: 'ts' },
    outfile: bundle,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    external: ['vscode'],
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
  const workspace = options.workspace ?? createSampleRepository();
  try {
    if (hasDesktop()) {
      const launchArgs = [workspace, ...(options.trust === false ? [] : ['--disable-workspace-trust'])];
      await runTests({ extensionDevelopmentPath: projectRoot, extensionTestsPath: bundle, launchArgs }).catch(
        (error: unknown) => {
          if (!existsSync(resultsFile)) throw error;
        },
      );
    } else {
      await withVsCode({ ...options, workspace, extensionTestsPath: bundle }, () => waitFor(resultsFile));
    }
    return JSON.parse(readFileSync(resultsFile, 'utf8')) as HostResult[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
    if (options.workspace === undefined) rmSync(dirname(workspace), { recursive: true, force: true });
  }
}

async function waitFor(file: string): Promise<void> {
  for (const end = Date.now() + timeoutMinutes * 60_000; !existsSync(file); await sleep(100)) {
    if (Date.now() > end) throw new Error(`The extension host did not end its tests in ${timeoutMinutes} minutes.`);
  }
}

/** The module that VS Code loads and whose `run` it calls. The results appear under their name only when they are complete. */
function entry(modulePath: string, resultsFile: string): string {
  return `
    import { renameSync, writeFileSync } from 'node:fs';
    import { tests } from ${JSON.stringify(modulePath)};
    export async function run() {
      const results = [];
      for (const [name, body] of Object.entries(tests)) {
        try {
          await body();
          results.push({ name });
        } catch (error) {
          results.push({ name, error: error instanceof Error ? error.stack : String(error) });
        }
      }
      writeFileSync(${JSON.stringify(`${resultsFile}.partial`)}, JSON.stringify(results));
      renameSync(${JSON.stringify(`${resultsFile}.partial`)}, ${JSON.stringify(resultsFile)});
    }`;
}
