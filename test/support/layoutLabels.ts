import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { place } from '../../src/core/repository/placement.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { readRepository } from './repositoryFiles.ts';

/** One image that somebody labelled by hand: what runs where, and the file that decides it. */
export interface LabelledRow {
  readonly app: string;
  /** Other names that are as good. */
  readonly alt_app?: readonly string[];
  /** null where the repository has no environments there. */
  readonly env: string | null;
  readonly alt_env?: readonly string[];
  /** Repository of the image; null or '' where it was not labelled. */
  readonly image: string | null;
  /** null for an image that only a digest decides. */
  readonly tag: string | null;
  readonly file: string;
}

/** How many rows are right, each quality by itself. */
export interface Score {
  rows: number;
  file: number;
  tag: number;
  environment: number;
  application: number;
  misses: string[];
}

/** What the model says of one image in one environment. */
interface PredictedRow {
  readonly root: string;
  readonly app: string;
  readonly env: string;
  readonly image: string;
  readonly tag: string;
  readonly file: string;
}

/** Both forms of label files: `{repository: rows}` and `{repository: {commit, rows}}`. Other keys are notes. */
export function readLabels(json: string): Map<string, readonly LabelledRow[]> {
  const labels = new Map<string, readonly LabelledRow[]>();
  for (const [repository, value] of Object.entries(JSON.parse(json) as Record<string, unknown>)) {
    const rows = Array.isArray(value) ? value : (value as { rows?: unknown }).rows;
    if (Array.isArray(rows) && rows.length > 0) labels.set(repository, rows as LabelledRow[]);
  }
  return labels;
}

/**
 * Scores the labelled repositories that are in one of the directories: in a folder `owner+name` or `owner/name`, or in a folder `name` where only one of
 * them is called so.
 */
export function scoreFolders(
  labels: ReadonlyMap<string, readonly LabelledRow[]>,
  directories: readonly string[],
): Map<string, Score> {
  const scores = new Map<string, Score>();
  const names = [...labels.keys()].map(nameOf);
  for (const [repository, rows] of labels) {
    const name = nameOf(repository);
    const isOnly = names.indexOf(name) === names.lastIndexOf(name);
    const candidates = [repository.replace('/', '+'), repository, ...(isOnly ? [name] : [])];
    const folder = directories
      .flatMap((directory) => candidates.map((candidate) => join(directory, candidate)))
      .find((path) => existsSync(path));
    if (folder !== undefined) scores.set(repository, scoreRepository(readRepository(folder), rows));
  }
  return scores;
}

function nameOf(repository: string): string {
  return repository.slice(repository.indexOf('/') + 1);
}

/** All scores together. */
export function totalOf(scores: Iterable<Score>): Score {
  const total: Score = { rows: 0, file: 0, tag: 0, environment: 0, application: 0, misses: [] };
  for (const score of scores) {
    for (const key of ['rows', 'file', 'tag', 'environment', 'application'] as const) total[key] += score[key];
    total.misses.push(...score.misses);
  }
  return total;
}

export function scoreRepository(files: ReadonlyMap<string, string>, rows: readonly LabelledRow[]): Score {
  const predicted = predict(files);
  const score: Score = { rows: rows.length, file: 0, tag: 0, environment: 0, application: 0, misses: [] };
  for (const row of rows) {
    const best = closest(row, predicted);
    const right = rightIn(row, best);
    for (const key of ['file', 'tag', 'environment', 'application'] as const) if (right[key]) score[key]++;
    if (Object.values(right).includes(false))
      score.misses.push(`${JSON.stringify(row)}\n           ${best === undefined ? 'nothing' : JSON.stringify(best)}`);
  }
  return score;
}

/** The thresholds that the layouts of real repositories are measured by: file and tag 98 %, environment 95 %, application 92 %. */
export function isFailure({ rows, file, tag, environment, application }: Score): boolean {
  return file < 0.98 * rows || tag < 0.98 * rows || environment < 0.95 * rows || application < 0.92 * rows;
}

function predict(files: ReadonlyMap<string, string>): PredictedRow[] {
  const { roots } = createRepository(files);
  const placement = place(roots);
  return roots.flatMap((root) => {
    const placed = placement.roots.get(root.id);
    if (placed === undefined) return [];
    return root.usages.flatMap((usage) =>
      placed.environments.map((env) => ({
        root: root.id,
        app: placed.application(usage),
        env,
        image: usage.name,
        tag: usage.tag,
        file: usage.owner?.file ?? '',
      })),
    );
  });
}

/** The prediction of the labelled image that agrees in most: an image runs in many roots, and the label means one of them. */
function closest(row: LabelledRow, predicted: readonly PredictedRow[]): PredictedRow | undefined {
  let best: PredictedRow | undefined;
  let most = -1;
  for (const other of predicted) {
    const sameImage = row.image === null || row.image === '' ? other.file === row.file : other.image === row.image;
    if (!sameImage && other.file !== row.file) continue;
    const { file, tag, environment, application } = rightIn(row, other);
    const points = (sameImage ? 16 : 0) + (file ? 8 : 0) + (tag ? 4 : 0) + (environment ? 2 : 0) + (application ? 1 : 0);
    if (points > most) [best, most] = [other, points];
  }
  return best;
}

function rightIn(
  row: LabelledRow,
  other: PredictedRow | undefined,
): Record<'file' | 'tag' | 'environment' | 'application', boolean> {
  if (other === undefined) return { file: false, tag: false, environment: false, application: false };
  return {
    file: other.file === row.file,
    tag: other.tag === (row.tag ?? ''),
    environment: [row.env ?? '', ...(row.alt_env ?? [])].includes(other.env),
    application: [row.app, ...(row.alt_app ?? [])].includes(other.app),
  };
}
