const LONGEST = 1_000;

/** Text that quotes files, for one line of plain text: control characters and line breaks as escapes, and cut where it is longer than anybody reads. */
export function onOneLine(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return short.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, escape);
}

function escape(character: string): string {
  const written = JSON.stringify(character).slice(1, -1);
  return written === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : written;
}
