// One measurement, in a process of its own: measure.ts NAME FOLDER [STORAGE] prints JSON with milliseconds.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { allowTurbofan, deferTurbofan } from '../../src/clients/compilers.ts';
import { findRepositories, isRelevantPath } from '../../src/clients/files.ts';
import { listRepositories } from '../../src/clients/listingCache.ts';
import { readIndexCache, writeIndexCache } from '../../src/clients/indexCache.ts';
import { readRepositoryFiles } from '../../src/clients/readFiles.ts';
import type { DiskFile } from '../../src/clients/readFiles.ts';
import type { PromotionMove } from '../../src/core/change/promotion.ts';
import { movesOf, planPromotion } from '../../src/core/change/promotion.ts';
import { planPromotionEdits } from '../../src/core/change/promotionPlan.ts';
import { Inventory } from '../../src/core/inventory/inventory.ts';
import { lint } from '../../src/core/lint/lint.ts';
import type { GitOpsRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { NO_SETTINGS, place } from '../../src/core/repository/placement.ts';
import { decodePlacement, encodePlacement } from '../../src/core/repository/placementCodec.ts';

const [name = '', folder = '', storage = ''] = process.argv.slice(2);
const measurements: Readonly<Record<string, () => Promise<unknown>>> = { reading, index, cached, edits, promotion, problems };
const measurement = measurements[name];
if (measurement === undefined) throw new Error(`There is no measurement ${name}.`);
if (name !== 'reading') deferTurbofan(); // as the server does
void measurement().then((figures) => console.log(JSON.stringify(figures)));

/**
 * The reference: plain stat calls, and plain reading, of the files that the index reads. As the index does it: for the first time in a process, with files
 * that the system still has in memory. `again`: once more in the same process.
 */
async function reading(): Promise<unknown> {
  const paths = relevantPaths();
  const statAll = () => timed(() => paths.forEach((path) => statSync(path)));
  const readAll = () => timed(() => paths.forEach((path) => readFileSync(path, 'utf8')));
  const [stat, read] = [statAll(), readAll()];
  return { files: paths.length, stat, read, statAgain: statAll(), readAgain: readAll() };
}

/** From nothing to placed images, as a first opening does it. */
async function index(): Promise<unknown> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  const { files } = await readAll();
  const read = performance.now();
  const repository = createRepository(textsOf(files), { deferSyntax: true });
  const indexed = performance.now();
  const images = new Inventory(repository.roots, place(repository.roots)).images.length;
  const end = performance.now();
  const checked = timed(() => repository.checked());
  await new Promise((resolve) => setTimeout(resolve, 5));
  return {
    roots: repository.roots.length,
    images,
    total: end - start,
    listAndRead: read - start,
    model: indexed - read,
    placement: end - indexed,
    syntaxCheckAfterwards: checked,
    longestTurn: delay.max / 1e6,
    residentMegabytes: Math.round(process.memoryUsage().rss / 1e6),
  };
}

/** From nothing to placed images, as a second opening does it; the first call writes the cache. */
async function cached(): Promise<unknown> {
  const start = performance.now();
  const [listing] = await listRepositories(storage, folder, []);
  if (listing === undefined) throw new Error(`${folder} has no files.`);
  const found = await readIndexCache(storage, listing, []);
  if (found === undefined) {
    const files = await readRepositoryFiles(listing);
    const { roots } = createRepository(textsOf(files));
    const placement = encodePlacement(place(roots, NO_SETTINGS));
    writeIndexCache(
      storage,
      listing,
      [],
      { roots, placement, stamps: new Map([...files].map(([path, { stamp }]) => [path, stamp])), notices: new Map() },
      Date.now(),
    );
    return { hit: false };
  }
  const placement = found.placement && decodePlacement(found.placement, found.roots, NO_SETTINGS);
  const images = new Inventory(found.roots, place(found.roots, NO_SETTINGS, placement)).images.length;
  return { hit: true, images, total: performance.now() - start };
}

/** One changed tag in one file to a new snapshot with placed images, for many files. */
async function edits(): Promise<unknown> {
  const { files } = await readAll();
  let repository = createRepository(textsOf(files));
  allowTurbofan();
  let placement = place(repository.roots);
  void new Inventory(repository.roots, placement);
  const times: number[] = [];
  for (const change of changes(repository)) {
    const start = performance.now();
    repository = repository.with(change);
    placement = place(repository.roots, placement.settings, placement);
    void new Inventory(repository.roots, placement);
    times.push(performance.now() - start);
  }
  return { edits: times.length, ...percentiles(times) };
}

/** What promotions between all pairs of environments would move, and the checked edits of the one with the most: the first in a process, and once more. */
async function promotion(): Promise<unknown> {
  const { files } = await readAll();
  const repository = createRepository(textsOf(files));
  allowTurbofan();
  const inventory = new Inventory(repository.roots, place(repository.roots));
  const plans: number[] = [];
  let moves: readonly PromotionMove[] = [];
  for (const environment of inventory.environments)
    for (const target of inventory.environments) {
      const start = performance.now();
      const found = movesOf(planPromotion(repository, inventory, { from: { environment, inventory }, to: [target] }));
      plans.push(performance.now() - start);
      if (found.length > moves.length) moves = found;
    }
  const edit = () => timed(() => planPromotionEdits(repository, inventory, moves));
  return { plans: plans.length, slowestPlan: Math.max(...plans), moves: moves.length, edits: edit(), editsAgain: edit() };
}

/** All problems once the index is there, and again after each of these edits: what they take besides the snapshot. */
async function problems(): Promise<unknown> {
  const { files } = await readAll();
  let repository = createRepository(textsOf(files));
  allowTurbofan();
  let placement = place(repository.roots);
  const facts = { remoteUrls: [] };
  let inventory = new Inventory(repository.roots, placement);
  const start = performance.now();
  const found = lint({ repository, inventory, facts }).length;
  const all = performance.now() - start;
  const times: number[] = [];
  for (const change of changes(repository)) {
    repository = repository.with(change);
    placement = place(repository.roots, placement.settings, placement);
    inventory = new Inventory(repository.roots, placement);
    times.push(timed(() => lint({ repository, inventory, facts })));
  }
  const { p50, p95, max } = percentiles(times);
  return { found, all, afterEditP50: p50, afterEditP95: p95, afterEditMax: max };
}

/** One changed tag in one file, for up to 200 files. */
function changes(repository: GitOpsRepository): Map<string, string>[] {
  const owners = [
    ...new Set(repository.roots.flatMap(({ usages }) => usages.flatMap(({ tagOwner }) => tagOwner?.file ?? []))),
  ].sort();
  const step = Math.max(1, Math.floor(owners.length / 200));
  return owners
    .filter((_, index) => index % step === 0)
    .map((path) => {
      const text = repository.file(path)?.text ?? '';
      const changed = text.replace(
        /^(\s*newTag:).*$|^(\s*(?:- )?image:\s*\S+:)\S+$/m,
        (_, tag: string | undefined, image: string | undefined) =>
          tag === undefined ? `${image ?? ''}changed` : `${tag} changed`,
      );
      return new Map([[path, changed === text ? `${text}\n` : changed]]);
    });
}

function percentiles(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    p50: sorted[Math.floor(sorted.length / 2)],
    p95: sorted[Math.floor(sorted.length * 0.95)],
    max: sorted.at(-1),
  };
}

async function readAll(): Promise<{ files: Map<string, DiskFile> }> {
  const [listing] = await findRepositories(folder);
  if (listing === undefined) throw new Error(`${folder} has no files.`);
  return { files: await readRepositoryFiles(listing) };
}

function textsOf(files: ReadonlyMap<string, DiskFile>): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [path, { text }] of files) if (text !== undefined) texts.set(path, text);
  return texts;
}

function relevantPaths(): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = `${entry.parentPath}/${entry.name}`;
    return entry.isFile() && isRelevantPath(path) && !path.includes('/.git/') ? [path] : [];
  });
}

function timed(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}
