import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { matchesGlob, matchesGlobOrParent } from '../../../src/core/text/glob.ts';

describe('A path pattern', () => {
  const rows: readonly (readonly [pattern: string, path: string, matches: boolean])[] = [
    ['apps/prod', 'apps/prod', true],
    ['apps/prod', 'apps/prod2', false],
    ['apps/*', 'apps/prod', true],
    ['apps/*', 'apps/prod/backend', false],
    ['apps/*-eu', 'apps/prod-eu', true],
    ['apps/pro?', 'apps/prod', true],
    ['apps/pro?', 'apps/pro', false],
    ['apps/**', 'apps', true],
    ['apps/**', 'apps/prod/backend', true],
    ['**/prod', 'prod', true],
    ['**/prod', 'a/b/prod', true],
    ['**/overlays/*/base', 'x/overlays/prod/base', true],
    ['**/a/**/b', 'x/a/y/a/z/b', true],
    ['./apps/prod/', 'apps/prod', true],
    ['apps/[prod]', 'apps/[prod]', true],
    ['', 'apps', false],
  ];
  for (const [pattern, path, matches] of rows)
    it(`${pattern || '(empty)'} ${matches ? 'matches' : 'does not match'} ${path}`, () => {
      equal(matchesGlob(pattern, path), matches);
    });

  it('covers what lies below a directory', () => {
    equal(matchesGlobOrParent('apps/*', 'apps/prod/backend'), true);
    equal(matchesGlobOrParent('apps/prod', 'apps'), false);
  });

  it('matches as the regular expression it stands for', () => {
    const segment = fc.stringMatching(/^[ab*?]{1,4}$/);
    const patterns = fc.array(fc.oneof(segment, fc.constant('**')), { minLength: 1, maxLength: 5 });
    const paths = fc.array(fc.stringMatching(/^[ab]{1,4}$/), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(patterns, paths, (pattern, path) => {
        equal(matchesGlob(pattern.join('/'), path.join('/')), expression(pattern).test(`${path.join('/')}/`));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no exponential time on a pattern that a regular expression chokes on', () => {
    equal(matchesGlob(`${'*a'.repeat(100)}b`, 'a'.repeat(5000)), false);
    equal(matchesGlob(`${'**/a/'.repeat(100)}b`, 'a/'.repeat(5000)), false);
  });
});

/** `**` alone is any number of segments; in a segment, two stars are one. */
function expression(pattern: readonly string[]): RegExp {
  const parts = pattern.map((segment) =>
    segment === '**' ? '(?:[^/]+/)*' : `${segment.replaceAll(/\*+/g, '[^/]*').replaceAll('?', '[^/]')}/`,
  );
  return new RegExp(`^${parts.join('')}$`);
}
