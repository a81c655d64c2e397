import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_BRANCH_TEMPLATE, proposalBranch } from '../../../src/core/git/branchName.ts';

const named = (application: string, environment: string, template = DEFAULT_BRANCH_TEMPLATE) =>
  proposalBranch(template, { application, environment });

describe('The branch of a proposal', () => {
  for (const [application, environment, expected] of [
    ['backend', 'prod', 'gitops-cockpit/prod/backend'],
    ['../../main', 'prod', 'gitops-cockpit/prod/main'],
    ['a b;$(touch x)', 'prod', 'gitops-cockpit/prod/a-b-touch-x'],
    ['-rf', '--force', 'gitops-cockpit/force/rf'],
    ['app.lock', 'prod', 'gitops-cockpit/prod/app'],
    ['a..b~^:?*[\\', '@{u}', 'gitops-cockpit/u/a.b'],
    ['größe', '生产', 'gitops-cockpit/生产/größe'],
    ['', '', 'gitops-cockpit'],
  ] as const)
    it(`of ${application || '(none)'} in ${environment || '(none)'} is ${expected}`, () =>
      assert.equal(named(application, environment), expected));

  it('follows the template, and other braces stay what they are', () => {
    assert.equal(named('api', 'prod', 'deploy/{application}-to-{environment}'), 'deploy/api-to-prod');
    assert.equal(named('api', 'prod', '///'), 'gitops-cockpit');
    assert.equal(named('{environment}', 'prod', '{application}/x'), 'environment/x');
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
