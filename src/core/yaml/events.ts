/** The events of js-yaml for a text that go-yaml, which kustomize reads with, takes; and what is wrong where it takes none. */
import { parseEvents, YAMLException } from 'js-yaml';
import type { Event } from 'js-yaml';
import { deepened } from './shallowLines.ts';

export interface YamlProblem {
  /** The parser's own words, lower case, without position. */
  readonly message: string;
  /** Offset in the source. */
  readonly offset: number;
  /** True where the text is well-formed, but has a key twice in one mapping of an object (not in its annotations, which kustomize merges). */
  readonly isDuplicateKey?: true;
}

/** From an offset of the text that was read to one of the source. */
export type OffsetOf = (offset: number) => number;

/** Deeper trees are refused: no manifest is that deep, and walking them would exhaust the stack. */
export const MAX_DEPTH = 200;
export class AliasProblem extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Runs `use` on the events of a text; `offsetOf` turns their offsets into those of the source. */
export function withEvents<T>(
  text: string,
  base: number,
  use: (text: string, events: readonly Event[], offsetOf: OffsetOf) => T,
): { readonly result?: T; readonly problem: YamlProblem | undefined } {
  let read = text;
  let offsetOf: OffsetOf = (offset) => base + offset;
  for (;;) {
    try {
      return { result: use(read, parseEvents(read, { maxDepth: MAX_DEPTH }), offsetOf), problem: undefined };
    } catch (error) {
      const deeper = read === text && isShallow(error) ? deepened(text) : undefined;
      if (deeper === undefined) return { problem: problemOf(error, offsetOf) };
      read = deeper.text;
      offsetOf = (offset) => base + deeper.originalOffset(offset);
    }
  }
}

function isShallow(error: unknown): boolean {
  return error instanceof YAMLException && error.reason === 'deficient indentation';
}

function problemOf(error: unknown, offsetOf: OffsetOf): YamlProblem {
  if (error instanceof AliasProblem) return { message: error.message, offset: offsetOf(error.offset) };
  if (error instanceof YAMLException) return { message: withoutValue(error.reason), offset: offsetOf(error.mark?.position ?? 0) };
  return { message: 'is not valid YAML', offset: offsetOf(0) };
}

/** A reason without the part of the text that it quotes, which may be a password: `!secret` is a tag for YAML. */
function withoutValue(reason: string): string {
  return reason.replace(/\s*(?:"|!<|: ).*$/s, '');
}
