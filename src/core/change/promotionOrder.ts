/** How the version that a promotion brings stands to the one that runs. */
import { compareByPolicy } from '../inventory/imageAutomation.ts';
import type { ImagePolicy } from '../inventory/imageAutomation.ts';
import { compareTags, describeComparison } from '../oci/tagOrder.ts';
import { classifyTag } from '../oci/tagScheme.ts';
import type { Version } from './version.ts';

export type Relation = 'same' | 'newer' | 'older' | 'equal' | 'incomparable';

export interface VersionOrder {
  readonly relation: Relation;
  /** `1 patch newer`, `older`, `equal`; '' where there is no order. */
  readonly amount: string;
  /** The amount, `same tag, another digest`, or `not comparable`; with the policy where one decides. */
  readonly words: string;
  /** Which of the two tags the policy never takes. */
  readonly refused: readonly string[];
  /** Tags of one kind that has no order, such as hashes of commits: nothing but the environment says which is later. */
  readonly unordered: boolean;
}

/** How `wanted` stands to `current`. A policy decides where there is one; else the order of tags does, and it never guesses. */
export function compareVersions(wanted: Version, current: Version, policy: ImagePolicy | undefined): VersionOrder {
  if (wanted.tag === current.tag && wanted.tag !== '') return sameTag(wanted, current);
  if (wanted.tag === '' && current.tag === '')
    return wanted.digest === current.digest
      ? order('same', 'same')
      : { ...order('incomparable', 'another digest'), unordered: true };
  if (wanted.tag === '' || current.tag === '') return order('incomparable', 'not comparable');
  const comparison = compareTags(wanted.tag, current.tag);
  const own = describeComparison(comparison);
  if (policy !== undefined) {
    const byPolicy = compareByPolicy(policy, wanted.tag, current.tag);
    const source = `ImagePolicy ${policy.namespace}/${policy.name}, ${policy.rule}`;
    if (byPolicy.result !== 'incomparable') {
      const amount = comparison.result === byPolicy.result ? own : byPolicy.result;
      return { ...order(byPolicy.result, `${amount === 'equal' ? 'same version' : amount} (${source})`), amount };
    }
    if (byPolicy.refused.includes(wanted.tag)) {
      const words = own === '' ? 'not comparable' : own === 'equal' ? 'same version' : own;
      return { ...order(comparison.result, `${words}, but ${source} does not take it`), amount: own, refused: byPolicy.refused };
    }
  }
  if (comparison.result === 'incomparable') {
    return { ...order('incomparable', 'not comparable'), unordered: isUnordered(wanted.tag, current.tag) };
  }
  return { ...order(comparison.result, own === 'equal' ? 'same version, written differently' : own), amount: own };
}

function isUnordered(a: string, b: string): boolean {
  const [one, other] = [classifyTag(a), classifyTag(b)];
  if ('family' in one && 'family' in other) return one.family === other.family;
  return one.kind === other.kind && (one.kind === 'hash' || one.kind === 'ambiguous');
}

function sameTag(wanted: Version, current: Version): VersionOrder {
  // A digest in the target alone is a pin that the source cannot tell anything about.
  if (wanted.digest === current.digest || wanted.digest === '') return order('same', 'same');
  return order('equal', current.digest === '' ? 'same tag, pinned by digest' : 'same tag, another digest');
}

function order(relation: Relation, words: string): VersionOrder {
  return { relation, amount: '', words, refused: [], unordered: false };
}
