/** 21 `image-name-regexp`: kustomize takes the name of an images entry for a regular expression (kustomize#6184, #6208). */
import { nameMatcher } from '../../kustomize/imageTransformer.ts';
import type { ImageOverride } from '../../repository/model.ts';
import { placeOfField, textOf } from '../entryFields.ts';
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
      const { name: scalar } = entry;
      yield {
        severity: isInvalid ? 'error' : 'information',
        message: isInvalid
          ? `kustomize takes this name for a regular expression, and crashes because "${name}" is none.`
          : `kustomize takes this name for a regular expression: it matches other names than "${name}".`,
        place: placeOfField(repository, entry, 'name'),
        fixes:
          scalar === undefined
            ? []
            : [editFix('replace-name', 'Escape the special characters', [{ type: 'set', scalar, text: escaped(name) }])],
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

function escaped(name: string): string {
  return name.replaceAll(/[$()*+?[\\\]^{|}]/g, '\\$&');
}
