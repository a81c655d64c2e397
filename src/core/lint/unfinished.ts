/** Files that are not meant to be applied as they stand. */
const UNFINISHED =
  /(?:^|\/)(?:\.?templates?|skeletons?|scaffold(?:ing|s)?|boilerplate|testdata|fixtures?|docs?|snippets?|examples?|samples?)(?:\/|$)|[{}<>]/i;

/** Whether a path says that somebody completes what is there before it is used, or that it only shows or tests something. */
export function isUnfinished(path: string): boolean {
  return UNFINISHED.test(path);
}
