import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capMemory } from '../../../src/engine/capMemory.mjs';

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const types = [1, 1, 0];
const memory = (...limits: number[]) => [5, limits.length + 1, 1, ...limits];
const custom = [0, 2, 1, 0x78];
const wasm = (...sections: number[][]) => Uint8Array.from([...header, ...sections.flat()]);

test('a memory without a maximum gets one, and every other byte stays', () => {
  const capped = capMemory(wasm(types, memory(0, 2), custom), 16384);
  assert.deepEqual([...capped], [...wasm(types, memory(1, 2, 0x80, 0x80, 1), custom)]);
});

test('the result is a module', async () => {
  await assert.doesNotReject(WebAssembly.compile(capMemory(wasm(types, memory(0, 0x80, 1)), 200)));
});

test('a memory that already has a maximum is refused', () => {
  assert.throws(() => capMemory(wasm(memory(1, 2, 3)), 16384), /without a maximum/);
});
