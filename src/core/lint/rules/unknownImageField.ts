/** 12 `unknown-image-field`: kustomize refuses a file with a field that images entries do not have; Flux drops it from the file that it builds. */
import { closest, distance } from 'fastest-levenshtein';
import { mappingOf } from '../../kustomize/kustomizationFile.ts';
import type { ImageOverride } from '../../repository/model.ts';
import { editFix } from '../fix.ts';
import { perKustomization } from '../memo.ts';
import { isOnlyBuiltByFlux } from '../fluxOnly.ts';
import type { Rule } from '../rule.ts';
import { listed } from '../../text/listed.ts';
import type { ScalarNode } from '../../yaml/node.ts';

const FIELDS = ['name', 'newName', 'newTag', 'tagSuffix', 'digest'] as const;

/** What people write, by the field that they mean. */
const MEANT: Readonly<Record<string, (typeof FIELDS)[number]>> = {
  tag: 'newTag',
  version: 'newTag',
  newversion: 'newTag',
  imagetag: 'newTag',
  newdigest: 'digest',
  sha: 'digest',
  sha256: 'digest',
  image: 'name',
  repository: 'newName',
  newrepository: 'newName',
  newimage: 'newName',
};

export const unknownImageField: Rule = {
  code: 'unknown-image-field',
  severity: 'error',
  summary: 'An images entry has a field that kustomize does not know.',
  *check({ repository }) {
    for (const { key, meant, isFree } of unknownFields(repository)) {
      const { file } = key.source;
      const outcome = isOnlyBuiltByFlux(repository, file) ? 'Flux drops it, so it has no effect' : 'kustomize refuses the file';
      const name = meant === undefined ? `they have ${listed(FIELDS)}` : `it is called ${meant}`;
      yield {
        message: `Images entries have no field "${key.text}" (${name}): ${outcome}.`,
        place: { file, start: key.start, end: key.end },
        fixes:
          isFree && meant !== undefined
            ? [
                editFix(
                  'rename-key',
                  `Call it ${meant}`,
                  [{ type: 'replace', file, start: key.start, end: key.end, text: meant }],
                  true,
                ),
              ]
            : [],
        alsoToldBy: 'kustomization-schema',
      };
    }
  },
};

interface UnknownField {
  readonly key: ScalarNode;
  /** undefined where no field is near. */
  readonly meant: (typeof FIELDS)[number] | undefined;
  /** Whether the entry does not have the meant field as well. */
  readonly isFree: boolean;
}

const unknownFields = perKustomization(({ images }): UnknownField[] => images.flatMap(unknownFieldsOf));

function unknownFieldsOf(entry: ImageOverride): UnknownField[] {
  const present = new Set([...(mappingOf(entry)?.entries.keys() ?? [])].map((key) => key.toLowerCase()));
  return [...(mappingOf(entry)?.entries.values() ?? [])].flatMap(({ key }): UnknownField[] => {
    const lower = key.text.toLowerCase();
    if (FIELDS.some((field) => field.toLowerCase() === lower)) return [];
    const meant = MEANT[lower] ?? nearest(key.text);
    return [{ key, meant, isFree: meant !== undefined && !present.has(meant.toLowerCase()) }];
  });
}

function nearest(text: string): (typeof FIELDS)[number] | undefined {
  const found = closest(text, FIELDS) as (typeof FIELDS)[number];
  return distance(text, found) <= found.length / 3 ? found : undefined;
}
