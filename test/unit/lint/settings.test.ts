import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSuppressible, ruleCodes } from '../../../src/core/lint/lint.ts';
import { fixAll } from '../../../src/core/lint/fixAll.ts';
import { fileSuppression, lineSuppression, suppressionsIn } from '../../../src/core/lint/suppressions.ts';
import { RepositoryFile } from '../../../src/core/repository/files.ts';
import { editsOf } from '../../../src/core/change/operations.ts';
import { isRefusal } from '../../../src/core/text/textEdit.ts';
import { changedFiles, LintedRepository } from '../../support/lintedRepository.ts';
import { kustomization, overlays, single } from '../../support/manifests.ts';

const file = 'kustomization.yaml';
const latest = (comment = '') => single('acme/api:v1', `  - name: acme/api\n    newTag: latest${comment}\n`);
const lint = (text: string) => new LintedRepository({ ...latest(), [file]: text });
const text = latest()[file] ?? '';

test('what the shared settings file cannot mean is told in it', () => {
  const settings =
    'environments:\n  order: dev\n  names: [a]\nrules:\n  mutable-tag: loud\n  no-such-rule: off\napplications: x\n';
  assert.deepEqual(new LintedRepository({ ...single('acme/api:v1', ''), '.gitops-cockpit.yaml': settings }).lines, [
    'warning invalid-settings .gitops-cockpit.yaml:2 environments.order must be a list of names.',
    'warning invalid-settings .gitops-cockpit.yaml:3 environments.names must be a mapping from patterns to names.',
    'warning invalid-settings .gitops-cockpit.yaml:5 rules.mutable-tag must be one of off, error, warning, information.',
    'warning invalid-settings .gitops-cockpit.yaml:6 There is no rule no-such-rule.',
    'warning invalid-settings .gitops-cockpit.yaml:7 applications must be a mapping.',
  ]);
  assert.deepEqual(new LintedRepository({ ...single('acme/api:v1', ''), '.gitops-cockpit.yaml': 'rules: {\n' }).lines, [
    'warning invalid-settings .gitops-cockpit.yaml:2 .gitops-cockpit.yaml is not valid YAML: did not find expected node content.',
  ]);
  assert.deepEqual(
    new LintedRepository({ ...single('acme/api:v1', ''), '.gitops-cockpit.yaml': 'rules:\n  mutable-tag: off\n' }).lines,
    [],
  );
});

test('a rule takes another severity, or is off', () => {
  assert.match(new LintedRepository(latest(), { severities: { 'mutable-tag': 'error' } }).lines.join(), /^error mutable-tag /);
  assert.deepEqual(new LintedRepository(latest(), { severities: { 'mutable-tag': 'off' } }).lines, []);
  assert.match(new LintedRepository(latest(), { severities: { 'empty-new-tag': 'off' } }).lines.join(), /^warning mutable-tag /);
});

test('a severity of the user wins over those of single findings', () => {
  const files = single('acme/api', "  - name: acme/api\n    newTag: ''\n");
  assert.match(
    new LintedRepository(files, { severities: { 'empty-new-tag': 'information' } }).lines.join(),
    /^information empty-new-tag /,
  );
});

test('a comment keeps a problem quiet in its line, in the next line or in the whole file', () => {
  const quiet = [
    text.replace('latest', 'latest # gitops-cockpit: ignore mutable-tag'),
    text.replace('latest', 'latest #gitops-cockpit:ignore  mutable-tag'),
    text.replace('    newTag', '    # gitops-cockpit: ignore mutable-tag\n    newTag'),
    `# gitops-cockpit: ignore-file mutable-tag\n${text}`,
    `${text}# gitops-cockpit: ignore-file mutable-tag`,
    text.replace('latest', 'latest # see #12 # gitops-cockpit: ignore mutable-tag'),
  ];
  for (const one of quiet) assert.deepEqual(lint(one).lines, [], one);
});

test('a comment elsewhere, for another rule or with other words keeps nothing quiet', () => {
  assert.deepEqual(lint(`# gitops-cockpit: ignore mutable-tag\n${text}`).lines, [
    'information unused-suppression kustomization.yaml:1 There is no mutable-tag there any more: this comment does nothing.',
    'warning mutable-tag kustomization.yaml:6 latest is a moving tag: what this repository pulls can change without a commit here.',
  ]);
  assert.deepEqual(lint(text.replace('latest', 'latest # gitops-cockpit: ignore empty-new-tag')).lines, [
    'warning mutable-tag kustomization.yaml:5 latest is a moving tag: what this repository pulls can change without a commit here.',
    'information unused-suppression kustomization.yaml:5 There is no empty-new-tag there any more: this comment does nothing.',
  ]);
  assert.deepEqual(lint(text.replace('latest', 'latest # gitops-cockpit: disable mutable-tag')).lines, [
    'warning mutable-tag kustomization.yaml:5 latest is a moving tag: what this repository pulls can change without a commit here.',
  ]);
});

test('a comment that does nothing, and a rule that does not exist, are told and deleted', () => {
  const unknown = lint(text.replace('latest', 'v2 # gitops-cockpit: ignore no-such-rule'));
  assert.deepEqual(unknown.lines, [
    'information unused-suppression kustomization.yaml:5 There is no rule no-such-rule: this comment does nothing.',
  ]);
  assert.equal(unknown.after('Delete what does nothing')[file], text.replace('latest', 'v2'));
  const alone = lint(`# gitops-cockpit: ignore-file mutable-tag\n${text.replace('latest', 'v2')}`);
  assert.deepEqual(alone.lines, [
    'information unused-suppression kustomization.yaml:1 There is no mutable-tag in this file any more: this comment does nothing.',
  ]);
  assert.equal(alone.after('Delete what does nothing')[file], text.replace('latest', 'v2'));
  const above = lint(text.replace('    newTag: latest', '    # gitops-cockpit: ignore mutable-tag\r\n    newTag: v2'));
  assert.equal(above.after('Delete what does nothing')[file], text.replace('latest', 'v2'));
  // A rule that is off needs no comment, and has one.
  assert.deepEqual(
    new LintedRepository(
      { ...latest(), [file]: text.replace('latest', 'latest # gitops-cockpit: ignore mutable-tag') },
      { severities: { 'mutable-tag': 'off' } },
    ).lines,
    [],
  );
});

test('a comment that names no rule is told, and stays until somebody deletes it', () => {
  const told =
    'This comment names no rule and does nothing: write the code of the problem behind it, such as ignore mutable-tag.';
  for (const words of ['ignore', 'ignore-file', 'ignore ', 'ignore: mutable-tag', 'ignore Mutable-Tag', 'ignore # why']) {
    const linted = lint(text.replace('latest', `latest # gitops-cockpit: ${words}`));
    assert.deepEqual(linted.of('unused-suppression'), [`information kustomization.yaml:5 ${told}`], words);
    assert.equal(linted.of('mutable-tag').length, 1, words);
    assert.equal(linted.after('Delete what does nothing')[file], text, words);
    assert.equal(fixAll(linted.input.repository, linted.problems, 'Fix all'), undefined);
  }
});

test('text in quotes, and a hash behind a word, are no comments', () => {
  const mark = '# gitops-cockpit: ignore mutable-tag';
  const texts = [`"a ${mark}"`, `'a ${mark}'`, `"a\n      ${mark}\n      b"`, `[{ "b ${mark}": c }]`, 'a#gitops-cockpit:ignore'];
  const annotated = (value: string) => `${kustomization(['deployment.yaml'])}commonAnnotations:\n  a: ${value}\n`;
  for (const value of texts.slice(0, 3)) assert.deepEqual(lint(annotated(value)).of('unused-suppression'), [], value);
  for (const value of texts) assert.deepEqual(suppressionsIn(new RepositoryFile(file, `a: ${value}\n`)), [], value);
  // An ignored key is text as well.
  assert.deepEqual(suppressionsIn(new RepositoryFile(file, `a: "${mark}"\na: c\n`)), []);
  // In a block text it is a comment of what the text holds.
  assert.equal(suppressionsIn(new RepositoryFile(file, `a: |\n  ${mark}\n`)).length, 1);
  const inBlock = (line: string) => suppressionsIn(new RepositoryFile(file, `patch: |\n  ${line}\n  b: c\n`)).length;
  assert.deepEqual([`a: "it's " ${mark}`, `a: it's ${mark}`, `a: ['b', c] ${mark}`].map(inBlock), [1, 1, 1]);
  assert.deepEqual([`a: "b ${mark}"`, `a: ['b', 'c ${mark}']`].map(inBlock), [0, 0]);
  assert.equal(suppressionsIn(new RepositoryFile(file, `a: "b" ${mark}\n`)).length, 1);
});

test('of several codes only the useless ones are deleted', () => {
  for (const [list, left] of [
    ['mutable-tag, empty-new-tag', 'mutable-tag'],
    ['empty-new-tag , mutable-tag', 'mutable-tag'],
    ['tag-not-string,mutable-tag,  empty-new-tag', 'mutable-tag'],
  ] as const) {
    const linted = lint(text.replace('latest', `latest # gitops-cockpit: ignore ${list}`));
    assert.equal(
      linted.after('Delete what does nothing')[file],
      text.replace('latest', `latest # gitops-cockpit: ignore ${left}`),
      list,
    );
  }
});

test('a comment in an inline patch is one', () => {
  const patch = `patches:\n  - target: { kind: Deployment }\n    patch: |\n      # gitops-cockpit: ignore-file mutable-tag\n      - op: test\n        path: /kind\n        value: Deployment\n`;
  assert.deepEqual(lint(text + patch).of('unused-suppression'), []);
});

/** The file with a comment that keeps the problems of a code quiet. */
function suppressed(linted: LintedRepository, code: string, whole: boolean): string {
  const problem = linted.problems.find((one) => one.code === code);
  const own = linted.input.repository.file(problem?.place.file ?? '');
  assert.ok(problem !== undefined && own !== undefined);
  const operation = whole ? fileSuppression(own, code) : lineSuppression(own, code, problem.place.start);
  const edits = editsOf([operation], (path) => linted.input.repository.file(path));
  assert.ok(!isRefusal(edits));
  return changedFiles(linted.files, { files: edits, renames: [] })[problem.place.file] ?? '';
}

test('the comments that quick fixes write keep the problem quiet', () => {
  const texts = [
    text,
    text.replace('latest', 'latest # moving'),
    text.replaceAll('\n', '\r\n'),
    `\uFEFF${text}`,
    text.trimEnd(),
    kustomization(['deployment.yaml'], 'images: [{ name: acme/api, newTag: latest }]\n'),
    kustomization(['deployment.yaml'], 'images:\n  - newTag: |-\n      latest\n    name: acme/api\n'),
    kustomization(['deployment.yaml'], 'images:\n  - newTag: >-\n      latest\n\n    name: acme/api\n'),
  ];
  for (const one of texts)
    for (const whole of [false, true]) {
      const quiet = suppressed(lint(one), 'mutable-tag', whole);
      assert.deepEqual(lint(quiet).lines, [], quiet);
      assert.ok(
        quiet.startsWith('\uFEFF') === one.startsWith('\uFEFF') &&
          quiet.replace(/\r\n/g, '').includes('\n') === one.replace(/\r\n/g, '').includes('\n'),
      );
    }
});

test('a comment goes behind what is written, or above a line that has one', () => {
  assert.equal(
    suppressed(lint(text), 'mutable-tag', false),
    text.replace('latest', 'latest # gitops-cockpit: ignore mutable-tag'),
  );
  assert.equal(
    suppressed(lint(text.replace('latest', 'latest # a')), 'mutable-tag', false),
    text.replace('    newTag: latest', '    # gitops-cockpit: ignore mutable-tag\n    newTag: latest # a'),
  );
  assert.equal(suppressed(lint(text), 'mutable-tag', true), `# gitops-cockpit: ignore-file mutable-tag\n${text}`);
});

test('in a text of several lines the comment goes above it, and holds for all of it', () => {
  const patch = (comment = '') =>
    kustomization(
      ['deployment.yaml'],
      `patches:\n${comment}  - patch: |\n      - op: replace\n        path: /spec/template/spec/containers/0/image\n        value: acme/api:latest\n    target: { kind: Deployment }\n`,
    );
  assert.deepEqual(lint(patch()).lines, [
    'warning mutable-tag kustomization.yaml:7 latest is a moving tag: what this repository pulls can change without a commit here.',
  ]);
  assert.equal(suppressed(lint(patch()), 'mutable-tag', false), patch('  # gitops-cockpit: ignore mutable-tag\n'));
  const folded = kustomization(['deployment.yaml'], 'images:\n  - name: acme/api\n    newTag: >- # short\n      latest\n\n');
  const quoted = kustomization(['deployment.yaml'], 'images:\n  - name: acme/api\n    newTag: "\\\n      latest"\n');
  for (const one of [folded, quoted]) assert.deepEqual(lint(suppressed(lint(one), 'mutable-tag', false)).lines, [], one);
});

test('every rule but those about comments and settings can be kept quiet', () => {
  assert.deepEqual(
    ruleCodes.filter((code) => !isSuppressible(code)),
    ['invalid-settings', 'unused-suppression'],
  );
});

test('problems come in the order of files and places', () => {
  const linted = new LintedRepository(
    overlays('acme/api:latest', {
      dev: "images:\n  - name: acme/web\n    newTag: v1\n  - name: acme/api\n    newTag: ''\n",
      prod: '',
    }),
  );
  assert.deepEqual(
    linted.problems.map(({ place, code }) => `${place.file} ${code}`),
    [
      'apps/base/deployment.yaml mutable-tag',
      'apps/dev/kustomization.yaml image-entry-unmatched',
      'apps/dev/kustomization.yaml empty-new-tag',
    ],
  );
});
