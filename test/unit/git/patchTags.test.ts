import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { tagsInPatches } from '../../../src/core/git/patchTags.ts';

const log = (hunk: readonly string[], file = 'b/a.yaml'): string => {
  const added = hunk.filter((line) => !line.startsWith('-')).length;
  const removed = hunk.filter((line) => !line.startsWith('+')).length;
  return [
    '\0abc\0Mira\x002026-01-01T00:00:00Z',
    '',
    'diff --git x y',
    '--- a/a.yaml',
    `+++ ${file}`,
    `@@ -1,${String(removed)} +1,${String(added)} @@ images:`,
    ...hunk,
  ].join('\n');
};
const tags = (hunk: readonly string[]): string[] => tagsInPatches(log(hunk)).map(({ image, tag }) => `${image}:${tag}`);

describe('Tags in patches', () => {
  const rows: readonly (readonly [title: string, hunk: readonly string[], found: readonly string[]])[] = [
    ['are those of added lines only', [' - name: a', '-  newTag: v1', '+  newTag: v2'], ['a:v2']],
    ['take the name of their own entry', [' - name: a', '+  newTag: v2', ' - name: b', '+  newTag: v3'], ['a:v2', 'b:v3']],
    ['take a name that follows', [' - newTag: x', '   name: a', '+- newTag: v2', '   name: b'], ['b:v2']],
    ['prefer the new name', [' - name: a', '   newName: r/a', '+  newTag: v2'], ['r/a:v2']],
    ['come out of quotes and before comments', ['+  newTag: "1.10" # c', "+  tag: '2'"], [':1.10', ':2']],
    ['come out of JSON', ['+    "image": "app:v1",'], ['app:v1']],
    ['come out of whole references', ['+      - image: localhost:5000/app:v1@sha256:x'], ['localhost:5000/app:v1']],
    ['come out of env lines and literals', ['+TAG=v1', '+  - APP_VERSION=v2'], [':v1', ':v2']],
    ['are cut from a digest', ['+  newTag: v2@sha256:abc'], [':v2']],
    [
      'are not empty, no variables and no API versions',
      ['+  newTag: ""', '+  newTag:', '+  tag: ${TAG}', '+apiVersion: v1', '+  image: app'],
      [],
    ],
    ['are not in prose', ['+# newTag: v1', '+the tag: of the day is v1'], []],
    ['survive content that looks like a header', ['+newTag: v1', '+++ b/other', '+@@ -1 +1 @@'], [':v1']],
  ];
  for (const [title, hunk, found] of rows) it(title, () => deepEqual(tags(hunk), found));

  it('know their file, also where git quotes its name', () => {
    equal(tagsInPatches(log(['+tag: v1'], String.raw`"b/\303\244\t\"x\".yaml"`))[0]?.file, 'ä\t"x".yaml');
  });
  it('are read from any text without throwing', () => {
    const piece = fc.constantFrom(
      '\0a\0b\0c',
      '@@ -1,2 +1,9 @@',
      '@@ ',
      '+++ b/x',
      '+++ "',
      '+newTag: v1',
      '- name: x',
      '\\',
      ' ',
      '\n',
    );
    fc.assert(fc.property(fc.array(fc.oneof(piece, fc.string())), (lines) => void tagsInPatches(lines.join('\n'))));
  });
});
