/** `images`: every image, in its application and environment, with the line that decides it. */
import { remarksOn } from '../core/inventory/state.ts';
import { shownVersion } from '../core/inventory/drift.ts';
import type { PlacedImage } from '../core/inventory/inventory.ts';
import type { Owner } from '../core/repository/model.ts';
import { LineIndex } from '../core/text/lineIndex.ts';
import { rangeInFile } from '../core/yaml/editEmbedded.ts';
import type { OpenedRepository } from '../workflows/openRepository.ts';
import { openRepositories } from '../workflows/openRepository.ts';
import type { Command } from './command.ts';
import { NO_ENVIRONMENT, note, parseArguments, positionals, print, printJson, table } from './command.ts';

export const images: Command = {
  usage: 'FOLDER [--json]',
  summary: 'lists every image with its tag, and the line that decides it',
  details: ['--json   prints an array of rows for programs'],
  async run(args) {
    const { values, positionals: given } = parseArguments(args, { json: { type: 'boolean' } });
    const [folder = ''] = positionals(given, 'FOLDER');
    const opened = await openRepositories(folder);
    for (const { notices } of opened) notices.forEach(note);
    if (values.json === true) printJson(opened.flatMap(rowsOf));
    else
      print(
        opened.some(({ inventory }) => inventory.images.length > 0)
          ? textOf(opened)
          : 'No workload here has an image that is known.',
      );
    opened.forEach(noteSilent);
    return 0;
  },
};

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A row of `images --json`. Paths are relative to FOLDER; lines and columns count from 1. */
interface ImageRow {
  readonly root: string;
  readonly app: string;
  readonly environment: string;
  readonly kind: string;
  readonly namespace: string;
  readonly workload: string;
  readonly container: string;
  readonly image: string;
  readonly tag: string;
  readonly digest: string;
  readonly reference: string;
  readonly status: 'exact' | 'unknown';
  readonly why: string;
  readonly owner: Place | null;
  readonly deployedBy: readonly string[];
}

function rowsOf(opened: OpenedRepository): ImageRow[] {
  const places = new Places(opened);
  return opened.inventory.images.map(({ application, environment, root, usage }) => ({
    root: withPrefix(opened, root.directory),
    app: application,
    environment,
    kind: usage.kind,
    namespace: usage.namespace,
    workload: usage.workload,
    container: usage.container,
    image: usage.name,
    tag: usage.tag,
    digest: usage.digest,
    reference: usage.reference,
    status: usage.status,
    why: usage.why,
    owner: places.of(usage.owner),
    deployedBy: root.deployedBy.map(({ namespace, name }) => `${namespace}/${name}`),
  }));
}

/** Roots of which no image is known: those that do not build by name, the others as a count. */
function noteSilent({ inventory, prefix }: OpenedRepository): void {
  const failing = inventory.silent.filter(({ root }) => root.failure !== undefined);
  for (const { root, why } of failing) note(`${prefix}${root.id} ${why}`);
  const count = inventory.silent.length - failing.length;
  if (count > 0)
    note(
      `${String(count)} ${count === 1 ? 'root' : 'roots'} may have images in parts that were not read: they are not in this repository, or too large.`,
    );
}

function textOf(opened: readonly OpenedRepository[]): string {
  const lines = opened.flatMap((repository) => {
    const { inventory } = repository;
    const places = new Places(repository);
    return [...inventory.byApplication].flatMap(([application, members]) =>
      members
        .toSorted((a, b) => inventory.compareEnvironments(a.environment, b.environment))
        .map((image) => [
          application,
          image.environment || NO_ENVIRONMENT,
          image.usage.name || '-',
          shownVersion(image.usage) || '-',
          places.text(image),
          remarks(inventory, image),
        ]),
    );
  });
  const unique = lines.filter((line, index) => index === 0 || line.join('\t') !== lines[index - 1]?.join('\t'));
  return table([['APPLICATION', 'ENVIRONMENT', 'IMAGE', 'TAG', 'DECIDED BY', ''], ...unique]);
}

function remarks(inventory: OpenedRepository['inventory'], image: PlacedImage): string {
  return remarksOn(inventory, image)
    .map(({ words }) => words)
    .join(', ');
}

/** Lines and columns of owners, with the lines of each file found once. */
class Places {
  private readonly opened: OpenedRepository;
  private readonly lines = new Map<string, LineIndex>();

  constructor(opened: OpenedRepository) {
    this.opened = opened;
  }

  of(owner: Owner | undefined): Place | null {
    const text = owner === undefined ? undefined : this.opened.repository.file(owner.file)?.text;
    if (owner === undefined || text === undefined) return null;
    let lines = this.lines.get(owner.file);
    if (lines === undefined) this.lines.set(owner.file, (lines = new LineIndex(text)));
    return { file: withPrefix(this.opened, owner.file), ...lines.positionAt(rangeInFile(text, owner.scalar).start) };
  }

  text({ usage }: PlacedImage): string {
    const place = this.of(usage.owner);
    return place === null ? '' : `${place.file}:${String(place.line)}`;
  }
}

function withPrefix({ prefix }: OpenedRepository, path: string): string {
  if (prefix === '') return path;
  return path === '.' ? prefix.slice(0, -1) : prefix + path;
}
