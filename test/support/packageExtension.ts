// `npm run package`: builds for production and packs gitops-cockpit-VERSION.vsix. Ends with exit code 1 when the package would
// not hold exactly the files in shippedFiles.ts.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { projectRoot } from './paths.ts';
import { shippedFiles } from './shippedFiles.ts';

const build = spawnSync(process.execPath, ['esbuild.mjs', '--production'], { cwd: projectRoot, stdio: 'inherit' });
if (build.status !== 0) process.exit(build.status ?? 1);

const files = await listFiles({ cwd: projectRoot, packageManager: PackageManager.None });
assert.deepEqual(files.sort(), shippedFiles);

const { name, version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
};
const packagePath = join(projectRoot, `${name}-${version}.vsix`);
await createVSIX({ cwd: projectRoot, packagePath, dependencies: false });
console.log(`${packagePath}: ${files.length} files, ${(statSync(packagePath).size / 1e6).toFixed(1)} MB`);
