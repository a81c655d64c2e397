/** What a user should know before a bump, one sentence each (ux.md, "Bump"). */
import { compareTags, describeComparison } from '../oci/tagOrder.ts';
import { isMutableTag } from '../oci/tagScheme.ts';
import type { BuildRoot, FluxKustomization, ImageUsage } from '../repository/model.ts';
import { listed } from '../text/listed.ts';
import type { Outcome } from './outcome.ts';
import type { Version } from './version.ts';

export function warningsFor(
  root: BuildRoot,
  before: ImageUsage,
  after: ImageUsage,
  wanted: Version,
  outcome: Outcome,
  alsoChanges: readonly string[],
): string[] {
  const warnings: string[] = [];
  if (alsoChanges.length > 0) warnings.push(`This line also decides ${listed(alsoChanges)}: it changes there too.`);
  const others = new Set(
    outcome.changes
      .filter((change) => change.root === root && change.before.originalName !== before.originalName)
      .map((change) => change.before.originalName),
  );
  if (others.size > 0) warnings.push(`${listed([...others])} changes with it.`);
  warnings.push(...orderWarnings(before.tag, wanted));
  if (before.digest !== '' && wanted.digest === '')
    warnings.push(`The digest ${before.digest.slice(0, 19)}… is removed: it would win over the new tag.`);
  if (after.setter !== undefined) warnings.push(automationSentence(after.setter));
  for (const flux of root.deployedBy) if (flux.suspended) warnings.push(suspendedSentence(flux));
  if (after.status === 'unknown') {
    const why = after.why.replace(/\.$/, '');
    const isBroken = why.startsWith('does not build');
    warnings.push(isBroken ? `${root.id} ${why}. It stays so after this change.` : `What will run is not certain: ${why}.`);
  }
  return warnings;
}

function orderWarnings(old: string, { tag, digest }: Version): string[] {
  if (tag === '') return [];
  if (isMutableTag(tag) && digest === '') return [movingTagSentence(tag)];
  if (old === '' || isMutableTag(old) || old.includes('$')) return [];
  const comparison = compareTags(tag, old);
  if (comparison.result === 'older') return [downgradeSentence(tag, describeComparison(comparison), old)];
  if (comparison.result === 'incomparable') return [incomparableSentence(tag, old)];
  return [];
}

export function downgradeSentence(tag: string, howMuchOlder: string, old: string): string {
  return `This is a downgrade: ${tag} is ${howMuchOlder} than ${old}.`;
}

export function incomparableSentence(tag: string, old: string): string {
  return `${tag} and ${old} do not compare, so this may be a downgrade.`;
}

export function movingTagSentence(tag: string): string {
  return `${tag} is a moving tag: what runs can change without a change here.`;
}

export function automationSentence(setter: string): string {
  return `Flux image automation (${setter}) writes this line: image automation will set this back within a minute.`;
}

export function suspendedSentence({ namespace, name }: FluxKustomization): string {
  return `${namespace}/${name} is suspended: nothing changes in the cluster until it is resumed.`;
}
