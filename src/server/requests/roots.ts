/** The build roots that a preview can show. */
import type { BuildRoot } from '../../core/repository/model.ts';
import { parentDirectory } from '../../core/repository/files.ts';
import type { RootChoice } from '../../protocol.ts';
import { rootId } from '../ids.ts';
import { pathOf } from '../places.ts';
import { repositoryName } from '../repositoryNames.ts';
import type { RepositorySession } from '../repositorySession.ts';
import type { Session } from '../session.ts';

/** Roots that build a file, that of its own directory first, then those nearest to it; all roots for null. */
export function rootsFor(session: Session, uri: string | null): RootChoice[] {
  if (uri === null)
    return session.repositories().flatMap((repository) => repository.roots.map((root) => choice(session, repository, root)));
  const path = pathOf(uri);
  const found = path === undefined ? undefined : session.locate(path);
  if (found === undefined) return [];
  const directory = parentDirectory(found.path);
  const distance = (root: BuildRoot) =>
    root.directory === directory ? 0 : root.deployedBy.some(({ file }) => file === found.path) ? 1 : 2;
  return found.repository.roots
    .filter((root) => root.used.has(found.path))
    .sort((a, b) => distance(a) - distance(b))
    .map((root) => choice(session, found.repository, root));
}

function choice(session: Session, repository: RepositorySession, root: BuildRoot): RootChoice {
  const repositories = session.repositories();
  const name = repositoryName(repository, repositories);
  const environments = repository.placed(session.placementSettings).roots.get(root.id)?.environments ?? [];
  const description = [
    ...new Set(root.deployedBy.map(({ namespace, name }) => `${namespace}/${name}`)),
    ...environments.filter((environment) => environment !== ''),
    ...(repositories.length > 1 ? [name] : []),
  ];
  return {
    root: rootId(repository, root),
    label: rootLabel(root, name),
    description: description.join(' · '),
  };
}

/** The directory; the name of the repository for its top. */
export function rootLabel({ directory }: BuildRoot, repository: string): string {
  return directory === '.' ? repository : directory;
}
