import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LineIndex } from '../../../src/core/text/lineIndex.ts';
import { rangeInFile } from '../../../src/core/yaml/editEmbedded.ts';
import { addressOf, locateScalar, parseLocated } from '../../../src/core/yaml/locate.ts';
import type { LocatedScalar, YamlPath } from '../../../src/core/yaml/locate.ts';
import { scalarAt } from '../../../src/core/yaml/node.ts';
import type { ScalarNode } from '../../../src/core/yaml/node.ts';
import { parseYaml } from '../../../src/core/yaml/parse.ts';

function locate(text: string, path: YamlPath, document = 0): LocatedScalar | undefined {
  const yaml = parseLocated(text);
  return yaml && locateScalar(yaml, { document, path });
}

function sourceOf(text: string, path: YamlPath, document = 0): string | undefined {
  const found = locate(text, path, document);
  return found && text.slice(found.start, found.end);
}

describe('Locating a scalar', () => {
  const rows: readonly (readonly [text: string, path: YamlPath, style: string, source: string, value: string])[] = [
    ['a: v1 # c\n', ['a'], 'plain', 'v1', 'v1'],
    ["a: 'it''s'\n", ['a'], 'single', "'it''s'", "it's"],
    ['a: "x\\ty"\n', ['a'], 'double', '"x\\ty"', 'x\ty'],
    ['a: |-\n  x\n  y\nb: 1\n', ['a'], 'literal', '|-\n  x\n  y\n', 'x\ny'],
    ['a: >\r\n  x\r\n  y\r\n', ['a'], 'folded', '>\r\n  x\r\n  y\r\n', 'x y\n'],
    ['a: &t v1\nb: *t\n', ['b'], 'alias', '*t', 'v1'],
    ['a:\nb: 1\n', ['a'], 'missing', '', ''],
    ['a: 1.10\n', ['a'], 'plain', '1.10', '1.10'],
    ['- [x, {y: z}]\n', [0, 1, 'y'], 'plain', 'z', 'z'],
    ['x: &x {t: v1}\ny: *x\n', ['y', 't'], 'plain', 'v1', 'v1'],
    ['x: &x\n  t: v1\ny:\n  <<: *x\n', ['y', 't'], 'plain', 'v1', 'v1'],
    ['x: &x {t: v1}\nz: &z {t: v2}\ny:\n  <<: [*z, *x]\n', ['y', 't'], 'plain', 'v2', 'v2'],
    ['1: x\nyes: y\n', ['yes'], 'plain', 'y', 'y'],
  ];
  for (const [text, path, style, source, value] of rows)
    it(`finds ${path.join('.')} in ${JSON.stringify(text)}`, () => {
      const found = locate(text, path);
      deepEqual([found?.style, found && text.slice(found.start, found.end), found?.value], [style, source, value]);
    });

  it('counts documents as the fast parser does', () => {
    equal(sourceOf('---\n---\n# c\n---\na: v1\n', ['a'], 2), 'v1');
    equal(sourceOf('a: 1\n...\n...\na: v1\n', ['a'], 1), 'v1');
  });
  it('reports an anchor with its aliases', () => {
    const found = locate('a: &t v1\nb: *t\nc: [*t]\n', ['a']);
    deepEqual(
      [found?.anchor, found?.aliases],
      [
        't',
        [
          { start: 12, end: 14 },
          { start: 19, end: 21 },
        ],
      ],
    );
  });
  it('takes the anchor that was defined last', () => {
    equal(locate('a: &t v1\nb: &t v2\nc: *t\n', ['c'])?.value, 'v2');
  });
  it('says what is inside of a flow collection', () =>
    deepEqual([locate('{a: b}', ['a'])?.inFlow, locate('a: b', ['a'])?.inFlow], [true, false]));
  it('finds nothing for a missing path, a collection, broken YAML or an endless merge', () => {
    equal(locate('a: 1\n', ['b']), undefined);
    equal(locate('a: [1]\n', ['a']), undefined);
    equal(locate('a: "\nb: [', ['a']), undefined);
    equal(locate('a: &a\n  <<: *a\n', ['a', 'b']), undefined);
  });
  it('finds a value in a document before a broken one', () => equal(sourceOf('a: v1\n---\nb: [\n', ['a']), 'v1'));
  it('survives anchors that multiply', () => {
    const lines = Array.from(
      { length: 30 },
      (_, index) => `a${String(index + 1)}: &a${String(index + 1)} [*a${String(index)}, *a${String(index)}]`,
    );
    equal(sourceOf(`a0: &a0 [x]\n${lines.join('\n')}\nb: v1\n`, ['b']), 'v1');
  });
  it('survives deep nesting', () => ok(locate('['.repeat(20_000), [0]) === undefined));
});

describe('The place of a scalar inside of a scalar', () => {
  function inner(text: string, ...keys: readonly string[]): ScalarNode {
    const outer = scalarAt(parseYaml(text, { file: 'a.yaml', within: undefined }).documents[0]?.root, 'patch');
    ok(outer !== undefined);
    const found = scalarAt(parseYaml(outer.text, { file: 'a.yaml', within: outer }).documents[0]?.root, ...keys);
    ok(found !== undefined);
    return found;
  }
  for (const text of [
    'x: 1\npatch: |-\n\n  a: 0\n  image: app:v1 # c\n',
    'patch: |\r\n    a: 0\r\n    image: app:v1\r\n',
    'patch: "{\\"image\\": \\"app:v1\\"}"\n',
    `patch: '{"image": "app:v1"}'\n`,
    'patch: >\n  {"a": 1,\n  "image": "app:v1"}\n',
  ])
    it(`is exact in ${JSON.stringify(text)}`, () => {
      const { start, end } = rangeInFile(text, inner(text, 'image'));
      equal(text.slice(start, end).replace(/^\\?"|\\?"$/g, ''), 'app:v1');
    });
  it('is the scalar around it where the text cannot be followed', () => {
    const text = 'patch: "a: 1\n\n  image: app"\n';
    const { start } = rangeInFile(text, inner(text, 'image'));
    equal(new LineIndex(text).positionAt(start).line, 1);
  });
  it('is an address for an edit', () => {
    const scalar = inner('patch: |\n  image: app:v1\n', 'image');
    deepEqual(addressOf(scalar), { offset: 7, within: { offset: 9, within: undefined } });
  });
});
