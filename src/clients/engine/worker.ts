/** The engine's worker thread: one build at a time, synchronously. The client in engineWorker.ts starts and supervises it. */
import { posix } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { describeBuildError } from './buildError.ts';
import { startEngine, type EngineResponse } from './instance.ts';
import { progress, type BuildRequest, type BuildResult, type FromWorker, type ToWorker, type WorkerStart } from './messages.ts';
import { describeMissingPart } from './missingPart.ts';
import { createVirtualFiles, toRelative, virtualRoot, type VirtualFiles } from './virtualFiles.ts';

const heapThatCallsForCollection = 64; // MB; above it a collection between builds (25-45 ms) keeps memory flat

const largestKustomizationBytes = 1_000_000; // larger files hold manifests

const start = workerData as WorkerStart;
const buffers = new Map(start.buffers);
const noFiles = { kind: () => 0, real: () => null, read: () => null, list: () => null };
let files: VirtualFiles | typeof noFiles = noFiles;
let copiesSecrets = false;
const engine = startEngine(start.module, {
  kind: (path) => files.kind(path),
  real: (path) => files.real(path),
  read: (path) => {
    const content = files.read(path);
    if (content !== null) {
      start.progress[progress.files] = (start.progress[progress.files] ?? 0) + 1;
      start.progress[progress.kilobytes] = (start.progress[progress.kilobytes] ?? 0) + Math.ceil(content.length / 1000);
    }
    copiesSecrets ||= content !== null && mayCopySecrets(content);
    return content;
  },
  list: (path) => files.list(path),
});
if (!parentPort) throw new Error('This file runs as a worker thread.');
const port = parentPort;
const post = (message: FromWorker) => port.postMessage(message);

engine.warm();
engine.collectGarbage();
post({ type: 'ready' });

port.on('message', (message: ToWorker) => {
  if (message.type === 'build') build(message.id, message.request);
  else if (message.text === null) buffers.delete(message.path);
  else buffers.set(message.path, message.text);
});

function build(id: number, request: BuildRequest): void {
  const started = performance.now();
  const replacements = new Map<string, string | null>([...buffers, ...Object.entries(request.overlay ?? {})]);
  const view = createVirtualFiles(request.root, replacements);
  files = view;
  copiesSecrets = false;
  start.progress.fill(0);
  const directory = insideRoot(request.directory);
  try {
    const response = engine.build({ ...toEngineRequest(request), directory });
    post({ type: 'result', id, result: toResult(request, directory, response, view, performance.now() - started) });
    if (response.heapMB > heapThatCallsForCollection) engine.collectGarbage();
    post({ type: 'idle', memoryMegabytes: engine.memoryMegabytes() });
  } catch (error) {
    post({ type: 'dead', id, reason: String(error), used: view.used() });
  }
}

/** Whether a file may hold replacements or vars with a Secret as their source. Said too often rather than too seldom: kustomize takes keys in any case. */
function mayCopySecrets(content: Uint8Array): boolean {
  if (content.length > largestKustomizationBytes) return false;
  const text = new TextDecoder('latin1').decode(content);
  return /field_?path/i.test(text) && /secret/i.test(text);
}

/** As kustomize-controller joins spec.path to the artefact: `./`, a leading slash and `..` cannot lead out of it. */
function insideRoot(directory: string): string {
  return posix.join('/', directory, '/').slice(1, -1);
}

function toEngineRequest(request: BuildRequest): object {
  const base = { mode: request.mode, root: virtualRoot };
  if (request.mode === 'kustomize') return base;
  const { kustomization, values = {}, substitution, source, composed } = request;
  return {
    ...base,
    kustomization,
    values,
    lenient: substitution === 'lenient',
    source,
    composed: composed && {
      copies: composed.copies,
      sources: Object.fromEntries(
        Object.entries(composed.sources).map(([alias, from]) => [
          alias,
          { root: posix.join(virtualRoot, insideRoot(from.directory)), source: from.source },
        ]),
      ),
    },
  };
}

function toResult(
  request: BuildRequest,
  directory: string,
  response: EngineResponse,
  view: VirtualFiles,
  milliseconds: number,
): BuildResult {
  const used = view.used();
  const { origins = {}, stage, error } = response;
  const shown = (path: string) => toRelative(origins[path] ?? path) ?? path;
  if (stage !== undefined && error !== undefined) {
    const text = (path: string) => {
      const content = view.read(path === '' ? virtualRoot : `${virtualRoot}/${path}`);
      return content && new TextDecoder().decode(content);
    };
    const { linksOutside, largeFiles } = view;
    const source = request.mode === 'flux' && Boolean(request.source ?? request.composed);
    const context = { directory, source, linksOutside, largeFiles, origins, read: text };
    return { ok: false, error: describeBuildError(stage, error, context), used, milliseconds };
  }
  const missing = response.missing.map(({ path, reference }) => ({
    path: shown(path),
    reference,
    message: describeMissingPart(reference),
  }));
  return { ok: true, yaml: response.yaml, used, missing, copiesSecrets, milliseconds };
}
