/** Lenses above entries and image lines: the environments that they reach, which reveals the image in the Applications view, and Bump. */
import type { CodeLens, Command } from 'vscode-languageserver/node';
import { imageLenses } from '../../core/language/lenses.ts';
import { fileAt } from '../fileAt.ts';
import { usageId } from '../ids.ts';
import { locationOfPlace } from '../places.ts';
import type { Place } from '../../protocol.ts';
import type { Session } from '../session.ts';

export function codeLenses(session: Session, uri: string): CodeLens[] {
  const at = session.serverSettings.codeLens.enabled ? fileAt(session, uri) : undefined;
  if (at === undefined) return [];
  const { repository, snapshot, inventory, file } = at;
  const { revealImage, bumpImage } = session.clientCommands;
  return imageLenses(snapshot, inventory, file).flatMap(({ place, words, images }): CodeLens[] => {
    const { range } = locationOfPlace(repository, place);
    const [image] = images;
    const reveals = image !== undefined && revealImage !== undefined;
    const reveal: Command = reveals
      ? { title: words, command: revealImage, arguments: [{ usage: usageId(repository, image) }] }
      : { title: words, command: '' };
    const canBump = bumpImage !== undefined && images.some(({ usage }) => usage.owner !== undefined);
    const bumpAt: { at: Place } = { at: { uri, position: range.start } };
    const bump = canBump ? [{ range, command: { title: 'Bump', command: bumpImage, arguments: [bumpAt] } }] : [];
    return [...(words === '' ? [] : [{ range, command: reveal }]), ...bump];
  });
}
