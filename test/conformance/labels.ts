// `node test/conformance/labels.ts [--misses] [LABELS.json ...] DIRECTORY ...`: compares applications, environments, tags and deciding files with rows that
// people labelled by hand in public repositories. The directories hold the repositories, each in a folder `owner+name`; without label files all of
// test/conformance/cases are taken. Exits 1 where too many rows are wrong.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFailure, readLabels, scoreFolders } from '../support/layoutLabels.ts';
import type { Score } from '../support/layoutLabels.ts';

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const given = words.filter((word) => word.endsWith('.json'));
const directories = words.filter((word) => !word.endsWith('.json'));
const files = given.length > 0 ? given : globSync(join(import.meta.dirname, 'cases/layout-labels*.json'));

for (const file of files) {
  const scores = scoreFolders(readLabels(readFileSync(file, 'utf8')), directories);
  const total: Score = { rows: 0, file: 0, tag: 0, environment: 0, application: 0, misses: [] };
  console.log(`\n${file}\n   rows  file%   tag%   env%   app%  repository`);
  for (const [repository, score] of scores) {
    console.log(line(repository, score));
    if (process.argv.includes('--misses')) for (const miss of score.misses) console.log(`         ${miss}`);
    for (const key of ['rows', 'file', 'tag', 'environment', 'application'] as const) total[key] += score[key];
  }
  console.log(line(`in ${scores.size} repositories`, total));
  if (isFailure(total)) process.exitCode = 1;
}

function line(name: string, { rows, file, tag, environment, application }: Score): string {
  const percent = (count: number): string => (rows === 0 ? 0 : (100 * count) / rows).toFixed(1).padStart(6);
  return `${String(rows).padStart(7)} ${percent(file)} ${percent(tag)} ${percent(environment)} ${percent(application)}  ${name}`;
}
