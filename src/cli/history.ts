/** `history`: which tags an image had in an environment. */
import { writtenIn } from '../clients/tagHistory.ts';
import type { HistoryCommit, TagRun } from '../core/git/tagTimeline.ts';
import { leadTimes, milliseconds } from '../core/git/tagTimeline.ts';
import type { TimelineEnd } from '../core/git/tagTimeline.ts';
import { describeVersion } from '../core/change/version.ts';
import type { Version } from '../core/change/version.ts';
import type { PlacedImage } from '../core/inventory/inventory.ts';
import { durationWords } from '../core/text/duration.ts';
import { imagesFor } from '../workflows/bumpImage.ts';
import type { OpenedRepository } from '../workflows/openRepository.ts';
import { InputError, openRepositories } from '../workflows/openRepository.ts';
import { oneForEachBuild, tagHistory } from '../workflows/tagHistory.ts';
import type { Command } from './command.ts';
import { note, parseArguments, positionals, print, printJson, table } from './command.ts';
import { repositoryWithImage } from './findRepository.ts';

export const history: Command = {
  usage: 'FOLDER --image IMAGE --environment ENVIRONMENT [--from ENVIRONMENT] [--json]',
  summary: 'lists the tags that an image had in an environment: since when, for how long, and who set them',
  details: [
    '--image IMAGE              name of the image, its last component, or the application',
    '--environment ENVIRONMENT  as `images` lists it',
    '--from ENVIRONMENT         lists how long each tag took from this environment instead',
    '--json                     prints an array with {image, environment, uncommitted, runs, end} for each build that has the image',
  ],
  async run(args) {
    const { values, positionals: given } = parseArguments(args, {
      image: { type: 'string' },
      environment: { type: 'string' },
      from: { type: 'string' },
      json: { type: 'boolean' },
    });
    const [folder = ''] = positionals(given, 'FOLDER');
    const { image, environment, from } = values;
    if (image === undefined || environment === undefined)
      throw new InputError('--image and --environment are needed. See --help.');
    for (const [name, value] of Object.entries({ image, environment, from }))
      if (value === '') throw new InputError(`--${name} is empty. See --help.`);
    const all = await openRepositories(folder);
    const opened = repositoryWithImage(all, { image, environment });
    const images = oneForEachBuild(imagesFor(opened.inventory, image, environment));
    if (from !== undefined)
      await printLeadTimes(opened, images, oneForEachBuild(earlier(all, image, from)), values.json === true);
    else if (values.json === true) printJson(await Promise.all(images.map((one) => jsonOf(opened, one))));
    else for (const one of images) await printHistory(opened, one, images.length > 1);
    return 0;
  },
};

function earlier(all: readonly OpenedRepository[], image: string, environment: string): PlacedImage[] {
  return imagesFor(repositoryWithImage(all, { image, environment }).inventory, image, environment);
}

const END_WORDS: Readonly<Record<Exclude<TimelineEnd, 'complete'>, string>> = {
  shallow: 'History ends here, because this is a shallow clone. Read the rest with `git fetch --unshallow`.',
  missing: 'History ends here, because this is a partial clone without the older files.',
};

/** Lines appear while older commits are still being read. */
async function printHistory(opened: OpenedRepository, image: PlacedImage, isOneOfSeveral: boolean): Promise<void> {
  if (isOneOfSeveral) print(`# ${opened.prefix}${image.root.id}: ${image.usage.name}`);
  const now = new Date();
  for await (const event of tagHistory(opened, image)) {
    if (event.kind === 'uncommitted') print(row(['not committed', describeVersion(event.version)]));
    else if (event.kind === 'end') noteEnd(event.end);
    else print(row(await cellsOf(opened, event.run, now)));
  }
}

function noteEnd(end: TimelineEnd): void {
  if (end !== 'complete') note(END_WORDS[end]);
}

const WIDTHS = [16, 24, 24, 20];

/** Rows are printed one by one, so that no longer cell is known; the last cell has the width that it needs. */
function row(cells: readonly string[]): string {
  return table([cells.map((cell, index) => (index < cells.length - 1 ? cell.padEnd(WIDTHS[index] ?? 0) : cell))]);
}

async function cellsOf({ folder }: OpenedRepository, run: TagRun, now: Date): Promise<string[]> {
  const { since, until, version } = run;
  const duration = milliseconds(run, now);
  const ran = duration === undefined ? 'as far as is known' : durationWords(duration);
  const author = (await writtenIn(folder, run))?.author ?? since?.author ?? '';
  const pullRequest = since?.pullRequest === undefined ? '' : ` (#${String(since.pullRequest)})`;
  return [
    since === undefined ? 'before' : since.date.slice(0, 16).replace('T', ' '),
    describeVersion(version),
    until === undefined ? `${ran}, running` : ran,
    author,
    since === undefined ? '' : `${since.hash.slice(0, 7)}${pullRequest}`,
  ];
}

interface JsonRun extends Version {
  readonly image: string;
  readonly since: HistoryCommit | null;
  readonly writtenIn: HistoryCommit | null;
  readonly until: HistoryCommit | null;
  readonly before: Version | null;
  readonly milliseconds: number | null;
  readonly file: string;
  readonly line: number;
}

async function jsonOf(opened: OpenedRepository, image: PlacedImage): Promise<unknown> {
  const now = new Date();
  const runs: JsonRun[] = [];
  let uncommitted: Version | null = null;
  let end: TimelineEnd = 'complete';
  for await (const event of tagHistory(opened, image)) {
    if (event.kind === 'uncommitted') ({ version: uncommitted } = event);
    else if (event.kind === 'end') ({ end } = event);
    else {
      const { run } = event;
      runs.push({
        ...run.version,
        image: run.image,
        since: run.since ?? null,
        writtenIn: (await writtenIn(opened.folder, run)) ?? null,
        until: run.until ?? null,
        before: run.before ?? null,
        milliseconds: milliseconds(run, now) ?? null,
        file: opened.prefix + run.file,
        line: run.line,
      });
    }
  }
  return { root: opened.prefix + image.root.id, image: image.usage.name, environment: image.environment, uncommitted, runs, end };
}

async function printLeadTimes(
  opened: OpenedRepository,
  images: readonly PlacedImage[],
  sources: readonly PlacedImage[],
  json: boolean,
): Promise<void> {
  const [first, second] = [await runsOf(opened, sources), await runsOf(opened, images)];
  const times = leadTimes(first, second);
  if (json) printJson(times.map(({ version, from, to, milliseconds: time }) => ({ ...version, from, to, milliseconds: time })));
  else
    print(
      table(
        times.map(({ version, from, to, milliseconds: time }) => [
          describeVersion(version),
          durationWords(time),
          `${from.date.slice(0, 16).replace('T', ' ')} > ${to.date.slice(0, 16).replace('T', ' ')}`,
        ]),
      ),
    );
}

async function runsOf(opened: OpenedRepository, [image]: readonly PlacedImage[]): Promise<TagRun[]> {
  const runs: TagRun[] = [];
  if (image !== undefined) for await (const event of tagHistory(opened, image)) if (event.kind === 'run') runs.push(event.run);
  return runs;
}
