import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { listFiles, PackageManager } from '@vscode/vsce';
import { projectRoot } from '../../support/paths.ts';
import { shippedFiles } from '../../support/shippedFiles.ts';

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

describe('the package', () => {
  it('holds exactly the files that are meant to ship', async () => {
    const files = await listFiles({ cwd: projectRoot, packageManager: PackageManager.None });
    assert.deepEqual(files.sort(), shippedFiles);
  });

  it('reproduces the licence of everything that is bundled, the engine included', () => {
    const notices = read('dist/THIRD_PARTY_NOTICES');
    for (const name of ['re2js', 'vscode-languageserver', 'sigs.k8s.io/kustomize', 'github.com/fluxcd/pkg']) {
      assert.ok(notices.includes(`\n${name}`), name);
    }
  });

  it('starts its command line with a line that names Node', () => {
    assert.match(read('dist/cli.cjs'), /^#!\/usr\/bin\/env node\n/);
  });
});

describe('package-lock.json', () => {
  it('names no host, so that any registry can serve it', () => {
    assert.doesNotMatch(read('package-lock.json'), /"resolved"/);
  });
});
