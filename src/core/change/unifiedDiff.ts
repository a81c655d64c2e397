/** The unified diff of texts by path, as `git diff` prints it. */
import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';

export interface ChangedText {
  /** Relative, with slashes. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** '' where nothing differs. `names` replace the `a/PATH` and `b/PATH` of the header lines. */
export function unifiedDiff(
  files: readonly ChangedText[],
  names = (path: string): readonly [string, string] => [`a/${path}`, `b/${path}`],
): string {
  return files
    .filter(({ before, after }) => before !== after)
    .map(({ path, before, after }) => {
      const [old, next] = names(path);
      return formatPatch(structuredPatch(old, next, before, after, undefined, undefined, { context: 3 }), FILE_HEADERS_ONLY);
    })
    .join('');
}
