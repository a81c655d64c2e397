/** 13 `new-tag-and-digest`: with both, the digest decides what is pulled and the tag is only a label (kustomize#5664). */
import type { SeenTag } from '../../git/patchTags.ts';
import type { ImageOverride } from '../../repository/model.ts';
import { placeOfField, textOf } from '../entryFields.ts';
import { editFix } from '../fix.ts';
import { perKustomization } from '../memo.ts';
import type { Rule } from '../rule.ts';

export const newTagAndDigest: Rule = {
  code: 'new-tag-and-digest',
  severity: 'information',
  summary: 'An images entry has newTag and digest; the digest decides what is pulled.',
  *check({ repository, facts }) {
    for (const entry of withBoth(repository)) {
      const { newTag, digest } = entry;
      if (newTag === undefined || digest === undefined) continue;
      const isStale = changedTagOnly(entry, facts.history ?? []);
      const tag = textOf(entry, 'newTag');
      yield {
        severity: isStale ? 'warning' : 'information',
        message: isStale
          ? `The last change of this entry set newTag to ${tag} and left the digest: what is pulled is still the old image.`
          : `newTag and digest are both set: the digest decides what is pulled, and ${tag} is only a label.`,
        place: placeOfField(repository, entry, 'newTag'),
        related: [{ place: placeOfField(repository, entry, 'digest'), message: 'this digest decides' }],
        fixes: [
          editFix('remove-key', `Delete the digest, so that ${tag} decides`, [{ type: 'remove', scalar: digest }]),
          editFix('remove-key', 'Delete newTag, so that only the digest is there', [{ type: 'remove', scalar: newTag }]),
        ],
      };
    }
  },
};

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
