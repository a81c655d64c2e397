import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyEdits, isRefusal } from '../../../src/core/text/textEdit.ts';
import { setScalar } from '../../../src/core/yaml/edit.ts';
import type { EditResult } from '../../../src/core/yaml/editEmbedded.ts';
import { appendImageEntry } from '../../../src/core/yaml/editImages.ts';
import { insertKey, removeKey } from '../../../src/core/yaml/editMapping.ts';
import type { YamlPath } from '../../../src/core/yaml/locate.ts';

const HEAD = 'kind: Kustomization\nresources:\n- deploy.yaml\n';
const NEW_TAG: YamlPath = ['images', 0, 'newTag'];

function edited(text: string, result: EditResult): string {
  ok(!isRefusal(result), 'reason' in result ? result.reason : '');
  const after = applyEdits(text, result);
  ok(typeof after === 'string');
  return after;
}

function set(text: string, path: YamlPath, value: string, document = 0): string {
  return edited(text, setScalar(text, { document, path }, value));
}

describe('Setting a scalar', () => {
  const rows: readonly (readonly [title: string, before: string, path: YamlPath, value: string, after: string])[] = [
    [
      'keeps the comment on its line',
      'images:\n- name: app\n  newTag: v1 # was v0\n',
      NEW_TAG,
      'v2',
      'images:\n- name: app\n  newTag: v2 # was v0\n',
    ],
    ['keeps a tab before the comment', 'images:\n- newTag: v1\t# tab\n', NEW_TAG, 'v2', 'images:\n- newTag: v2\t# tab\n'],
    ['keeps single quotes', "images:\n- newTag: 'v1'\n", NEW_TAG, '1.10', "images:\n- newTag: '1.10'\n"],
    ['keeps double quotes', 'images:\n- newTag: "v1"\n', NEW_TAG, 'v2', 'images:\n- newTag: "v2"\n'],
    ['quotes a float', 'images:\n- newTag: v1.9\n', NEW_TAG, '1.10', 'images:\n- newTag: "1.10"\n'],
    ['quotes where the old value was a number', 'images:\n- newTag: 1.9\n', NEW_TAG, '1.10', 'images:\n- newTag: "1.10"\n'],
    [
      'quotes a number in flow style',
      'images: [{name: app, newTag: v1}]\n',
      NEW_TAG,
      '1.10',
      'images: [{name: app, newTag: "1.10"}]\n',
    ],
    ['keeps CRLF', 'images:\r\n- newTag: v1 # c\r\n', NEW_TAG, 'v2', 'images:\r\n- newTag: v2 # c\r\n'],
    ['keeps a byte order mark', '\uFEFFimages:\n- newTag: v1\n', NEW_TAG, 'v2', '\uFEFFimages:\n- newTag: v2\n'],
    ['keeps a missing final newline', 'images:\n- newTag: v1', NEW_TAG, 'v2', 'images:\n- newTag: v2'],
    ['keeps a directive', '%YAML 1.1\n---\nimages:\n- newTag: v1\n', NEW_TAG, 'v2', '%YAML 1.1\n---\nimages:\n- newTag: v2\n'],
    ['changes the last of two equal keys', 'a: 1\na: 2\n', ['a'], 'v3', 'a: 1\na: v3\n'],
    ['replaces an alias and leaves its anchor', 'a: &t v1\nb: *t\n', ['b'], 'v2', 'a: &t v1\nb: v2\n'],
    ['keeps an anchor before the value', 'a: &t v1 # c\nb: *t\n', ['a'], 'v2', 'a: &t v2 # c\nb: *t\n'],
    ['writes a missing value behind the colon', 'a: # c\nb: 1\n', ['a'], 'v2', 'a: v2 # c\nb: 1\n'],
    ['writes a missing value behind its anchor', 'a: &t\nb: 1\n', ['a'], 'v2', 'a: &t v2\nb: 1\n'],
    ['writes a missing item behind the dash', 'a:\n- # c\n- x\n', ['a', 0], 'v2', 'a:\n- v2 # c\n- x\n'],
    ['writes the colon of a bare flow key', 'a: {b, c: 1}\n', ['a', 'b'], 'v2', 'a: {b: v2, c: 1}\n'],
    ['replaces an empty quoted string', 'a: ""\n', ['a'], 'v2', 'a: "v2"\n'],
    ['replaces an explicit null', 'a: ~ # c\n', ['a'], 'v2', 'a: v2 # c\n'],
    ['keeps a literal block', 'a: |-\n    v1\nb: 1\n', ['a'], 'v2', 'a: |-\n    v2\nb: 1\n'],
    [
      'strips the newline of a block where the value has none',
      'a: | # c\n    v1\nb: 1\n',
      ['a'],
      'v2',
      'a: |- # c\n    v2\nb: 1\n',
    ],
    ['keeps a folded block', 'a: >-\r\n  v1\r\nb: 1\r\n', ['a'], 'v2', 'a: >-\r\n  v2\r\nb: 1\r\n'],
    ['keeps JSON', '[\n  {"op": "replace", "value": 1}\n]\n', [0, 'value'], 'v2', '[\n  {"op": "replace", "value": "v2"}\n]\n'],
    [
      'overrides a merged value in place',
      'x: &x\n  t: v1\ny:\n  <<: *x\n  u: 1\n',
      ['y', 't'],
      'v2',
      'x: &x\n  t: v1\ny:\n  <<: *x\n  u: 1\n  t: v2\n',
    ],
  ];
  for (const [title, before, path, value, after] of rows) it(title, () => equal(set(before, path, value), after));

  it('changes only the document that is meant', () => {
    equal(set('a: v1\n---\n# c\n---\na: v1\n', ['a'], 'v2', 2), 'a: v1\n---\n# c\n---\na: v2\n');
  });

  for (const tag of [
    'on',
    'No',
    'y',
    '0362525',
    '1e3',
    '553640e6',
    '12e4567',
    '0x1F',
    '0o17',
    '1_000',
    '1:30',
    '2024-06-27',
    '.5',
    '1.',
    '~',
    '.inf',
    '+1',
    '20240101',
  ])
    it(`quotes ${tag}, which some reader takes for another type`, () => equal(set('a: v1\n', ['a'], tag), `a: "${tag}"\n`));

  for (const tag of [
    '1.9.1',
    'v1.10',
    '7e2a1b3',
    '0.1.0-rc1',
    '1.19-alpine',
    'backend-v0.0.6',
    'r/app:v2',
    'localhost:5000/app:v2',
  ])
    it(`leaves ${tag} without quotes`, () => equal(set('a: v1\n', ['a'], tag), `a: ${tag}\n`));

  it('plans nothing where the value is the same already', () =>
    deepEqual(setScalar('a: v1\n', { document: 0, path: ['a'] }, 'v1'), []));
  it('refuses a collection', () => ok(isRefusal(setScalar('a: [1]\n', { document: 0, path: ['a'] }, 'v1'))));
  it('refuses a missing path', () => ok(isRefusal(setScalar('a: 1\n', { document: 0, path: ['b'] }, 'v1'))));
  it('refuses broken YAML', () => ok(isRefusal(setScalar('a: [1\nb: "\n', { document: 0, path: ['b'] }, 'v1'))));
  it('refuses a value with a tag of its own', () =>
    ok(isRefusal(setScalar('a: !secret x\n', { document: 0, path: ['a'] }, 'v1'))));
});

describe('Setting a scalar inside of a scalar', () => {
  const patch =
    'patches:\n- patch: |-\n    - op: replace\n      path: /a\n      value: app:v1 # c\n  target:\n    kind: Deployment\n';
  const within = { document: 0, path: ['patches', 0, 'patch'] } as const;

  it('changes one value of an inline patch', () => {
    const result = setScalar(patch, { document: 0, path: [0, 'value'], within }, 'app:v2');
    equal(edited(patch, result), patch.replace('app:v1', 'app:v2'));
  });
  it('finds the value by its offset in the inner text', () => {
    const result = setScalar(
      patch,
      { offset: '- op: replace\n  path: /a\n  value: '.length, within: { offset: patch.indexOf('op: replace') } },
      'app:v2',
    );
    equal(edited(patch, result), patch.replace('app:v1', 'app:v2'));
  });
  it('indents a new line as the block is', () => {
    const result = insertKey(patch, { document: 0, path: [0], within }, 'from', '1.10');
    equal(edited(patch, result), patch.replace('# c\n', '# c\n      from: "1.10"\n'));
  });
  it('edits JSON in single quotes', () => {
    const text = `a: '[{"value": "it''s", "b": "v1"}]' # c\n`;
    equal(
      edited(text, setScalar(text, { document: 0, path: [0, 'b'], within: { document: 0, path: ['a'] } }, 'v2')),
      text.replace('v1', 'v2'),
    );
  });
  it('edits JSON in double quotes', () => {
    const text = String.raw`a: "[{\"b\": \"v1\"}]"` + '\n';
    equal(
      edited(text, setScalar(text, { document: 0, path: [0, 'b'], within: { document: 0, path: ['a'] } }, 'v2')),
      text.replace('v1', 'v2'),
    );
  });
  it('edits a folded block', () => {
    const text = 'a: >\r\n  [{"c": "x",\r\n  "b": "v1"}]\r\nz: 1\r\n';
    equal(
      edited(text, setScalar(text, { document: 0, path: [0, 'b'], within: { document: 0, path: ['a'] } }, 'v2')),
      text.replace('v1', 'v2'),
    );
  });
});

describe('Inserting a key', () => {
  const rows: readonly (readonly [title: string, before: string, path: YamlPath, after: string])[] = [
    [
      'goes behind the last key and its comment',
      'images:\n  - name: app\n    newName: r/app # mirror\n',
      ['images', 0],
      'images:\n  - name: app\n    newName: r/app # mirror\n    newTag: v2\n',
    ],
    ['adds no final newline', 'images:\n- name: app', ['images', 0], 'images:\n- name: app\n  newTag: v2'],
    ['keeps CRLF', 'images:\r\n- name: app\r\nx: 1\r\n', ['images', 0], 'images:\r\n- name: app\r\n  newTag: v2\r\nx: 1\r\n'],
    ['goes into a flow mapping', 'images: [{name: app}]\n', ['images', 0], 'images: [{name: app, newTag: v2}]\n'],
    ['goes into an empty flow mapping', 'images: [{}]\n', ['images', 0], 'images: [{newTag: v2}]\n'],
    ['keeps JSON', '{\n  "name": "app"\n}\n', [], '{\n  "name": "app",\n  "newTag": "v2"\n}\n'],
    [
      'goes behind a block scalar',
      'a:\n  b: |\n    x\n    y\n\nc: 1\n',
      ['a'],
      'a:\n  b: |\n    x\n    y\n  newTag: v2\n\nc: 1\n',
    ],
    ['goes behind a missing value', 'a:\n  b: # c\nc: 1\n', ['a'], 'a:\n  b: # c\n  newTag: v2\nc: 1\n'],
  ];
  for (const [title, before, path, after] of rows)
    it(title, () => equal(edited(before, insertKey(before, { document: 0, path }, 'newTag', 'v2')), after));
});

describe('A mapping by offset', () => {
  const text = 'a:\n  b: {c: 1}\n  d: 2\n';
  const rows = [
    ['its brace', '{', 'a:\n  b: {c: 1, k: v}\n  d: 2\n'],
    ['one of its keys', 'd:', 'a:\n  b: {c: 1}\n  d: 2\n  k: v\n'],
    ['one of its values', '2', 'a:\n  b: {c: 1}\n  d: 2\n  k: v\n'],
  ] as const;
  for (const [title, mark, after] of rows)
    it(`is found by ${title}`, () => equal(edited(text, insertKey(text, { offset: text.indexOf(mark) }, 'k', 'v')), after));

  it('is found in one document of a large file without parsing the rest', () => {
    const part = `a:\n${'  - x: 1\n'.repeat(2000)}---\n`;
    const large = `${part.repeat(100)}newTag: v1\n---\n${part.repeat(100)}`;
    const started = performance.now();
    equal(edited(large, setScalar(large, { offset: large.indexOf('v1') }, 'v2')), large.replace('v1', 'v2'));
    ok(performance.now() - started < 2000);
  });
});

describe('Removing a key', () => {
  const rows: readonly (readonly [title: string, before: string, path: YamlPath, after: string])[] = [
    ['takes its line and comment', 'images:\n- name: app\n  digest: x # v1\n', ['images', 0, 'digest'], 'images:\n- name: app\n'],
    ['works between other keys', 'a: 1\nb: 2 # c\nc: 3\n', ['b'], 'a: 1\nc: 3\n'],
    ['keeps CRLF', 'a: 1\r\nb: 2\r\nc: 3\r\n', ['b'], 'a: 1\r\nc: 3\r\n'],
    ['takes the newline before it at the end of the file', 'a: 1\r\nb: 2', ['b'], 'a: 1'],
    [
      'moves the next key behind the dash',
      'images:\n- digest: x # c\n  name: app\n',
      ['images', 0, 'digest'],
      'images:\n- name: app\n',
    ],
    ['works in flow style', '{a: 1, b: 2, c: 3}\n', ['b'], '{a: 1, c: 3}\n'],
    ['works for the last key in flow style', '{a: 1, b: 2}\n', ['b'], '{a: 1}\n'],
    ['takes all lines of a value', 'a: 1\nb: |\n  x\n  y\nc: 3\n', ['b'], 'a: 1\nc: 3\n'],
  ];
  for (const [title, before, path, after] of rows)
    it(title, () => equal(edited(before, removeKey(before, { document: 0, path })), after));
  it('is refused for the only key', () => ok(isRefusal(removeKey('a:\n  b: 1\n', { document: 0, path: ['a', 'b'] }))));
});

describe('Appending an images entry', () => {
  const rows: readonly (readonly [title: string, before: string, after: string])[] = [
    [
      'follows an indented list',
      `${HEAD}images:\n  - name: other\n    newTag: o1\n`,
      `${HEAD}images:\n  - name: other\n    newTag: o1\n  - name: app\n    newTag: v2\n`,
    ],
    [
      'follows a list at the margin',
      `${HEAD}images:\n- name: other # c\nx: 1\n`,
      `${HEAD}images:\n- name: other # c\n- name: app\n  newTag: v2\nx: 1\n`,
    ],
    ['follows a wide dash', 'images:\n-   name: other\n', 'images:\n-   name: other\n-   name: app\n    newTag: v2\n'],
    ['goes into a flow list', 'images: [{name: other}]\n', 'images: [{name: other}, {name: app, newTag: v2}]\n'],
    ['goes into an empty flow list', 'images: [] # none\n', 'images: [{name: app, newTag: v2}] # none\n'],
    ['goes below an empty key', `${HEAD}images: # c\nx: 1\n`, `${HEAD}images: # c\n- name: app\n  newTag: v2\nx: 1\n`],
    ['starts a block at the end', HEAD, `${HEAD}images:\n- name: app\n  newTag: v2\n`],
    [
      'starts a block as indented as the other lists',
      'resources:\n  - a\n',
      'resources:\n  - a\nimages:\n  - name: app\n    newTag: v2\n',
    ],
    ['adds no final newline', HEAD.trimEnd(), `${HEAD}images:\n- name: app\n  newTag: v2`],
    ['keeps CRLF', HEAD.replaceAll('\n', '\r\n'), `${HEAD}images:\n- name: app\n  newTag: v2\n`.replaceAll('\n', '\r\n')],
    ['stays before the next document', `${HEAD}\n---\na: 1\n`, `${HEAD}images:\n- name: app\n  newTag: v2\n\n---\na: 1\n`],
    ['stays before the end marker', `${HEAD}...\n`, `${HEAD}images:\n- name: app\n  newTag: v2\n...\n`],
    ['goes behind comments at the end', `${HEAD}# - other.yaml\n`, `${HEAD}# - other.yaml\nimages:\n- name: app\n  newTag: v2\n`],
    ['fills an empty file', '', 'images:\n- name: app\n  newTag: v2\n'],
    ['fills an empty document', '---\n', '---\nimages:\n- name: app\n  newTag: v2\n'],
    [
      'uses the last of two lists',
      'images:\n- name: a\nimages:\n- name: b\n',
      'images:\n- name: a\nimages:\n- name: b\n- name: app\n  newTag: v2\n',
    ],
    ['knows the key in any case', 'Images:\n- name: a\n', 'Images:\n- name: a\n- name: app\n  newTag: v2\n'],
    [
      'keeps JSON',
      '{\n  "resources": ["a"]\n}\n',
      '{\n  "resources": ["a"],\n  "images": [{"name": "app", "newTag": "v2"}]\n}\n',
    ],
  ];
  for (const [title, before, after] of rows)
    it(title, () =>
      equal(edited(before, appendImageEntry(before, { document: 0, path: [] }, { name: 'app', newTag: 'v2' })), after),
    );

  it('goes into the spec of a Flux Kustomization', () => {
    const before = 'spec:\n  path: ./a\n  # about nothing\nstatus: {}\n';
    const after =
      'spec:\n  path: ./a\n  # about nothing\n  images:\n  - name: app\n    newTag: "1.10"\n    digest: sha256:x\nstatus: {}\n';
    equal(
      edited(
        before,
        appendImageEntry(before, { document: 0, path: ['spec'] }, { name: 'app', newTag: '1.10', digest: 'sha256:x' }),
      ),
      after,
    );
  });
  it('is refused for a list that is an alias', () => {
    ok(isRefusal(appendImageEntry('a: &i [x]\nimages: *i\n', { document: 0, path: [] }, { name: 'app' })));
  });
});
