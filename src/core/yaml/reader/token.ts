/** What the scanner makes of a text: the tokens of libyaml (yamlh.go). */

export const TokenType = {
  end: 0,
  version: 1,
  tagDirective: 2,
  documentStart: 3,
  documentEnd: 4,
  blockSequenceStart: 5,
  blockMappingStart: 6,
  blockEnd: 7,
  flowSequenceStart: 8,
  flowSequenceEnd: 9,
  flowMappingStart: 10,
  flowMappingEnd: 11,
  blockEntry: 12,
  flowEntry: 13,
  key: 14,
  value: 15,
  alias: 16,
  anchor: 17,
  tag: 18,
  scalar: 19,
} as const;
export type TokenType = (typeof TokenType)[keyof typeof TokenType];

export type Style = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface Token {
  readonly type: TokenType;
  /** Offsets in the text; of a scalar those of what is written between its quotes, or below its header. */
  readonly start: number;
  readonly end: number;
  /** Value of a scalar, name of an anchor or alias, tag, handle of a tag directive. */
  readonly value: string;
  readonly style: Style;
  /** Prefix of a tag directive; handle of a tag. */
  readonly handle: string;
}

/** Makes the token of a scalar. */
export function scalarToken(start: number, end: number, value: string, style: Style): Token {
  return { type: TokenType.scalar, start, end, value, style, handle: '' };
}

/** The text is no YAML, or none that is read here. Never leaves the reader. */
export class YamlError extends Error {
  readonly offset: number;
  /** The text may be fine: it goes beyond what is read here. */
  readonly isLimit: boolean;

  constructor(message: string, offset: number, isLimit = false) {
    super(message);
    this.offset = offset;
    this.isLimit = isLimit;
  }
}
