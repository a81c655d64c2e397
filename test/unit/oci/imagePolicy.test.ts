import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { latestTag } from '../../../src/core/oci/versioning/imagePolicy.ts';
import {
  compareVersions,
  parseFluxVersion,
  parseRange,
  parseVersion,
  satisfies,
} from '../../../src/core/oci/versioning/semver.ts';

function meets(version: string, range: string): boolean | undefined {
  const [parsed, parsedRange] = [parseVersion(version), parseRange(range)];
  return parsed === undefined || parsedRange === undefined ? undefined : satisfies(parsed, parsedRange);
}

describe('A range as Flux reads it', () => {
  const rows: readonly (readonly [range: string, inside: string, outside: string])[] = [
    ['1.0.x', '1.0.1', '1.1.0'],
    ['>=1.0.0 <2.0.0', '1.9.9', '2.0.0'],
    ['>=1.0.0, <2.0.0', '1.9.9', '2.0.0'],
    ['<1 || >=3', '3.0.1', '2.0.0'],
    ['1.2 - 1.4', '1.4.9', '1.5.0'],
    ['1.2.0 - 1.4.0', '1.4.0', '1.4.1'],
    ['^1.2', '1.9.0', '2.0.0'],
    ['^0.2.3', '0.2.9', '0.3.0'],
    ['^0.0.3', '0.0.3', '0.0.4'],
    ['~1.2.3', '1.2.9', '1.3.0'],
    ['~>2', '2.9.0', '3.0.0'],
    ['>1', '2.0.0', '1.5.0'],
    ['>1.1', '1.2.0', '1.1.5'],
    ['<=1', '1.9.9', '2.0.0'],
    ['!=1.2.x', '1.3.0', '1.2.7'],
    ['!=1', '2.0.0', '1.2.7'],
    ['*', '0.0.1', '1.0.0-rc.1'],
    ['>=1.0.0-0', '1.1.0-rc.1', '0.9.0'],
    ['=> 1.0.0', '1.0.0', '0.9.9'],
    ['1.2.3', '1.2.3', '1.2.4'],
  ];
  for (const [range, inside, outside] of rows)
    it(`${range} has ${inside} and not ${outside}`, () =>
      deepEqual([meets(inside, range), meets(outside, range)], [true, false]));
  for (const range of ['foo', '>=', '1.2.3 foo', '>1.x.x.x', '1.2.3,', '|| foo'])
    it(`${range} is none`, () => equal(parseRange(range), undefined));
});

describe('A version as Flux reads it', () => {
  it('needs three parts', () =>
    deepEqual(
      [parseFluxVersion('1.0'), parseFluxVersion('1.0.0.1'), parseFluxVersion('1.2.beta')],
      [undefined, undefined, undefined],
    ));
  it('may have leading zeros and a v', () => deepEqual(parseFluxVersion('v2025.07.03')?.minor, 7n));
  it('may not have them in a prerelease', () => equal(parseVersion('1.0.0-01'), undefined));
  it('is a total order', () => {
    const version = fc.stringMatching(/^[0-2]\.[0-2]\.[0-2](-(rc|alpha|[0-3])(\.(0|[1-9][0-9]?))?)?$/);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [x, y, z] = [parseVersion(a), parseVersion(b), parseVersion(c)];
        ok(x !== undefined && y !== undefined && z !== undefined);
        equal(Math.sign(compareVersions(x, y)), -Math.sign(compareVersions(y, x)) + 0);
        if (compareVersions(x, y) > 0 && compareVersions(y, z) > 0) ok(compareVersions(x, z) > 0);
      }),
    );
  });
});

describe('The latest tag of a policy', () => {
  const semver = { semver: { range: '>=0.0.0' } };
  it('is written as it was, although an extract was ordered', () =>
    deepEqual(
      latestTag(semver, { pattern: '^backend-v(?P<v>.*)$', extract: '${v}' }, ['backend-v0.0.5', 'backend-v0.2.0', 'x']),
      { latest: 'backend-v0.2.0' },
    ));
  it('is the last of two with the same extract', () =>
    deepEqual(latestTag(semver, { pattern: '(\\d+\\.\\d+\\.\\d+)', extract: '$1' }, ['a-1.0.0', 'b-1.0.0']), {
      latest: 'b-1.0.0',
    }));
  it('takes the longest name behind a dollar, as Go does', () =>
    ok('problem' in latestTag(semver, { pattern: '^(.*)$', extract: '$1x' }, ['1.0.0'])));
  it('is none for a broken pattern', () => ok('problem' in latestTag(semver, { pattern: '(' }, ['1.0.0'])));
  it('is none for a broken range', () => ok('problem' in latestTag({ semver: { range: 'x y' } }, undefined, ['1.0.0'])));
  it('is none without a rule', () => ok('problem' in latestTag({}, undefined, ['1.0.0'])));
  it('is the last of equal numbers', () =>
    deepEqual(latestTag({ numerical: {} }, undefined, ['1.10', '1.1']), { latest: '1.1' }));
  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.array(fc.string()), (range, pattern, extract, tags) => {
        for (const policy of [{ semver: { range } }, { alphabetical: { order: range } }, { numerical: { order: range } }])
          latestTag(policy, { pattern, extract }, tags);
      }),
    );
  });
});
