/** 24 `tag-not-in-registry`: the registry has been asked, and has no such tag. Only where somebody allowed to ask. */
import { repositoryKey } from '../../oci/imageReference.ts';
import { groupBy } from '../../text/groupBy.ts';
import { placeOfOwner } from '../places.ts';
import type { Rule } from '../rule.ts';
import { namesOfRoots } from '../words.ts';

export const tagNotInRegistry: Rule = {
  code: 'tag-not-in-registry',
  severity: 'error',
  summary: 'The registry says that it has no such tag (asked only where you allow it).',
  *check({ repository, inventory, facts }) {
    const { registry } = facts;
    if (registry === undefined) return;
    const absent = inventory.images.filter(({ usage }) => {
      const tags = registry.get(repositoryKey(usage.name));
      return usage.status === 'exact' && usage.tag !== '' && usage.digest === '' && tags !== undefined && !tags.has(usage.tag);
    });
    for (const members of groupBy(absent, ({ usage }) => usage.tagOwner?.scalar).values()) {
      const [first] = members;
      const owner = first?.usage.tagOwner;
      if (owner === undefined || first === undefined) continue;
      const names = namesOfRoots(
        inventory,
        members.map(({ root }) => root),
      );
      yield {
        message: `${first.usage.reference} was not found in the registry, so ${names} cannot pull it.`,
        place: placeOfOwner(repository, owner),
        usages: members.map(({ usage }) => usage),
      };
    }
  },
};
