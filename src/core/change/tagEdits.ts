/** Tags that differ between two versions of a repository, the last commit and the files as they are, with the lines that make them differ. */
import { diffLines } from 'diff';
import type { Inventory, PlacedImage } from '../inventory/inventory.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { ImageUsage, Owner } from '../repository/model.ts';
import type { TextEdit } from '../text/textEdit.ts';
import { applyEdits } from '../text/textEdit.ts';
import type { Refused } from './plan.ts';
import type { ChangedText } from './unifiedDiff.ts';
import { versionText } from './version.ts';

/** One version of one image in one environment that is not as it was committed. */
export interface TagEdit {
  /** Stable as long as the image keeps its place. */
  readonly id: string;
  readonly application: string;
  readonly environment: string;
  /** The containers that run it, as they are now. At least one. */
  readonly images: readonly PlacedImage[];
  readonly from: string;
  readonly to: string;
}

export interface Side {
  readonly repository: GitOpsRepository;
  readonly inventory: Inventory;
}

/** In the order of the inventory. Images that were not there, or are not there any more, are no edits of a tag. */
export function tagEdits(committed: Side, current: Side): TagEdit[] {
  const edits = new Map<string, TagEdit>();
  for (const image of current.inventory.images) {
    const before = committed.inventory.image(image.id);
    if (before === undefined || before.usage.reference === image.usage.reference) continue;
    const { application, environment } = image;
    const [from, to] = [versionText(before.usage), versionText(image.usage)];
    const id = [application, environment, image.key, from, to].join(' ');
    edits.set(id, { id, application, environment, from, to, images: [...(edits.get(id)?.images ?? []), image] });
  }
  return [...edits.values()];
}

/** The edits that take the files back, for the tags of `edits` alone; a refusal where other edits in the same lines would go with them. */
export function planRevert(committed: Side, current: Side, edits: readonly TagEdit[]): ReadonlyMap<string, TextEdit[]> | Refused {
  const files = new Map<string, TextEdit[]>();
  for (const { path, hunks } of hunksOf(committed, current, edits)) {
    const chosen = hunks.filter(({ isChosen }) => isChosen).map(({ edit }) => edit);
    if (chosen.length > 0) files.set(path, chosen);
  }
  const next = current.repository.with(textsAfter(current, files));
  const isBack = ({ images }: TagEdit): boolean =>
    images.every(({ root, usage, id }) => {
      const now = next.roots.find((other) => other.id === root.id)?.usages.find((other) => isSamePlace(other, usage));
      return now?.reference === committed.inventory.image(id)?.usage.reference;
    });
  if (files.size > 0 && edits.every(isBack)) return files;
  const named = edits.map(({ application, environment }) => `${application} in ${environment}`).join(', ');
  return { refusal: `More than a line of the tag changed for ${named}. Revert those files with Git.` };
}

/** The files as committed, and with the lines of `edits` alone as they are now: what is proposed where other edits stay with the user. */
export function textsOfEdits(committed: Side, current: Side, edits: readonly TagEdit[]): ChangedText[] {
  return hunksOf(committed, current, edits).flatMap(({ path, before, now, hunks }) => {
    const others = hunks.filter(({ isChosen }) => !isChosen).map(({ edit }) => edit);
    const after = applyEdits(now, others);
    return typeof after === 'string' && after !== before ? [{ path, before, after }] : [];
  });
}

interface Hunk {
  /** Takes the place of the present text back to what was committed. */
  readonly edit: TextEdit;
  readonly isChosen: boolean;
}

interface FileHunks {
  readonly path: string;
  readonly before: string;
  readonly now: string;
  readonly hunks: readonly Hunk[];
}

/** The files that own the versions of `edits`, now or as committed, with every place in which they differ. */
function hunksOf(committed: Side, current: Side, edits: readonly TagEdit[]): FileHunks[] {
  const owners = { now: [] as Owner[], before: [] as Owner[] };
  for (const image of edits.flatMap(({ images }) => images)) {
    owners.now.push(...ownersOf(image.usage));
    owners.before.push(...ownersOf(committed.inventory.image(image.id)?.usage));
  }
  const paths = new Set([...owners.now, ...owners.before].map(({ file }) => file));
  return [...paths].sort().flatMap((path): FileHunks[] => {
    const before = committed.repository.file(path)?.text;
    const now = current.repository.file(path)?.text;
    if (before === undefined || now === undefined || before === now) return [];
    const offsets = (side: readonly Owner[]) => side.flatMap(({ file, scalar }) => (file === path ? [scalar.start] : []));
    return [{ path, before, now, hunks: hunksBetween(before, now, offsets(owners.before), offsets(owners.now)) }];
  });
}

/** `chosenBefore`, `chosenNow`: offsets whose hunks are chosen. */
function hunksBetween(before: string, now: string, chosenBefore: readonly number[], chosenNow: readonly number[]): Hunk[] {
  const hunks: Hunk[] = [];
  let [atBefore, atNow] = [0, 0];
  let open = { before: 0, now: 0 };
  const close = () => {
    const [removed, added] = [before.slice(open.before, atBefore), now.slice(open.now, atNow)];
    if (removed === '' && added === '') return;
    const covers = (offsets: readonly number[], start: number, end: number) =>
      offsets.some((offset) => offset >= start && offset < end);
    hunks.push({
      edit: { start: open.now, end: atNow, newText: removed },
      isChosen: covers(chosenNow, open.now, atNow) || covers(chosenBefore, open.before, atBefore),
    });
  };
  for (const { added, removed, value } of diffLines(before, now)) {
    if (added) atNow += value.length;
    else if (removed) atBefore += value.length;
    else {
      close();
      atBefore += value.length;
      atNow += value.length;
      open = { before: atBefore, now: atNow };
    }
  }
  close();
  return hunks;
}

function textsAfter({ repository }: Side, files: ReadonlyMap<string, readonly TextEdit[]>): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [path, edits] of files) {
    const text = applyEdits(repository.file(path)?.text ?? '', edits);
    if (typeof text === 'string') texts.set(path, text);
  }
  return texts;
}

function ownersOf(usage: ImageUsage | undefined): Owner[] {
  return [usage?.tagOwner, usage?.digestOwner].filter((owner) => owner !== undefined);
}

function isSamePlace(a: ImageUsage, b: ImageUsage): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.workload === b.workload && a.container === b.container;
}
