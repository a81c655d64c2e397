/** 15 `foreign-component-tag`: a tag whose component name belongs to another image of the repository, such as backend-v1 on the frontend. */
import type { PlacedImage } from '../../inventory/inventory.ts';
import { classifyTag } from '../../oci/tagScheme.ts';
import { repositoryKey } from '../../oci/imageReference.ts';
import { environmentWord } from '../../repository/environmentNames.ts';
import { groupBy } from '../../text/groupBy.ts';
import { placeOfOwner } from '../places.ts';
import type { Finding } from '../problem.ts';
import type { LintInput, Rule } from '../rule.ts';

export const foreignComponentTag: Rule = {
  code: 'foreign-component-tag',
  severity: 'warning',
  summary: 'The tag starts with the name of another component of this repository.',
  *check(input) {
    const placed = input.inventory.images.filter(({ usage }) => usage.status === 'exact' && prefixOf(usage.tag) !== '');
    if (placed.length < 2) return;
    const families = familiesOf(input, placed);
    const suspects = placed.filter((image) => foreigner(image, families) !== undefined);
    for (const members of groupBy(suspects, ({ usage }) => usage.tagOwner?.scalar).values()) {
      const [image] = members as [PlacedImage, ...PlacedImage[]];
      const found = foreigner(image, families);
      if (found !== undefined) yield finding(input, image, members, found);
    }
  },
};

/** Words in front of a version that name no component. */
const GENERIC = new Set(
  'release rel version ver build stable tag branch sha rc snapshot nightly latest alpine debian ubuntu jdk java node python go'.split(
    ' ',
  ),
);

/** The component in front of the version, such as `backend-`; '' where there is none. */
function prefixOf(tag: string): string {
  const scheme = classifyTag(tag);
  const prefix = 'prefix' in scheme ? scheme.prefix : '';
  const word = prefix.replace(/[-_./]+$/, '');
  return word.length < 2 || GENERIC.has(word) || environmentWord(word) !== undefined ? '' : prefix;
}

interface Family {
  readonly name: string;
  /** Tags by prefix. */
  readonly tags: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What each image, by its key, has been seen with. */
function familiesOf({ facts }: LintInput, placed: readonly PlacedImage[]): ReadonlyMap<string, Family> {
  const families = new Map<string, { name: string; tags: Map<string, Set<string>> }>();
  const see = (key: string, name: string, prefix: string, tag: string): void => {
    let family = families.get(key);
    if (family === undefined) families.set(key, (family = { name, tags: new Map() }));
    let tags = family.tags.get(prefix);
    if (tags === undefined) family.tags.set(prefix, (tags = new Set()));
    tags.add(tag);
  };
  for (const { key, usage } of placed) see(key, usage.name, prefixOf(usage.tag), usage.tag);
  const keys = new Map(placed.flatMap(({ key, usage }) => [[key, key] as const, [repositoryKey(usage.name), key] as const]));
  for (const { image, tag } of facts.history ?? []) {
    const key = keys.get(repositoryKey(image));
    if (key !== undefined && prefixOf(tag) !== '') see(key, image, prefixOf(tag), tag);
  }
  for (const [name, prefixes] of facts.tagFamilies ?? [])
    for (const prefix of prefixes) {
      const key = keys.get(repositoryKey(name)) ?? repositoryKey(name);
      // A family is as good as having seen two of its tags.
      for (const sample of ['1.0.0', '2.0.0']) see(key, name, prefixOf(prefix + sample) || prefix.toLowerCase(), prefix + sample);
    }
  return families;
}

interface Foreigner {
  /** The image whose tags look like this one. */
  readonly home: Family;
  /** What tags of the image itself start with. */
  readonly own: string;
  readonly isSure: boolean;
}

function foreigner({ key, usage }: PlacedImage, families: ReadonlyMap<string, Family>): Foreigner | undefined {
  const prefix = prefixOf(usage.tag);
  const own = families.get(key)?.tags ?? new Map<string, ReadonlySet<string>>();
  // Seen with several tags of that kind, it is one of its own.
  if ((own.get(prefix)?.size ?? 0) > 1) return undefined;
  const others = [...own.keys()].filter((other) => other !== prefix);
  if (others.length === 0) return undefined;
  for (const [home, family] of families) {
    const seen = family.tags.get(prefix);
    if (home === key || seen === undefined || others.some((other) => family.tags.has(other))) continue;
    return { home: family, own: others[0] ?? '', isSure: seen.size > 1 };
  }
  return undefined;
}

function finding(
  { repository }: LintInput,
  { usage }: PlacedImage,
  members: readonly PlacedImage[],
  { home, own, isSure }: Foreigner,
): Finding {
  const owner = usage.tagOwner;
  return {
    severity: isSure ? 'error' : 'warning',
    message: `${usage.tag} looks like a tag of ${home.name}: those of ${usage.name} start with "${own}".`,
    place: owner === undefined ? { file: '', start: 0, end: 0 } : placeOfOwner(repository, owner),
    usages: members.map((member) => member.usage),
  };
}
