// Editor features over a repository, in a process of its own: language.ts FOLDER prints JSON with milliseconds. Git is left out.
import { resolve } from 'node:path';
import { Inventory } from '../../src/core/inventory/inventory.ts';
import { completionContext } from '../../src/core/language/completionContext.ts';
import { entryAt, nameCompletions } from '../../src/core/language/completions.ts';
import { definitionAt } from '../../src/core/language/definition.ts';
import { imageHover } from '../../src/core/language/imageHover.ts';
import { imageLenses } from '../../src/core/language/lenses.ts';
import { mentionsIn } from '../../src/core/language/mentions.ts';
import { reachedAt } from '../../src/core/language/reached.ts';
import { referencesAt } from '../../src/core/language/references.ts';
import type { Place } from '../../src/core/lint/problem.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { place } from '../../src/core/repository/placement.ts';
import { LineIndex } from '../../src/core/text/lineIndex.ts';
import { readRepository } from '../support/repositoryFiles.ts';
import { ServerProcess, uriOf } from '../support/serverProcess.ts';

const MOST = 1_000;
const folder = resolve(process.argv[2] ?? '.');
let repository = createRepository(readRepository(folder));
const placement = place(repository.roots);
let inventory = new Inventory(repository.roots, placement);
const fileOf = (path: string) => {
  const file = repository.file(path);
  if (file === undefined) throw new Error(`${path} is gone.`);
  return file;
};

const files = [...repository.paths()].filter((path) => /\.ya?ml$/.test(path)).sort();
const places = files.flatMap((path) => mentionsIn(fileOf(path)).map((mention) => mention.place));
const images = spread(
  places.filter(({ file, start }) => reachedAt(repository, inventory, fileOf(file), start).images.length > 0),
);

const hover = ({ file, start }: Place) =>
  imageHover(repository, inventory, reachedAt(repository, inventory, fileOf(file), start).images);
const result = {
  places: places.length,
  hover: times(images, hover),
  hoverAfterEdit: times(
    images.filter((_, index) => index % 10 === 0),
    hover,
    ({ file }) => edit(file),
  ),
  lensesAfterEdit: times(
    images.filter((_, index) => index % 10 === 5),
    ({ file }) => imageLenses(repository, inventory, fileOf(file)),
    ({ file }) => edit(file),
  ),
  definition: times(spread(places), ({ file, start }) => definitionAt(repository, inventory, fileOf(file), start)),
  references: times(spread(places), ({ file, start }) => referencesAt(repository, inventory, fileOf(file), start, true)),
  completion: times(images, ({ file, start }) => complete(file, start)),
  hoverOverTheServer: await overTheServer(),
};
console.log(JSON.stringify(result));

/** Changes a file as typing does. */
function edit(path: string): void {
  repository = repository.with(new Map([[path, `${fileOf(path).text}\n# edited\n`]]));
  inventory = new Inventory(repository.roots, place(repository.roots, placement.settings, placement));
}

function complete(path: string, offset: number): void {
  const file = fileOf(path);
  const context = completionContext(file, offset);
  const entry = context && entryAt(file, context);
  if (entry !== undefined) nameCompletions(repository, file, entry);
}

/** From the request of an editor to the answer, one after the other. */
async function overTheServer(): Promise<unknown> {
  await using server = await ServerProcess.indexed({ folders: [folder] });
  const positions = images.map(({ file, start }) => {
    const { line, column } = new LineIndex(fileOf(file).text).positionAt(start);
    return { textDocument: { uri: uriOf(`${folder}/${file}`) }, position: { line: line - 1, character: column - 1 } };
  });
  const measured: number[] = [];
  for (const params of positions) {
    const start = performance.now();
    await server.connection.sendRequest('textDocument/hover', params);
    measured.push(performance.now() - start);
  }
  return percentiles(measured);
}

function times<T>(items: readonly T[], run: (item: T) => unknown, before: (item: T) => void = () => undefined): unknown {
  return percentiles(
    items.map((item) => {
      before(item);
      const start = performance.now();
      run(item);
      return performance.now() - start;
    }),
  );
}

function percentiles(measured: readonly number[]): unknown {
  const sorted = measured.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { asked: sorted.length, p50: at(0.5), p95: at(0.95), max: sorted.at(-1) };
}

/** A part of a long list, from all of it. */
function spread<T>(items: readonly T[]): T[] {
  const step = Math.max(1, Math.floor(items.length / MOST));
  return items.filter((_, index) => index % step === 0);
}
