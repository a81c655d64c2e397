import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { setScalar } from '../../../src/core/yaml/edit.ts';
import { setOnLine } from '../../../src/core/yaml/editLine.ts';
import { addressOf } from '../../../src/core/yaml/locate.ts';
import { getIn } from '../../../src/core/yaml/node.ts';
import type { ScalarNode, YamlNode } from '../../../src/core/yaml/node.ts';
import { parseYaml } from '../../../src/core/yaml/parse.ts';

const value = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}$/),
  fc.constantFrom(
    '1.10',
    'on',
    '~',
    '2024-06-27',
    'v2@sha256:abc',
    '',
    ' a',
    'a: b',
    'a #b',
    "it's",
    '"q"',
    'a\nb',
    '{a}',
    'a,b',
    '-a',
    '#x',
  ),
);
const written = fc.constantFrom(
  ...[
    'v1',
    '"v1"',
    "'v1'",
    '1.9',
    '',
    '~',
    '""',
    '&x v1',
    '*base',
    '!!str v1',
    '"v\\u0031"',
    "'it''s'",
    'v1 v2',
    '|-\n    v1',
    'two\n    lines',
  ],
);
const around = fc.constantFrom(
  'base: &base b1\nimages:\n- name: app\n  tag: %%\n  digest: x\n',
  'base: &base b1\nimages:\n  - tag: %%\n    name: app',
  'base: &base b1\nimages:\n- {name: app, tag: %%}\n',
  'base: &base b1\nimages:\n- {\n  name: app,\n  tag: %%\n  }\n',
  '{"base": &base "b1", "images": [{\n"tag": %%\n}]}\n',
  'base: &base b1\nimages:\n- %%\n',
  'base: &base b1\nimages:\n- tag: a\n  <<: {\n    tag: %%\n  }\n',
);
const behind = fc.constantFrom('', ' # was v0', '\t# tab', ' # 컨테이너 🚀');
const sample = fc.record({ around, written, behind, eol: fc.constantFrom('\n', '\r\n') });
type Sample = typeof sample extends fc.Arbitrary<infer T> ? T : never;

function* scalarsIn(node: YamlNode | undefined): Generator<ScalarNode> {
  if (node === undefined) return;
  if (node.kind === 'scalar') yield node;
  else
    for (const child of node.kind === 'map' ? [...node.entries.values()].map((entry) => entry.value) : node.items)
      yield* scalarsIn(child);
}

const textOf = ({ around: text, written: old, behind: comment, eol }: Sample) =>
  text.replace('%%', () => (old.includes('\n') ? old : old + comment)).replaceAll('\n', eol);

/** How many scalars the look at the line was enough for. */
function compare(text: string, next: string, scalars: Iterable<ScalarNode>): number {
  let enough = 0;
  for (const scalar of scalars) {
    const edits = setOnLine(text, scalar, next);
    if (edits === undefined) continue;
    enough += 1;
    assert.deepEqual(edits, setScalar(text, addressOf(scalar), next));
  }
  return enough;
}

describe('A value that stands alone on its line', () => {
  it('is edited as after parsing the whole document, or left to that', () => {
    let enough = 0;
    fc.assert(
      fc.property(sample, value, (one, next) => {
        const text = textOf(one);
        for (const document of parseYaml(text, { file: 'a.yaml', within: undefined }).documents)
          enough += compare(text, next, scalarsIn(document.root));
      }),
      { numRuns: 2000 },
    );
    assert.ok(enough > 500, String(enough));
  });

  it('is edited in the same way inside of a block of text', () => {
    let enough = 0;
    fc.assert(
      fc.property(sample, value, fc.constantFrom('|-', '|', '>-', '"'), (one, next, header) => {
        const inner = textOf({ ...one, eol: '\n' });
        const indented = inner.split('\n').map((line) => (line === '' ? '' : `    ${line}`));
        const block = header === '"' ? JSON.stringify(inner) : `${header}\n${indented.join('\n')}`;
        const text = `patches:\n- patch: ${block}\n`.replaceAll('\n', one.eol);
        const outer = getIn(parseYaml(text, { file: 'a.yaml', within: undefined }).documents[0]?.root, 'patches');
        const [within] = scalarsIn(outer);
        if (within === undefined) return;
        for (const document of parseYaml(within.text, { file: 'a.yaml', within }).documents)
          enough += compare(text, next, scalarsIn(document.root));
      }),
      { numRuns: 2000 },
    );
    assert.ok(enough > 100, String(enough));
  });
});
