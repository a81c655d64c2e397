/** Go to definition, find references, and links of paths. */
import type { DocumentLink, Location, LocationLink, Position } from 'vscode-languageserver/node';
import { definitionAt } from '../../core/language/definition.ts';
import { pathLinks } from '../../core/language/links.ts';
import { referencesAt } from '../../core/language/references.ts';
import { fileAt } from '../fileAt.ts';
import { linePlace, locationOfPlace, uriOf } from '../places.ts';
import type { Session } from '../session.ts';

export function definition(session: Session, uri: string, position: Position): LocationLink[] {
  const at = fileAt(session, uri);
  const place = at && linePlace(at.repository, at.file.path, position);
  if (at === undefined || place === undefined) return [];
  const { repository, snapshot, inventory, file } = at;
  const found = definitionAt(snapshot, inventory, file, place.offset);
  if (found === undefined) return [];
  const originSelectionRange = locationOfPlace(repository, found.origin).range;
  return found.targets.map((target) => {
    const { uri: targetUri, range } = locationOfPlace(repository, target);
    return { originSelectionRange, targetUri, targetRange: range, targetSelectionRange: range };
  });
}

export function references(session: Session, uri: string, position: Position, withDeclaration: boolean): Location[] {
  const at = fileAt(session, uri);
  const place = at && linePlace(at.repository, at.file.path, position);
  if (at === undefined || place === undefined) return [];
  const { repository, snapshot, inventory, file } = at;
  return referencesAt(snapshot, inventory, file, place.offset, withDeclaration).map((found) =>
    locationOfPlace(repository, found),
  );
}

export function documentLinks(session: Session, uri: string): DocumentLink[] {
  const at = fileAt(session, uri);
  if (at === undefined) return [];
  const { repository, snapshot, file } = at;
  return pathLinks(snapshot, file).map(({ place, target }) => ({
    range: locationOfPlace(repository, place).range,
    target: uriOf(repository, target),
    tooltip: `Open ${target}`,
  }));
}
