/** Reads the repositories of a folder and places their images, without any program. */
import { statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { findRepositories } from '../clients/files.ts';
import { remoteUrls } from '../clients/gitConfig.ts';
import { readRepositoryFiles } from '../clients/readFiles.ts';
import { Inventory } from '../core/inventory/inventory.ts';
import type { GitOpsRepository } from '../core/repository/gitOpsRepository.ts';
import { createRepository } from '../core/repository/gitOpsRepository.ts';
import type { Placement } from '../core/repository/placement.ts';
import { NO_SETTINGS, place } from '../core/repository/placement.ts';
import { parseSettings, SETTINGS_FILE } from '../core/repository/settings.ts';

export interface OpenedRepository {
  /** Absolute. */
  readonly folder: string;
  /** The way from the opened folder to this repository, ending in a slash; '' for the folder itself. */
  readonly prefix: string;
  readonly repository: GitOpsRepository;
  readonly placement: Placement;
  readonly inventory: Inventory;
  /** What is wrong with single files, one sentence each. */
  readonly notices: readonly string[];
}

/** The same repository with other texts in some of its files. */
export function withTexts(
  opened: OpenedRepository,
  files: readonly { readonly path: string; readonly after: string }[],
): OpenedRepository {
  const repository = opened.repository.with(new Map(files.map(({ path, after }) => [path, after])));
  const placement = place(repository.roots, opened.placement.settings, opened.placement);
  return { ...opened, repository, placement, inventory: new Inventory(repository.roots, placement) };
}

/** Something that the user asked for cannot be done as asked: a sentence for them. */
export class InputError extends Error {}

/** The repositories in a folder that have something to build. @throws InputError where there is none, or no such folder */
export async function openRepositories(folder: string): Promise<OpenedRepository[]> {
  const top = resolve(folder);
  if (statSync(top, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new InputError(`${folder} is not a folder. Name the folder of a GitOps repository.`);
  const opened: OpenedRepository[] = [];
  for (const listing of await findRepositories(top)) {
    const files = await readRepositoryFiles(listing);
    const texts = new Map<string, string>();
    for (const [path, { text }] of files) if (text !== undefined) texts.set(path, text);
    const repository = createRepository(texts, { remoteUrls: remoteUrls(listing.folder), links: listing.links });
    if (repository.roots.length === 0) continue;
    const shared = texts.get(SETTINGS_FILE);
    const { settings, problems } = shared === undefined ? { settings: NO_SETTINGS, problems: [] } : parseSettings(shared);
    const placement = place(repository.roots, settings);
    const way = relative(top, listing.folder).split(sep).join('/');
    opened.push({
      folder: listing.folder,
      prefix: way === '' ? '' : `${way}/`,
      repository,
      placement,
      inventory: new Inventory(repository.roots, placement),
      notices: [...[...files.values()].flatMap(({ notice }) => notice ?? []), ...problems.map(({ message }) => message)],
    });
  }
  if (opened.length === 0)
    throw new InputError(
      `${folder} has no kustomization file and no Flux Kustomization. Name the folder of a GitOps repository.`,
    );
  return opened;
}
