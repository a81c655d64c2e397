/** What really runs where a line does not say it: an empty tag, an image that another layer changes, a variable. */
import { shownVersion } from '../inventory/drift.ts';
import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import { groupBy } from '../text/groupBy.ts';
import type { TextRange } from '../text/textEdit.ts';
import { isNull } from '../yaml/node.ts';
import type { EntryMention, ImageMention, Mention, ValueMention } from './mention.ts';
import { mentionsIn } from './mentions.ts';
import { imagesOfMention } from './reach.ts';
import { whereaboutsAmong } from './whereabouts.ts';
import { valuesOfVariable, variablesIn } from './variables.ts';

export interface Hint {
  readonly offset: number;
  readonly label: string;
}

/** The hints in a range of a file, in its order. */
export function hintsIn(repository: GitOpsRepository, inventory: Inventory, file: RepositoryFile, range: TextRange): Hint[] {
  const isInside = ({ start, end }: TextRange) => start <= range.end && range.start <= end;
  const images = mentionsIn(file).filter(({ place }) => isInside(place));
  const hints = new Map<number, string>();
  for (const mention of images) {
    const label = labelOf(repository, inventory, mention);
    if (label !== '') hints.set(mention.place.end, label);
  }
  const isInImage = (place: TextRange) =>
    images.some((mention) => isImage(mention) && mention.place.start <= place.start && place.end <= mention.place.end);
  for (const variable of variablesIn(file)) {
    if (!isInside(variable.place) || isInImage(variable.place)) continue;
    const values = valuesOfVariable(repository, variable).filter(({ kind }) => kind === 'value' || kind === 'default');
    const label = grouped(
      values,
      ({ text }) => text,
      ({ root, flux }) => inventory.environmentsOf(root).find((name) => name !== '') ?? flux.name,
    );
    if (label !== '') hints.set(variable.place.end, label);
  }
  return [...hints].map(([offset, label]) => ({ offset, label })).sort((a, b) => a.offset - b.offset);
}

function isImage({ type }: Mention): boolean {
  return type === 'entry' || type === 'image' || type === 'value';
}

function labelOf(repository: GitOpsRepository, inventory: Inventory, mention: Mention): string {
  return saysVersion(mention) ? labelFor(imagesOfMention(repository, inventory, mention), mention) : '';
}

type ImageLine = EntryMention | ImageMention | ValueMention;

/** Whether this is the line from which a reader takes the version of an image. */
function saysVersion(mention: Mention): mention is ImageLine {
  switch (mention.type) {
    case 'entry': {
      const { newTag, digest, tagSuffix, newName } = mention.entry;
      return mention.field !== 'name' && mention.scalar === (newTag ?? digest ?? tagSuffix ?? newName);
    }
    case 'image':
      return mention.where !== 'scan';
    case 'value':
      return mention.scalar === (mention.image.tag ?? mention.image.digest ?? mention.image.repository);
    default:
      return false;
  }
}

function labelFor(images: readonly PlacedImage[], mention: ImageLine): string {
  const written = isNull(mention.scalar) ? '' : mention.scalar.text;
  const known = images.filter(({ usage }) => usage.status === 'exact');
  const isSaid = ({ usage }: PlacedImage): boolean =>
    mention.type === 'image'
      ? usage.reference === written
      : written !== '' && [usage.tag, usage.digest, `${usage.tag}@${usage.digest}`].includes(written);
  if (known.every(isSaid)) return '';
  const name = mention.type === 'image' ? known[0]?.usage.originalName : undefined;
  const textOf = ({ usage }: PlacedImage) => (name === undefined || usage.name === name ? shownVersion(usage) : usage.reference);
  return grouped(known, textOf, whereaboutsAmong(known));
}

const MOST_TEXTS = 3;
const MOST_NAMES = 2;

/** The text where all are the same, else `dev: v2, prod: v1`. */
function grouped<T>(items: readonly T[], textOf: (item: T) => string, nameOf: (item: T) => string): string {
  const groups = [...groupBy(items, textOf)];
  const [first] = groups;
  if (first === undefined) return '';
  if (groups.length === 1) return first[0];
  const shown = groups.slice(0, MOST_TEXTS).map(([text, members]) => `${brief([...new Set(members.map(nameOf))])}: ${text}`);
  return groups.length > MOST_TEXTS ? `${shown.join(', ')} and ${String(groups.length - MOST_TEXTS)} more` : shown.join(', ');
}

/** A line has room for few names. */
function brief(names: readonly string[]): string {
  return names.length > MOST_NAMES ? `${names[0] ?? ''} and ${String(names.length - 1)} more` : names.join(', ');
}
