// Warm previews against a spawned kustomize, in turn on the same roots: previews.ts FOLDER [COUNT] prints JSON.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { isKustomizationFileName, parentDirectory } from '../../src/core/repository/files.ts';
import { openRepositories } from '../../src/workflows/openRepository.ts';
import { nativeKustomize } from '../support/nativeKustomize.ts';
import { createTestEngine } from '../support/testEngine.ts';

const [folder = '', count = '60'] = process.argv.slice(2);
const kustomize = nativeKustomize();
const [opened] = await openRepositories(folder);
if (opened === undefined) throw new Error(`${folder} has no repository.`);
const started = performance.now();
const engine = createTestEngine();
// The roots of spec engine.md section 4: any directory with a kustomization file that kustomize builds without the network.
const directories = [...opened.repository.paths()].filter(isKustomizationFileName).map(parentDirectory).sort();
const request = (directory: string) => ({
  mode: 'kustomize' as const,
  root: opened.folder,
  directory: directory === '.' ? '' : directory,
});
await engine.build(request(directories[0] ?? '.'));
const firstPreview = performance.now() - started;
const chosen: string[] = [];
for (const directory of shuffled(directories)) {
  if (chosen.length === Number(count)) break;
  const result = await engine.build(request(directory));
  if (result.ok && result.missing.length === 0) chosen.push(directory);
}
const forget = (directory: string) => engine.changed([join(opened.folder, directory)]);
chosen.forEach(forget);
const ours: number[] = [];
const theirs: number[] = [];
for (const directory of chosen) {
  let start = performance.now();
  await engine.build(request(directory));
  ours.push(performance.now() - start);
  forget(directory);
  start = performance.now();
  spawnSync(kustomize, ['build', join(opened.folder, directory)], { maxBuffer: 1 << 28 });
  theirs.push(performance.now() - start);
}
await engine.dispose();
const sum = (times: readonly number[]) => times.reduce((total, time) => total + time, 0);
const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
console.log(
  JSON.stringify({
    roots: chosen.length,
    firstPreview,
    median: median(ours),
    spawnedMedian: median(theirs),
    medianRatio: median(ours) / median(theirs),
    sumRatio: sum(ours) / sum(theirs),
  }),
);

/** The same order in every run. */
function shuffled(items: readonly string[]): string[] {
  const order = [...items];
  let seed = 1;
  for (let at = order.length - 1; at > 0; at--) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = seed % (at + 1);
    [order[at], order[other]] = [order[other] ?? '', order[at] ?? ''];
  }
  return order;
}
