import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cyclesAmong } from '../../../src/core/repository/cycles.ts';

const cycles = (edges: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(cyclesAmong(new Map(Object.entries(edges))));

describe('cycles among directories', () => {
  test('are none in a tree, nor in a diamond', () => {
    assert.deepEqual(cycles({ a: ['b', 'c'], b: ['d'], c: ['d'], d: ['file'] }), {});
  });
  test('name all members for each of them, and leave out who only leads there or hangs below', () => {
    assert.deepEqual(cycles({ top: ['b'], b: ['c'], c: ['b', 'leaf'], leaf: [] }), { b: ['b', 'c'], c: ['b', 'c'] });
  });
  test('can be a directory that includes itself', () => {
    assert.deepEqual(cycles({ a: ['a'] }), { a: ['a'] });
  });
  test('do not depend on the order of the directories', () => {
    assert.deepEqual(cycles({ x: ['y'], y: ['z'], z: ['x'] }), cycles({ z: ['x'], y: ['z'], x: ['y'] }));
  });
});
