/**
 * Renaming an image in the whole repository: every entry, manifest, patch and value that has its name. The plan is checked: after its edits every image
 * of the old name has the new one, with the version that it had, and every other image is what it was.
 */
import type { Operation } from '../change/operations.ts';
import { editsOf } from '../change/operations.ts';
import { outcomeOf } from '../change/outcome.ts';
import { useOf } from '../lint/entryUses.ts';
import { placeOf } from '../lint/places.ts';
import type { Place } from '../lint/problem.ts';
import { isReferenceProblem, parseReference, splitReference } from '../oci/imageReference.ts';
import type { RepositoryFile } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { ImageUsage } from '../repository/model.ts';
import type { Refusal, TextEdit } from '../text/textEdit.ts';
import { isRefusal } from '../text/textEdit.ts';
import { rangeInFile } from '../yaml/editEmbedded.ts';
import { locateScalar, parseLocated } from '../yaml/locate.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { isNull } from '../yaml/node.ts';
import type { Mention } from './mention.ts';
import { mentionAt, mentionsIn } from './mentions.ts';

export interface RenameTarget {
  /** The name alone where it can be told from what is written around it, else the whole value. */
  readonly place: Place;
  readonly name: string;
}

/** The image that can be renamed at an offset; undefined where no image is named. */
export function renameTargetAt(file: RepositoryFile, offset: number): RenameTarget | Refusal | undefined {
  const mention = mentionAt(file, offset);
  const named = mention && nameIn(mention);
  if (named === undefined || mention === undefined) return undefined;
  const { scalar, name } = named;
  if (mention.type === 'entry' && /[*+?()[\]{}|^$\\]/.test(name))
    return { reason: `${name} is a pattern for names. Rename one of the images that it matches` };
  if (name.includes('$')) return { reason: `${name} has a variable in it. Change the value of the variable` };
  const range = rangeInFile(file.text, scalar);
  const end = range.start + splitReference(scalar.text).name.length;
  const isPlain = file.text.slice(range.start, range.end) === scalar.text;
  return { place: isPlain ? { file: file.path, start: range.start, end } : mention.place, name };
}

interface Named {
  readonly scalar: ScalarNode;
  /** The whole name of the image. */
  readonly name: string;
  /** What the scalar becomes with another name; undefined where it cannot have that. */
  readonly renamed: (name: string) => string | undefined;
}

/** The name of an image that a mention has. */
function nameIn(mention: Mention): Named | undefined {
  switch (mention.type) {
    case 'entry':
      return mention.field === 'name' || mention.field === 'newName' ? inReference(mention.scalar) : undefined;
    case 'image':
      return inReference(mention.scalar);
    case 'value': {
      const { part, scalar, image } = mention;
      if (part !== 'repository') return undefined;
      const registry = image.registry?.text;
      if (registry === undefined) return inReference(scalar);
      const rest = (name: string) => (name.startsWith(`${registry}/`) ? name.slice(registry.length + 1) : undefined);
      return { scalar, name: `${registry}/${scalar.text}`, renamed: rest };
    }
    default:
      return undefined;
  }
}

function inReference(scalar: ScalarNode): Named | undefined {
  const { name } = splitReference(scalar.text);
  if (name === '' || isNull(scalar)) return undefined;
  return { scalar, name, renamed: (wanted) => wanted + scalar.text.slice(name.length) };
}

/** The edits that give an image another name, by file; a refusal (a clause) where that is not certain to come out as wanted. */
export function planImageRename(
  repository: GitOpsRepository,
  name: string,
  wanted: string,
): ReadonlyMap<string, readonly TextEdit[]> | Refusal {
  const parsed = parseReference(wanted);
  if (isReferenceProblem(parsed) || parsed.tag !== '' || parsed.digest !== '')
    return {
      reason: `"${wanted}" is no name of an image, which has lower-case letters, digits and . _ - / and neither tag nor digest`,
    };
  if (wanted === name) return new Map();
  const doubt = doubtOf(repository, name);
  if (doubt !== undefined) return doubt;
  const found = [...mentionsNaming(repository, name)];
  const anchored = found.map((one) => foreignAlias(repository, one, found)).find((refusal) => refusal !== undefined);
  if (anchored !== undefined) return anchored;
  // An alias follows its anchor.
  const own = found.filter(({ scalar }) => !scalar.alias);
  const first = attempt(repository, name, wanted, own);
  return isRefusal(first) && own.length < found.length ? attempt(repository, name, wanted, found) : first;
}

function attempt(
  repository: GitOpsRepository,
  name: string,
  wanted: string,
  found: readonly Named[],
): ReadonlyMap<string, readonly TextEdit[]> | Refusal {
  const operations: Operation[] = [];
  for (const { scalar, renamed } of [...found, ...otherOwners(repository, name, found)]) {
    const text = renamed(wanted);
    if (text === undefined)
      return { reason: `${scalar.source.file} keeps the registry of the name apart, and ${wanted} has another one` };
    operations.push({ type: 'set', scalar, text });
  }
  const files = editsOf(operations, (path) => repository.file(path));
  if (isRefusal(files)) return files;
  const outcome = outcomeOf(repository, files);
  if (isRefusal(outcome)) return outcome;
  const changed = new Map(outcome.changes.map((change) => [change.before, change.after]));
  for (const root of repository.roots)
    for (const usage of root.usages) {
      const after = changed.get(usage) ?? usage;
      const expected = usage.name === name ? wanted + usage.reference.slice(name.length) : usage.reference;
      if (after.reference !== expected) return { reason: `${root.id} would run ${after.reference}, not ${expected}` };
    }
  return files;
}

/** What is not known of the image, so that nobody can say what a rename would do. */
function doubtOf(repository: GitOpsRepository, name: string): Refusal | undefined {
  for (const root of repository.roots)
    for (const usage of root.usages) {
      const isConcerned =
        usage.name === name ||
        usage.originalName === name ||
        usage.layers.some(({ reference }) => splitReference(reference).name === name);
      if (isConcerned && isNameUnknown(usage))
        return { reason: `what ${root.id} runs is not known: ${usage.why.replace(/\.$/, '')}` };
    }
  for (const mention of mentionsOf(repository, name)) {
    if (mention.type !== 'entry' || mention.field !== 'name' || splitReference(mention.scalar.text).name !== name) continue;
    const runs = useOf(repository, mention.entry)?.runs ?? [];
    const open = runs.find(({ run }) => !run.matched && !run.certain);
    if (open !== undefined)
      return { reason: `the entry in ${mention.entry.file} may be for an image that is not in this repository` };
  }
  return undefined;
}

function isNameUnknown({ status, why }: ImageUsage): boolean {
  return status === 'unknown' && why !== 'the chart decides the tag';
}

/** Mentions in files that have the name, in one piece or behind its registry. */
function* mentionsOf(repository: GitOpsRepository, name: string): Iterable<Mention> {
  const rest = name.slice(name.indexOf('/') + 1);
  for (const file of repository.files())
    if (file.text.includes(name) || (file.text.includes(rest) && /registry/i.test(file.text))) yield* mentionsIn(file);
}

function* mentionsNaming(repository: GitOpsRepository, name: string): Iterable<Named> {
  const seen = new Set<string>();
  for (const mention of mentionsOf(repository, name)) {
    const named = nameIn(mention);
    const { file, start } = mention.place;
    if (named?.name !== name || seen.has(`${file} ${String(start)}`)) continue;
    seen.add(`${file} ${String(start)}`);
    yield named;
  }
}

/** Lines that hold the name and are no image for anybody who reads them alone: variables, literals of generators, lines of env files. */
function otherOwners(repository: GitOpsRepository, name: string, found: readonly Named[]): Named[] {
  const known = new Set(found.map(({ scalar }) => keyOf(repository, scalar)));
  const others: Named[] = [];
  for (const { usages } of repository.roots)
    for (const usage of usages) {
      const scalar = usage.name === name ? usage.nameOwner?.scalar : undefined;
      if (scalar === undefined || known.has(keyOf(repository, scalar))) continue;
      known.add(keyOf(repository, scalar));
      const named = inReference(scalar);
      if (named?.name === name) others.push(named);
    }
  return others;
}

function keyOf(repository: GitOpsRepository, scalar: ScalarNode): string {
  const { file, start } = placeOf(repository, scalar);
  return `${file} ${String(start)}`;
}

/** A refusal where the scalar is an anchor and something else than images stands for it. */
function foreignAlias(repository: GitOpsRepository, { scalar }: Named, found: readonly Named[]): Refusal | undefined {
  const { file, within } = scalar.source;
  const text = repository.file(file)?.text ?? '';
  if (within !== undefined || scalar.alias || !text.includes('&') || !text.includes('*')) return undefined;
  const yaml = parseLocated(text);
  const aliases = yaml === undefined ? [] : (locateScalar(yaml, { offset: scalar.start })?.aliases ?? []);
  const isImage = (start: number) => found.some((other) => other.scalar.source.file === file && other.scalar.start === start);
  return aliases.every(({ start }) => isImage(start))
    ? undefined
    : { reason: `the name in ${file} is an anchor, and lines that are no images stand for it` };
}
