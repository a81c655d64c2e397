import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { hasCorpus, unpackCorpus } from './corpus.ts';
import { fuzzSeconds } from './fuzz.ts';
import { readRepository } from './repositoryFiles.ts';

const MOST_ROOTS = 150;
const MOST_CHARACTERS = 100_000;
/** Unpacking takes several seconds itself. */
const WORTH_SECONDS = 20;

/** The files that single build roots of the corpora use, as small repositories. None where the corpora are not there, or the time is short. */
export function corpusParts(): ReadonlyMap<string, string>[] {
  if (!hasCorpus || fuzzSeconds < WORTH_SECONDS) return [];
  const folder = unpackCorpus();
  try {
    return globSync('*/', { cwd: folder })
      .toSorted()
      .flatMap((name) => partsOf(readRepository(join(folder, name))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function partsOf(files: ReadonlyMap<string, string>): Map<string, string>[] {
  const { roots } = createRepository(files);
  const step = Math.max(1, Math.floor(roots.length / MOST_ROOTS));
  return roots
    .filter((_, index) => index % step === 0)
    .map(
      ({ used }) =>
        new Map(
          [...used].flatMap((path) => {
            const text = files.get(path);
            return text === undefined ? [] : [[path, text] as const];
          }),
        ),
    )
    .filter((part) => part.size > 0 && [...part.values()].join('').length < MOST_CHARACTERS);
}
