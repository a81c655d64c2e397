/** Changes that break texts in the ways in which people, merges and tools break them, and in some that nobody does. */
import * as fc from 'fast-check';

export interface Mutation {
  readonly kind: keyof typeof kinds;
  /** Taken modulo the length of the text, or its number of lines. */
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

type Change = (text: string, mutation: Mutation) => string;

const SNIPPETS =
  '\n|\r|\r\n|\t|  |- |: |{|}|[|]|*a|&a |<<: *a|!!str |!x |---\n|...\n|%YAML 1.1\n|#|"|\'|\u0000|\uFEFF|\uD800|${|}|${A:-|null|~|images:\n|  - name: x\n    newTag: 1\n|newTag: ""|name: |digest: |newName: |tagSuffix: -a|image: x|# gitops-cockpit: ignore mutable-tag, x|# gitops-cockpit: ignore-file empty-new-tag|# {"$imagepolicy": "a:b:tag"}|patches:\n  - patch: |path: ../|?|>-|\\|é|\u2028|😀|𝒳'.split(
    '|',
  );

const kinds = {
  cutOff: (text, { at }) => text.slice(0, at % (text.length + 1)),
  cutOut: (text, { at, length }) => splice(text, at % (text.length + 1), length, ''),
  insert: (text, { at, length, text: inserted }) => splice(text, at % (text.length + 1), length % 4, inserted),
  duplicateLines: (text, { at, length }) =>
    lines(text, at, (all, line) => all.splice(line, 0, ...all.slice(line, line + 1 + (length % 5)))),
  deleteLine: (text, { at }) => lines(text, at, (all, line) => all.splice(line, 1)),
  swapLines: (text, { at, length }) =>
    lines(text, at, (all, line) => all.splice(line, 0, ...all.splice((line + length) % all.length, 1))),
  indent: (text, { at, length }) =>
    lines(text, at, (all, line) => (all[line] = ' '.repeat(length % 7) + (all[line] ?? '').trimStart())),
  useTabs: (text, { at }) =>
    lines(text, at, (all, line) => (all[line] = (all[line] ?? '').replace(/^ +/, (blanks) => '\t'.repeat(blanks.length / 2)))),
  insertLine: (text, { at, text: inserted }) => lines(text, at, (all, line) => all.splice(line, 0, inserted)),
  joinLines: (text, { at }) => lines(text, at, (all, line) => all.splice(line, 2, `${all[line] ?? ''}${all[line + 1] ?? ''}`)),
  useCrlf: (text) => text.replaceAll('\n', '\r\n'),
  nest: (text, { at, length }) =>
    splice(text, at % (text.length + 1), 0, ['[', '{a: ', '- ', 'a:\n '][length % 4]?.repeat(200 + length) ?? ''),
  lengthen: (text, { at, text: inserted }) => splice(text, at % (text.length + 1), 0, (inserted || 'x').repeat(20_000)),
} satisfies Readonly<Record<string, Change>>;

function splice(text: string, start: number, length: number, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(start + length);
}

function lines(text: string, at: number, change: (all: string[], line: number) => unknown): string {
  const all = text.split('\n');
  change(all, at % all.length);
  return all.join('\n');
}

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])),
    at: fc.nat(),
    length: fc.nat(40),
    text: fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ unit: 'binary', maxLength: 8 })),
  }),
  { minLength: 1, maxLength: 6 },
);

export function mutate(text: string, all: readonly Mutation[]): string {
  return all.reduce((result, mutation) => (kinds[mutation.kind] as Change)(result, mutation), text);
}
