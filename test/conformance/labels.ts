// `npm run labels -- [--misses] [LABELS.json ...] DIRECTORY ...`: compares applications, environments, tags and deciding files with rows that people
// labelled by hand in public repositories. The directories hold checkouts of these, each in a folder `owner+name`, `owner/name` or `name`; without label
// files all of test/conformance/cases are taken. Exits 1 where too many rows are wrong, 2 where there is nothing to score.
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isFailure, readLabels, scoreFolders, totalOf } from '../support/layoutLabels.ts';
import type { Score } from '../support/layoutLabels.ts';

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const given = words.filter((word) => word.endsWith('.json'));
const directories = words.filter((word) => !word.endsWith('.json')).map((word) => resolve(word));
if (directories.length === 0) {
  console.error('Usage: npm run labels -- [--misses] [LABELS.json ...] DIRECTORY ...');
  process.exit(2);
}
const files = given.length > 0 ? given : globSync(join(import.meta.dirname, 'cases/layout-labels{,-more}.json')).toSorted();
const labels = new Map(files.flatMap((file) => [...readLabels(readFileSync(file, 'utf8'))]));
const scores = scoreFolders(labels, directories);
if (scores.size === 0) {
  console.error('None of the labelled repositories is there. Name the folder that holds their checkouts.');
  process.exit(2);
}
console.log('   rows  file%   tag%   env%   app%  repository');
for (const [repository, score] of scores) {
  console.log(line(repository, score));
  if (process.argv.includes('--misses')) for (const miss of score.misses) console.log(`         ${miss}`);
}
const total = totalOf(scores.values());
console.log(line(`in ${String(scores.size)} repositories`, total));
if (isFailure(total)) process.exitCode = 1;

function line(name: string, { rows, file, tag, environment, application }: Score): string {
  const percent = (count: number): string => (rows === 0 ? 0 : (100 * count) / rows).toFixed(1).padStart(6);
  return `${String(rows).padStart(7)} ${percent(file)} ${percent(tag)} ${percent(environment)} ${percent(application)}  ${name}`;
}
