import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeSubject, encodeSubject, subjectKey, type PreviewSubject } from '../../../src/editor/previewUri.ts';

test('a subject comes back from its address', () => {
  const subjects: PreviewSubject[] = [
    { kind: 'manifests', root: '/repo\tapps/prod#ns/name@clusters/dev' },
    { kind: 'change', root: 'a?b&c=d%', side: 'before' },
    { kind: 'bump', usage: 'u', tag: 'v1', mode: 'override', side: 'after' },
  ];
  for (const subject of subjects) assert.deepEqual(decodeSubject(encodeSubject(subject)), subject);
});

test('an address that nobody has made here has no subject', () => {
  for (const query of ['', '{', '{}', '{"kind":"other"}', '[]']) assert.equal(decodeSubject(query), undefined);
});

test('both sides of a comparison have one key', () => {
  const change = (side: 'before' | 'after'): string => subjectKey({ kind: 'change', root: 'r', side });
  assert.equal(change('before'), change('after'));
});
