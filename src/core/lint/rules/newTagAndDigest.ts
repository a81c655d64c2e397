/** 13 `new-tag-and-digest`: with both, the digest decides what is pulled and the tag is only a label (kustomize#5664). */
import type { SeenTag } from '../../git/patchTags.ts';
import type { ImageOverride } from '../../repository/model.ts';
import type { GitOpsRepository } from '../../repository/gitOpsRepository.ts';
import { fieldOf, placeOfField, textOf } from '../entryFields.ts';
import type { Fix } from '../fix.ts';
import { editFix } from '../fix.ts';
import { hasIgnoredTwin } from '../ignoredTwins.ts';
import { perKustomization } from '../memo.ts';
import type { Rule } from '../rule.ts';

export const newTagAndDigest: Rule = {
  code: 'new-tag-and-digest',
  severity: 'information',
  summary: 'An images entry has newTag and digest; the digest decides what is pulled.',
  *check({ repository, facts }) {
    for (const entry of withBoth(repository)) {
      const isStale = changedTagOnly(entry, facts.history ?? []);
      const tag = textOf(entry, 'newTag');
      yield {
        severity: isStale ? 'warning' : 'information',
        message: isStale
          ? `The last change of this entry set newTag to ${tag} and left the digest: what is pulled is still the old image.`
          : `newTag and digest are both set: the digest decides what is pulled, and ${tag} is only a label.`,
        place: placeOfField(repository, entry, 'newTag'),
        related: [{ place: placeOfField(repository, entry, 'digest'), message: 'this digest decides' }],
        fixes: fixesOf(repository, entry),
      };
    }
  },
};

function fixesOf(repository: GitOpsRepository, entry: ImageOverride): Fix[] {
  const removal = (field: 'newTag' | 'digest', title: string): Fix[] => {
    const scalar = entry[field];
    if (scalar === undefined || hasIgnoredTwin(repository, entry, fieldOf(entry, field))) return [];
    return [editFix('remove-key', title, [{ type: 'remove', scalar }])];
  };
  return [
    ...removal('digest', `Delete the digest, so that ${textOf(entry, 'newTag')} decides`),
    ...removal('newTag', 'Delete newTag, so that only the digest is there'),
  ];
}

const withBoth = perKustomization(({ images }): ImageOverride[] =>
  images.filter((entry) => textOf(entry, 'newTag') !== '' && textOf(entry, 'digest') !== ''),
);

/** Whether the newest commit that wrote either of the two wrote the tag and not the digest. */
function changedTagOnly(entry: ImageOverride, history: readonly SeenTag[]): boolean {
  const last = (key: string, tag: string) =>
    history.find((seen) => seen.file === entry.file && seen.key === key && seen.tag === tag);
  const tag = last('newTag', textOf(entry, 'newTag'));
  const digest = last('digest', textOf(entry, 'digest'));
  if (tag === undefined || digest === undefined || tag.commit === digest.commit) return false;
  return history.indexOf(tag) < history.indexOf(digest);
}
