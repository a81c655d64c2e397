import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_BRANCH_TEMPLATE, proposalBranch } from '../../../src/core/git/branchName.ts';

const named = (application: string, environment: string, template = DEFAULT_BRANCH_TEMPLATE) =>
  proposalBranch(template, { application, environment });

describe('The branch of a proposal', () => {
  for (const [application, environment, expected] of [
    ['backend', 'prod', 'gitops-cockpit/prod/backend'],
    ['../../main', 'prod', 'gitops-cockpit/prod/main-c6jt12'],
    ['a b;$(touch x)', 'prod', 'gitops-cockpit/prod/a-b-touch-x-1r97lmd'],
    ['-rf', '--force', 'gitops-cockpit/force-n3rqu2/rf-brk9u0'],
    ['app.lock', 'prod', 'gitops-cockpit/prod/app-vgyor5'],
    ['a..b~^:?*[\\', '@{u}', 'gitops-cockpit/u-1fttes2/a.b-mm8yde'],
    ['größe', '生产', 'gitops-cockpit/生产/größe'],
    ['', '', 'gitops-cockpit'],
  ] as const)
    it(`of ${application || '(none)'} in ${environment || '(none)'} is ${expected}`, () =>
      assert.equal(named(application, environment), expected));

  it('is another one for every other name', () => {
    const long = 'x'.repeat(70);
    for (const [one, other] of [
      ['shop/api', 'shop-api'],
      ['shop api', 'shop/api'],
      [`${long}1`, `${long}2`],
      ['***', '---'],
      ['***', ''],
      ['app.lock', 'app'],
    ] as const) {
      assert.notEqual(named(one, 'prod'), named(other, 'prod'));
      assert.notEqual(named('api', one), named('api', other));
      assert.notEqual(
        named(one, 'prod', 'to/{application}-{environment}'),
        named(other, 'prod', 'to/{application}-{environment}'),
      );
    }
    assert.notEqual(
      named(long.slice(15), long, '{application}-{environment}'),
      named(long.slice(15), `${long}y`, '{application}-{environment}'),
    );
    assert.equal(named(`${long}1`, 'prod').length, 'gitops-cockpit/prod/'.length + 60);
  });

  it('follows the template, and other braces stay what they are', () => {
    assert.equal(named('api', 'prod', 'deploy/{application}-to-{environment}'), 'deploy/api-to-prod');
    assert.equal(named('api', 'prod', '///'), 'gitops-cockpit');
    assert.equal(named('{environment}', 'prod', '{application}/x'), 'environment-5lsazy/x');
  });

  it('is one that Git accepts, whatever the names are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'grapheme' }),
        fc.string(),
        (application, environment, template) => {
          const branch = named(application, environment, `${template}/{application}/{environment}`);
          assert.ok(branch.length > 0 && branch.length <= 200);
          // git help check-ref-format
          assert.doesNotMatch(branch, /\.\.|[\u0000-\u0020\u007f~^:?*[\\]|@\{|\/\/|^[/-]|[/.]$|(?:^|\/)\.|\.lock(?:\/|$)/);
          assert.notEqual(branch, '@');
        },
      ),
    );
  });
});
