/** What people call the repositories of a session: their folders, with as much of the way to them as tells them apart. */

interface HasFolder {
  readonly folder: string;
}

/** `gitops`; `work/gitops` where there is a `home/gitops` too. */
export function repositoryName({ folder }: HasFolder, all: readonly HasFolder[]): string {
  const segments = folder.split(/[\\/]/);
  const others = all.filter((other) => other.folder !== folder).map((other) => other.folder.split(/[\\/]/));
  for (let length = 1; length < segments.length; length++) {
    const name = segments.slice(-length).join('/');
    if (name !== '' && others.every((other) => other.slice(-length).join('/') !== name)) return name;
  }
  return folder;
}
