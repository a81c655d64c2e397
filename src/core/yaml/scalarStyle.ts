/** How a string is written as a YAML scalar so that every reader in the chain (YAML 1.1 and 1.2) gets the same string back. */

export type QuoteStyle = 'plain' | 'single' | 'double';

const WORDS = /^(?:~|null|true|false|yes|no|on|off|y|n|=|<<)$/i;
/** Integers and floats of YAML 1.1 and 1.2, with all that Go's resolver adds, also where they overflow. */
const NUMBER = /^[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]*)(?:[eE][-+]?[0-9]+)?$/;
const PREFIXED_NUMBER = /^[-+]?0[xXoObB][0-9a-fA-F_]+$/;
const SPECIAL_FLOAT = /^[-+]?\.(?:inf|nan)$/i;
const SEXAGESIMAL = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const DATE = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:$|[Tt\s])/;
/** Control characters, line separators, byte order mark and lone surrogates: legal only as escapes. */
const NEEDS_ESCAPE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]/u;

/** False where some reader would see a number, a boolean, null, a date or a merge key in the plain text (image-semantics.md A.4). */
function readsAsString(text: string): boolean {
  return ![WORDS, NUMBER, PREFIXED_NUMBER, SPECIAL_FLOAT, SEXAGESIMAL, DATE].some((pattern) => pattern.test(text)) && text !== '';
}

/** True where the text without quotes is one scalar. Stricter than YAML in corners that readers disagree on. */
function canBePlain(text: string, inFlow: boolean): boolean {
  if (text === '' || NEEDS_ESCAPE.test(text) || /^[\s,[\]{}#&*!|>'"%@`?:]|\s$|^-(?:\s|$)|:(?:\s|$)|\s#|^---|^\.\.\./.test(text))
    return false;
  return !inFlow || !/[,[\]{}]|^-/.test(text);
}

/** The text as a scalar on one line: in the wanted style where that is safe, else in double quotes. */
export function writeScalar(text: string, style: QuoteStyle, inFlow: boolean): string {
  if (style === 'plain' && readsAsString(text) && canBePlain(text, inFlow)) return text;
  if (style === 'single' && !NEEDS_ESCAPE.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return `"${escapeDouble(text)}"`;
}

/** True where the text can stand as lines of a block scalar without an indentation indicator. */
export function canBeBlock(text: string): boolean {
  return text.trim() !== '' && !/^[\s]|\n\n$/.test(text) && !NEEDS_ESCAPE.test(text.replaceAll('\n', ''));
}

function escapeDouble(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1);
  return escaped.replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
