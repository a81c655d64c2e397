import { cpSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './paths.ts';

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
}

/** Puts what the package would hold into an extensions folder that no VS Code has used yet; it takes it for installed. */
export function installExtension(extensionsFolder: string): void {
  const { publisher, name, version, files } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Manifest;
  const target = join(extensionsFolder, `${publisher}.${name}-${version}`);
  for (const file of ['package.json', ...globSync([...files], { cwd: projectRoot })]) {
    cpSync(join(projectRoot, file), join(target, file));
  }
}
