/** Brings a change that was made to one version of a text into another version of it. */
import { diff3Merge } from 'node-diff3';

export interface Reapplied {
  readonly text: string;
  /** How many places of the change did not fit, as the other version has something else there. They are as in the other version. */
  readonly conflicts: number;
}

/** Takes over what `after` changed in `before`, line by line, as a three-way merge does. Line endings are part of the lines. */
export function reapply(before: string, after: string, other: string): Reapplied {
  if (other === before) return { text: after, conflicts: 0 };
  let conflicts = 0;
  const lines: string[] = [];
  for (const region of diff3Merge(linesOf(other), linesOf(before), linesOf(after), { excludeFalseConflicts: true })) {
    if (region.ok !== undefined) lines.push(...region.ok);
    else if (region.conflict !== undefined) {
      conflicts += 1;
      lines.push(...region.conflict.a);
    }
  }
  return { text: lines.join(''), conflicts };
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
