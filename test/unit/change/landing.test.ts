import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proposalNames } from '../../../src/core/change/proposalNames.ts';
import type { LandingPolicy } from '../../../src/core/repository/landing.ts';
import { landingsFor } from '../../../src/core/repository/landing.ts';

const first = (environments: readonly string[], policies: Readonly<Record<string, LandingPolicy>> = {}) =>
  landingsFor(environments, new Map(Object.entries(policies)))[0];

describe('The way that comes first', () => {
  it('is a pull request for an environment like production, else an edit', () => {
    assert.deepEqual(
      ['prod', 'prod-eu', 'preprod', 'dev', ''].map((name) => first([name])),
      ['pullRequest', 'pullRequest', 'edit', 'edit', 'edit'],
    );
  });
  it('is what is set for the environment', () => {
    assert.equal(first(['prod'], { prod: 'ask' }), 'edit');
    assert.equal(first(['dev'], { dev: 'commit' }), 'commit');
  });
  it('is that of the most careful environment where several change', () => {
    assert.equal(first(['dev', 'prod'], { dev: 'edit' }), 'pullRequest');
    assert.equal(first(['dev', 'test'], { dev: 'edit', test: 'commit' }), 'commit');
  });
  it('takes none of the others away', () =>
    assert.deepEqual(landingsFor(['prod'], new Map()), ['pullRequest', 'edit', 'commit']));
});

describe('A proposal goes by the name of', () => {
  const change = (application: string, environment: string) => ({ application, environment });
  const names = (applications: readonly string[], environments: readonly string[]) => ({ applications, environments });
  it('the one application and environment', () =>
    assert.deepEqual(proposalNames([change('api', 'prod'), change('api', 'prod')]), names(['api'], ['prod'])));
  it('all of them, in their order, whatever order they come in', () =>
    assert.deepEqual(proposalNames([change('web', 'prod'), change('api', 'prod')]), names(['api', 'web'], ['prod'])));
  it('what was chosen, and not of what shares its line', () => {
    const changes = [change('api', 'prod'), change('api', 'staging')];
    assert.deepEqual(proposalNames(changes, ['staging']), names(['api'], ['prod']));
    assert.deepEqual(proposalNames(changes, ['staging', 'prod']), names(['api'], ['prod', 'staging']));
  });
});
