/** Completion of the name, the tag and the digest of an images entry. Keys are left to the YAML extension. */
import type { CompletionItem, CompletionList, Position } from 'vscode-languageserver/node';
import { CompletionItemKind } from 'vscode-languageserver/node';
import { filesWithTagsOf } from '../../core/inventory/tagCandidates.ts';
import type { PlacedImage } from '../../core/inventory/inventory.ts';
import { completionContext } from '../../core/language/completionContext.ts';
import type { Completion } from '../../core/language/completions.ts';
import {
  digestCompletions,
  entryAt,
  imagesFor,
  nameCompletions,
  repaired,
  tagCompletions,
} from '../../core/language/completions.ts';
import type { FileAt } from '../fileAt.ts';
import { fileAt } from '../fileAt.ts';
import { linePlace, rangeOf } from '../places.ts';
import type { Session } from '../session.ts';

/** What starts a value, and what separates the parts of a name. */
export const completionTriggers: readonly string[] = [' ', '"', "'", '/'];

const GIT_MILLISECONDS = 300;
const REGISTRY_MILLISECONDS = 700;

export async function completion(session: Session, uri: string, position: Position): Promise<CompletionList | null> {
  const at = fileAt(session, uri);
  const place = at && linePlace(at.repository, at.file.path, position);
  const context = place && completionContext(at.file, place.offset);
  const mended = context && repaired(at.snapshot, at.file, context);
  const entry = mended && entryAt(mended.file, context);
  if (at === undefined || context === undefined || mended === undefined || entry === undefined) return null;
  const { range, write, filterText } = context;
  const items = (completions: readonly Completion[]): CompletionItem[] =>
    completions.map(({ value, detail }, index) => ({
      label: value,
      labelDetails: { description: detail },
      // Again in full, beside the list, which cuts it off.
      detail,
      kind: context.field === 'name' ? CompletionItemKind.Module : CompletionItemKind.Constant,
      sortText: String(index).padStart(4, '0'),
      filterText: filterText(value),
      textEdit: { range: rangeOf(at.repository, at.file.path, range.start, range.end), newText: write(value) },
    }));
  if (context.field === 'name')
    return { isIncomplete: false, items: items(nameCompletions(mended.repository, mended.file, entry)) };
  const images = imagesFor(at.snapshot, at.inventory, entry);
  const history = await historyOf(session, at, images);
  const registry = await registryOf(session, images);
  const found =
    context.field === 'newTag'
      ? tagCompletions(at.inventory, entry, images, history ?? [], new Date(), registry)
      : digestCompletions(at.inventory, images, history ?? []);
  // Asked again with the next key where Git was slow.
  return { isIncomplete: history === undefined, items: items(found) };
}

/** What the registry of the image has, as far as it is known, or may be asked and answers soon. */
async function registryOf(session: Session, [image]: readonly PlacedImage[]) {
  if (image === undefined) return undefined;
  const { registries, serverSettings, trusted, lifetime } = session;
  const { name } = image.usage;
  if (trusted && serverSettings.registry.enabled && registries.known(name) === undefined) {
    const asked = registries.tags(name, lifetime).catch(() => undefined);
    await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, REGISTRY_MILLISECONDS).unref())]);
  }
  return registries.known(name);
}

/** Empty where nothing is asked, undefined where Git has not answered yet. */
async function historyOf(session: Session, { repository, inventory, file }: FileAt, images: readonly PlacedImage[]) {
  if (!session.trusted || images.length === 0) return [];
  // This file too: what it said before is no tag of the snapshot any more.
  const files = [...new Set([file.path, ...images.flatMap((image) => filesWithTagsOf(inventory, image))])];
  return repository.history.tagsSoon(files, GIT_MILLISECONDS, session.lifetime);
}
