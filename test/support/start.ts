// `npm start [-- [FOLDER] [--browser] [--port PORT]]`: opens VS Code with this extension on a fresh copy of the sample repository, or on
// FOLDER. Desktop VS Code where there is a screen; otherwise, or with --browser, VS Code in the browser, whose address is printed and which is
// served until Ctrl+C (or SIGTERM).
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { hasDesktop, openDesktop } from './desktop.ts';
import { installExtension } from './installExtension.ts';
import { outputFolder } from './paths.ts';
import { createSampleRepository } from './sampleRepository.ts';
import { startVsCodeServer } from './vscodeServer.ts';

const usage = 'Usage: npm start [-- [FOLDER] [--browser] [--port PORT]]';

const { folder, browser, port } = readArguments();
const opened = folder ?? createSampleRepository();
if (browser || !(hasDesktop() && (await openDesktop(opened)))) await serve(opened);

function readArguments(): { folder: string | undefined; browser: boolean; port: number } {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { browser: { type: 'boolean', default: false }, port: { type: 'string', default: '0' } },
    });
    const [path, ...more] = positionals;
    const folder = path === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '.', path);
    const number = Number(values.port);
    if (more.length > 0 || !Number.isInteger(number) || number < 0 || number > 65_535) throw new Error(usage);
    if (folder !== undefined && !(existsSync(folder) && statSync(folder).isDirectory()))
      throw new Error(`${folder} is not a folder. ${usage}`);
    return { folder, browser: values.browser, port: number };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

async function serve(folder: string): Promise<void> {
  mkdirSync(outputFolder, { recursive: true });
  const extensionsFolder = mkdtempSync(join(tmpdir(), 'gitops-cockpit-extensions-'));
  installExtension(extensionsFolder);
  const server = await startVsCodeServer({
    port,
    logFile: join(outputFolder, 'start.log'),
    extensionsFolder,
    defaultFolder: folder,
  });
  console.log(`\nGitOps Cockpit shows ${folder}\n\n    ${server.origin}/\n\nOpen that address in a browser. Ctrl+C ends it.`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await server.stop();
  rmSync(extensionsFolder, { recursive: true, force: true });
}
