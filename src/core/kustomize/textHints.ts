/** What the text of an object says without being parsed. Each is a quick test that lets through too much rather than too little: false is certain. */

/** A key of one line in quotes. */
const QUOTED_KEY = String.raw`["'][^"'\n]*["'][ \t]*:(?:\s|$)`;
/** Below a key, after empty lines and comments: a list, a text in quotes, or a line without a key before its comment. */
const BELOW = String.raw`(?:#[^\n]*)?\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?:-\s|(?!${QUOTED_KEY})["']|[^\s:#"'](?:[^:\n#]|:\S|(?<=\S)#)*(?:(?<=[ \t])#|\n|$)|:\S)`;

/** Finds one of these keys with something else than a mapping behind or below it. `keys`: as in a regular expression, with `|` between them. */
export function withoutMapping(keys: string): RegExp {
  return new RegExp(String.raw`(?:${keys})(?:["'][ \t]*:[ \t]*|[ \t]*:(?:[ \t]+|(?=\r?\n)))(?:[^\s#{]|${BELOW})`);
}

/** Can spell any character. */
export const HEX_ESCAPE = /\\[xuU][0-9a-fA-F]/;
const ALIAS_KEY = /\*[A-Za-z0-9_-]+\s*:/;
const LONG_KEY = /(?:^[ \t-]*|[{,]\s*)\?\s/m;

/** Whether a key can be spelled in a way that a search for its name does not find. Words are found faster than expressions. */
export function mayHideKeys(text: string): boolean {
  return (
    (text.includes('\\') && HEX_ESCAPE.test(text)) ||
    (text.includes('*') && ALIAS_KEY.test(text)) ||
    (text.includes('?') && LONG_KEY.test(text))
  );
}
