import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { branchPrefix, DEFAULT_BRANCH_TEMPLATE, proposalBranch, sharedBranch } from '../../../src/core/git/branchName.ts';

const named = (application: string, environment: string, template = DEFAULT_BRANCH_TEMPLATE) =>
  proposalBranch(template, { applications: [application], environments: [environment] });

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

  it('of several names says them all, and is no branch of one name', () => {
    const of = (applications: readonly string[], template = DEFAULT_BRANCH_TEMPLATE) =>
      proposalBranch(template, { applications, environments: ['prod'] });
    assert.equal(of(['a', 'b']), 'gitops-cockpit/prod/a+b');
    assert.equal(of(['a+b']), 'gitops-cockpit/prod/a-b-55r9yd');
    const many = of(Array.from({ length: 60 }, (_, index) => `application-${String(index)}`));
    assert.match(many, /^gitops-cockpit\/prod\/application-0\+application-1\+/);
    assert.ok(many.length <= 'gitops-cockpit/prod/'.length + 120);
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', '+', '.', ' '), minLength: 1, maxLength: 4 });
    const names = fc.record({
      applications: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }).map((list) => list.sort()),
      environments: fc.uniqueArray(name, { minLength: 1, maxLength: 2 }).map((list) => list.sort()),
    });
    const template = fc.constantFrom(
      DEFAULT_BRANCH_TEMPLATE,
      '{application}-{environment}',
      'x/{environment}{application}',
      '{application}-b-{environment}/y',
      '{application}+{environment}',
    );
    fc.assert(
      fc.property(template, names, names, (pattern, one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        assert.equal(proposalBranch(pattern, one) === proposalBranch(pattern, other), isSame);
      }),
      { numRuns: 5000 },
    );
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

describe('The branch among those that are there', () => {
  const names = (applications: readonly string[], environments: readonly string[] = ['prod']) => ({ applications, environments });
  const of = (applications: readonly string[], environments?: readonly string[]) =>
    proposalBranch(DEFAULT_BRANCH_TEMPLATE, names(applications, environments));
  const chosen = (applications: readonly string[], present: readonly string[], template = DEFAULT_BRANCH_TEMPLATE) =>
    sharedBranch(template, names(applications), present);

  it('is its own where nothing else has the same application and environment', () => {
    for (const present of [
      [],
      [of(['web'])],
      [of(['api'], ['dev'])],
      [of(['api-b'])],
      ['main', 'gitops-cockpit/prod', 'other/prod/api'],
    ])
      assert.deepEqual(chosen(['api'], present), { branch: of(['api']), others: [] });
  });

  it('is the one that has some of it, for more and for less than that has', () => {
    assert.deepEqual(chosen(['api', 'web'], [of(['web'])]), { branch: of(['web']), others: [] });
    assert.deepEqual(chosen(['api'], ['main', of(['api', 'web'], ['dev', 'prod'])]), {
      branch: of(['api', 'web'], ['dev', 'prod']),
      others: [],
    });
  });

  it('is its own, and says the others, where it is there or several of them are', () => {
    assert.deepEqual(chosen(['api', 'web'], [of(['api']), of(['web'])]), {
      branch: of(['api', 'web']),
      others: [of(['api']), of(['web'])],
    });
    assert.deepEqual(chosen(['api'], [of(['api']), of(['api', 'web'])]), { branch: of(['api']), others: [of(['api', 'web'])] });
  });

  it('is its own where the template does not keep the names apart', () => {
    const template = 'x/{application}-{environment}';
    const there = proposalBranch(template, names(['api', 'web']));
    assert.deepEqual(chosen(['api'], [there], template), { branch: 'x/api-prod', others: [] });
  });

  it('begins with what all branches of the template begin with', () => {
    assert.deepEqual([DEFAULT_BRANCH_TEMPLATE, '{application}/x', 'a b/c-{environment}', 'fixed'].map(branchPrefix), [
      'gitops-cockpit/',
      '',
      'a-b/',
      '',
    ]);
  });
});
