import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { isProductionLike, orderEnvironments } from '../../../src/core/repository/environmentNames.ts';

describe('The order of environments', () => {
  const rows: readonly (readonly [what: string, order: readonly string[]])[] = [
    ['the usual chain', ['dev', 'test', 'qa', 'staging', 'preprod', 'prod']],
    ['short and long names', ['local', 'sbox', 'development', 'ci', 'tst', 'integration', 'stg', 'pre-prod', 'production']],
    ['courts and tribunals', ['sbox', 'dev', 'test', 'ithc', 'demo', 'stg', 'prod']],
    ['a Norwegian agency', ['at22', 'at23', 'yt01', 'tt02', 'prod']],
    ['rings by number', ['development', 'staging', 'ring-0', 'ring-1', 'ring-2', 'ring-10', 'production']],
    ['regions of a stage', ['qa', 'staging-eu', 'staging-us', 'prod-asia', 'prod-eu', 'prod-us']],
    ['a prefix before the stage', ['test', 'ocp4-stage', 'moc-prod']],
    ['unknown names before production', ['dev', 'gcp', 'prod']],
    ['several stages of one kind', ['dev1', 'dev2', 'dev10', 'prod']],
    ['no environment last', ['dev', 'prod', '']],
  ];
  for (const [what, order] of rows)
    it(`knows ${what}`, () => {
      deepEqual(orderEnvironments(order.toReversed()), order);
    });

  it('is that of the user first', () => {
    deepEqual(orderEnvironments(['dev', 'prod', 'blue', 'test'], ['blue', 'prod']), ['blue', 'prod', 'dev', 'test']);
  });

  it('neither loses nor invents names, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (names, order) => {
        deepEqual(new Set(orderEnvironments(names, order)), new Set(names));
        deepEqual(orderEnvironments(orderEnvironments(names, order), order), orderEnvironments(names, order));
      }),
    );
  });
});

describe('An environment that wants the care of production', () => {
  for (const name of ['prod', 'production', 'PRD', 'prod-eu', 'moc-prod', 'prod2', 'live', 'us.prod'])
    it(`is ${name}`, () => {
      equal(isProductionLike(name), true);
    });
  for (const name of ['', 'dev', 'staging', 'preprod', 'pre-prod', 'non-prod', 'nonprod', 'product', 'reproduction', 'gcp'])
    it(`is not ${name || 'the absence of one'}`, () => {
      equal(isProductionLike(name), false);
    });
});
