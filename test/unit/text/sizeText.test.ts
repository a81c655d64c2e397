import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizeText } from '../../../src/core/text/sizeText.ts';

test('sizes are said in the largest unit that leaves a number to read', () => {
  assert.deepEqual([0, 1, 47_001, 999_999].map(sizeText), ['0 KB', '1 KB', '48 KB', '1000 KB']);
  assert.deepEqual([1_000_000, 5_000_000, 5_000_001, 52_428_800].map(sizeText), ['1 MB', '5 MB', '5.1 MB', '52 MB']);
});
