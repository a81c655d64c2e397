import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { locateEnvValue, setEnvValue, withLiteralValue } from '../../../src/core/text/envFile.ts';
import { LineIndex } from '../../../src/core/text/lineIndex.ts';
import { applyEdits, isRefusal } from '../../../src/core/text/textEdit.ts';

describe('A line index', () => {
  it('counts lines and columns from one', () => {
    const index = new LineIndex('a\r\nbc\n\rd');
    deepEqual(
      [0, 1, 3, 4, 6, 7, 8].map((offset) => index.positionAt(offset)),
      [
        { line: 1, column: 1 },
        { line: 1, column: 2 },
        { line: 2, column: 1 },
        { line: 2, column: 2 },
        { line: 3, column: 1 },
        { line: 4, column: 1 },
        { line: 4, column: 2 },
      ],
    );
    equal(index.lineCount, 4);
  });
  it('goes there and back', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\n', '\r\n', '\r', '🚀')), (parts) => {
        const text = parts.join('');
        const index = new LineIndex(text);
        for (let offset = 0; offset <= text.length; offset++) equal(index.offsetAt(index.positionAt(offset)), offset);
      }),
    );
  });
  it('takes places outside of the text to the nearest inside', () => {
    const index = new LineIndex('ab\nc');
    deepEqual(
      [index.positionAt(-1), index.positionAt(99)],
      [
        { line: 1, column: 1 },
        { line: 2, column: 2 },
      ],
    );
    deepEqual(
      [index.offsetAt({ line: 0, column: 1 }), index.offsetAt({ line: 1, column: 99 }), index.offsetAt({ line: 9, column: 1 })],
      [0, 2, 4],
    );
  });
});

describe('Edits', () => {
  it('refer to the text before all of them', () => {
    equal(
      applyEdits('abc', [
        { start: 2, end: 3, newText: 'Z' },
        { start: 0, end: 1, newText: 'XX' },
      ]),
      'XXbZ',
    );
  });
  it('keep the order of insertions at one place', () => {
    equal(
      applyEdits('ab', [
        { start: 1, end: 1, newText: '1' },
        { start: 1, end: 1, newText: '2' },
      ]),
      'a12b',
    );
  });
  for (const [title, edits] of [
    [
      'overlap',
      [
        { start: 0, end: 2, newText: '' },
        { start: 1, end: 3, newText: '' },
      ],
    ],
    ['leave the text', [{ start: 2, end: 9, newText: '' }]],
    ['run backwards', [{ start: 2, end: 1, newText: '' }]],
  ] as const)
    it(`are refused where they ${title}`, () => {
      const result = applyEdits('abc', edits);
      ok(typeof result !== 'string' && isRefusal(result));
    });
});

describe('A line of an env file', () => {
  const text = '# TAG=no\r\n\r\n  TAG=v1 # part of it\r\nOTHER=x\r\n';
  it('has everything behind the equals sign as its value', () => {
    const range = locateEnvValue(text, 'TAG');
    equal(range && text.slice(range.start, range.end), 'v1 # part of it');
  });
  it('changes alone', () => {
    const edits = setEnvValue(text, 'TAG', 'v2');
    ok(!isRefusal(edits));
    equal(applyEdits(text, edits), text.replace('v1 # part of it', 'v2'));
  });
  it('is the last of several', () => {
    const edits = setEnvValue('A=1\nA=2', 'A', '3');
    ok(!isRefusal(edits));
    equal(applyEdits('A=1\nA=2', edits), 'A=1\nA=3');
  });
  it('is found behind a byte order mark', () => deepEqual(locateEnvValue('\uFEFFA=1', 'A'), { start: 3, end: 4 }));
  it('is refused where the key is missing or the value has two lines', () => {
    ok(isRefusal(setEnvValue('A=1', 'B', '2')));
    ok(isRefusal(setEnvValue('A=1', 'A', '2\n3')));
  });
});

describe('A generator literal', () => {
  it('gets another value', () => equal(withLiteralValue('TAG=v1', 'v2'), 'TAG=v2'));
  it('keeps quotes', () => equal(withLiteralValue('TAG="v1"', 'v2'), 'TAG="v2"'));
  it('keeps further equals signs out of the key', () => equal(withLiteralValue('A=b=c', 'd'), 'A=d'));
  it('is refused without an equals sign', () => ok(typeof withLiteralValue('TAG', 'v2') !== 'string'));
});
