import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { DeadEntry, SeenImage } from './deadEntries.ts';
import { placeOfField } from './entryFields.ts';
import type { Fix } from './fix.ts';
import { editFix } from './fix.ts';
import { isListed } from './entryUses.ts';
import { isInTwinList } from './ignoredTwins.ts';
import { placeOfOwner } from './places.ts';
import type { Finding } from './problem.ts';
import type { LintInput } from './rule.ts';
import { namesOfRoots } from './words.ts';

/** The roots in which a dead entry ran, in words. */
export function whereDead({ inventory }: LintInput, { use }: DeadEntry): string {
  return namesOfRoots(
    inventory,
    use.runs.map(({ root }) => root),
  );
}

/** A finding at the name of a dead entry, which points to the image that it means. */
export function deadFinding({ repository }: LintInput, dead: DeadEntry, message: string, fixes: readonly Fix[]): Finding {
  const { use, image } = dead;
  const related =
    image === undefined
      ? []
      : [{ place: placeOfOwner(repository, image.state.name.owner), message: `the image is ${image.reference} here` }];
  return {
    message,
    place: placeOfField(repository, use.entry, 'name'),
    related,
    fixes: [...fixes, ...removal(repository, dead)],
  };
}

/** Gives the entry the name that its layer sees. Not where another entry of its list has that name: both would be for one image then. */
export function useName(
  { repository }: LintInput,
  { use }: DeadEntry,
  image: SeenImage | undefined,
  id: 'replace-name' | 'use-renamed-name',
): Fix[] {
  const scalar = use.entry.name;
  if (scalar === undefined || image === undefined) return [];
  const name = image.state.name.text;
  if (isListed(repository, use, name)) return [];
  return [editFix(id, `Use the name ${name}`, [{ type: 'set', scalar, text: name }])];
}

function removal(repository: GitOpsRepository, { use: { entry } }: DeadEntry): Fix[] {
  if (isInTwinList(repository, entry)) return [];
  return [
    editFix('remove-entry', 'Delete this entry, which does nothing', [
      { type: 'remove-item', file: entry.file, start: entry.start },
    ]),
  ];
}
