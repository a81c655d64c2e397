import type { FileView } from '../repository/files.ts';

/** Why nothing is at a path, as the end of a sentence: `does not exist`, or a link that is not followed, as it leads where no clone has anything. */
export function whyMissing(view: FileView, path: string): string {
  return view.real(path) === undefined
    ? 'is, or leads through, a link out of the repository, or to nothing, which is not followed'
    : 'does not exist (no such file or directory)';
}
