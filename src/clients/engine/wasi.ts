/**
 * The part of WASI preview 1 that Go's runtime needs to start and to run without files of its own; everything else answers
 * "not supported". See https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md.
 */

const success = 0;
const badDescriptor = 8;
const notSupported = 52;

const subscriptionSize = 48;
const eventSize = 32;
const keptOutput = 8000;

/** The Go program ended itself: a fatal error, or memory that ran out. */
export class ProgramExit extends Error {
  override name = 'ProgramExit';
}

/** @param memory must be asked anew each time: growing it detaches the old buffer. */
export function createWasi(memory: () => ArrayBuffer): {
  imports: Record<string, (...args: never[]) => number>;
  output: () => string;
} {
  let output = '';
  const view = () => new DataView(memory());
  const bytes = (at: number, length: number) => new Uint8Array(memory(), at, length);
  const writeSizes = (first: number, a: number, second: number, b: number): number => {
    view().setUint32(first, a, true);
    view().setUint32(second, b, true);
    return success;
  };
  const programName = new TextEncoder().encode('engine\0');

  const supported: Record<string, (...args: never[]) => number> = {
    // One argument: klog reads the program's name when it is loaded.
    args_sizes_get: (count: number, size: number) => writeSizes(count, 1, size, programName.length),
    args_get: (list: number, buffer: number) => {
      view().setUint32(list, buffer, true);
      bytes(buffer, programName.length).set(programName);
      return success;
    },
    environ_sizes_get: (count: number, size: number) => writeSizes(count, 0, size, 0),
    environ_get: () => success,
    clock_time_get: (clock: number, _precision: bigint, result: number) => {
      const milliseconds = clock === 0 ? Date.now() : performance.now();
      view().setBigUint64(result, BigInt(Math.round(milliseconds * 1e6)), true);
      return success;
    },
    random_get: (at: number, length: number) => {
      globalThis.crypto.getRandomValues(bytes(at, length));
      return success;
    },
    sched_yield: () => success,
    proc_exit: (code: number) => {
      throw new ProgramExit(`exit code ${code}`);
    },
    fd_write: (_descriptor: number, vectors: number, count: number, written: number) => {
      let total = 0;
      for (let i = 0; i < count; i++) {
        const at = view().getUint32(vectors + 8 * i, true);
        const length = view().getUint32(vectors + 8 * i + 4, true);
        output = (output + new TextDecoder().decode(bytes(at, length))).slice(-keptOutput);
        total += length;
      }
      view().setUint32(written, total, true);
      return success;
    },
    // Go waits here for timers only. Everything is due at once, so a sleep is short and the one thread never blocks.
    poll_oneoff: (subscriptions: number, events: number, count: number, result: number) => {
      for (let i = 0; i < count; i++) {
        const subscription = subscriptions + subscriptionSize * i;
        const event = events + eventSize * i;
        view().setBigUint64(event, view().getBigUint64(subscription, true), true);
        view().setUint16(event + 8, success, true);
        view().setUint8(event + 10, view().getUint8(subscription + 8));
      }
      view().setUint32(result, count, true);
      return success;
    },
    fd_fdstat_get: (descriptor: number, result: number) => {
      if (descriptor > 2) return badDescriptor;
      bytes(result, 24).fill(0);
      view().setUint8(result, 2); // a character device
      view().setBigUint64(result + 8, 0xffffffffn, true);
      return success;
    },
    fd_fdstat_set_flags: () => success,
    fd_prestat_get: () => badDescriptor, // no directory is given to the program
  };
  const imports = new Proxy(supported, { get: (functions, name: string) => functions[name] ?? (() => notSupported) });
  return { imports, output: () => output };
}
