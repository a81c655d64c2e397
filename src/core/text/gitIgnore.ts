/** Rules of .gitignore files as Flux's source-controller applies them (fluxcd/pkg/sourceignore/gitignore): not in all corners as git does. */
import { goMatch } from './goMatch.ts';

export interface IgnoreRule {
  /** Segments of the directory that the rule is for. */
  readonly domain: readonly string[];
  readonly segments: readonly string[];
  /** `!pattern`: what is left out again comes back. */
  readonly isInclusion: boolean;
  readonly onlyDirectories: boolean;
}

/** The rules in a text, of the file in the directory `domain` ('.' is the top). */
export function parseIgnoreRules(text: string, domain: string): IgnoreRule[] {
  const segments = domain === '.' ? [] : domain.split('/');
  return text
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map((line) => parseRule(line, segments));
}

function parseRule(line: string, domain: readonly string[]): IgnoreRule {
  const isInclusion = line.startsWith('!');
  let pattern = isInclusion ? line.slice(1) : line;
  if (!pattern.endsWith('\\ ')) pattern = pattern.replace(/ +$/, '');
  const onlyDirectories = pattern.endsWith('/');
  if (onlyDirectories) pattern = pattern.slice(0, -1);
  return { domain, segments: pattern.split('/'), isInclusion, onlyDirectories };
}

/** Whether the rules leave a path out: the last rule that fits decides. */
export function isIgnored(rules: readonly IgnoreRule[], path: string, isDirectory: boolean): boolean {
  const segments = path.split('/');
  const last = rules.findLast((rule) => fits(rule, segments, isDirectory));
  return last !== undefined && !last.isInclusion;
}

function fits(rule: IgnoreRule, path: readonly string[], isDirectory: boolean): boolean {
  const { domain } = rule;
  if (path.length <= domain.length || domain.some((segment, index) => path[index] !== segment)) return false;
  const rest = path.slice(domain.length);
  return rule.segments.length > 1 ? fitsPath(rule, rest, isDirectory) : fitsName(rule, rest, isDirectory);
}

function fitsName(
  { segments: [pattern = ''], onlyDirectories }: IgnoreRule,
  path: readonly string[],
  isDirectory: boolean,
): boolean {
  for (const [index, name] of path.entries()) {
    const matches = goMatch(pattern, name);
    if (matches === undefined) return false;
    if (matches) return !onlyDirectories || isDirectory || index < path.length - 1;
  }
  return false;
}

function fitsPath({ segments, onlyDirectories }: IgnoreRule, path: readonly string[], isDirectory: boolean): boolean {
  let rest = path;
  let matched = false;
  let mayPass = false;
  for (const [index, pattern] of segments.entries()) {
    if (pattern === '') {
      mayPass = false;
      continue;
    }
    if (pattern === '**') {
      if (index === segments.length - 1) break;
      mayPass = true;
      continue;
    }
    if (pattern.includes('**') || rest.length === 0) return false;
    if (!mayPass) {
      if (goMatch(pattern, rest[0] ?? '') !== true) return false;
      matched = true;
      rest = rest.slice(1);
      continue;
    }
    mayPass = false;
    while (rest.length > 0) {
      const matches = goMatch(pattern, rest[0] ?? '');
      rest = rest.slice(1);
      if (matches === undefined) return false;
      if (matches) {
        matched = true;
        break;
      }
      if (rest.length === 0) matched = false;
    }
  }
  return matched && !(onlyDirectories && !isDirectory && rest.length === 0);
}
