/** What a file is part of, for the status of its editor. */
import { rootsOfFile } from '../../core/language/fileUse.ts';
import type { FileUse } from '../../protocol.ts';
import { fileAt } from '../fileAt.ts';
import { rootId } from '../ids.ts';
import { locationOfPlace } from '../places.ts';
import type { Session } from '../session.ts';
import { repositoryName } from '../repositoryNames.ts';
import { rootLabel } from './roots.ts';

/** null for files that no root uses. */
export function fileUseOf(session: Session, uri: string): FileUse | null {
  const at = fileAt(session, uri);
  if (at === undefined) return null;
  const { repository, snapshot, inventory, file } = at;
  const uses = rootsOfFile(snapshot, file.path);
  if (uses.length === 0) return null;
  const roots = uses.map(({ root, place, deployedBy }) => ({
    root: rootId(repository, root),
    label: rootLabel(root, repositoryName(repository, session.repositories())),
    environments: inventory.environmentsOf(root).filter((name) => name !== ''),
    location: place && locationOfPlace(repository, place),
    deployedBy: deployedBy.map((flux) => ({
      name: flux.name,
      suspended: flux.suspended,
      location: locationOfPlace(repository, flux.place),
    })),
  }));
  return { roots };
}
