import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { Dialect } from '../../src/core/yaml/reader/cursor.ts';
import { Composer } from '../../src/core/yaml/reader/composer.ts';
import { readPlainBlock } from '../../src/core/yaml/reader/plainBlock.ts';
import { mutate, mutations } from '../support/mutations.ts';
import { sampleFolder } from '../support/paths.ts';
import { readRepository } from '../support/repositoryFiles.ts';

const source = { file: 'a.yaml', within: undefined };
const BASE = 7;

/** Whether the text counts as plain; then the composer has to read the same tree, and to find nothing wrong with it. */
function agrees(text: string, dialect: Dialect): boolean {
  const root = readPlainBlock(text, source, BASE, dialect);
  if (root === undefined) return false;
  const composed = new Composer(text, source, BASE, dialect).next();
  assert.deepEqual(composed, { root, duplicates: [], unprintable: undefined }, JSON.stringify(text));
  return true;
}

const dialects = fc.constantFrom<Dialect>('v2', 'v3');
const pieces = [
  ...[
    'a:',
    'b: c',
    'c:  d  ',
    'd: |',
    'e: >-',
    'f: |2-',
    'g: "q"',
    "h: 's'",
    'i: {}',
    'j: []',
    'k: # l',
    'm: n # o',
    'p: q#r',
    's: ~',
  ],
  ...[
    '- ',
    '-',
    '- a',
    '- b: c',
    '- - d',
    '- "e"',
    '- f:',
    '- |',
    '- {}',
    '- # g',
    '- -1',
    '- http://h:80/',
    'x',
    'y z',
    '# comment',
    '',
    '  ',
  ],
  ...[
    't: u: v',
    'w : x',
    'y:z',
    '1: 2',
    'k: - x',
    'a: &b c',
    'd: *b',
    '? e',
    'f: "g" h',
    "i: 'j''k'",
    'l: "m\\n"',
    'n: .inf',
    '<<: {}',
    'o: [p]',
  ],
  ...[
    '---',
    '...',
    '--- a',
    'q: ---',
    '%TAG',
    'r:\ts',
    't: u\r',
    'é: è',
    'v: é',
    'true: w',
    'x: !!str y',
    'z: a\u00a0',
    'b: \u2028',
  ],
  ...[
    '"a b": c',
    "'d': e",
    '"a#": f',
    '"": g',
    '"<<": {}',
    "'h''i': j",
    '"k" : l',
    '"k":l',
    '- "m": n',
    'f: [a, b/c]',
    '- [x , y]',
    'g: [a, ]',
    'h: [a b]',
    'i: [ ]',
    'j: [k: l]',
    'm: [n#o]',
    'p: [q]#r',
    's: [t] # u',
    'v: [w, -1, .5]',
    '[x]: y',
    'z: [,]',
    'a: b:c d/e f=g',
    'a: (b) c: d',
    'a: b "c" #d',
  ],
];
const line = fc
  .tuple(fc.constantFrom(0, 0, 1, 2, 2, 4, 4, 6), fc.constantFrom(...pieces))
  .map(([indent, piece]) => ' '.repeat(indent) + piece);
const text = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('', '\n', '\n\n', '  '))
  .map(([lines, end]) => lines.join('\n') + end);

describe('What is read straight from its lines is read as the composer reads it:', () => {
  test('lines of all kinds in any order', () => {
    let plain = 0;
    fc.assert(
      fc.property(text, dialects, (written, dialect) => {
        if (agrees(written, dialect)) plain++;
      }),
      { numRuns: 30_000 },
    );
    assert.ok(plain > 500, `only ${String(plain)} texts are plain`);
  });

  test('manifests with bytes and lines taken out and put in', () => {
    const texts = [...readRepository(sampleFolder).values()].filter(({ length }) => length < 5_000);
    assert.ok(texts.some((written) => agrees(written, 'v3')));
    fc.assert(
      fc.property(fc.constantFrom(...texts), mutations, dialects, (written, changes, dialect) => {
        agrees(mutate(written, changes), dialect);
      }),
      { numRuns: 3_000 },
    );
  });
});
