/**
 * How V8 runs the language server, in megabytes. While files are parsed, it doubles the space for new objects up to 100 MB and more, and never gives it
 * back: nothing is faster for it than to start with this much and to stay there. Old objects are not collected below what an index needs; with twice as
 * much, the collections that come later hold up edits.
 */
export const serverFlags: readonly string[] = [
  '--min-semi-space-size=8',
  '--max-semi-space-size=8',
  '--initial-old-space-size=128',
];
