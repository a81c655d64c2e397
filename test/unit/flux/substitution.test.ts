import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { substitute, UNKNOWN } from '../../../src/core/flux/substitution.ts';

const VALUES: Readonly<Record<string, string>> = { TAG: 'v1.2.3', EMPTY: '', NAME: 'Backend' };
const lookup = (variable: string) => (variable === 'SECRET' ? UNKNOWN : VALUES[variable]);
const text = (template: string) => substitute(template, lookup).text;

describe('postBuild substitution', () => {
  // Expectations after the tables of fluxcd/pkg/envsubst and the Flux documentation on post build substitution.
  const rows: readonly (readonly [string, string])[] = [
    ['app:${TAG}', 'app:v1.2.3'],
    ['${TAG:-v9}', 'v1.2.3'],
    ['${MISSING:-v9}', 'v9'],
    ['${EMPTY:-v9}', 'v9'],
    ['${MISSING:=v9}', 'v9'],
    ['${MISSING=v9}', 'v9'],
    ['${MISSING:-${TAG}}', 'v1.2.3'],
    ['${TAG/v/release-}', 'release-1.2.3'],
    ['${TAG//./-}', 'v1-2-3'],
    ['${TAG:0:2}', 'v1'],
    ['${TAG:1}', '1.2.3'],
    ['${NAME,,}', 'backend'],
    ['${NAME^^}', 'BACKEND'],
    ['${#TAG}', '6'],
    ['${TAG#v}', '1.2.3'],
    ['${TAG%.*}', 'v1.2'],
    ['${TAG%%.*}', 'v1'],
    ['$$TAG ${TAG}', '$TAG v1.2.3'],
    ['$TAG', '$TAG'],
    ['${not closed', '${not closed'],
    ['${{ github.sha }}', '${{ github.sha }}'],
  ];
  for (const [template, expected] of rows) test(`${template} becomes ${expected}`, () => assert.equal(text(template), expected));

  test('names a variable without value and default', () => assert.deepEqual(substitute('a:${NOPE}', lookup).missing, ['NOPE']));
  test('keeps what only the cluster knows, and names it', () => {
    const result = substitute('a:${SECRET}', lookup);
    assert.deepEqual([result.text, result.unknown], ['a:${SECRET}', ['SECRET']]);
  });
  test('says when the whole text is one variable, and when its default was taken', () => {
    assert.deepEqual(substitute('${TAG}', lookup).sole, { variable: 'TAG', defaulted: false });
    assert.deepEqual(substitute('${NOPE:=v1}', lookup).sole, { variable: 'NOPE', defaulted: true });
    assert.equal(substitute('v${TAG}', lookup).sole, undefined);
  });
});
