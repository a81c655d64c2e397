/** Changes of a text as values: offsets count UTF-16 code units, as in JavaScript strings and in LSP. */

export interface TextRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface TextEdit extends TextRange {
  readonly newText: string;
}

/** Why an edit was not planned: one clause in lower case for the user. */
export interface Refusal {
  readonly reason: string;
}

export function isRefusal(value: object): value is Refusal {
  return 'reason' in value;
}

/** The text after all edits, which all refer to the text before. A refusal where edits overlap or leave the text. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string | Refusal {
  // A stable sort keeps the order of several insertions at one place.
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let done = 0;
  for (const { start, end, newText } of sorted) {
    if (start < done || end < start || end > text.length) return { reason: 'the edits overlap or lie outside of the text' };
    result += text.slice(done, start) + newText;
    done = end;
  }
  return result + text.slice(done);
}
