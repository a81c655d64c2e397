import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onOneLine } from '../../../src/core/text/onOneLine.ts';

test('control characters are shown as escapes, and other text as it is', () => {
  assert.equal(onOneLine('a\nb\tc\u001b[31m\u0085\u2028 "ü" 😀'), 'a\\nb\\tc\\u001b[31m\\u0085\\u2028 "ü" 😀');
});

test('text that nobody reads to its end is cut', () => {
  assert.equal(onOneLine('a'.repeat(5_000)).length, 1_001);
});
