import { spawn, spawnSync } from 'node:child_process';
import { projectRoot } from './paths.ts';

/** Whether this machine has a screen that a desktop VS Code can be shown on. */
export function hasDesktop(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/**
 * Opens a folder in desktop VS Code with this extension running from the checkout: with `code` where it is on the path,
 * otherwise with a VS Code downloaded into .vscode-test. False when neither is possible.
 */
export async function openDesktop(folder: string): Promise<boolean> {
  const windows = process.platform === 'win32';
  const program = spawnSync('code', ['--version'], { shell: windows }).status === 0 ? 'code' : await download();
  if (program === undefined) return false;
  const args = [`--extensionDevelopmentPath=${projectRoot}`, '--new-window', folder];
  spawn(program, args, { detached: true, stdio: 'ignore', shell: windows && program === 'code' }).unref();
  console.log(`VS Code opens ${folder}`);
  return true;
}

async function download(): Promise<string | undefined> {
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  try {
    return await downloadAndUnzipVSCode();
  } catch (error) {
    console.log(
      `VS Code could not be downloaded (${error instanceof Error ? error.message : String(error)}), so it is shown in the browser.`,
    );
    return undefined;
  }
}
