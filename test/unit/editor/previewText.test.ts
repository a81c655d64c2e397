import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withBanner, withSummary } from '../../../src/editor/previewText.ts';

test('a failure stands above the last good result as a comment', () => {
  assert.equal(withBanner('kind: Pod\n', undefined), 'kind: Pod\n');
  assert.equal(withBanner('', 'apps/prod does not build.'), '# apps/prod does not build.\n');
  assert.equal(
    withBanner('kind: Pod\n', 'one\n  two'),
    '# one\n# two\n# What follows is the last result before that.\nkind: Pod\n',
  );
  assert.equal(
    withBanner('', `\`apps/prod/kustomization.yaml\` refers to \`apps/base/frontend-gone\`, which does not exist.`),
    '# `apps/prod/kustomization.yaml` refers to `apps/base/frontend-gone`, which does\n# not exist.\n',
  );
  assert.equal(withBanner('kind: Pod\n', 'one', 'two'), '# one\n# two\nkind: Pod\n');
});

test('the images that change stand above the rendered text as a comment', () => {
  const images = [
    { workload: 'Deployment prod-backend', container: 'backend', from: 'app:v1', to: 'app:v2' },
    { workload: 'Pod new', container: '', from: '', to: 'app:v1' },
  ];
  assert.equal(
    withSummary('kind: Pod\n', images),
    '# Images that change:\n#   Deployment prod-backend, backend: app:v1 > app:v2\n#   Pod new: none > app:v1\nkind: Pod\n',
  );
  assert.equal(withSummary('kind: Pod\n', []), 'kind: Pod\n');
});
