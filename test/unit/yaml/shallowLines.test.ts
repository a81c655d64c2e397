import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScalarNode } from '../../../src/core/yaml/node.ts';
import { getIn, itemsAt, scalarAt } from '../../../src/core/yaml/node.ts';
import { parseYaml } from '../../../src/core/yaml/parse.ts';
import { syntaxProblem } from '../../../src/core/yaml/syntax.ts';

const SOURCE = { file: 'a.yaml', within: undefined };

function parse(text: string) {
  const { documents, problem } = parseYaml(text, SOURCE);
  assert.equal(problem, undefined);
  assert.equal(syntaxProblem(text, 0), undefined);
  return documents[0]?.root;
}

function assertPlace(text: string, scalar: ScalarNode | undefined): void {
  assert.ok(scalar);
  assert.equal(text.slice(scalar.start, scalar.end), scalar.text);
}

test('a closing bracket below its key is fine, as for go-yaml', () => {
  const text = 'spec:\n  command: [\n    "sh", # why [\n    "-c",\n  ]\n  image: app:1\n';
  const root = parse(text);
  assert.equal(itemsAt(root, 'spec', 'command').length, 2);
  assertPlace(text, scalarAt(root, 'spec', 'image'));
});

test('items of a flow collection may stand below their key, in a sequence too', () => {
  const text = 'containers:\n- args: [a,\n  b, {c: "]",\n  d: 1}]\n  image: app:1\n';
  const root = parse(text);
  const container = itemsAt(root, 'containers')[0];
  assert.equal(itemsAt(container, 'args').length, 3);
  assertPlace(text, scalarAt(container, 'image'));
});

test('quoted texts may go on below their key', () => {
  const text =
    'a:\n  description: \'APIVersion defines: it\'\'s\n  the "schema" of\n  an object\'\n  other: "one\n  two \\" # three\n\n  four"\n  image: app:1\n';
  const root = parse(text);
  assert.equal(scalarAt(root, 'a', 'description')?.text, 'APIVersion defines: it\'s the "schema" of an object');
  assert.equal(scalarAt(root, 'a', 'other')?.text, 'one two " # three\nfour');
  assertPlace(text, scalarAt(root, 'a', 'image'));
});

test('block scalars stay as they are, whatever stands in them', () => {
  const text = 'script: |\n  x: [\n  ]\n  "\nargs: [\n]\nimage: app:1\n';
  const root = parse(text);
  assert.equal(scalarAt(root, 'script')?.text, 'x: [\n]\n"\n');
  assertPlace(text, scalarAt(root, 'image'));
});

test('what is wrong all the same is told at its place in the text', () => {
  const text = 'args: [\n]\nimage: [a b: c\n';
  const { problem } = parseYaml(text, SOURCE, 100);
  assert.ok(problem);
  assert.ok(problem.offset >= 100 + text.indexOf('image') && problem.offset <= 100 + text.length, String(problem.offset));
  assert.equal(getIn(parseYaml(text, SOURCE).documents[0]?.root, 'image'), undefined);
});

test('an alias of an anchor that does not exist is refused', () => {
  assert.deepEqual(parseYaml('image: *tag\n', SOURCE).problem, {
    message: 'a value that starts with * names no anchor',
    offset: 8,
  });
});
