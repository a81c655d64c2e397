/** Runs the rules over a snapshot. */
import type { RepositoryFile } from '../repository/files.ts';
import { parseSettings, SETTINGS_FILE } from '../repository/settings.ts';
import type { Fix } from './fix.ts';
import { editFix } from './fix.ts';
import type { Finding, Problem, Severity } from './problem.ts';
import { perFile } from './memo.ts';
import { lineOf } from './places.ts';
import { onOneLine } from '../text/onOneLine.ts';
import type { LintInput, Rule } from './rule.ts';
import { rules } from './rules.ts';
import { foreignComponentTag } from './rules/foreignComponentTag.ts';
import { invalidSettings } from './rules/invalidSettings.ts';
import { newTagAndDigest } from './rules/newTagAndDigest.ts';
import type { Suppression } from './suppressions.ts';
import { suppressionsIn } from './suppressions.ts';
import { isUnfinished } from './unfinished.ts';

/** How a rule is to be taken, by its code; rules that are not in it have their own severity. */
export type Severities = ReadonlyMap<string, Severity | 'off'>;

/** What reports comments that keep nothing quiet. It needs the problems of all other rules, so that it is none of them. */
const unusedSuppression: Pick<Rule, 'code' | 'severity' | 'summary'> = {
  code: 'unused-suppression',
  severity: 'information',
  summary: 'A comment keeps a problem quiet that is not there.',
};

const all: readonly Pick<Rule, 'code' | 'severity' | 'summary'>[] = [...rules, unusedSuppression];

/** All codes, for settings and documentation. */
export const ruleCodes: readonly string[] = all.map(({ code }) => code);

/** What is said of a rule in lists. @throws for a code that is none */
export function ruleOf(code: string): Pick<Rule, 'code' | 'severity' | 'summary'> {
  const rule = all.find((one) => one.code === code);
  if (rule === undefined) throw new RangeError(`There is no rule ${code}.`);
  return rule;
}

/** Whether a comment can keep problems of a code quiet: not those about comments and settings. */
export function isSuppressible(code: string): boolean {
  return code !== unusedSuppression.code && code !== invalidSettings.code;
}

/** Rules that can tell more where they know what commits wrote. */
const WITH_HISTORY: ReadonlySet<string> = new Set([newTagAndDigest.code, foreignComponentTag.code]);

/** Files whose history would tell more about these problems. */
export function historyFilesOf(problems: readonly Problem[]): string[] {
  return [...new Set(problems.filter(({ code }) => WITH_HISTORY.has(code)).map(({ place }) => place.file))];
}

/** The problems of a repository by file and place, without those that a comment keeps quiet. Never throws on what a user wrote. */
export function lint(input: LintInput, severities: Severities = new Map()): Problem[] {
  const found = rules.flatMap((rule) => {
    const { code, severity } = rule;
    const wanted = severities.get(code);
    if (wanted === 'off') return [];
    return [...rule.check(input)]
      .filter(({ place }) => !isUnfinished(input.repository, place.file))
      .map((finding) => problemOf(code, wanted ?? finding.severity ?? severity, finding));
  });
  const quiet = new Set<Suppression>();
  const problems = found.filter((problem) => {
    const suppression = suppressionOf(input, problem);
    if (suppression !== undefined) quiet.add(suppression);
    return suppression === undefined;
  });
  problems.push(...unknownRules(input).map((finding) => problemOf(invalidSettings.code, invalidSettings.severity, finding)));
  const wanted = severities.get(unusedSuppression.code) ?? unusedSuppression.severity;
  if (wanted !== 'off')
    problems.push(...unused(input, quiet, severities).map((finding) => problemOf(unusedSuppression.code, wanted, finding)));
  return problems.sort(inOrder);
}

function problemOf(code: string, severity: Severity, finding: Finding): Problem {
  const { message, related = [], fixes = [] } = finding;
  return {
    usages: [],
    alsoToldBy: undefined,
    ...finding,
    message: onOneLine(message),
    related: related.map((other) => ({ ...other, message: onOneLine(other.message) })),
    fixes: fixes.map((fix) => ({ ...fix, title: onOneLine(fix.title) })),
    code,
    severity,
  };
}

function suppressionOf({ repository }: LintInput, { code, place }: Problem): Suppression | undefined {
  const file = repository.file(place.file);
  const all = file === undefined ? [] : suppressionsIn(file).filter((suppression) => suppression.code === code);
  if (all.length === 0) return undefined;
  const line = lineOf(repository, place);
  const holds = ({ lines }: Suppression) => lines !== undefined && lines.first <= line && line <= lines.last;
  return all.find(holds) ?? all.find(({ lines }) => lines === undefined);
}

/** Rules that the shared settings name and that do not exist. */
function unknownRules({ repository }: LintInput): Finding[] {
  const text = repository.file(SETTINGS_FILE)?.text;
  if (text === undefined) return [];
  return parseSettings(text).rules.flatMap(({ code, offset }): Finding[] =>
    ruleCodes.includes(code)
      ? []
      : [
          {
            message: `There is no rule ${code}.`,
            place: { file: SETTINGS_FILE, start: offset, end: offset + code.length },
            alsoToldBy: 'yaml',
          },
        ],
  );
}

const filesWithSuppressions = perFile((file) => (suppressionsIn(file).length > 0 ? [file] : []));

function unused({ repository }: LintInput, quiet: ReadonlySet<Suppression>, severities: Severities): Finding[] {
  const findings: Finding[] = [];
  for (const file of filesWithSuppressions(repository)) {
    // A rule that is off has nothing to be kept quiet.
    const useless = suppressionsIn(file).filter((one) => !quiet.has(one) && severities.get(one.code) !== 'off');
    for (const suppression of useless) {
      const { code, lines, place, list, comment } = suppression;
      const where = lines === undefined ? 'in this file' : 'there';
      const codes = new Set(useless.filter((one) => one.list.start === list.start).map((one) => one.code));
      findings.push({
        message:
          code === ''
            ? 'This comment names no rule and does nothing: write the code of the problem behind it, such as ignore mutable-tag.'
            : ruleCodes.includes(code)
              ? `There is no ${code} ${where} any more: this comment does nothing.`
              : `There is no rule ${code}: this comment does nothing.`,
        place: code === '' ? comment : place,
        fixes: [removal(file, suppression, codes)],
      });
    }
  }
  return findings;
}

/** Takes the useless codes out of a comment, or the comment away where nothing of it is left. */
function removal({ path, text }: RepositoryFile, { comment, list }: Suppression, useless: ReadonlySet<string>): Fix {
  const left = text
    .slice(list.start, list.end)
    .split(',')
    .filter((code) => !useless.has(code.trim()))
    .join(',')
    .trim();
  const { start, end } = left === '' ? comment : list;
  return editFix(
    'remove-suppression',
    'Delete what does nothing',
    [{ type: 'replace', file: path, start, end, text: left }],
    // Whoever names no rule still means one.
    !useless.has(''),
  );
}

function inOrder(a: Problem, b: Problem): number {
  if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1;
  return a.place.start - b.place.start || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}
