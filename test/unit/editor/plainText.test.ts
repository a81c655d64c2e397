import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forLabel, forMessage, forTab } from '../../../src/editor/plainText.ts';

test('icons in labels are shown as they are written', () => {
  assert.equal(forLabel('$(zap) $5'), '\\$(zap) $5');
});

test('links in messages are no links any more', () => {
  assert.equal(/\]\(/.test(forMessage('[x](command:foo) and [y](https://a.example)')), false);
});

test('a tab shows a path with its slashes', () => {
  assert.equal(forTab('apps/prod'), 'apps\u2215prod');
});
