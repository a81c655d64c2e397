import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { LineIndex } from '../../src/core/text/lineIndex.ts';
import { rangeInFile } from '../../src/core/yaml/editEmbedded.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import type { GitOpsRepository } from '../../src/core/repository/gitOpsRepository.ts';
import type { BuildRoot, ImageUsage, Owner } from '../../src/core/repository/model.ts';
import { textOf } from './cases.ts';
import type { ConformanceCase } from './cases.ts';

export function checkEffectiveImage({ files = {}, action, expected }: ConformanceCase): void {
  const repository = repositoryOf(files, action);
  const root = rootOf(repository, action);
  if (expected['errorMatches'] !== undefined) {
    checkFailure(root, new RegExp(textOf(expected, 'errorMatches')));
    return;
  }
  ok(root !== undefined, 'there is no such root');
  equal(root.failure, undefined, 'the root should build');
  const images = (expected['images'] ?? {}) as Readonly<Record<string, string>>;
  const usages = new Map(root.usages.map((usage) => [containerKey(usage), usage]));
  deepEqual(Object.fromEntries(Object.keys(images).map((key) => [key, usages.get(key)?.reference])), images);
  for (const key of Object.keys(images)) equal(usages.get(key)?.status, 'exact', `${key}: ${usages.get(key)?.why ?? ''}`);
  for (const [key, owner] of Object.entries((expected['owners'] ?? {}) as Readonly<Record<string, ExpectedOwner>>))
    deepEqual(
      placeOf(files, usages.get(key)?.tagOwner ?? usages.get(key)?.owner),
      { file: owner.file, line: owner.line },
      `owner of ${key}`,
    );
}

interface ExpectedOwner {
  readonly file: string;
  readonly line: number;
}

export function repositoryOf(files: Readonly<Record<string, string>>, action: ConformanceCase['action']): GitOpsRepository {
  const isLegacy = textOf(action, 'kustomizeController').startsWith('<');
  return createRepository(new Map(Object.entries(files)), { fluxImages: isLegacy ? 'replace' : 'merge' });
}

/** The root of a directory, or of the Flux Kustomization in a file. */
export function rootOf(repository: GitOpsRepository, action: ConformanceCase['action']): BuildRoot | undefined {
  const place = textOf(action, 'fluxKustomization') || textOf(action, 'env') || textOf(action, 'target');
  if (place.endsWith('.yaml')) return repository.roots.find((root) => root.deployedBy.some(({ file }) => file === place));
  const directory = place || '.';
  return repository.roots.find((root) => root.directory === directory);
}

/** Kind/name#container; init containers are `#init:name`, ephemeral ones `#ephemeral:name`. */
export function containerKey({ kind, workload, container }: ImageUsage): string {
  return `${kind}/${workload}#${container}`;
}

/** A root that does not build has to say so, in the words of the tool, and must not give images as certain. */
function checkFailure(root: BuildRoot | undefined, pattern: RegExp): void {
  ok(root !== undefined, 'there is no such root');
  match([root.failure, ...root.unknowns.map(({ why }) => why)].join('\n'), pattern);
  deepEqual(root.usages.filter(({ status }) => status === 'exact').map(containerKey), []);
}

function placeOf(files: Readonly<Record<string, string>>, owner: Owner | undefined): { file: string; line: number } | undefined {
  if (owner === undefined) return undefined;
  const text = files[owner.file] ?? '';
  return { file: owner.file, line: new LineIndex(text).positionAt(rangeInFile(text, owner.scalar).start).line };
}
