/** Where paths lead, and what leads to a path. */
import { topOf } from '../lint/places.ts';
import type { Place } from '../lint/problem.ts';
import { isKustomizationFileName, parentDirectory } from '../repository/files.ts';
import type { GitOpsRepository } from '../repository/gitOpsRepository.ts';
import type { BuildRoot } from '../repository/model.ts';
import type { Build } from '../repository/rootGraph.ts';
import type { PathMention } from './mention.ts';
import { mentionsIn } from './mentions.ts';

/** The file that a path means: itself, the kustomization file of a directory, else the first file in it. undefined where there is none. */
export function fileOfPath(repository: GitOpsRepository, mention: PathMention): string | undefined {
  const path = mention.role === 'flux' ? fluxDirectory(repository, mention) : mention.path;
  if (path === undefined) return undefined;
  if (repository.file(path) !== undefined) return path;
  const kustomization = repository.kustomizations.get(path)?.path;
  if (kustomization !== undefined || mention.role === 'file' || !repository.isDirectory(path)) return kustomization;
  return firstFile(repository, path);
}

/** The directory that an object of Flux builds or writes; undefined where its path is in another repository. */
export function fluxDirectory(repository: GitOpsRepository, { path, place, owner }: PathMention): string | undefined {
  if (owner?.kind !== 'Kustomization') return repository.isDirectory(path) ? path : undefined;
  const built = fluxBuilds(repository).filter(
    ({ file, name }) => file === place.file && (name === owner.name || name.includes(owner.name)),
  );
  const { directory } = built.find((build) => build.directory === path) ?? built[0] ?? {};
  return directory !== undefined && repository.isDirectory(directory) ? directory : undefined;
}

interface FluxPath {
  readonly file: string;
  readonly name: string;
  readonly directory: string;
}

const known = new WeakMap<GitOpsRepository, readonly FluxPath[]>();

function fluxBuilds(repository: GitOpsRepository): readonly FluxPath[] {
  let builds = known.get(repository);
  if (builds === undefined) {
    builds = repository.roots.flatMap((root) =>
      root.deployedBy.map(({ file, name }) => ({ file, name, directory: root.directory })),
    );
    known.set(repository, builds);
  }
  return builds;
}

function firstFile(repository: GitOpsRepository, directory: string): string | undefined {
  let first: string | undefined;
  for (const path of repository.paths()) {
    if (!path.startsWith(`${directory}/`) || !/\.ya?ml$/.test(path)) continue;
    if (first === undefined || isBefore(path, first)) first = path;
  }
  return first;
}

/** Files of a directory come before those of its subdirectories. */
function isBefore(a: string, b: string): boolean {
  const [one, other] = [a.split('/').length, b.split('/').length];
  return one === other ? a < b : one < other;
}

/** What a file is listed as: its path, and its directory where it is the kustomization file of one. */
export function pathsOfFile(file: string): string[] {
  return isKustomizationFileName(file) ? [file, parentDirectory(file)] : [file];
}

/** Every line of a kustomization file or of Flux that names one of the paths. */
export function placesListing(repository: GitOpsRepository, paths: readonly string[]): Place[] {
  const wanted = new Set(paths);
  const found: Place[] = [];
  for (const path of [...[...repository.kustomizations.values()].map((file) => file.path), ...repository.fluxObjects.keys()]) {
    const file = repository.file(path);
    if (file === undefined) continue;
    for (const mention of mentionsIn(file)) {
      if (mention.type !== 'path') continue;
      const target = mention.role === 'flux' ? fluxDirectory(repository, mention) : mention.path;
      if (target !== undefined && wanted.has(target)) found.push(mention.place);
    }
  }
  return found;
}

/** Where a root starts: the paths of the Flux Kustomizations that deploy it, else its kustomization file. */
export function placesOfRoot(repository: GitOpsRepository, { directory, deployedBy }: BuildRoot): Place[] {
  const paths = deployedBy.flatMap(({ file, name }) => {
    const written = repository.file(file);
    const mentions = written === undefined ? [] : mentionsIn(written);
    return mentions.flatMap((mention) =>
      mention.type === 'path' && mention.role === 'flux' && mention.owner !== undefined && name.includes(mention.owner.name)
        ? [mention.place]
        : [],
    );
  });
  if (paths.length > 0) return paths;
  const kustomization = repository.kustomizations.get(directory);
  return kustomization === undefined ? [] : [topOf(repository, kustomization.path)];
}

/** Whether a build has the objects of a file, and does not only read values or its own definition from it. */
export function builds({ layer, flux, variables, used }: Build, file: string): boolean {
  // The layers of a composed artifact know their files by their paths there.
  if (flux?.location.artifact === undefined) return layer.used.has(file);
  return used.has(file) && file !== flux.file && variables?.used.includes(file) !== true;
}

/** Whether what a root renders depends on a file: on its objects, on values in it, but not on the Flux Kustomization in it. */
export function rendersFrom(repository: GitOpsRepository, root: BuildRoot, file: string): boolean {
  if (!root.used.has(file)) return false;
  return repository.buildsOf(root).some((build) => builds(build, file) || build.variables?.used.includes(file) === true);
}
