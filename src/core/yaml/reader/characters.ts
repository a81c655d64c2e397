/** Characters as go-yaml tells them apart (yamlprivateh.go, readerc.go). The end of the text reads as 0, which no text may contain. */

export const END = 0;
export const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
export const SPACE = 32;

/** Classes of ASCII characters; a character can be in several. */
const BREAK_OR_END = 1;
const BLANK = 2;
const WORD = 4;
const PLAIN_STOP = 8;
const FLOW_STOP = 16;
const HEX = 32;

const classes = new Uint8Array(128);
mark('\n\r\0', BREAK_OR_END);
mark(' \t', BLANK);
mark('0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-', WORD);
mark('0123456789abcdefABCDEF', HEX);
mark(' \t\n\r\0:', PLAIN_STOP);
mark(' \t\n\r\0:,?[]{}', FLOW_STOP);

function mark(characters: string, bit: number): void {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    classes[code] = (classes[code] ?? 0) | bit;
  }
}

function isIn(code: number, bits: number): boolean {
  return code < 128 && ((classes[code] as number) & bits) !== 0;
}

/** Line breaks beyond ASCII: next line, line separator, paragraph separator. */
function isOtherBreak(code: number): boolean {
  return code === 0x85 || code === 0x2028 || code === 0x2029;
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

export function isBreak(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN || isOtherBreak(code);
}

export function isBreakOrEnd(code: number): boolean {
  return code < 128 ? ((classes[code] as number) & BREAK_OR_END) !== 0 : isOtherBreak(code);
}

export function isBlankOrEnd(code: number): boolean {
  return code < 128 ? ((classes[code] as number) & (BREAK_OR_END | BLANK)) !== 0 : isOtherBreak(code);
}

/** Letters, digits, `_` and `-`: what names of anchors and tag handles are made of. */
export function isWord(code: number): boolean {
  return isIn(code, WORD);
}

export function isHex(code: number): boolean {
  return isIn(code, HEX);
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** False where a plain scalar goes on with this character whatever follows it. */
export function mayStopPlain(code: number, inFlow: boolean): boolean {
  return code < 128 ? ((classes[code] as number) & (inFlow ? FLOW_STOP : PLAIN_STOP)) !== 0 : isOtherBreak(code);
}

/** Characters that no YAML text may contain, a lone surrogate among them. */
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** Where the text has a character that no YAML text may contain, -1 where it has none. */
export function forbiddenCharacter(text: string): number {
  return text.search(FORBIDDEN);
}
