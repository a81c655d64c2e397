import { MarkdownString, l10n } from 'vscode';
import type { Location } from 'vscode-languageclient/node';
import { commandLink, escapeMarkdown, table } from '../../core/text/markdown.ts';
import { commands } from '../../manifest.ts';
import type { UsageDetails } from '../../protocol.ts';

/** Everything about one image: what it is, which lines decide it, how it came about, who deploys it, and what runs elsewhere. */
export function rowTooltip(usage: string, details: UsageDetails): MarkdownString {
  const { reference, workload, container, scope } = details;
  const where = [workload, container].filter((name) => name !== '').join(', ');
  // An image of which nothing is known can be neither bumped nor copied.
  const actions =
    reference === ''
      ? []
      : [
          commandLink(l10n.t('Bump'), commands.bumpImage, { usage }),
          commandLink(l10n.t('Promote'), commands.promote, { usage, scope }),
          commandLink(l10n.t('History'), commands.showTagHistory, { usage }),
          commandLink(l10n.t('Copy'), commands.copyImageReference, { reference }),
        ];
  const remarks = [
    details.unknownWhy === '' ? '' : l10n.t('unknown: {0}', details.unknownWhy),
    details.automation === undefined ? '' : l10n.t('Image automation ({0}) writes this line.', details.automation),
  ];
  const paragraphs = [
    `**${escapeMarkdown(reference === '' ? workload : reference)}**`,
    ...remarks.map(escapeMarkdown),
    ...details.problems.map(({ message, location }) => lineLink(message, location)),
    table([
      ...details.parts.map(({ part, text, place, location }) => [
        partName(part),
        escapeMarkdown(text),
        lineLink(place, location),
      ]),
      ...(details.layers.length < 2 ? [] : details.layers.map(layerCells)),
      ...(reference === '' ? [] : [[l10n.t('in'), escapeMarkdown(where)]]),
      ...details.deployedBy.map(({ text, location }) => [l10n.t('Flux'), lineLink(text, location)]),
      ...details.others.map(({ environment, text, location }) => [
        l10n.t('also'),
        location === undefined ? escapeMarkdown(environment) : lineLink(environment, location),
        escapeMarkdown(text),
      ]),
    ]),
    actions.join(' \u00B7 '),
  ];
  const markdown = new MarkdownString(paragraphs.filter((paragraph) => paragraph !== '').join('\n\n'), false);
  markdown.isTrusted = {
    enabledCommands: [
      commands.bumpImage,
      commands.promote,
      commands.showTagHistory,
      commands.copyImageReference,
      commands.openDecidingLine,
    ],
  };
  return markdown;
}

function partName(part: UsageDetails['parts'][number]['part']): string {
  const names = { tag: l10n.t('tag'), digest: l10n.t('digest'), name: l10n.t('name') };
  return names[part];
}

function layerCells({ what, reference, place, location }: UsageDetails['layers'][number], index: number): string[] {
  const where = location === undefined ? escapeMarkdown(place) : lineLink(place, location);
  return [index === 0 ? l10n.t('layers') : '', escapeMarkdown(`${what} ${reference}`), where];
}

function lineLink(text: string, location: Location): string {
  return commandLink(text, commands.openDecidingLine, { location });
}
