/** Texts as they are while somebody types, or after something went wrong: bytes and lines taken out and put in. */
import * as fc from 'fast-check';

const SNIPPETS =
  '\n|\r|\t|  |- |: |{|}|[|]|*a|&a |<<: *a|!!str |!x |---\n|...\n|%YAML 1.1\n|#|"|\'|\u0000|\uFEFF|\uD800|${|}|${A:-|$patch: delete|null|~|0x|images:|newTag:|image: x|../|/|,|?|>-|\\';

type Mutation = { readonly at: number; readonly length: number; readonly text: string; readonly wholeLine: boolean };
/** A few changes of a text, anywhere in it. */
export const mutations = fc.array(
  fc.record({
    at: fc.nat(),
    length: fc.nat(12),
    text: fc.oneof(fc.constantFrom(...SNIPPETS.split('|'), ''), fc.string({ maxLength: 6 })),
    wholeLine: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

export function mutate(text: string, changes: readonly Mutation[]): string {
  let result = text;
  for (const { at, length, text: inserted, wholeLine } of changes) {
    let start = at % (result.length + 1);
    let end = Math.min(start + length, result.length);
    if (wholeLine) {
      start = result.lastIndexOf('\n', start) + 1;
      const newline = result.indexOf('\n', start);
      end = newline < 0 ? result.length : newline;
    }
    result = result.slice(0, start) + inserted + result.slice(end);
  }
  return result;
}
