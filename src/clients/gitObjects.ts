/** Texts of blobs through one `git cat-file --batch` that stays open. */
import { GitError, openGit } from './gitProcess.ts';
import type { OpenProgram } from './process.ts';

/** Larger blobs are no manifests; they are taken as empty. */
const MAX_BLOB_BYTES = 5_000_000;
const LIMITS = { timeoutMilliseconds: 600_000 };

/** One reader at a time: a call waits for the one before it. */
export class GitObjects {
  private readonly program: OpenProgram;
  private readonly output: AsyncIterator<Buffer>;
  private pending: Buffer = Buffer.alloc(0);
  private last: Promise<unknown> = Promise.resolve();

  constructor(folder: string, signal?: AbortSignal) {
    this.program = openGit(folder, ['cat-file', '--batch'], { ...LIMITS, signal });
    this.output = this.program.output[Symbol.asyncIterator]();
  }

  /** Texts by hash; undefined for what Git does not have here. Rejects with GitError. */
  async texts(hashes: readonly string[]): Promise<Map<string, string | undefined>> {
    const result = this.last.then(async () => await this.read(hashes));
    this.last = result.catch(() => undefined);
    return await result;
  }

  [Symbol.dispose](): void {
    this.program[Symbol.dispose]();
  }

  private async read(hashes: readonly string[]): Promise<Map<string, string | undefined>> {
    const texts = new Map<string, string | undefined>();
    if (hashes.length === 0) return texts;
    this.program.write(`${hashes.join('\n')}\n`);
    for (const hash of hashes) {
      const header = await this.line();
      const [, type, bytes] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(header) ?? [];
      if (type === undefined || bytes === undefined) {
        texts.set(hash, undefined);
        continue;
      }
      const content = await this.take(Number(bytes) + 1);
      texts.set(hash, content.length > MAX_BLOB_BYTES ? '' : content.toString('utf8', 0, content.length - 1));
    }
    return texts;
  }

  private async line(): Promise<string> {
    let newline = this.pending.indexOf(10);
    while (newline < 0) {
      await this.more(this.pending.length + 1);
      newline = this.pending.indexOf(10);
    }
    return (await this.take(newline + 1)).toString('latin1', 0, newline);
  }

  private async take(bytes: number): Promise<Buffer> {
    await this.more(bytes);
    const taken = this.pending.subarray(0, bytes);
    this.pending = this.pending.subarray(bytes);
    return taken;
  }

  /** Reads until so many bytes are there. */
  private async more(bytes: number): Promise<void> {
    if (this.pending.length >= bytes) return;
    const chunks = [this.pending];
    for (let size = this.pending.length; size < bytes;) {
      const { value, done } = await this.output.next();
      if (done === true) throw new GitError('git ended while it was read');
      chunks.push(value);
      size += value.length;
    }
    this.pending = Buffer.concat(chunks);
  }
}
