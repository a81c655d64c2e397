import { deepEqual, equal, ok } from 'node:assert/strict';
import { nameMatcher } from '../../src/core/kustomize/imageTransformer.ts';
import {
  familiarName,
  isReferenceProblem,
  joinReference,
  kustomizeSplit,
  parseNormalizedReference,
  parseReference,
} from '../../src/core/oci/imageReference.ts';
import type { ImageReference, ReferenceProblem } from '../../src/core/oci/imageReference.ts';
import type { ConformanceCase } from './cases.ts';

export function checkParseRef({ action, expected }: ConformanceCase): void {
  if (action['type'] === 'kustomize-name-match') {
    const rows = action['rows'] as readonly (readonly [string, string])[];
    deepEqual(
      rows.map(([image, name]) => nameMatcher(name)?.(image)),
      expected['results'],
    );
    return;
  }
  const input = String(action['input']);
  const { parse, normalized, familiarName: familiar, kustomizeSplit: split } = expected;
  const [parsed, normal] = [parseReference(input), parseNormalizedReference(input)];
  if (parse !== undefined) checkResult(parsed, parse, (reference) => reference);
  if (normalized !== undefined)
    checkResult(normal, normalized, (reference) => joinReference({ ...reference, name: reference.repository }));
  if (familiar !== undefined) equal(isReferenceProblem(normal) ? normal.error : familiarName(normal), familiar);
  if (split !== undefined) deepEqual(kustomizeSplit(input), split);
}

/** An expected error is the code, or words of the message. */
function checkResult(
  actual: ImageReference | ReferenceProblem,
  expected: unknown,
  value: (reference: ImageReference) => unknown,
): void {
  const error = typeof expected === 'object' && expected !== null && 'error' in expected ? String(expected.error) : undefined;
  if (!isReferenceProblem(actual)) {
    deepEqual(value(actual), expected);
    return;
  }
  ok(error !== undefined, `unexpected ${actual.error}: ${actual.message}`);
  ok(actual.error === error || actual.message.includes(error), `${actual.error}: ${actual.message}, not ${error}`);
}
