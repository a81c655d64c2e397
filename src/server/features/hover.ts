/** What runs where, on images, tags, variables and markers. All but the age of tags is in the snapshot; Git has a moment to answer. */
import type { Hover, Position } from 'vscode-languageserver/node';
import { MarkupKind } from 'vscode-languageserver/node';
import type { SeenTag } from '../../core/git/patchTags.ts';
import type { ImageHover } from '../../core/language/imageHover.ts';
import { imageHover, silentEntry } from '../../core/language/imageHover.ts';
import { describeMarker } from '../../core/language/policies.ts';
import { reachedAt } from '../../core/language/reached.ts';
import { valuesOfVariable, variableAt } from '../../core/language/variables.ts';
import type { Place } from '../../core/lint/problem.ts';
import { commandLink, escapeMarkdown } from '../../core/text/markdown.ts';
import type { FileAt } from '../fileAt.ts';
import { fileAt } from '../fileAt.ts';
import { rootId } from '../ids.ts';
import { linePlace, locationOfPlace, textOfPlace } from '../places.ts';
import type { Session } from '../session.ts';
import type { HoverContext } from './hoverText.ts';
import { imageText, markerText, variableText } from './hoverText.ts';

/** How long a hover waits for Git. What Git says later is there for the next one. */
const GIT_MILLISECONDS = 150;

export async function hover(session: Session, uri: string, position: Position): Promise<Hover | null> {
  const at = session.serverSettings.hover.enabled ? fileAt(session, uri) : undefined;
  const place = at && linePlace(at.repository, at.file.path, position);
  if (at === undefined || place === undefined) return null;
  const { snapshot, inventory, file } = at;
  const variable = variableAt(file, place.offset);
  const values = variable === undefined ? [] : valuesOfVariable(snapshot, variable);
  if (variable !== undefined && values.length > 0)
    return answer(at, variable.place, variableText(variable, values, contextOf(at, [], [])));
  const { mention, images, place: origin } = reachedAt(snapshot, inventory, file, place.offset);
  if (mention?.type === 'marker')
    return answer(at, origin, markerText(describeMarker(snapshot, mention.marker), contextOf(at, [], [])));
  const found = imageHover(snapshot, inventory, images);
  if (found !== undefined) {
    const history = await historyOf(session, at, found);
    return answer(at, origin, imageText(found, contextOf(at, history, actionsFor(session, at, found, { uri, position }))));
  }
  const silence = mention?.type === 'entry' ? silentEntry(snapshot, mention.entry) : undefined;
  return silence === undefined ? null : answer(at, origin, escapeMarkdown(silence));
}

/** Nothing in an untrusted workspace. */
async function historyOf(session: Session, { repository }: FileAt, { rows }: ImageHover): Promise<readonly SeenTag[]> {
  const files = [...new Set(rows.flatMap(({ decides }) => decides?.file ?? []))];
  if (!session.trusted || files.length === 0) return [];
  return (await repository.history.tagsSoon(files, GIT_MILLISECONDS, session.lifetime)) ?? [];
}

function actionsFor(
  { clientCommands }: Session,
  { repository }: FileAt,
  { rows }: ImageHover,
  at: { readonly uri: string; readonly position: Position },
): string[] {
  const { bumpImage, previewManifests, copyImageReference } = clientCommands;
  const references = [...new Set(rows.map(({ image }) => image.usage.reference))];
  const roots = [...new Set(rows.map(({ image }) => rootId(repository, image.root)))];
  const [reference = ''] = references;
  const canBump = rows.some(({ image: { usage } }) => usage.name !== '' && usage.owner !== undefined);
  return [
    ...(bumpImage === undefined || !canBump ? [] : [commandLink('Bump', bumpImage, { at })]),
    ...(previewManifests === undefined
      ? []
      : [commandLink('Preview', previewManifests, roots.length === 1 ? { root: roots[0] } : {})]),
    ...(copyImageReference === undefined || references.length > 1 || reference === ''
      ? []
      : [commandLink('Copy', copyImageReference, { reference })]),
  ];
}

function contextOf({ repository }: FileAt, history: readonly SeenTag[], actions: readonly string[]): HoverContext {
  return {
    addressOf: (place) => {
      const { uri, range } = locationOfPlace(repository, place);
      const point = ({ line, character }: Position) => `${String(line + 1)},${String(character + 1)}`;
      return `${uri}#L${point(range.start)}-${point(range.end)}`;
    },
    nameOf: (place) => textOfPlace(repository, place),
    history,
    actions,
    now: new Date(),
  };
}

function answer({ repository }: FileAt, place: Place, value: string): Hover {
  const contents = { kind: MarkupKind.Markdown, value };
  // A place without extent is the cursor's own.
  return place.start === place.end ? { contents } : { contents, range: locationOfPlace(repository, place).range };
}
