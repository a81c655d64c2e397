/** 20 `tag-suffix-doubled`: kustomize visits the images of workloads twice, and adds tagSuffix each time (kustomize#4814). */
import { textOf, placeOfField } from '../entryFields.ts';
import { entryUses } from '../entryUses.ts';
import { editFix } from '../fix.ts';
import type { Operation } from '../../change/operations.ts';
import type { Rule } from '../rule.ts';
import { namesOfRoots, verb } from '../words.ts';

export const tagSuffixDoubled: Rule = {
  code: 'tag-suffix-doubled',
  severity: 'warning',
  summary: 'kustomize adds tagSuffix twice to the images of workloads.',
  *check({ repository, inventory }) {
    for (const { entry, matched } of entryUses(repository)) {
      const suffix = textOf(entry, 'tagSuffix');
      const { tagSuffix } = entry;
      if (suffix === '' || tagSuffix === undefined) continue;
      const doubled = matched.filter(
        ({ usage }) => usage.status === 'exact' && usage.tagOwner?.scalar === tagSuffix && usage.tag.endsWith(suffix + suffix),
      );
      const [first] = doubled;
      if (first === undefined) continue;
      const names = namesOfRoots(
        inventory,
        doubled.map(({ root }) => root),
      );
      const wanted = first.usage.tag.slice(0, -suffix.length);
      // Images outside of workloads have the suffix once.
      const isOneTag = matched.every(({ usage }) => usage.tag === wanted || usage.tag === wanted + suffix);
      const beside = entry.name;
      const operations: Operation[] =
        beside === undefined
          ? []
          : [
              { type: 'insert', beside, key: 'newTag', text: wanted },
              { type: 'remove', scalar: tagSuffix },
            ];
      yield {
        message: `kustomize adds tagSuffix twice here: ${names} ${verb(names, 'runs', 'run')} ${first.usage.reference}.`,
        place: placeOfField(repository, entry, 'tagSuffix'),
        fixes: isOneTag && beside !== undefined ? [editFix('pin-tag', `Set newTag to ${wanted} instead`, operations)] : [],
        usages: doubled.map(({ usage }) => usage),
      };
    }
  },
};
