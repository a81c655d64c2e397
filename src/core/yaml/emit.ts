/**
 * How sigs.k8s.io/yaml writes a text into YAML (goyaml.v2 encode.go stringv, emitterc.go yaml_emitter_analyze_scalar and yaml_emitter_select_scalar_style).
 * Long lines are not folded here: a line break between two words reads as the space that it stands for.
 */
import { scalarLike } from './node.ts';
import { typeOf } from './typing.ts';

const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
/** What libyaml writes as an escape only: tabs and everything beyond 16 bits too. */
const UNPRINTABLE = /[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;
const BREAK = /[\n\r\u0085\u2028\u2029]/;

/** A text as the value of a key, or as an item of a list. `indent`: of the lines below. `isKey`: as a key, which has one line. */
export function emitText(text: string, indent: string, isKey = false): string {
  const isMultiline = BREAK.test(text);
  const isSpecial = UNPRINTABLE.test(text) || / [\n\r\u0085\u2028\u2029]/.test(text);
  if (text.includes('\n') && !isKey && !isSpecial && !text.endsWith(' ')) return literal(text, indent);
  const isPlain = !text.includes('\n') && isPlainText(text) && !isSpecial && !isMultiline && allowsPlain(text);
  if (isPlain && !(isKey && text === '')) return text;
  const wantsDouble = text.includes('\n') || !isPlainText(text) || isSpecial || /[\n\r\u0085\u2028\u2029] /.test(text);
  return wantsDouble || isMultiline ? double(text) : `'${text.replaceAll("'", "''")}'`;
}

/** Whether the text is read as a text without quotes. */
function isPlainText(text: string): boolean {
  return typeOf({ ...scalarLike(text), tag: '' }) === 'string' && !BASE60.test(text) && text !== '<<' && text !== '=';
}

/** Whether a plain scalar can hold the text outside of brackets. */
function allowsPlain(text: string): boolean {
  if (text === '') return true;
  if (/^[\s]|\s$/.test(text) || text.startsWith('---') || text.startsWith('...')) return false;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[?:-](?:\s|$)/.test(text)) return false;
  return !/:(?:\s|$)/.test(text) && !/\s#/.test(text);
}

function literal(text: string, indent: string): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const chomping = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const lines = body.split('\n').map((line) => (line === '' ? '' : indent + line));
  return `|${hint}${chomping}\n${lines.join('\n')}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\x0b': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function double(text: string): string {
  let result = '';
  for (const char of text) {
    const escape = ESCAPES[char];
    if (escape !== undefined) result += escape;
    else if (!UNPRINTABLE.test(char)) result += char;
    else {
      const code = char.codePointAt(0) ?? 0;
      const hex = code.toString(16).toUpperCase();
      result +=
        code <= 0xff
          ? `\\x${hex.padStart(2, '0')}`
          : code <= 0xffff
            ? `\\u${hex.padStart(4, '0')}`
            : `\\U${hex.padStart(8, '0')}`;
    }
  }
  return `"${result}"`;
}
