import { createWasi, ProgramExit } from './wasi.ts';

/** What a path is, as the engine's Go code numbers it (render/tree.go). `link` is added to the kind of the link's target. */
export const kinds = { nothing: 0, file: 1, directory: 2, link: 4 } as const;

/** Answers the engine's questions about absolute, slash-separated paths. Must not throw. */
export interface FileHost {
  kind(path: string): number;
  /** Links resolved; null when nothing is there. */
  real(path: string): string | null;
  read(path: string): Uint8Array | null;
  list(path: string): readonly string[] | null;
}

/** The engine's answer; render/render.go has the same fields. */
export interface EngineResponse {
  readonly yaml: string;
  readonly stage?: 'request' | 'compose' | 'generate' | 'build' | 'substitute';
  readonly error?: string;
  readonly missing: readonly { readonly path: string; readonly reference: string }[];
  readonly origins?: Readonly<Record<string, string>>;
  readonly heapMB: number;
}

export interface EngineInstance {
  /** @throws when the instance dies of the request; it must not be used after that. */
  build(request: object): EngineResponse;
  /** Does now what the first build with a strategic merge patch would wait for. */
  warm(): void;
  collectGarbage(): void;
  memoryMegabytes(): number;
}

interface EngineExports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  allocate(length: number): number;
  build(): bigint;
  warm(): void;
  collect(): void;
}

/** Starts the engine. Synchronous, so for a worker only. */
export function startEngine(module: WebAssembly.Module, host: FileHost): EngineInstance {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let answer: Uint8Array = new Uint8Array();
  const bytes = (at: number, length: number) => new Uint8Array(exports.memory.buffer, at >>> 0, length >>> 0);
  const text = (at: number, length: number) => decoder.decode(bytes(at, length));
  const offer = (content: Uint8Array | null): number => {
    if (content === null) return -1;
    answer = content;
    return content.length;
  };
  const wasi = createWasi(() => exports.memory.buffer);
  const instance = new WebAssembly.Instance(module, {
    wasi_snapshot_preview1: wasi.imports,
    host: {
      kind: (at: number, length: number) => host.kind(text(at, length)),
      real: (at: number, length: number) => offer(encode(host.real(text(at, length)))),
      read: (at: number, length: number) => offer(host.read(text(at, length))),
      list: (at: number, length: number) => offer(encode(host.list(text(at, length))?.join('\0') ?? null)),
      take: (at: number) => bytes(at, answer.length).set(answer),
    },
  });
  const exports = instance.exports as unknown as EngineExports;
  function encode(value: string | null): Uint8Array | null {
    return value === null ? null : encoder.encode(value);
  }
  exports._initialize();

  return {
    build(request) {
      try {
        const message = encoder.encode(JSON.stringify(request));
        bytes(exports.allocate(message.length), message.length).set(message);
        const result = BigInt.asUintN(64, exports.build());
        return JSON.parse(text(Number(result & 0xffffffffn), Number(result >> 32n))) as EngineResponse;
      } catch (error) {
        throw new ProgramExit(`${String(error)}\n${wasi.output()}`, { cause: error });
      }
    },
    warm: () => exports.warm(),
    collectGarbage: () => exports.collect(),
    memoryMegabytes: () => exports.memory.buffer.byteLength / 2 ** 20,
  };
}
