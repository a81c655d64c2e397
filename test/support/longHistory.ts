/** A repository with thousands of commits, each of which sets one tag, in the time that git takes to import them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatedRepository } from './generatedRepository.ts';

export interface LongHistory {
  readonly commits: number;
  readonly applications: number;
  /** How many of the commits set the first application in prod; the others go around. */
  readonly ofFirst: number;
}

/** Returns the folder; the caller removes it. */
export function writeLongHistory({ commits, applications, ofFirst }: LongHistory): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gitops-cockpit-long-')));
  const git = (args: readonly string[], input?: string) =>
    execFileSync('git', args, {
      cwd: folder,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'ignore'],
      ...(input === undefined ? {} : { input }),
    });
  git(['init', '--quiet', '--initial-branch=main']);
  const files = generatedRepository(applications);
  const overlays = Object.keys(files).filter((path) => !path.includes('/base/'));
  const first = overlays.find((path) => path.includes('/app-0001/prod/')) ?? '';
  const stream: string[] = [commit(0, 'all of it'), ...Object.entries(files).map(([path, text]) => file(path, text))];
  const step = Math.max(1, Math.floor((commits - 1) / ofFirst));
  for (let number = 1; number < commits; number++) {
    const path = number % step === 0 ? first : (overlays[(number * 7) % overlays.length] ?? first);
    const tag = `v2.${String(Math.floor(number / 100))}.${String(number % 100)}`;
    const text = (files[path] ?? '').replace(/newTag: .*/, `newTag: ${tag}`);
    stream.push(commit(number, `bump to ${tag} (#${String(number)})`), file(path, text));
  }
  git(['fast-import', '--quiet'], `${stream.join('')}done\n`);
  git(['reset', '--quiet', '--hard', 'main']);
  return folder;
}

function commit(number: number, message: string): string {
  return `commit refs/heads/main\ncommitter Mira Keller <mira@acme.example> ${String(1_600_000_000 + number * 3600)} +0000\ndata ${String(Buffer.byteLength(message))}\n${message}\n`;
}

function file(path: string, text: string): string {
  return `M 100644 inline ${path}\ndata ${String(Buffer.byteLength(text))}\n${text}\n`;
}
