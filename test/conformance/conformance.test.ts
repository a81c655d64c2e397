import { deepEqual, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { publicCases, readCases } from './cases.ts';
import { checks, runCases } from './checks.ts';

const cases = readCases(publicCases);

describe('The public cases of image semantics', () => {
  for (const kind of Object.keys(checks))
    it(`pass for ${kind}`, () => {
      const { results } = runCases(cases.filter((one) => one.kind === kind));
      ok(results.length > 0);
      deepEqual(
        results.filter(({ failure }) => failure !== undefined),
        [],
      );
    });

  it('fail where the product answers differently', () => {
    const one = {
      id: 'wrong',
      kind: 'tag-order',
      action: { op: 'compare', a: 'v2.0.0', b: 'v1.0.0' },
      expected: { result: 'older' },
    };
    ok(runCases([one]).results[0]?.failure?.includes('our order'));
  });
});
