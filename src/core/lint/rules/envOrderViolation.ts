/** 16 `env-order-violation`: an environment runs a newer tag than the one that a change has to pass before it. */
import type { PlacedImage } from '../../inventory/inventory.ts';
import { compareTags, describeComparison } from '../../oci/tagOrder.ts';
import type { TagDifference } from '../../oci/tagOrder.ts';
import { groupBy } from '../../text/groupBy.ts';
import { placeOfOwner } from '../places.ts';
import type { Finding } from '../problem.ts';
import type { LintInput, Rule } from '../rule.ts';

export const envOrderViolation: Rule = {
  code: 'env-order-violation',
  severity: 'information',
  summary: 'An environment is ahead of one that comes before it.',
  *check(input) {
    const ahead = input.inventory.images.flatMap((image) => violation(input, image) ?? []);
    for (const members of groupBy(ahead, ({ image }) => image.usage.tagOwner?.scalar).values()) {
      const [first] = members as [Violation, ...Violation[]];
      yield finding(
        input,
        first,
        members.map(({ image }) => image),
      );
    }
  },
};

interface Violation {
  readonly image: PlacedImage;
  readonly earlier: PlacedImage;
  readonly difference: TagDifference;
}

function violation({ inventory }: LintInput, image: PlacedImage): Violation | undefined {
  if (!isComparable(image)) return undefined;
  const earlier = inventory
    .elsewhere(image)
    .filter((other) => isComparable(other) && inventory.isBefore(other.environment, image.environment))
    .at(-1);
  if (earlier === undefined) return undefined;
  const comparison = compareTags(image.usage.tag, earlier.usage.tag);
  // A release behind its own prerelease is how things go.
  if (comparison.result !== 'newer' || comparison.difference.kind === 'prerelease') return undefined;
  return { image, earlier, difference: comparison.difference };
}

function isComparable({ usage, environment, root }: PlacedImage): boolean {
  const { status, tag, digest, tagOwner } = usage;
  const isSuspended = root.deployedBy.some(({ suspended }) => suspended);
  return environment !== '' && status === 'exact' && tag !== '' && digest === '' && tagOwner !== undefined && !isSuspended;
}

function finding({ repository }: LintInput, { image, earlier, difference }: Violation, members: readonly PlacedImage[]): Finding {
  const { usage, environment } = image;
  const amount = describeComparison({ result: 'newer', difference }).replace(/ ?newer$/, '');
  const [own, other] = [usage.tagOwner, earlier.usage.tagOwner];
  const isLarge = difference.kind === 'major' || difference.kind === 'minor';
  return {
    severity: isLarge ? 'warning' : 'information',
    message: `${environment} runs ${usage.tag}, ${amount === '' ? '' : `${amount} `}ahead of ${earlier.environment}, which runs ${earlier.usage.tag}.`,
    place: own === undefined ? { file: '', start: 0, end: 0 } : placeOfOwner(repository, own),
    related:
      other === undefined
        ? []
        : [{ place: placeOfOwner(repository, other), message: `${earlier.environment} runs ${earlier.usage.tag}` }],
    usages: members.map((member) => member.usage),
  };
}
