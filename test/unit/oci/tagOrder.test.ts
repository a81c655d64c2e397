import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { compareTags, describeComparison, sortTags } from '../../../src/core/oci/tagOrder.ts';
import { isMutableTag } from '../../../src/core/oci/tagScheme.ts';

describe('The newer tag', () => {
  const rows: readonly (readonly [newer: string, older: string, words: string])[] = [
    ['backend-v0.0.10', 'backend-v0.0.9', '1 patch newer'],
    ['v2.0.0', 'v1.9.9', '1 major newer'],
    ['1.4.0', '1.2.9', '2 minors newer'],
    ['1.9.7.4460', '1.9.7.4429', '31 builds newer'],
    ['go1.21.4', 'go1.21.3', '1 patch newer'],
    ['Web-1.0.1', 'web-1.0.0', '1 patch newer'],
    ['1.0.0', '1.0.0-rc.1', 'newer'],
    ['1.0.0-rc10', '1.0.0-rc9', 'newer'],
    ['1.0.0-rc.1', '1.0.0-rc', 'newer'],
    ['1.0.0-beta', '1.0.0-alpha.5', 'newer'],
    ['3.7.0b5', '3.7.0b1', 'newer'],
    ['1.2.3-alpine', '1.2.3-rc.1-alpine', 'newer'],
    ['v1.2.3-5-gabc1234', 'v1.2.3', '5 commits newer'],
    ['v1.2.4', 'v1.2.3-5-gabc1234', '1 patch newer'],
    ['3.12.0-1', '3.12.0', 'newer'],
    ['3.12.0-r3', '3.12.0-r1', '2 revisions newer'],
    ['16-alpine', '15-alpine', 'newer'],
    ['v10', 'v9', 'newer'],
    ['build-100', 'build-9', 'newer'],
    ['105-1a2b3c4', '99-9f8e7d6', 'newer'],
    ['20240701', '20240627', '4 days newer'],
    ['2024-07-01', '2024-06-30', '1 day newer'],
    ['202407011200', '202407011159', 'newer'],
    ['v20240701-1a2b3c4', 'v20240627-9f8e7d6', '4 days newer'],
    ['nightly-20240102', 'nightly-20240101', '1 day newer'],
    ['20240627.2', '20240627.1', '1 revision newer'],
    ['2024.7.1', '2024.6.27', '1 minor newer'],
    ['v1.10@sha256:abc', 'v1.9', '1 minor newer'],
  ];
  for (const [newer, older, words] of rows)
    it(`is ${newer}, not ${older}`, () => {
      equal(describeComparison(compareTags(newer, older)), words);
      equal(compareTags(older, newer).result, 'older');
    });
});

describe('Tags without an order', () => {
  const rows: readonly (readonly [a: string, b: string])[] = [
    ['web-1.2.3', 'api-1.2.4'],
    ['1.2.3', 'web-1.2.4'],
    ['1.2.3-alpine', '1.2.4'],
    ['1.2.3-alpine3.18', '1.2.4-alpine3.19'],
    ['2.1', '2.1.3'],
    ['1234567', '1234568'],
    ['main-1234567', 'main-1234568'],
    ['12345678', '12345679'],
    ['105', '20240627'],
    ['sha-1a2b3c4', 'sha-9f8e7d6'],
    ['main-1a2b3c4', 'main-9f8e7d6'],
    ['1.2.3-1a2b3c4', '1.2.3-1a2b3c5'],
    ['latest', 'latest'],
    ['latest', 'stable'],
    ['', 'v1.0.0'],
    ['${TAG}', 'v1.0.0'],
  ];
  for (const [a, b] of rows) it(`are ${a || 'no tag'} and ${b}`, () => equal(compareTags(a, b).result, 'incomparable'));
});

describe('Equal tags', () => {
  it('may differ in the v', () => deepEqual(compareTags('v1.2.3', '1.2.3'), { result: 'equal', note: 'v-prefix' }));
  it('may differ in build metadata', () => deepEqual(compareTags('1.2.3_b6', '1.2.3_b5'), { result: 'equal', note: 'build' }));
  it('may differ in zeros', () => deepEqual(compareTags('18.04', '18.4'), { result: 'equal', note: 'spelling' }));
  it('may be the same hash', () => deepEqual(compareTags('1a2b3c4', '1a2b3c4'), { result: 'equal', note: '' }));
});

describe('Sorting tags', () => {
  it('puts the newest first and keeps families together in order of appearance', () => {
    deepEqual(sortTags(['v1.0.0', 'latest', 'v1.2.0', 'abc1234', 'v1.10.0', 'web-1', 'web-3']), [
      'v1.10.0',
      'v1.2.0',
      'v1.0.0',
      'latest',
      'abc1234',
      'web-3',
      'web-1',
    ]);
  });
  it('loses nothing and is the same when done twice', () => {
    fc.assert(
      fc.property(fc.array(anyTag), (tags) => {
        const sorted = sortTags(tags);
        deepEqual(sorted.toSorted(), tags.toSorted());
        deepEqual(sortTags(sorted), sorted);
      }),
    );
  });
});

const anyTag = fc.oneof(
  fc.stringMatching(/^(v|web-|main-)?[0-9]{1,3}(\.[0-9]{1,2}){0,3}(-(rc|alpine|r|[0-9a-f]{7})\.?[0-9]?)?(_b1)?$/),
  fc.constantFrom('latest', '20240627', '20240701', '1606364286', '1a2b3c4', 'main-1a2b3c4-20240101', '2024-06-27'),
  fc.string({ unit: 'binary' }),
);

describe('The order of any tags', () => {
  it('is the opposite when they change places', () => {
    const opposite = { newer: 'older', older: 'newer', equal: 'equal', incomparable: 'incomparable' } as const;
    fc.assert(
      fc.property(anyTag, anyTag, (a, b) => equal(compareTags(b, a).result, opposite[compareTags(a, b).result])),
      { numRuns: 2000 },
    );
  });
  it('is transitive', () => {
    fc.assert(
      fc.property(anyTag, anyTag, anyTag, (a, b, c) => {
        if (compareTags(a, b).result === 'newer' && compareTags(b, c).result === 'newer')
          equal(compareTags(a, c).result, 'newer');
      }),
      { numRuns: 3000 },
    );
  });
  it('is found quickly for hostile text', () => {
    const started = performance.now();
    for (const unit of ['a', 'a-', 'a.', '1.', '1-', '-', '1-a', 'a1', '0', 'g-', 'v1.1.1-1-'])
      compareTags(`${unit.repeat(300).slice(0, 128)}!`, `${unit.repeat(60).slice(0, 127)}x`);
    ok(performance.now() - started < 2000);
  });
});

describe('A mutable tag', () => {
  for (const tag of ['', 'latest', 'main', 'Nightly', 'stable']) it(`is ${tag || 'no tag'}`, () => ok(isMutableTag(tag)));
  for (const tag of ['v1.2.3', 'main-1a2b3c4', 'latest-1']) it(`is not ${tag}`, () => ok(!isMutableTag(tag)));
});
