/** `check`: the problems that the editor shows, for CI and Git hooks. */
import { LineIndex } from '../core/text/lineIndex.ts';
import type { Place, Problem, Severity } from '../core/lint/problem.ts';
import { checkRepository } from '../workflows/checkRepository.ts';
import type { OpenedRepository } from '../workflows/openRepository.ts';
import { InputError, openRepositories } from '../workflows/openRepository.ts';
import type { FoundPlace, FoundProblem } from './checkFormats.ts';
import { formats } from './checkFormats.ts';
import type { Command } from './command.ts';
import { note, parseArguments, positionals, print } from './command.ts';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'information'];

export const check: Command = {
  usage: 'FOLDER [--format text|json|sarif|github] [--fail-on error|warning|information]',
  summary: 'looks for mistakes in images, tags, kustomizations and Flux objects; exit code 1 where it finds one',
  details: [
    '--format FORMAT     text for people (default), json, sarif for code scanning, github for annotations of a workflow run',
    '--fail-on SEVERITY  the least severity that gives exit code 1: error (default), warning or information',
  ],
  async run(args) {
    const { values, positionals: given } = parseArguments(args, {
      format: { type: 'string', default: 'text' },
      'fail-on': { type: 'string', default: 'error' },
    });
    const [folder = ''] = positionals(given, 'FOLDER');
    const format = formats[values.format];
    if (format === undefined)
      throw new InputError(`${values.format} is no format. Choose one of ${Object.keys(formats).join(', ')}.`);
    const least = SEVERITIES.findIndex((severity) => severity === values['fail-on']);
    if (least < 0) throw new InputError(`${values['fail-on']} is no severity. Choose one of ${SEVERITIES.join(', ')}.`);
    const found: FoundProblem[] = [];
    for (const opened of await openRepositories(folder)) {
      opened.notices.forEach(note);
      found.push(...(await checkRepository(opened)).map((problem) => foundProblem(opened, problem)));
    }
    print(format(found));
    return found.some(({ severity }) => SEVERITIES.indexOf(severity) <= least) ? 1 : 0;
  },
};

function foundProblem(opened: OpenedRepository, problem: Problem): FoundProblem {
  const { code, severity, message, place, related, fixes } = problem;
  return {
    code,
    severity,
    message,
    ...foundPlace(opened, place),
    related: related.map((other) => ({ message: other.message, ...foundPlace(opened, other.place) })),
    fixes: fixes.map(({ id, title }) => ({ id, title })),
  };
}

const lineIndexes = new WeakMap<object, LineIndex>();

function foundPlace({ repository, prefix }: OpenedRepository, { file, start, end }: Place): FoundPlace {
  const known = repository.file(file);
  let lines = known && lineIndexes.get(known);
  if (lines === undefined) {
    lines = new LineIndex(known?.text ?? '');
    if (known !== undefined) lineIndexes.set(known, lines);
  }
  const [from, to] = [lines.positionAt(start), lines.positionAt(end)];
  return { file: prefix + file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}
