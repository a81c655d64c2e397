/** A repository that a test makes up, with its problems: as lines to compare, and with what their fixes make of the files. */
import type { SeenTag } from '../../src/core/git/patchTags.ts';
import { Inventory } from '../../src/core/inventory/inventory.ts';
import type { Fix, FixPlan } from '../../src/core/lint/fix.ts';
import { planFix, withHistory } from '../../src/core/lint/fix.ts';
import type { Severities } from '../../src/core/lint/lint.ts';
import { lint } from '../../src/core/lint/lint.ts';
import type { Place, Problem } from '../../src/core/lint/problem.ts';
import type { LintFacts, LintInput } from '../../src/core/lint/rule.ts';
import type { RepositoryOptions } from '../../src/core/repository/gitOpsRepository.ts';
import { createRepository } from '../../src/core/repository/gitOpsRepository.ts';
import { NO_SETTINGS, place } from '../../src/core/repository/placement.ts';
import { LineIndex } from '../../src/core/text/lineIndex.ts';
import { applyEdits, isRefusal } from '../../src/core/text/textEdit.ts';

export type Files = Readonly<Record<string, string>>;

/** What is known from outside of the files. */
export interface World extends LintFacts {
  readonly order?: readonly string[];
  readonly severities?: Readonly<Record<string, Problem['severity'] | 'off'>>;
  readonly fluxImages?: NonNullable<RepositoryOptions['fluxImages']>;
  readonly links?: NonNullable<RepositoryOptions['links']>;
}

export class LintedRepository {
  readonly files: Files;
  readonly input: LintInput;
  readonly problems: readonly Problem[];

  constructor(files: Files, { order = [], severities = {}, fluxImages = 'merge', links = new Map(), ...facts }: World = {}) {
    this.files = files;
    const repository = createRepository(new Map(Object.entries(files)), {
      fluxImages,
      links,
      remoteUrls: facts.remoteUrls ?? [],
    });
    const inventory = new Inventory(repository.roots, place(repository.roots, { ...NO_SETTINGS, order }));
    this.input = { repository, inventory, facts };
    this.problems = lint(this.input, new Map(Object.entries(severities)) satisfies Severities);
  }

  /** `severity code file:line message`, in order. */
  get lines(): string[] {
    return this.problems.map(
      ({ severity, code, place: at, message }) => `${severity} ${code} ${at.file}:${String(this.lineOf(at))} ${message}`,
    );
  }

  /** `severity file:line message` of one code. */
  of(code: string): string[] {
    return this.lines.flatMap((line) => {
      const [severity = '', own = '', ...rest] = line.split(' ');
      return own === code ? [`${severity} ${rest.join(' ')}`] : [];
    });
  }

  /** `file:line message` of what problems of a code point to. */
  related(code: string): string[] {
    return this.withCode(code).flatMap(({ related }) =>
      related.map((other) => `${other.place.file}:${String(this.lineOf(other.place))} ${other.message}`),
    );
  }

  /** `id: title` of the fixes that problems of a code offer, with what Git knows. */
  fixes(code: string): string[] {
    return this.fixesOf(code).map(({ id, title }) => `${id}: ${title}`);
  }

  /** The files that a fix changes, as they are then. @throws where there is no such fix or it cannot be written */
  after(title: string): Record<string, string> {
    const fix = this.problems.flatMap(({ code }) => this.fixesOf(code)).find((one) => one.title === title);
    if (fix === undefined) throw new Error(`There is no fix ${title}.`);
    const plan = planFix(this.input.repository, fix);
    if (isRefusal(plan)) throw new Error(`The fix ${title} cannot be written: ${plan.reason}.`);
    return changedFiles(this.files, plan);
  }

  /** The text between the offsets of a problem's place. */
  marked(code: string): string[] {
    return this.withCode(code).map(({ place: { file, start, end } }) => (this.files[file] ?? '').slice(start, end));
  }

  private withCode(code: string): Problem[] {
    return this.problems.filter((problem) => problem.code === code);
  }

  private fixesOf(code: string): Fix[] {
    return this.withCode(code).flatMap(({ fixes }) =>
      fixes.flatMap((fix) => withHistory(fix, this.input.facts.history ?? []) ?? []),
    );
  }

  private lineOf({ file, start }: Place): number {
    return new LineIndex(this.files[file] ?? '').positionAt(start).line;
  }
}

/** The files that a plan changes or makes. @throws where edits overlap or leave their text */
export function changedFiles(files: Files, { files: edits, renames }: FixPlan): Record<string, string> {
  const changed: Record<string, string> = {};
  for (const [path, own] of edits) {
    const text = applyEdits(files[path] ?? '', own);
    if (typeof text !== 'string') throw new Error(`The edits of ${path} do not apply: ${text.reason}.`);
    changed[path] = text;
  }
  for (const { from, to } of renames) changed[to] = files[from] ?? '';
  return changed;
}

/** A tag that a commit wrote; commits are told apart by the order in which tests list them. */
export function seenTag(file: string, image: string, tag: string, commit: string, key = 'newTag'): SeenTag {
  return { file, image, tag, key, commit: commit.padEnd(40, '0'), author: 'Ada', date: '2026-11-03T10:00:00Z' };
}
