import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { loadAll } from 'js-yaml';
import { parseAllDocuments } from 'yaml';
import type { Document } from 'yaml';
import { applyEdits, isRefusal } from '../../../src/core/text/textEdit.ts';
import { setScalar } from '../../../src/core/yaml/edit.ts';
import { appendImageEntry } from '../../../src/core/yaml/editImages.ts';
import { insertKey, removeKey } from '../../../src/core/yaml/editMapping.ts';
import { addressOf, locateScalar, parseLocated } from '../../../src/core/yaml/locate.ts';
import type { YamlAddress } from '../../../src/core/yaml/locate.ts';
import { parseYaml } from '../../../src/core/yaml/parse.ts';
import { getIn } from '../../../src/core/yaml/node.ts';

const RUNS = { numRuns: 400 };

/** Every reader that the value must survive, at a path of keys. */
function readings(text: string, document: number, path: readonly (string | number)[]): unknown[] {
  const read = (value: unknown): unknown =>
    path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], value);
  const byYaml = (version: '1.1' | '1.2'): unknown => {
    const documents = [...(parseAllDocuments(text, { version, uniqueKeys: false }) as Document[])];
    return read(documents.at(document)?.toJS());
  };
  return [byYaml('1.1'), byYaml('1.2'), read(loadAll(text)[document])];
}

/** Without e0 and the like: `yaml` with version 1.1 reads NaN there, against YAML 1.1, which asks for a digit or a dot before the e. */
const tag = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}$/).filter((text) => !/^e-?\d+$/i.test(text)),
  fc.constantFrom('1.10', '0362525', '1e3', 'on', 'null', '2024-06-27', '0x1F', '1_000', '~', '.5', '12e4567', 'v2@sha256:abc'),
);
const anyText = fc.oneof(
  tag,
  fc.string().filter((text) => !/^[-+]?e[-+]?\d+$/i.test(text)),
  fc.string({ unit: 'binary', minLength: 5 }),
  fc.constantFrom('', ' ', '\n', ' a', 'a ', 'a: b', 'a #b', '- a', "it's", '"q"', 'a\nb', '#x', '*x', '{a}', '\t', '---'),
);
const eol = fc.constantFrom('\n', '\r\n');
const comment = fc.constantFrom('', ' # was v0', '\t# tab', ' # 컨테이너 🚀');
const oldValue = fc.constantFrom(
  'v1',
  '"v1"',
  "'v1'",
  '1.9',
  '',
  '~',
  '""',
  '&x v1',
  '*base',
  '|-\n      v1',
  '|\n      v1\n',
  '>-\n      v1\n      more',
  '"two\n      lines"',
  '|2-\n      v1',
  '"\\u0041\\n"',
  'two\n      lines',
);
/** A kustomization with odd details, with %VALUE% where the scalar stands. */
const surroundings = fc.constantFrom(
  'base: &base b1\nimages:\n- name: app\n  newTag: %VALUE%\n  digest: x\ntail: 1\n',
  'base: &base b1\nimages:\n  - newTag: %VALUE%\n    name: app\n\n# end\n',
  'base: &base b1\n---\n# c\n---\nbase: &base b2\nimages:\n- {name: x}\n- name: app\n\n  newTag: %VALUE%',
  '%YAML 1.1\n---\nbase: &base b1\nimages:\n- name: app\n  newTag: %VALUE%\n...\n',
  '\uFEFFbase: &base b1\nimages:\n- name: app\n  newTag: %VALUE%\n',
);

interface Sample {
  readonly text: string;
  readonly start: number;
  readonly rest: string;
  readonly address: YamlAddress & { readonly document: number; readonly path: readonly (string | number)[] };
}

const sample = fc
  .record({ surroundings, oldValue, comment, eol })
  .map(({ surroundings: around, oldValue: value, comment: after, eol: lineEnd }): Sample => {
    const [head = '', rest = ''] = around.split('%VALUE%');
    const isBlock = /\n/.test(value);
    const write = (part: string): string => part.replaceAll('\n', lineEnd);
    const path = ['images', around.includes('{name: x}') ? 1 : 0, 'newTag'];
    const document = around.includes('# c\n---') ? 2 : 0;
    const tail = (isBlock ? '' : after) + rest;
    return { text: write(head + value + tail), start: write(head).length, rest: write(tail), address: { document, path } };
  });

describe('Setting a scalar', () => {
  it('makes every reader see the new value and changes nothing around it', () => {
    fc.assert(
      fc.property(sample, fc.oneof(tag, anyText), ({ text, start, rest, address }, value) => {
        const edits = setScalar(text, address, value);
        ok(!isRefusal(edits), 'reason' in edits ? edits.reason : '');
        const after = applyEdits(text, edits);
        ok(typeof after === 'string');
        deepEqual(readings(after, address.document, address.path), [value, value, value]);
        // A missing value is written behind the colon, which is one character before.
        for (const edit of edits)
          ok(edit.start >= start - 1 && edit.end <= text.length - rest.length, 'an edit leaves the value');
      }),
      RUNS,
    );
  });

  it('edits once: a second edit to the same value plans nothing', () => {
    fc.assert(
      fc.property(sample, tag, ({ text, address }, value) => {
        const edits = setScalar(text, address, value);
        ok(!isRefusal(edits));
        const after = applyEdits(text, edits);
        ok(typeof after === 'string');
        deepEqual(setScalar(after, address, value), []);
      }),
      RUNS,
    );
  });

  it('finds the same scalar by the offset that the fast parser gives', () => {
    fc.assert(
      fc.property(sample, ({ text, address }) => {
        const parsed = parseYaml(text, { file: 'a.yaml', within: undefined });
        let node = parsed.documents[address.document]?.root;
        for (const key of address.path)
          node = typeof key === 'number' ? (node?.kind === 'sequence' ? node.items[key] : undefined) : getIn(node, key);
        ok(node?.kind === 'scalar', JSON.stringify(parsed.problem));
        const yaml = parseLocated(text);
        ok(yaml !== undefined);
        deepEqual(locateScalar(yaml, addressOf(node)), locateScalar(yaml, address));
      }),
      RUNS,
    );
  });

  it('plans the same edits by offset as by path', () => {
    fc.assert(
      fc.property(sample, tag, ({ text, address }, value) => {
        const yaml = parseLocated(text);
        const located = yaml === undefined ? undefined : locateScalar(yaml, address);
        ok(located !== undefined);
        const offset = located.start;
        deepEqual(setScalar(text, { offset }, value), setScalar(text, address, value));
        deepEqual(removeKey(text, { offset }), removeKey(text, address));
        const mapping = { document: address.document, path: address.path.slice(0, -1) };
        deepEqual(insertKey(text, { offset: text.indexOf('newTag', 0) }, 'k', value), insertKey(text, mapping, 'k', value));
      }),
      RUNS,
    );
  });

  it('works inside of an inline patch as outside', () => {
    fc.assert(
      fc.property(tag, tag, fc.constantFrom(2, 4, 6), eol, (before, value, indent, lineEnd) => {
        const inner = `- op: replace\n  path: /a\n  value: '${before}' # c\n\n- op: test\n`;
        const block = inner.replaceAll(/^(?=.)/gm, ' '.repeat(indent + 2));
        const text = `patches:\n- patch: |\n${block}  target: {}\n`.replaceAll('\n', lineEnd);
        const edits = setScalar(
          text,
          { document: 0, path: [0, 'value'], within: { document: 0, path: ['patches', 0, 'patch'] } },
          value,
        );
        ok(!isRefusal(edits), 'reason' in edits ? edits.reason : '');
        equal(applyEdits(text, edits), text.replace(`'${before}'`, `'${value}'`));
      }),
      RUNS,
    );
  });
});

describe('Structural edits', () => {
  it('insert a key that every reader sees, and removing it gives back the bytes', () => {
    fc.assert(
      fc.property(sample, tag, ({ text, address }, value) => {
        const path = address.path.slice(0, -1);
        const edits = insertKey(text, { document: address.document, path }, 'newName', value);
        ok(!isRefusal(edits), 'reason' in edits ? edits.reason : '');
        const after = applyEdits(text, edits);
        ok(typeof after === 'string');
        deepEqual(readings(after, address.document, [...path, 'newName']), [value, value, value]);
        const removal = removeKey(after, { document: address.document, path: [...path, 'newName'] });
        ok(!isRefusal(removal));
        equal(applyEdits(after, removal), text);
      }),
      RUNS,
    );
  });

  it('append an images entry that every reader sees as the last one', () => {
    fc.assert(
      fc.property(sample, tag, ({ text, address }, value) => {
        const edits = appendImageEntry(text, { document: address.document, path: [] }, { name: 'appended', newTag: value });
        ok(!isRefusal(edits), 'reason' in edits ? edits.reason : '');
        const after = applyEdits(text, edits);
        ok(typeof after === 'string');
        const [before] = readings(text, address.document, ['images', 'length']);
        deepEqual(readings(after, address.document, ['images', Number(before), 'newTag']), [value, value, value]);
      }),
      RUNS,
    );
  });
});

describe('Any text', () => {
  const pieces = fc.constantFrom(
    'a: ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '&x ',
    '*x',
    '<<: ',
    '|',
    '>',
    '"',
    "'",
    '\n',
    '  ',
    '\t',
    '\r\n',
    '#',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '!!str ',
    '? ',
    ': ',
    'images:',
    'x',
    '\\',
    '\0',
  );
  const pieced = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''));
  const text = fc.oneof(pieced, fc.string({ unit: 'binary' }));
  const path = fc.array(fc.oneof(fc.constantFrom('a', 'x', 'images', '<<', ''), fc.integer({ min: -1, max: 2 })), {
    maxLength: 3,
  });
  const address: fc.Arbitrary<YamlAddress> = fc.oneof(
    fc.record({ document: fc.integer({ min: -1, max: 2 }), path }),
    fc.record({ offset: fc.integer({ min: -1, max: 40 }) }),
    fc.record({ document: fc.constant(0), path, within: fc.record({ document: fc.constant(0), path }) }),
  );

  it('never makes an edit throw, and every plan is one that can be applied', () => {
    fc.assert(
      fc.property(text, address, anyText, (content, at, value) => {
        for (const result of [
          setScalar(content, at, value),
          insertKey(content, at, 'k', value),
          removeKey(content, at),
          appendImageEntry(content, at, { name: value }),
        ])
          ok(isRefusal(result) || typeof applyEdits(content, result) === 'string');
      }),
      { numRuns: 2000 },
    );
  });

  it('has as many documents here as in the fast parser', () => {
    fc.assert(
      fc.property(pieced, (content) => {
        const fast = parseYaml(content, { file: '', within: undefined });
        const located = parseLocated(content);
        if (fast.problem !== undefined || located === undefined || located.documents.some(({ errors }) => errors.length > 0))
          return;
        equal(located.documents.length, fast.documents.length);
      }),
      { numRuns: 2000 },
    );
  });
});
