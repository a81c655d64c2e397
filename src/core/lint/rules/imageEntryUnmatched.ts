/** 2 `image-entry-unmatched`: an images entry that matches no image in any root that runs it. */
import type { DeadEntry } from '../deadEntries.ts';
import { deadEntries } from '../deadEntries.ts';
import { deadFinding, useName, whereDead } from '../deadFinding.ts';
import { topOf } from '../places.ts';
import type { RelatedPlace } from '../problem.ts';
import type { LintInput, Rule } from '../rule.ts';
import { isKustomizationFileName } from '../../repository/files.ts';

export const imageEntryUnmatched: Rule = {
  code: 'image-entry-unmatched',
  severity: 'warning',
  summary: 'No container has the image that this entry names, so it does nothing.',
  *check(input) {
    for (const dead of deadEntries(input.repository)) {
      if (dead.cause !== 'unmatched') continue;
      const { image } = dead;
      const fixes = image?.isEphemeral === true ? [] : useName(input, dead, image, 'replace-name');
      const finding = deadFinding(input, dead, messageOf(input, dead), fixes);
      yield { ...finding, related: [...(finding.related ?? []), ...mentions(input, dead)] };
    }
  },
};

function messageOf(input: LintInput, dead: DeadEntry): string {
  const { name, image } = dead;
  if (name === '') return 'This images entry has no name, so it matches nothing.';
  const where = whereDead(input, dead);
  if (image?.isEphemeral === true)
    return `Only the ephemeral container ${image.container.replace(/^ephemeral:/, '')} uses the image "${name}", and images entries leave ephemeral containers alone.`;
  const nearest = image === undefined ? '' : `; the nearest is "${image.state.name.text}"`;
  return `No container in ${where} uses the image "${name}", so this entry does nothing${nearest}.`;
}

const MOST_MENTIONS = 3;

/** Where the name stands in files of the roots: in fields that images entries do not reach. */
function mentions({ repository }: LintInput, { use, name }: DeadEntry): RelatedPlace[] {
  const found: RelatedPlace[] = [];
  if (name.length < 3) return found;
  const paths = new Set(use.runs.flatMap(({ root }) => [...root.used]));
  for (const path of paths) {
    if (found.length === MOST_MENTIONS) break;
    if (isKustomizationFileName(path) || path === use.entry.file) continue;
    const text = repository.file(path)?.text ?? '';
    const at = text.indexOf(name);
    if (at < 0 || !isWhole(text, at, name.length)) continue;
    const place = { ...topOf(repository, path), start: at, end: at + name.length };
    found.push({ place, message: 'the name stands here, in a field that images entries do not reach' });
  }
  return found;
}

function isWhole(text: string, at: number, length: number): boolean {
  return !/[\w/.-]/.test(text[at - 1] ?? '') && !/[\w/-]/.test(text[at + length] ?? '');
}
