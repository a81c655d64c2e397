import { deepEqual, equal } from 'node:assert/strict';
import { compareTags } from '../../src/core/oci/tagOrder.ts';
import { latestTag } from '../../src/core/oci/versioning/imagePolicy.ts';
import type { TagFilter, TagPolicy } from '../../src/core/oci/versioning/imagePolicy.ts';
import { compareVersions, parseFluxVersion } from '../../src/core/oci/versioning/semver.ts';
import type { ConformanceCase } from './cases.ts';
import { areDockerTagsCompatible, compareDockerTags, dockerOrder } from './renovateDocker.ts';

export function checkTagOrder({ action, expected }: ConformanceCase): void {
  const rows = action['rows'] as readonly (readonly [string, string])[];
  switch (action['op']) {
    case 'compare':
      checkPair(String(action['a']), String(action['b']), expected);
      return;
    case 'image-policy-latest': {
      const result = latestTag(
        action['policy'] as TagPolicy,
        action['filterTags'] as TagFilter | undefined,
        action['tags'] as readonly string[],
      );
      equal('latest' in result ? result.latest : null, expected['latest']);
      return;
    }
    case 'renovate-docker-gt':
      deepEqual(
        rows.map(([a, b]) => compareDockerTags(a, b) > 0),
        expected['results'],
      );
      return;
    case 'renovate-docker-compatible':
      deepEqual(
        rows.map(([tag, current]) => areDockerTagsCompatible(tag, current)),
        expected['results'],
      );
      return;
    case 'renovate-docker-sort': {
      const lists = action['rows'] as readonly (readonly [readonly string[]])[];
      deepEqual(
        lists.map(([tags]) => tags.toSorted(compareDockerTags)),
        expected['results'],
      );
      return;
    }
    default:
      throw new Error(`the operation ${String(action['op'])} is not known`);
  }
}

function checkPair(a: string, b: string, expected: ConformanceCase['expected']): void {
  equal(compareTags(a, b).result, expected['result'], 'our order');
  if (expected['fluxSemver'] !== undefined) equal(fluxOrder(a, b), expected['fluxSemver'], "Flux's order");
  if (expected['renovateDocker'] !== undefined) equal(dockerOrder(a, b), expected['renovateDocker'], "Renovate's order");
}

function fluxOrder(a: string, b: string): string {
  const [first, second] = [parseFluxVersion(a), parseFluxVersion(b)];
  if (first === undefined || second === undefined) return 'not-semver';
  const order = compareVersions(first, second);
  return order === 0 ? 'equal' : order > 0 ? 'newer' : 'older';
}
