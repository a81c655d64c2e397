/** Finds the build root that an argument names. */
import type { BuildRoot } from '../core/repository/model.ts';
import { kustomizationFilesIn, resolvePath } from '../core/repository/files.ts';
import type { OpenedRepository } from '../workflows/openRepository.ts';
import { InputError } from '../workflows/openRepository.ts';

/** A root by its id or directory, relative to the opened folder. A directory that other roots build on is a root by itself then. @throws InputError */
export function findRoot(opened: readonly OpenedRepository[], name: string): { opened: OpenedRepository; root: BuildRoot } {
  for (const candidate of opened) {
    const id = name.startsWith(candidate.prefix) ? name.slice(candidate.prefix.length) : undefined;
    if (id === undefined) continue;
    const exact = candidate.repository.roots.find((root) => root.id === id);
    if (exact !== undefined) return { opened: candidate, root: exact };
    const directory = resolvePath('.', id);
    if (directory === undefined) continue;
    const [first, second] = candidate.repository.roots.filter((root) => root.directory === directory);
    if (first !== undefined && second !== undefined) throw new InputError(severalRenderings(candidate, directory));
    if (first !== undefined) return { opened: candidate, root: first };
    if (hasKustomization(candidate, directory)) return { opened: candidate, root: plainRoot(directory) };
  }
  throw new InputError(
    `${name} is no build root: it has no kustomization file, and no Flux Kustomization builds it. List them with \`images\`.`,
  );
}

function severalRenderings({ repository, prefix }: OpenedRepository, directory: string): string {
  const ids = repository.roots.flatMap((root) => (root.directory === directory ? [prefix + root.id] : []));
  return `${directory} is rendered in several ways. Name one of them: ${ids.join(', ')}.`;
}

function hasKustomization({ repository }: OpenedRepository, directory: string): boolean {
  const view = { id: '', file: (path: string) => repository.file(path), isDirectory: () => true, list: () => [] };
  return kustomizationFilesIn(view, directory).length > 0;
}

function plainRoot(directory: string): BuildRoot {
  return {
    id: directory,
    directory,
    deployedBy: [],
    usages: [],
    unknowns: [],
    failure: undefined,
    used: new Set(),
    artifact: undefined,
    ignore: '',
    readsOutside: false,
  };
}
