/** 25 `flux-path-not-found`: the path of a Flux Kustomization leads to no directory of this repository (image-semantics.md A.0). */
import { distance } from 'fastest-levenshtein';
import { directoryOf } from '../../flux/objects.ts';
import type { GitOpsRepository } from '../../repository/gitOpsRepository.ts';
import { groupBy } from '../../text/groupBy.ts';
import type { ScalarNode } from '../../yaml/node.ts';
import type { Fix } from '../fix.ts';
import { editFix } from '../fix.ts';
import { placeOf, topOf } from '../places.ts';
import type { Finding } from '../problem.ts';
import type { Rule } from '../rule.ts';
import { listed } from '../../text/listed.ts';
import { isExample } from '../unfinished.ts';

export const fluxPathNotFound: Rule = {
  code: 'flux-path-not-found',
  severity: 'error',
  summary: 'The path of a Flux Kustomization is no directory of this repository.',
  *check({ repository }) {
    for (const members of groupBy(lostPaths(repository), ({ at, file }) => at ?? file).values())
      yield finding(repository, members as [LostPath, ...LostPath[]]);
  },
};

interface LostPath {
  readonly flux: string;
  readonly directory: string;
  readonly file: string;
  readonly at: ScalarNode | undefined;
}

function lostPaths(repository: GitOpsRepository): LostPath[] {
  return repository.roots.flatMap((root) =>
    repository.buildsOf(root).flatMap(({ flux, layer: { failure } }): LostPath[] => {
      // In an artifact that is composed, or that only may be this repository, a missing path proves nothing.
      if (flux === undefined || !flux.location.certain || flux.location.artifact !== undefined) return [];
      if (isExample(repository, flux.file)) return [];
      if (failure?.kind !== 'missing-path' || repository.isDirectory(flux.location.directory)) return [];
      const at = typeof failure.at === 'object' ? failure.at : undefined;
      return [
        {
          flux: flux.namespace === '' ? flux.name : `${flux.namespace}/${flux.name}`,
          directory: flux.location.directory,
          file: failure.file || flux.file,
          at,
        },
      ];
    }),
  );
}

function finding(repository: GitOpsRepository, members: readonly [LostPath, ...LostPath[]]): Finding {
  const [{ directory, file, at }] = members;
  const place = at === undefined ? topOf(repository, file) : placeOf(repository, at);
  const names = listed([...new Set(members.map(({ flux }) => flux))]);
  const slashed = directoryOf(directory.replaceAll('\\', '/'));
  if (directory.includes('\\') && repository.isDirectory(slashed))
    return {
      message: `Flux takes backslashes for letters, so ${names} finds no directory: write the path with forward slashes, ${slashed}.`,
      place,
      fixes: replacement(at, slashed),
    };
  if (repository.isLostLink(directory))
    return {
      message: `${directory} is, or leads through, a link out of this repository, or to nothing, which Flux does not follow, so ${names} applies nothing.`,
      place,
    };
  const nearest = nearestDirectory(repository, directory);
  return {
    message: `There is no directory ${directory} in this repository, so ${names} applies nothing${nearest === undefined ? '' : `; the nearest is ${nearest}`}.`,
    place,
    fixes: nearest === undefined ? [] : replacement(at, nearest),
  };
}

/** In the style in which the path is written. */
function replacement(at: ScalarNode | undefined, directory: string): Fix[] {
  if (at === undefined || at.text.includes('${')) return [];
  const lead = /^(?:\.?\/)?/.exec(at.text.replaceAll('\\', '/'))?.[0] ?? '';
  return [editFix('replace-path', `Use ${directory}`, [{ type: 'set', scalar: at, text: lead + directory }])];
}

const LIKENESS = 0.6;

/** The directory with something to build that is spelled most alike; capital letters count for less. */
function nearestDirectory(repository: GitOpsRepository, wanted: string): string | undefined {
  let best: { readonly path: string; readonly likeness: number } | undefined;
  for (const path of repository.kustomizations.keys()) {
    const away = distance(wanted.toLowerCase(), path.toLowerCase()) + (wanted.toLowerCase() === path.toLowerCase() ? 0 : 0.1);
    const likeness = 1 - away / Math.max(wanted.length, path.length);
    if (likeness >= LIKENESS && (best === undefined || likeness > best.likeness)) best = { path, likeness };
  }
  return best?.path;
}
