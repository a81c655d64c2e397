/** Hovers as markdown. Everything from files is escaped; the only links are lines of the repository and the client's own commands. */
import type { SeenTag } from '../../core/git/patchTags.ts';
import type { DeployedBy, ImageDetails } from '../../core/language/imageDetails.ts';
import type { HoverRow, ImageHover } from '../../core/language/imageHover.ts';
import { lastChange } from '../../core/language/lastChange.ts';
import type { MarkerDescription } from '../../core/language/policies.ts';
import type { Variable, VariableValue } from '../../core/language/variables.ts';
import type { Place } from '../../core/lint/problem.ts';
import { ago } from '../../core/text/dates.ts';
import { shownVersion } from '../../core/inventory/drift.ts';
import { splitReference } from '../../core/oci/imageReference.ts';
import { groupBy } from '../../core/text/groupBy.ts';
import { escapeMarkdown, link, table } from '../../core/text/markdown.ts';

/** What texts need from outside of the snapshot. */
export interface HoverContext {
  /** An address of a place that an editor opens. */
  readonly addressOf: (place: Place) => string;
  /** `apps/prod/kustomization.yaml:17` */
  readonly nameOf: (place: Place) => string;
  /** Tags that commits wrote; empty where Git was not asked or has not answered yet. */
  readonly history: readonly SeenTag[];
  readonly now: Date;
  /** Links that run commands. */
  readonly actions: readonly string[];
}

export function imageText(hover: ImageHover, context: HoverContext): string {
  const [row] = hover.rows;
  if (hover.details === undefined || row === undefined) return severalText(hover, context);
  const { details } = hover;
  const remarks = row.remarks.filter(({ state }) => details.unknownWhy === '' || (state !== 'unknown' && state !== 'error'));
  const title = `**${escapeMarkdown(hover.title)}** in ${escapeMarkdown(row.where)}`;
  return paragraphs(
    [title, ...remarks.map(({ words }) => escapeMarkdown(words))].join(' \u00B7 '),
    details.unknownWhy === '' ? '' : escapeMarkdown(`${capital(details.unknownWhy.replace(/\.$/, ''))}.`),
    details.automation === undefined ? '' : escapeMarkdown(`Image automation (${details.automation}) writes this line.`),
    table([
      ...details.parts.map(({ part, text, place }) => [
        part,
        escapeMarkdown(text),
        lineLink(place, context),
        part === 'name' ? '' : changeWords(row, context),
      ]),
      ...layerRows(details.layers, context),
      ...row.workloads.map((workload, index) => [index === 0 ? 'in' : '', escapeMarkdown(workload)]),
      ...fluxRows(hover.deployedBy, context),
      ...otherRows(details.others, context),
    ]),
    context.actions.join(' \u00B7 '),
  );
}

/** The steps, which link to their lines, with what each made of the reference: the version alone where the name stays. */
function layerRows(layers: ImageDetails['layers'], context: HoverContext): string[][] {
  if (layers.length < 2) return [];
  const names = new Set(layers.map(({ reference }) => splitReference(reference).name));
  const steps = layers.map(({ what, reference, place }) => {
    const name = place === undefined ? escapeMarkdown(what) : link(what, context.addressOf(place));
    const { tag = '', digest = '' } = splitReference(reference);
    return `${name} ${escapeMarkdown(names.size > 1 ? reference : shownVersion({ tag, digest, status: 'exact' }))}`;
  });
  return [['layers', steps.join(' \u203A ')]];
}

/** Environments that are alike share a row. */
function otherRows(others: ImageDetails['others'], context: HoverContext): string[][] {
  return [...groupBy(others, ({ text }) => text)].map(([text, alike], index) => [
    index === 0 ? 'also' : '',
    alike
      .map(({ environment, place }) =>
        place === undefined ? escapeMarkdown(environment) : link(environment, context.addressOf(place)),
      )
      .join(', '),
    escapeMarkdown(text),
  ]);
}

function severalText({ title, rows, more, deployedBy }: ImageHover, context: HoverContext): string {
  return paragraphs(
    `**${escapeMarkdown(title)}**`,
    table([
      ...rows.map((row) => [
        escapeMarkdown(row.where),
        row.version === '' ? '' : `**${escapeMarkdown(row.version)}**`,
        escapeMarkdown(row.remarks.map(({ words }) => words).join(', ')),
        row.steps.map(({ what, place }) => link(what, context.addressOf(place))).join(' \u203A '),
        row.decides === undefined ? '' : lineLink(row.decides, context),
        changeWords(row, context),
      ]),
      ...(more === 0 ? [] : [['', `and ${String(more)} more`]]),
      ...fluxRows(deployedBy, context),
    ]),
    context.actions.join(' \u00B7 '),
  );
}

/** `set 12 days ago by Mira in 1a2b3c4`, '' where Git does not tell. */
function changeWords({ image }: HoverRow, { history, now }: HoverContext): string {
  const change = lastChange(history, image);
  if (change === undefined) return '';
  return escapeMarkdown(`set ${ago(new Date(change.date), now)} by ${change.author} in ${change.commit.slice(0, 7)}`);
}

function fluxRows(deployedBy: readonly DeployedBy[], context: HoverContext): string[][] {
  return deployedBy.map(({ name, path, suspended, place }, index) => [
    index === 0 ? 'Flux' : '',
    link(name, context.addressOf(place)),
    escapeMarkdown(`path ${path}${suspended ? ', suspended' : ''}`),
  ]);
}

export function variableText({ expression }: Variable, values: readonly VariableValue[], context: HoverContext): string {
  const groups = groupBy(values, ({ kind, text, place }) =>
    [kind, text, place === undefined ? '' : context.nameOf(place)].join('\n'),
  );
  return paragraphs(
    `**${escapeMarkdown(expression)}**`,
    table(
      [...groups.values()].slice(0, MOST_VALUES).flatMap((group) => {
        const [first] = group as [VariableValue, ...VariableValue[]];
        return [[fluxNames(group), valueWords(first), first.place === undefined ? '' : lineLink(first.place, context)]];
      }),
    ),
    groups.size > MOST_VALUES ? `and ${String(groups.size - MOST_VALUES)} more` : '',
  );
}

const MOST_VALUES = 10;
const MOST_NAMES = 3;

function fluxNames(group: readonly VariableValue[]): string {
  const names = [...new Set(group.map(({ flux }) => `${flux.namespace}/${flux.name}`))];
  const more = names.length - MOST_NAMES;
  return escapeMarkdown(more > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${String(more)} more` : names.join(', '));
}

function valueWords({ kind, text }: VariableValue): string {
  switch (kind) {
    case 'value':
      return text === '' ? 'empty' : `**${escapeMarkdown(text)}**`;
    case 'default':
      return text === '' ? 'empty, the default' : `**${escapeMarkdown(text)}**, the default`;
    case 'secret':
      return 'from a Secret, not shown';
    case 'cluster':
      return 'known only in the cluster';
    case 'missing':
      return 'has no value: Flux since 1.9 refuses to build';
  }
}

const WRITES = { image: 'the whole image', tag: 'the tag', name: 'the name', digest: 'the digest' } as const;

export function markerText(marker: MarkerDescription, context: HoverContext): string {
  const { policy, writes, image, order, filter, place, doubt, automations } = marker;
  const name = place === undefined ? escapeMarkdown(policy) : link(policy, context.addressOf(place));
  return paragraphs(
    policy === '' ? '' : `**ImagePolicy ${name}**`,
    escapeMarkdown(doubt),
    doubt === '' ? `Image automation writes ${WRITES[writes]} here.` : '',
    table([
      ...(image === '' ? [] : [['image', escapeMarkdown(image)]]),
      ...(order === '' ? [] : [['policy', escapeMarkdown(order)]]),
      ...(filter === '' ? [] : [['filter', escapeMarkdown(filter)]]),
      ...automations.map((automation, index) => [index === 0 ? 'by' : '', escapeMarkdown(automation)]),
    ]),
  );
}

function lineLink(place: Place, context: HoverContext): string {
  return link(context.nameOf(place), context.addressOf(place));
}

function paragraphs(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
