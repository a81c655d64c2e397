// Go declares its memory without a maximum, which lets a runaway build take 4 GiB.

/**
 * Returns the module with a maximum for its one memory.
 * @param {Uint8Array} wasm @param {number} maximumPages of 64 KiB
 */
export function capMemory(wasm, maximumPages) {
  const header = 8;
  const memorySection = 5;
  const reader = { at: header };
  const parts = [wasm.subarray(0, header)];
  while (reader.at < wasm.length) {
    const start = reader.at;
    const id = wasm[reader.at++];
    const size = readUnsigned(wasm, reader);
    const end = reader.at + size;
    parts.push(id === memorySection ? withMaximum(wasm, reader, maximumPages) : wasm.subarray(start, end));
    reader.at = end;
  }
  return Buffer.concat(parts);
}

function withMaximum(wasm, reader, maximumPages) {
  const count = readUnsigned(wasm, reader);
  const limits = wasm[reader.at++];
  const minimum = readUnsigned(wasm, reader);
  if (count !== 1 || limits !== 0) throw new Error('expected one memory without a maximum');
  const body = [...unsigned(1), 1, ...unsigned(minimum), ...unsigned(maximumPages)];
  return Uint8Array.from([5, ...unsigned(body.length), ...body]);
}

/** LEB128, as https://webassembly.github.io/spec/core/binary/values.html#integers has it. */
function readUnsigned(bytes, reader) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[reader.at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
}

function unsigned(value) {
  const bytes = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}
