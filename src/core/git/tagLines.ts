/** Two versions of a file that differ in values of tags and digests alone: by far the most frequent change, and the one that needs no model. */

/** A value on a line that was changed. Offsets are those of the newer text. */
export interface ChangedValue {
  readonly start: number;
  readonly end: number;
  /** What stood there in the older text. */
  readonly before: string;
}

const LINE = /^([ \t]*(?:- +)*(?:newTag|digest|tag):[ \t]+)(["']?)([A-Za-z0-9_][\w.:@-]*)\2([ \t]*(?:#.*)?\r?)$/;
/** Plain values that are texts for YAML, whatever reads it: they start like a name, or have the three parts of a version. */
const TEXT = /^(?:[A-Za-z_][\w.:@-]*|\d+\.\d+\.\d+[\w.-]*)$/;
const WORDS = /^(?:true|false|yes|no|on|off|null|y|n|nan|inf)$/i;

/** The changed values, from the first line to the last; undefined where anything else differs, or a value could be read as something other than text. */
export function changedTagValues(newer: string, older: string): ChangedValue[] | undefined {
  let start = 0;
  const shorter = Math.min(newer.length, older.length);
  while (start < shorter && newer.charCodeAt(start) === older.charCodeAt(start)) start++;
  let tail = 0;
  while (tail < shorter - start && newer.charCodeAt(newer.length - 1 - tail) === older.charCodeAt(older.length - 1 - tail))
    tail++;
  const from = newer.lastIndexOf('\n', start - 1) + 1;
  const [now, before] = [linesOf(newer, from, newer.length - tail), linesOf(older, from, older.length - tail)];
  if (now.length !== before.length) return undefined;
  const changed: ChangedValue[] = [];
  let at = from;
  for (const [index, line] of now.entries()) {
    const old = before[index] ?? '';
    if (line !== old) {
      const value = changedValue(line, old, at);
      if (value === undefined) return undefined;
      changed.push(value);
    }
    at += line.length + 1;
  }
  return changed;
}

/** Whole lines around a part of a text. */
function linesOf(text: string, from: number, to: number): string[] {
  const end = text.indexOf('\n', to);
  return text.slice(from, end < 0 ? text.length : end).split('\n');
}

function changedValue(line: string, old: string, at: number): ChangedValue | undefined {
  const [one, other] = [LINE.exec(line), LINE.exec(old)];
  if (one === null || other === null) return undefined;
  const [, lead = '', quote = '', value = '', rest = ''] = one;
  const [, oldLead, oldQuote, oldValue = '', oldRest] = other;
  if (lead !== oldLead || quote !== oldQuote || rest !== oldRest) return undefined;
  if (quote === '' && ![value, oldValue].every(isText)) return undefined;
  const start = at + lead.length + quote.length;
  return { start, end: start + value.length, before: oldValue };
}

function isText(value: string): boolean {
  return TEXT.test(value) && !WORDS.test(value);
}
