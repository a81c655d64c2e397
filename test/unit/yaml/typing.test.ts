import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ScalarNode } from '../../../src/core/yaml/node.ts';
import { parseYaml } from '../../../src/core/yaml/parse.ts';
import { rangeInFile } from '../../../src/core/yaml/editEmbedded.ts';
import { coercedText, typeOf } from '../../../src/core/yaml/typing.ts';

function scalar(text: string): ScalarNode {
  const root = parseYaml(text, { file: 'a.yaml', within: undefined }).documents[0]?.root;
  assert.equal(root?.kind, 'scalar');
  return root;
}

describe('YAML 1.1 as go-yaml reads it', () => {
  // The table of image-semantics.md A.4: what an unquoted tag is, and what Flux makes of it at spec.path.
  const rows: readonly (readonly [string, string, string])[] = [
    ['1.10', 'float', '1.1'],
    ['1234567', 'int', '1234567'],
    ['20240101', 'int', '20240101'],
    ['20240101.5', 'float', '2.0240102e+07'],
    ['0362525', 'int', '124245'],
    ['1e3', 'float', '1000'],
    ['553640e6', 'float', '5.5364e+11'],
    ['12e4567', 'string', '12e4567'],
    ['yes', 'bool', 'true'],
    ['off', 'bool', 'false'],
    ['2024-06-27', 'string', '2024-06-27'],
    ['1.9.1', 'string', '1.9.1'],
    ['1:30', 'string', '1:30'],
    ['7e2a1b3', 'string', '7e2a1b3'],
    ['0x1F', 'int', '31'],
    ['0o17', 'int', '15'],
    ['0b11', 'int', '3'],
    ['1_000', 'int', '1000'],
    ['+1', 'int', '1'],
    ['.5', 'float', '0.5'],
    ['08', 'float', '8'],
    ['~', 'null', ''],
    ['"1.10"', 'string', '1.10'],
    ['!!str 1.10', 'string', '1.10'],
  ];
  for (const [source, type, coerced] of rows)
    test(`${source} is a ${type} and becomes ${coerced}`, () => {
      assert.equal(typeOf(scalar(source)), type);
      assert.equal(coercedText(scalar(source)), coerced);
    });
});

describe('a parsed tree', () => {
  const parse = (text: string) => parseYaml(text, { file: 'a.yaml', within: undefined }).documents[0]?.root;
  const at = (text: string, key: string) => {
    const root = parse(text);
    const value = root?.kind === 'map' ? root.entries.get(key)?.value : undefined;
    assert.equal(value?.kind, 'scalar');
    return value;
  };
  test('keeps the last of two equal keys, and its place', () => {
    const text = 'newTag: v1\nnewTag: v2\n';
    assert.equal(text.slice(at(text, 'newTag').start), 'v2\n');
  });
  test('gives an alias the text of its anchor and the place of the alias', () => {
    const text = 'a: &x v1\nb: *x\n';
    assert.deepEqual([at(text, 'b').text, text.slice(at(text, 'b').start, at(text, 'b').end)], ['v1', '*x']);
  });
  test('applies merge keys below own keys', () => {
    assert.equal(at('base: &b {a: 1, c: 3}\n<<: *b\na: 2\n', 'c').text, '3');
    assert.equal(at('base: &b {a: 1, c: 3}\n<<: *b\na: 2\n', 'a').text, '2');
  });
  test('refuses aliases of aliases that stand for more than anybody can walk through', () => {
    const levels = Array.from(
      { length: 40 },
      (_, index) => `a${String(index + 1)}: &a${String(index + 1)} [*a${String(index)}, *a${String(index)}]`,
    );
    const bomb = (count: number) =>
      parseYaml(['a0: &a0 x', ...levels.slice(0, count)].join('\n'), { file: 'a.yaml', within: undefined });
    assert.equal(bomb(12).problem, undefined);
    assert.equal(bomb(40).problem?.message, 'contains too many aliases of aliases');
  });
  test('refuses an anchor that contains itself', () => {
    assert.equal(
      parseYaml('a: &a\n  b: *a\n', { file: 'a.yaml', within: undefined }).problem?.message,
      'an anchor contains itself',
    );
  });
  test('refuses nesting that would exhaust the stack, with a reason', () => {
    const { problem, documents } = parseYaml('['.repeat(9000), { file: 'a.yaml', within: undefined });
    assert.equal(documents.length, 0);
    assert.ok(problem !== undefined && problem.message !== '');
  });
  for (const eol of ['\n', '\r\n'])
    test(`finds a scalar of an inline patch in its file (${JSON.stringify(eol)})`, () => {
      const text = ['\uFEFFpatch: |-', '    - op: replace', '', '      value: app:p1 # why', 'x: 1'].join(eol);
      const outer = at(text, 'patch');
      const inner = parseYaml(outer.text, { file: 'a.yaml', within: outer }).documents[0]?.root;
      const operation = inner?.kind === 'sequence' ? inner.items[0] : undefined;
      const value = operation?.kind === 'map' ? operation.entries.get('value')?.value : undefined;
      assert.equal(value?.kind, 'scalar');
      assert.equal(text.slice(rangeInFile(text, value).start).split(' ')[0], 'app:p1');
    });
});
