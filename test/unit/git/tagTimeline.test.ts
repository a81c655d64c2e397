import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RawLogReader } from '../../../src/core/git/rawLog.ts';
import { changedTagValues } from '../../../src/core/git/tagLines.ts';
import { historyCommit } from '../../../src/core/git/tagTimeline.ts';

const [A, B, C] = ['a', 'b', 'c'].map((char) => char.repeat(40)) as [string, string, string];
const NONE = '0'.repeat(40);
const header = (hash: string, parents: string, subject: string) =>
  `${[hash, parents, 'Mira', '2026-01-01T10:00:00Z', '2026-01-02T10:00:00Z', subject].join('\0')}\0`;

describe('The raw log', () => {
  const log =
    `${header(C, `${B} ${A}`, 'merge')}\n:100644 100644 ${A} ${B} M\0apps/a b.yaml\0:100644 000000 ${A} ${NONE} D\0gone.yaml\0` +
    header(B, A, 'nothing') +
    `${header(A, '', 'first')}\n:100644 100644 ${A} ${A} R100\0old.yaml\0new.yaml\0:000000 120000 ${NONE} ${C} A\0link\0:000000 100755 ${NONE} ${C} A\0:100644 x\0`;

  test('is read whole', () => {
    const reader = new RawLogReader();
    const commits = [...reader.read(log), ...reader.end()];
    assert.deepEqual(
      commits.map(({ hash, parents, subject, changes }) => [hash, parents.length, subject, changes.length]),
      [
        [C, 2, 'merge', 2],
        [B, 1, 'nothing', 0],
        [A, 0, 'first', 3],
      ],
    );
    assert.deepEqual(commits[0]?.changes, [
      { path: 'apps/a b.yaml', oldPath: 'apps/a b.yaml', hash: B, oldHash: A },
      { path: undefined, oldPath: 'gone.yaml', hash: '', oldHash: A },
    ]);
    assert.deepEqual(commits[2]?.changes, [
      { path: 'new.yaml', oldPath: 'old.yaml', hash: A, oldHash: A },
      { path: 'link', oldPath: undefined, hash: '', oldHash: '' },
      { path: ':100644 x', oldPath: undefined, hash: C, oldHash: '' },
    ]);
  });
  test('is read in any pieces', () => {
    const whole = new RawLogReader();
    const expected = [...whole.read(log), ...whole.end()];
    for (const size of [1, 3, 7, 50]) {
      const reader = new RawLogReader();
      const commits = [];
      for (let at = 0; at < log.length; at += size) commits.push(...reader.read(log.slice(at, at + size)));
      assert.deepEqual([...commits, ...reader.end()], expected);
    }
  });
});

describe('The pull request of a commit', () => {
  const of = (subject: string) =>
    historyCommit({ hash: A, parents: [], author: 'Mira', authored: '', committed: '', subject, changes: [] }).pullRequest;

  test('is in the subject of a merge', () => assert.equal(of('Merge pull request #12 from acme/change'), 12));
  test('is in the subject of a squash', () => assert.equal(of('feat: bump backend (#345)'), 345));
  test('is not any number', () => {
    assert.deepEqual(
      [of('fixes #12 at last'), of('Merge branch main (#1) into dev'), of('bump to v1.2')],
      [undefined, undefined, undefined],
    );
  });
});

describe('Two versions of a file that differ in tags alone', () => {
  const file = (web: string, api: string, more = '') =>
    `images:\n- name: web\n  newTag: ${web} # {"$imagepolicy": "a:b:tag"}\n- name: api\n  newTag: ${api}\n${more}`;
  const values = (newer: string, older: string) =>
    changedTagValues(newer, older)?.map(({ start, end, before }) => [newer.slice(start, end), before]);

  test('give the values on both sides', () => {
    assert.deepEqual(values(file('v2', 'v1'), file('v10', 'v1')), [['v2', 'v10']]);
    assert.deepEqual(values(file('v2', 'v3.0.0'), file('v1', 'v2.9.9')), [
      ['v2', 'v1'],
      ['v3.0.0', 'v2.9.9'],
    ]);
  });
  test('may have quotes, CRLF and no end of the last line', () => {
    assert.deepEqual(values('newTag: "1.10"\r\n', 'newTag: "1.9"\r\n'), [['1.10', '1.9']]);
    assert.deepEqual(values('newTag: v2', 'newTag: v1'), [['v2', 'v1']]);
    assert.deepEqual(values(`- digest: sha256:${A}`, `- digest: sha256:${B}`), [[`sha256:${A}`, `sha256:${B}`]]);
  });
  test('are none where anything else differs', () => {
    assert.equal(values(file('v2', 'v1'), file('v1', 'v1', 'namePrefix: x-\n')), undefined);
    assert.equal(values('newTag: v2\n', 'newTag: v1 # was\n'), undefined);
    assert.equal(values('- name: web\n', '- name: api\n'), undefined);
    assert.equal(values('newTag: v2\n', "newTag: 'v1'\n"), undefined);
  });
  test('are none where YAML may read something other than text', () => {
    for (const other of ['1.10', '0362525', '12e4567', 'true', 'null', '*tag', '&tag v1', '""', '~', '2024-06-27', '${TAG}'])
      assert.equal(values('newTag: v2\n', `newTag: ${other}\n`), undefined, other);
  });
});
