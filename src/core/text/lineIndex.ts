/** Offset to line and column and back. Lines end at \n, \r\n or a lone \r, as in LSP. */

/** Both count from 1; columns count UTF-16 code units. */
export interface LinePosition {
  readonly line: number;
  readonly column: number;
}

export class LineIndex {
  private readonly starts: readonly number[];
  private readonly length: number;

  constructor(text: string) {
    const starts = [0];
    for (let offset = 0; offset < text.length; offset++) {
      const code = text.charCodeAt(offset);
      if (code === 10 || (code === 13 && text.charCodeAt(offset + 1) !== 10)) starts.push(offset + 1);
    }
    this.starts = starts;
    this.length = text.length;
  }

  get lineCount(): number {
    return this.starts.length;
  }

  /** Offsets outside of the text are taken to its nearest end. */
  positionAt(offset: number): LinePosition {
    const inside = Math.min(Math.max(offset, 0), this.length);
    let [low, high] = [0, this.starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= inside) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: inside - (this.starts[low] ?? 0) + 1 };
  }

  /** Positions outside of the text, or behind the end of a line, are taken to the nearest place inside. */
  offsetAt({ line, column }: LinePosition): number {
    if (line < 1) return 0;
    const start = this.starts[line - 1];
    if (start === undefined) return this.length;
    const next = this.starts[line] ?? this.length + 1;
    return Math.min(start + Math.max(column, 1) - 1, next - 1);
  }
}
