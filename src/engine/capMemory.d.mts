export function capMemory(wasm: Uint8Array, maximumPages: number): Buffer<ArrayBuffer>;
