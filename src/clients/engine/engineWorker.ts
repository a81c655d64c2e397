import { Worker } from 'node:worker_threads';
import { sizeText } from '../../core/text/sizeText.ts';
import {
  progress,
  type BuildError,
  type BuildRequest,
  type BuildResult,
  type FromWorker,
  type ToWorker,
  type WorkerStart,
} from './messages.ts';

export interface EngineWorkerOptions {
  readonly workerUrl: string | URL;
  /** Called once; the module outlives the workers, so that a new one starts in a fraction of the time. */
  readonly loadModule: () => Promise<WebAssembly.Module>;
  readonly timeoutMilliseconds: number;
}

/** Builds in a worker thread that is started, watched and replaced as needed. */
export interface EngineWorker {
  /** Starts the worker if none runs; resolves when it can build at full speed. */
  start(): Promise<void>;
  /**
   * One build after the other, in the order of the calls. Crashes and time-outs are results, not exceptions.
   * @throws the signal's reason when it is aborted
   */
  build(request: BuildRequest, signal?: AbortSignal): Promise<BuildResult>;
  /** Sets, or with null removes, the unsaved text of a file for the builds that start after this call. */
  setBuffer(path: string, text: string | null): void;
  dispose(): Promise<void>;
}

interface Job {
  readonly request: BuildRequest;
  readonly settle: (outcome: BuildResult | { readonly thrown: unknown }) => void;
  started?: number;
}

interface Current {
  readonly worker: Worker;
  readonly progress: Int32Array;
  readonly ready: Promise<void>;
  isReady: boolean;
}

const recycleAboveMegabytes = 200;
const abortedBuildMayRunMilliseconds = 1000;
const stackMegabytes = 64; // deeply nested YAML recurses on the JavaScript stack

export function createEngineWorker(options: EngineWorkerOptions): EngineWorker {
  const buffers = new Map<string, string>();
  const queue: Job[] = [];
  let module: Promise<WebAssembly.Module> | undefined;
  let current: Current | undefined;
  let running: (Job & { readonly id: number; readonly timer: NodeJS.Timeout }) | undefined;
  let lastId = 0;
  let disposed = false;

  async function start(): Promise<void> {
    module ??= options.loadModule().catch((error: unknown) => {
      module = undefined; // the next build tries again
      throw error;
    });
    const loaded = await module;
    if (disposed) throw new Error('The render engine is closed.');
    current ??= spawn(loaded);
    await current.ready;
  }

  function spawn(loaded: WebAssembly.Module): Current {
    const counts = new Int32Array(new SharedArrayBuffer(Object.keys(progress).length * Int32Array.BYTES_PER_ELEMENT));
    const data: WorkerStart = { module: loaded, buffers, progress: counts };
    const worker = new Worker(options.workerUrl, {
      workerData: data,
      resourceLimits: { stackSizeMb: stackMegabytes },
      execArgv: [],
    });
    const ready = new Promise<void>((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.type !== 'ready') return receive(worker, message);
        spawned.isReady = true;
        resolve();
      });
      worker.on('error', (error) => {
        reject(error);
        replace(worker, String(error));
      });
      worker.on('exit', () => {
        reject(new Error('The render engine ended before it was ready.'));
        replace(worker, 'the worker ended');
      });
    });
    ready.catch(() => undefined); // whoever waits for it hears of it
    const spawned: Current = { worker, progress: counts, ready, isReady: false };
    return spawned;
  }

  function receive(worker: Worker, message: Exclude<FromWorker, { type: 'ready' }>): void {
    if (worker !== current?.worker) return;
    if (message.type === 'idle') {
      if (message.memoryMegabytes > recycleAboveMegabytes && !running && queue.length === 0) discard(worker);
    } else if (message.id === running?.id) {
      const milliseconds = performance.now() - (running.started ?? 0);
      if (message.type === 'result') finish(message.result);
      else replace(worker, message.reason, message.used, milliseconds);
    }
  }

  /** The worker is gone or of no more use: its build fails with the reason. */
  function replace(worker: Worker, reason: string, used: readonly string[] = [], milliseconds = 0): void {
    if (worker !== current?.worker) return;
    discard(worker);
    if (running) finish({ ok: false, error: crashed(running.request, reason), used, milliseconds });
  }

  /** The next worker warms up at once, unless this one did not even start: then the next build tries. */
  function discard(worker: Worker): void {
    if (worker !== current?.worker) return;
    const { isReady } = current;
    current = undefined;
    void worker.terminate();
    if (isReady && !disposed) void start().catch(() => undefined);
  }

  function finish(outcome: BuildResult | { readonly thrown: unknown }): void {
    const job = running;
    if (!job) return;
    running = undefined;
    clearTimeout(job.timer);
    job.settle(outcome);
    void next();
  }

  async function next(): Promise<void> {
    if (running || queue.length === 0) return;
    try {
      await start();
    } catch (error) {
      for (const job of queue.splice(0)) job.settle({ thrown: error });
      return;
    }
    if (running) return;
    if (!current) return next(); // it died right after it started
    const job = queue.shift();
    if (!job) return;
    const id = ++lastId;
    const { worker } = current;
    const timer = setTimeout(() => expire(worker), options.timeoutMilliseconds);
    running = { ...job, id, timer, started: performance.now() };
    worker.postMessage({ type: 'build', id, request: job.request } satisfies ToWorker);
  }

  function expire(worker: Worker): void {
    if (!running || worker !== current?.worker) return;
    const { progress: counts } = current;
    discard(worker);
    const { request } = running;
    finish({
      ok: false,
      error: timedOut(request, options.timeoutMilliseconds, counts),
      used: [],
      milliseconds: options.timeoutMilliseconds,
    });
  }

  /** A build that has just begun is let run to its end, which is cheaper than a new worker. */
  function abandon(job: Job): void {
    const at = queue.indexOf(job);
    if (at >= 0) {
      queue.splice(at, 1);
      return;
    }
    if (running?.settle !== job.settle || !current) return;
    const { id } = running;
    const { worker } = current;
    const rest = abortedBuildMayRunMilliseconds - (performance.now() - (running.started ?? 0));
    const stop = () => {
      if (running?.id !== id) return;
      discard(worker);
      finish({ thrown: undefined });
    };
    if (rest <= 0) stop();
    else setTimeout(stop, rest).unref();
  }

  return {
    start,
    build(request, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const onAbort = () => {
          reject(signal?.reason as Error);
          abandon(job);
        };
        const job: Job = {
          request,
          settle(outcome) {
            signal?.removeEventListener('abort', onAbort);
            if ('thrown' in outcome) reject(outcome.thrown);
            else resolve(outcome);
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        queue.push(job);
        void next();
      });
    },
    setBuffer(path, text) {
      if (text === null) buffers.delete(path);
      else buffers.set(path, text);
      current?.worker.postMessage({ type: 'buffer', path, text } satisfies ToWorker);
    },
    async dispose() {
      disposed = true;
      const closed = { thrown: new Error('The render engine is closed.') };
      for (const job of queue.splice(0)) job.settle(closed);
      const worker = current?.worker;
      current = undefined;
      finish(closed);
      await worker?.terminate();
    },
  };
}

function shown(request: BuildRequest): string {
  return request.directory === '' ? 'The root of the repository' : `\`${request.directory}\``;
}

/** Fewer files than this are no reason for a build to take long. */
const fewFiles = 50;
const fewKilobytes = 2000;

function timedOut(request: BuildRequest, milliseconds: number, counts: Int32Array): BuildError {
  const files = counts[progress.files] ?? 0;
  const kilobytes = counts[progress.kilobytes] ?? 0;
  const read = `${String(files)} ${files === 1 ? 'file' : 'files'} (${sizeText(kilobytes * 1000)})`;
  const isLittle = files < fewFiles && kilobytes < fewKilobytes;
  const advice = isLittle
    ? 'That is little for so long: look for YAML aliases that multiply.'
    : 'Preview a directory that it includes instead, or try again when the machine is less busy.';
  return {
    stage: 'time-out',
    message: `${shown(request)} was not rendered after ${Math.round(milliseconds / 1000)} s, in which ${read} ${files === 1 ? 'was' : 'were'} read. ${advice}`,
    cause: 'time-out',
  };
}

function crashed(request: BuildRequest, reason: string): BuildError {
  return {
    stage: 'crash',
    message: `${shown(request)} is too large or too deeply nested to render. The preview of everything else goes on.`,
    cause: reason,
  };
}
