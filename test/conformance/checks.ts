/** Which check runs a kind of case. */
import { checkBump } from './bump.ts';
import { checkDiagnostic } from './diagnostic.ts';
import type { ConformanceCase } from './cases.ts';
import { checkEffectiveImage } from './effectiveImage.ts';
import { checkParseRef } from './parseRef.ts';
import { checkTagOrder } from './tagOrder.ts';

/** Throws where the product does not do what the case expects. */
type Check = (one: ConformanceCase) => void;

export const checks: Readonly<Record<string, Check>> = {
  bump: checkBump,
  diagnostic: checkDiagnostic,
  'effective-image': checkEffectiveImage,
  'parse-ref': checkParseRef,
  'tag-order': checkTagOrder,
};

export interface CaseResult {
  readonly id: string;
  readonly kind: string;
  /** undefined for a pass. */
  readonly failure: string | undefined;
}

/** Runs every case of a kind that has a check. Never throws. */
export function runCases(cases: readonly ConformanceCase[]): {
  readonly results: readonly CaseResult[];
  readonly notRun: readonly ConformanceCase[];
} {
  const results: CaseResult[] = [];
  const notRun: ConformanceCase[] = [];
  for (const one of cases) {
    const check = checks[one.kind];
    if (check === undefined) {
      notRun.push(one);
      continue;
    }
    let failure: string | undefined;
    try {
      check(one);
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    results.push({ id: one.id, kind: one.kind, failure });
  }
  return { results, notRun };
}
