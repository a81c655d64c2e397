/** 21 `image-name-regexp`: kustomize takes the name of an images entry for a regular expression (kustomize#6184, #6208). */
import { nameMatcher } from '../../kustomize/imageTransformer.ts';
import type { ImageOverride } from '../../repository/model.ts';
import { placeOfField, textOf } from '../entryFields.ts';
import type { Fix } from '../fix.ts';
import { editFix } from '../fix.ts';
import { perKustomization } from '../memo.ts';
import type { Rule } from '../rule.ts';

export const imageNameRegexp: Rule = {
  code: 'image-name-regexp',
  severity: 'error',
  summary: 'The name is a regular expression that kustomize crashes on, or one that hardly anybody means.',
  *check({ repository }) {
    for (const { entry, isInvalid } of oddNames(repository)) {
      const name = textOf(entry, 'name');
      yield {
        severity: isInvalid ? 'error' : 'information',
        message: isInvalid
          ? `kustomize takes this name for a regular expression, and crashes because "${name}" is none.`
          : `kustomize takes this name for a regular expression: it matches other names than "${name}".`,
        place: placeOfField(repository, entry, 'name'),
        fixes: fixesOf(entry, name, isInvalid),
      };
    }
  },
};

interface OddName {
  readonly entry: ImageOverride;
  readonly isInvalid: boolean;
}

const oddNames = perKustomization(({ images }): OddName[] =>
  images.flatMap((entry): OddName[] => {
    const name = textOf(entry, 'name');
    if (nameMatcher(name) === undefined) return [{ entry, isInvalid: true }];
    // Escaped characters and the usual wildcards are meant.
    const rest = name.replaceAll(/\\.|\.[*+]/g, '');
    return /[$()*+?[\]^{|}]/.test(rest) ? [{ entry, isInvalid: false }] : [];
  }),
);

/** A star alone is meant as in paths. Other characters of an invalid pattern can only be meant as themselves. */
function fixesOf({ name: scalar }: ImageOverride, name: string, isInvalid: boolean): Fix[] {
  if (scalar === undefined) return [];
  const pattern = name.replaceAll(/(?<![.\\)\]}])\*/g, '.*');
  if (pattern !== name && nameMatcher(pattern) !== undefined)
    return [editFix('replace-name', `Use the pattern ${pattern}`, [{ type: 'set', scalar, text: pattern }])];
  if (!isInvalid) return [];
  const escaped = name.replaceAll(/[$()*+?[\\\]^{|}]/g, '\\$&');
  return [editFix('replace-name', 'Escape the special characters', [{ type: 'set', scalar, text: escaped }])];
}
