/** What the engine uses of WebAssembly. Node has it, but TypeScript declares it only for browsers (lib.dom). */
declare namespace WebAssembly {
  type Module = object;
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, (...args: never[]) => unknown>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
