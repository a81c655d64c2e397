// Real bumps out of a Git history, made again and compared byte for byte: bumpCommits.ts REPOSITORY [MOST] prints JSON with figures. It keeps no data
// of the repository, and with --show it prints the commits that came out differently.
import { parseArgs } from 'node:util';
import { isRelevantPath } from '../../src/clients/files.ts';
import { commitNamed } from '../../src/clients/git.ts';
import { blobsOf, branchCommits } from '../../src/clients/gitCommits.ts';
import { GitObjects } from '../../src/clients/gitObjects.ts';
import { planImageChanges } from '../../src/core/change/imageChanges.ts';
import type { WantedImage } from '../../src/core/change/imageChanges.ts';
import { usagesByKey } from '../../src/core/change/outcome.ts';
import { unifiedDiff } from '../../src/core/change/unifiedDiff.ts';
import type { LoggedCommit } from '../../src/core/git/rawLog.ts';
import type { GitOpsRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { show: { type: 'boolean' } } });
const [folder, most = '500'] = positionals;
if (folder === undefined) {
  console.error('Usage: node test/benchmark/bumpCommits.ts REPOSITORY [MOST] [--show]');
  process.exit(2);
}

/** Lines that say which version of something is wanted. */
const VERSION_LINE = /^\s*(?:- )?["']?[\w.-]*(?:tag|image|version|digest)["']?\s*[:=]/i;
const figures = {
  commits: 0,
  bumps: 0,
  reproduced: 0,
  images: 0,
  files: 0,
  differing: 0,
  refused: 0,
  withoutImage: 0,
  milliseconds: 0,
};

const head = await commitNamed(folder, 'HEAD');
if (head === undefined) throw new Error(`${folder} has no commit.`);
const objects = new GitObjects(folder);
const tree = [...(await blobsOf(folder, head))].filter(([path]) => isRelevantPath(path));
const texts = await objects.texts(tree.map(([, hash]) => hash));
let after = createRepository(new Map(tree.map(([path, hash]) => [path, texts.get(hash) ?? ''])));

walk: for await (const commits of branchCommits(folder, head))
  for (const commit of commits) {
    const old = await oldTexts(commit);
    if (old === undefined) break walk;
    figures.commits++;
    const before = old.size === 0 ? after : after.with(old);
    if (old.size > 0 && isBump(commit, before, after)) reproduce(commit, before, after);
    if (figures.bumps >= Number(most)) break walk;
    after = before;
  }
objects[Symbol.dispose]();
console.log(JSON.stringify({ repository: folder, ...figures, milliseconds: Math.round(figures.milliseconds) }, undefined, 2));

/** Texts of the files that the commit changed, as they were before it; undefined where they are not here. */
async function oldTexts({ changes }: LoggedCommit): Promise<Map<string, string | undefined> | undefined> {
  const relevant = changes.filter(({ path, oldPath }) => isRelevantPath(path ?? '') || isRelevantPath(oldPath ?? ''));
  const blobs = await objects.texts([...new Set(relevant.flatMap(({ oldHash }) => (oldHash === '' ? [] : [oldHash])))]);
  const old = new Map<string, string | undefined>();
  for (const { path, oldPath, oldHash } of relevant) {
    if (path !== undefined && path !== oldPath) old.set(path, undefined);
    if (oldPath === undefined || oldHash === '') continue;
    const text = blobs.get(oldHash);
    if (text === undefined) return undefined;
    old.set(oldPath, text);
  }
  return old;
}

/** Whether a commit changes, in files that stay where they are, nothing but lines that hold versions. */
function isBump({ changes }: LoggedCommit, before: GitOpsRepository, now: GitOpsRepository): boolean {
  return changes.every(({ path, oldPath }) => {
    if (path === undefined || path !== oldPath || !isRelevantPath(path)) return false;
    const [a, b] = [before, now].map((repository) => (repository.file(path)?.text ?? '').split('\n'));
    if (a === undefined || b === undefined || a.length !== b.length) return false;
    return a.every((line, index) => line === b[index] || (VERSION_LINE.test(line) && VERSION_LINE.test(b[index] ?? '')));
  });
}

function reproduce(commit: LoggedCommit, before: GitOpsRepository, now: GitOpsRepository): void {
  const wanted = wantedImages(before, now);
  if (wanted.length === 0) {
    figures.withoutImage++;
    return;
  }
  // Another name of an image, or a line that decides no image, is no bump of this product.
  const paths = commit.changes.flatMap(({ path }) => path ?? []);
  figures.bumps++;
  figures.images += wanted.length;
  figures.files += paths.length;
  const started = performance.now();
  const { outcome, refused } = planImageChanges(before, wanted, () => false);
  figures.milliseconds += performance.now() - started;
  const changed = paths.map((path) => ({
    path,
    before: now.file(path)?.text ?? '',
    after: outcome.next.file(path)?.text ?? '',
  }));
  if (changed.every((file) => file.before === file.after)) figures.reproduced++;
  else if (refused.length > 0) figures.refused++;
  else figures.differing++;
  const diff = unifiedDiff(changed);
  if (values.show === true && diff !== '')
    console.log(`${commit.hash} ${commit.subject}\n${refused.map(({ refusal }) => refusal).join('\n')}\n${diff}`);
}

function wantedImages(before: GitOpsRepository, now: GitOpsRepository): WantedImage[] {
  const roots = new Map(now.roots.map((root) => [root.id, root]));
  return before.roots.flatMap((root) => {
    const next = roots.get(root.id);
    if (next === undefined || next === root) return [];
    const usages = usagesByKey(next);
    return [...usagesByKey(root)].flatMap(([key, usage]) => {
      const target = usages.get(key);
      if (target === undefined || target.reference === usage.reference || target.name !== usage.name) return [];
      return [{ root, usage, version: { tag: target.tag, digest: target.digest } }];
    });
  });
}
