/** 17 `mutable-tag`: what runs can change without a commit. Told once, at the line that decides, for all environments that it reaches. */
import type { PlacedImage } from '../../inventory/inventory.ts';
import { isMutableTag } from '../../oci/tagScheme.ts';
import type { ImageUsage } from '../../repository/model.ts';
import { isProductionLike } from '../../repository/environmentNames.ts';
import { groupBy } from '../../text/groupBy.ts';
import { textOf, fieldOf } from '../entryFields.ts';
import { isPlaceholder } from '../placeholders.ts';
import { placeOfOwner } from '../places.ts';
import type { Finding } from '../problem.ts';
import type { LintInput, Rule } from '../rule.ts';
import { namesOfRoots, verb } from '../words.ts';

export const mutableTag: Rule = {
  code: 'mutable-tag',
  severity: 'warning',
  summary: 'The tag is one that moves, or there is none, and no digest pins the image.',
  *check(input) {
    const moving = input.inventory.images.filter(isMoving);
    for (const members of groupBy(moving, ({ usage }) => (usage.tagOwner ?? usage.nameOwner)?.scalar).values())
      yield finding(input, members as [PlacedImage, ...PlacedImage[]]);
  },
};

function isMoving({ usage, root }: PlacedImage): boolean {
  if (usage.status !== 'exact' || usage.digest !== '' || root.failure !== undefined || !isMutableTag(usage.tag)) return false;
  if (isPlaceholder(usage.reference) || isPrefix(usage)) return false;
  // Image automation can write a digest beside the tag, and an emptied tag is a problem of its own.
  if (usage.setter !== undefined || (usage.tagOwner ?? usage.nameOwner) === undefined) return false;
  return !usage.entries.some(
    (entry) => fieldOf(entry, 'newTag') !== undefined && textOf(entry, 'newTag') === '' && textOf(entry, 'digest') === '',
  );
}

/** A field of a custom resource such as `spec.repository`, which holds where images come from: the tag is in another field. */
function isPrefix({ container, tag }: ImageUsage): boolean {
  return tag === '' && container.includes('.') && !container.startsWith('values.') && !/image$/i.test(container);
}

function finding({ repository, inventory }: LintInput, members: readonly [PlacedImage, ...PlacedImage[]]): Finding {
  const [{ usage }] = members;
  const owner = usage.tagOwner ?? usage.nameOwner;
  const names = namesOfRoots(
    inventory,
    members.map(({ root }) => root),
  );
  const what = usage.tag === '' ? `${usage.name} has no tag (implicit latest)` : `${usage.tag} is a moving tag`;
  return {
    severity: isGrave(usage.tag, members) ? 'warning' : 'information',
    message: `${what}: what ${names} ${verb(names, 'pulls', 'pull')} can change without a commit here.`,
    place: owner === undefined ? { file: '', start: 0, end: 0 } : placeOfOwner(repository, owner),
    usages: members.map((member) => member.usage),
  };
}

/** A branch-like tag in an environment before production is often meant. */
function isGrave(tag: string, members: readonly PlacedImage[]): boolean {
  return (
    tag === '' ||
    tag.toLowerCase() === 'latest' ||
    members.some(({ environment }) => environment === '' || isProductionLike(environment))
  );
}
