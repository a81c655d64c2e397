import type { InlayHint, Range } from 'vscode-languageserver/node';
import { hintsIn } from '../../core/language/hints.ts';
import { fileAt } from '../fileAt.ts';
import { linePlace, rangeOf } from '../places.ts';
import type { Session } from '../session.ts';

/** What really runs, behind the lines that do not say it. */
export function inlayHints(session: Session, uri: string, range: Range): InlayHint[] {
  const at = session.serverSettings.inlayHints.enabled ? fileAt(session, uri) : undefined;
  if (at === undefined) return [];
  const { repository, snapshot, inventory, file } = at;
  const [start = 0, end = 0] = [range.start, range.end].map((position) => linePlace(repository, file.path, position)?.offset);
  return hintsIn(snapshot, inventory, file, { start, end }).map(({ offset, label }) => ({
    position: rangeOf(repository, file.path, offset, offset).start,
    label,
    paddingLeft: true,
  }));
}
