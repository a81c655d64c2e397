/** The programs that the engine is compared with, built once from the Go module proxy and kept in the user's cache. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { goEnvironment, program, requireGo } from './goProgram.ts';
import { projectRoot } from './paths.ts';

const kustomizeVersion = 'v5.8.1'; // what Flux pins; see src/engine/go.mod
const engineFolder = join(projectRoot, 'src/engine');

/** `kustomize` of the version that the engine contains; builds it the first time, which takes about a minute. */
export function nativeKustomize(): string {
  return program(`kustomize-${kustomizeVersion}`, 'kustomize', (folder) => ({
    args: ['install', `sigs.k8s.io/kustomize/kustomize/v5@${kustomizeVersion}`],
    cwd: folder,
    env: { GOBIN: folder },
  }));
}

/** Runs `kustomize build` without network and without git; the text it prints, or null when it fails. */
export function runKustomize(folder: string): string | null {
  const env = { PATH: '', HOME: folder, HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' };
  const { status, stdout } = spawnSync(nativeKustomize(), ['build', folder], { encoding: 'utf8', maxBuffer: 1 << 28, env });
  return status === 0 ? stdout : null;
}

/** A request to src/engine/reference; field names are not case-sensitive. */
export interface ReferenceRequest {
  readonly root: string;
  readonly directory: string;
  readonly kustomization: unknown;
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly lenient?: boolean;
  readonly archive?: boolean;
  readonly ignore?: string;
}

export interface FluxReference extends Disposable {
  build(request: ReferenceRequest): Promise<{ readonly yaml: string; readonly error?: string }>;
}

/** Flux's own functions on the real disk, as a program that answers one request after the other. */
export function startFluxReference(): FluxReference {
  const sources = globSync(['go.*', 'reference/*.go', 'stubs/**/*.go'], { cwd: engineFolder }).toSorted();
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(join(engineFolder, source)));
  const path = program(`flux-reference-${hash.digest('hex').slice(0, 16)}`, 'reference', (folder) => ({
    args: ['build', '-trimpath', '-o', join(folder, 'reference'), './reference'],
    cwd: engineFolder,
    env: {},
  }));
  const child = spawn(path, { stdio: ['pipe', 'pipe', 'ignore'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async build(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error('The Flux reference program ended.');
      return JSON.parse(value) as { yaml: string; error?: string };
    },
    [Symbol.dispose]: () => child.stdin.end(),
  };
}

/** Runs the tests of the engine's Go code; returns what they print and whether they pass. */
export function runGoTests(): { readonly ok: boolean; readonly output: string } {
  requireGo();
  const { status, stdout, stderr } = spawnSync('go', ['test', './render'], {
    cwd: engineFolder,
    env: goEnvironment(),
    encoding: 'utf8',
  });
  return { ok: status === 0, output: stdout + stderr };
}
