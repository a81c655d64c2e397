import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { kustomization } from '../../support/generatedRepository.ts';
import { startRegistry } from '../../support/registry.ts';
import { writeFolder } from '../../support/writeFolder.ts';
import { until, untilEqual } from './harness/until.ts';
import { withVsCode } from './harness/withVsCode.ts';

test('the registry is asked when a person says so: for tags, and for the digest of one', async () => {
  await using registry = await startRegistry();
  const created = new Date(Date.now() - 3 * 86_400_000 - 60_000).toISOString();
  const labels = { 'org.opencontainers.image.revision': '1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d' };
  const image = { platforms: ['linux/amd64'], created, labels };
  const digest = await registry.push('acme/api', ['backend-v0.0.5', 'backend-v0.0.7'], image);
  const overlay = (tag: string) =>
    kustomization(`resources: [../base]\nimages:\n  - name: ${registry.host}/acme/api\n    newTag: ${tag}\n`);
  const workspace = writeFolder({
    'apps/base/kustomization.yaml': kustomization('resources: [pod.yaml]\n'),
    'apps/base/pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: ${registry.host}/acme/api\n`,
    'apps/dev/kustomization.yaml': overlay('backend-v0.0.6'),
    'apps/prod/kustomization.yaml': overlay('backend-v0.0.5'),
  });
  try {
    await withVsCode({ workspace, settings: { 'files.autoSave': 'off' } }, async (vscode) => {
      await vscode.openSideBar();
      const tree = vscode.tree('Applications');
      await tree.until((shown) => shown.includes('1 patch behind dev'));
      await tree.action('Bump Image Tag', 'api', 'prod');
      const rows = async () => (await vscode.quickInput.rows()).map(({ accessible }) => accessible);
      await vscode.quickInput.choose(`Show tags from ${registry.host}`);
      const shown = await until(rows, (found) => found.some((row) => row.includes('backend-v0.0.7')));
      assert.ok(
        shown.some((row) => /backend-v0\.0\.7.*in the registry · in no environment yet/.test(row)),
        shown.join('\n'),
      );
      assert.ok(
        shown.some((row) => /backend-v0\.0\.6.*in dev · not in the registry/.test(row)),
        shown.join('\n'),
      );
      await until(rows, (found) => found.some((row) => row.includes('in no environment yet · built 3 days ago from 1a2b3c4')));
      await vscode.screenshot('registry-tags');
      await vscode.quickInput.type('backend-v0.0.8');
      await until(rows, (found) => found.some((row) => row.includes('not in the registry (checked just now)')));
      await vscode.quickInput.cancel();

      await tree.menu('Pin to Digest', 'api', 'prod');
      await untilEqual(() => vscode.quickInput.title(), `Bump api in prod to backend-v0.0.5@${digest.slice(0, 19)}\u2026`);
      assert.ok((await rows()).some((row) => row.includes('backend-v0.0.5, the digest changes')));
      await vscode.screenshot('registry-pin');
      await vscode.quickInput.choose('Edit the file');
      await vscode.editor.until((text) => text.includes(`digest: ${digest}`));
    });
  } finally {
    rmSync(dirname(workspace), { recursive: true });
  }
});
