/** Plans that are made on the branch that a change is meant for, not on the files that the user happens to have. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Refused } from '../core/change/plan.ts';
import type { ChangedText } from '../core/change/unifiedDiff.ts';
import { reapply } from '../core/text/reapply.ts';
import type { BumpRequest } from './bumpImage.ts';
import { planBumps } from './bumpImage.ts';
import type { OpenedRepository } from './openRepository.ts';
import { InputError, openRepositories } from './openRepository.ts';

/** A commit that is checked out apart from the user's files. */
export interface Base {
  /** Absolute. */
  readonly folder: string;
  /** The branch, for messages. */
  readonly branch: string;
}

export interface PlannedEdits {
  /** Paths relative to the folder; `before` is the text on the base. */
  readonly files: readonly ChangedText[];
  readonly warnings: readonly string[];
}

/** Called again where the base moves. Writes nothing. */
export type Plan = (base: Base) => Promise<PlannedEdits | Refused>;

/** Takes over texts that were planned on other versions of the files, where the lines that change are the same on the base. */
export function planFromTexts(files: readonly ChangedText[], warnings: readonly string[] = []): Plan {
  return async ({ folder, branch }) => {
    const planned: ChangedText[] = [];
    for (const { path, before, after } of files) {
      const text = await textOf(folder, path);
      if (text === undefined) return { refusal: `${path} is not on ${branch}. Plan the change on that branch.` };
      const { text: next, conflicts } = reapply(before, after, text);
      if (conflicts > 0)
        return {
          refusal: `${path} has other lines on ${branch} where this change is. Update your branch, then plan the change again.`,
        };
      if (next !== text) planned.push({ path, before: text, after: next });
    }
    if (planned.length === 0) return { refusal: `${branch} has this change already. Nothing has to change.`, isDone: true };
    return { files: planned, warnings };
  };
}

/** Sets tags of images on the base, one after the other. An image that has its tag already is passed over where another one changes. */
export function planFromBumps(bumps: readonly BumpRequest[]): Plan {
  return async ({ folder, branch }) => {
    const plan = planBumps(await openBase(folder), bumps);
    if (!('unknown' in plan)) return plan;
    const { image, environment } = plan.unknown;
    return { refusal: `No container in ${environment} uses the image ${image} on ${branch}. List the images with \`images\`.` };
  };
}

/** The repository at the top of the base. @throws InputError where it has nothing to build */
export async function openBase(folder: string): Promise<OpenedRepository> {
  const opened = await openRepositories(folder);
  return opened.find(({ prefix }) => prefix === '') ?? nothingHere(folder);
}

function nothingHere(folder: string): never {
  throw new InputError(`${folder} has no kustomization file and no Flux Kustomization. Name the folder of a GitOps repository.`);
}

async function textOf(folder: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, path), 'utf8');
  } catch {
    return undefined;
  }
}
