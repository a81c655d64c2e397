/** How `check` prints what it found. */
import packageJson from '../../package.json' with { type: 'json' };
import { documentationOf } from '../core/lint/documentation.ts';
import { ruleCodes, ruleOf } from '../core/lint/lint.ts';
import type { Severity } from '../core/lint/problem.ts';

/** Lines and columns count from 1; the end is behind the last character. */
export interface FoundPlace {
  /** Relative to the folder that was checked, with slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface FoundProblem extends FoundPlace {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly related: readonly (FoundPlace & { readonly message: string })[];
  readonly fixes: readonly { readonly id: string; readonly title: string }[];
}

export const formats: Readonly<Record<string, (problems: readonly FoundProblem[]) => string>> = { text, json, sarif, github };

function text(problems: readonly FoundProblem[]): string {
  const lines = problems.map(
    ({ file, line, column, severity, code, message }) =>
      `${harmless(file)}:${String(line)}:${String(column)}: ${severity}: ${harmless(message)} [${code}]\n`,
  );
  const counts = (['error', 'warning', 'information'] as const).flatMap((severity) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    return count === 0 ? [] : [`${String(count)} ${severity}${count === 1 || severity === 'information' ? '' : 's'}`];
  });
  return `${lines.join('')}${counts.length === 0 ? 'No problems.' : `${counts.join(', ')}.`}\n`;
}

/** Text from files without what a terminal would obey. */
function harmless(value: string): string {
  return value.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
}

function json(problems: readonly FoundProblem[]): string {
  return JSON.stringify(problems, undefined, 2);
}

const LEVELS = { error: 'error', warning: 'warning', information: 'note' } as const;

/** SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), as GitHub's code scanning reads it. */
function sarif(problems: readonly FoundProblem[]): string {
  const rules = ruleCodes.map((code) => {
    const { summary, severity } = ruleOf(code);
    return {
      id: code,
      shortDescription: { text: summary },
      helpUri: documentationOf(code),
      defaultConfiguration: { level: LEVELS[severity] },
    };
  });
  const results = problems.map((problem) => ({
    ruleId: problem.code,
    ruleIndex: ruleCodes.indexOf(problem.code),
    level: LEVELS[problem.severity],
    message: { text: problem.message },
    locations: [{ physicalLocation: physicalLocation(problem) }],
    relatedLocations: problem.related.map((other, id) => ({
      id,
      message: { text: other.message },
      physicalLocation: physicalLocation(other),
    })),
  }));
  const driver = {
    name: packageJson.displayName,
    version: packageJson.version,
    informationUri: packageJson.repository.url.replace(/\.git$/, ''),
    rules,
  };
  return JSON.stringify(
    {
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
    },
    undefined,
    2,
  );
}

function physicalLocation({ file, line, column, endLine, endColumn }: FoundPlace) {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  return {
    artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
    region: { startLine: line, startColumn: column, endLine, endColumn },
  };
}

/** Workflow commands (https://docs.github.com/actions/reference/workflow-commands-for-github-actions). */
function github(problems: readonly FoundProblem[]): string {
  const commands = { error: 'error', warning: 'warning', information: 'notice' } as const;
  return problems
    .map(({ severity, file, line, column, endLine, endColumn, code, message }) => {
      const properties = { file, line, col: column, endLine, ...(endLine === line ? { endColumn } : {}), title: code };
      const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
      return `::${commands[severity]} ${list.join(',')}::${escapeMessage(message)}\n`;
    })
    .join('');
}

function escapeMessage(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(value: string): string {
  return escapeMessage(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
