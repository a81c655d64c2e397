/** Puts a new plan and what an open proposal changes already into one proposal. */
import { reapply } from '../text/reapply.ts';
import type { ChangedText } from './unifiedDiff.ts';

/** A file that the open proposal changes, and its text on the fresh base. */
export interface EarlierFile extends ChangedText {
  readonly text: string;
}

export interface MergedEdits {
  /** By path; `before` is the text on the base. */
  readonly files: readonly ChangedText[];
  /** One sentence each. */
  readonly notes: readonly string[];
  /** A file in which the earlier change no longer fits, although the new plan leaves it alone. */
  readonly lost: string | undefined;
}

/** Where both change the same lines of a file, the new plan holds. */
export function withEarlierEdits(planned: readonly ChangedText[], earlier: readonly EarlierFile[]): MergedEdits {
  const files = new Map(planned.map((file) => [file.path, file]));
  const notes: string[] = [];
  let lost: string | undefined;
  for (const { path, before, after, text } of earlier) {
    const file = files.get(path);
    const current = file?.after ?? text;
    const merged = reapply(before, after, current);
    if (merged.conflicts > 0 && file === undefined) lost ??= path;
    else if (merged.conflicts > 0) notes.push(`What the open proposal changed at the same lines of ${path} is replaced.`);
    if (merged.text !== current) files.set(path, { path, before: file?.before ?? text, after: merged.text });
  }
  return { files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), notes, lost };
}
