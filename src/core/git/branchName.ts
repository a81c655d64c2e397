/** Names of proposal branches, from a template and names that come out of files. */
import type { ProposalNames } from '../change/proposalNames.ts';

export const DEFAULT_BRANCH_TEMPLATE = 'gitops-cockpit/{environment}/{application}';

/** A branch stays well below what file systems allow for one name. */
const LONGEST_PART = 60;
const LONGEST = 200;
/** Of several names together. */
const LONGEST_LIST = 120;
const NOT_IN_NAMES = /[^\p{L}\p{N}_.+-]+/gu;

/** The values that may stand in braces in templates of branches, commits and pull requests. */
export interface TemplateValues {
  readonly application: string;
  readonly environment: string;
  /** The one tag that all changes have in common, else a count such as `3 images`. */
  readonly tag: string;
}

/**
 * A branch name that `git check-ref-format --branch` accepts, whatever the names contain. The same names give the same branch, and other names another
 * one: several names are joined by a `+`, which stands in no name, and a name that cannot stand in a branch as it is gets a hash at its end.
 */
export function proposalBranch(template: string, { applications, environments }: ProposalNames): string {
  const values = { application: listInBranch(applications), environment: listInBranch(environments), tag: '' };
  const longest = applications.length > 1 || environments.length > 1 ? LONGEST_LIST : LONGEST_PART;
  const parts = template
    .replaceAll('+', '-')
    .split('/')
    .map((part) => {
      const text = sanitized(fillTemplate(part, values));
      return isAmbiguous(part, values)
        ? withHash(text, `${values.application}/${values.environment}`, longest)
        : shortened(text, longest);
    })
    .filter((part) => part !== '');
  const name = shortened(parts.join('/'), LONGEST);
  return name === '' || name === 'HEAD' ? 'gitops-cockpit' : name;
}

/** What all branches of the template begin with. */
export function branchPrefix(template: string): string {
  const [start = ''] = template.replaceAll('+', '-').split('{', 1);
  return sanitizedPath(start.slice(0, start.lastIndexOf('/') + 1));
}

/**
 * The branch to use for a proposal, where these branches are there already: its own, or else the only one that has some of its applications in some of its
 * environments, so that no two of them change the same. `others` have that in common with it, too. Only what stands between slashes of its own in the
 * template is found in other branches.
 */
export function sharedBranch(
  template: string,
  names: ProposalNames,
  present: readonly string[],
): { readonly branch: string; readonly others: readonly string[] } {
  const own = proposalBranch(template, names);
  const wanted = namesOfBranch(template, own);
  const others = present.filter((branch) => {
    const has = branch === own ? undefined : namesOfBranch(template, branch);
    return (
      has !== undefined &&
      has.applications.some((name) => wanted?.applications.includes(name)) &&
      has.environments.some((name) => wanted?.environments.includes(name))
    );
  });
  const [only, second] = others;
  return only === undefined || second !== undefined || present.includes(own)
    ? { branch: own, others }
    : { branch: only, others: [] };
}

/** The names in a branch, as they are written there. undefined for other branches, and where the template does not keep them apart. */
function namesOfBranch(template: string, branch: string): ProposalNames | undefined {
  const parts = template
    .replaceAll('+', '-')
    .split('/')
    .filter((part) => part !== '');
  const found = branch.split('/');
  if (found.length !== parts.length) return undefined;
  const at = (part: string) => found[parts.indexOf(part)]?.split('+');
  const [applications, environments] = [at('{application}'), at('{environment}')];
  if (applications === undefined || environments === undefined) return undefined;
  return parts.every((part, index) => part.includes('{') || sanitized(part) === found[index])
    ? { applications, environments }
    : undefined;
}

/** Whether the two names could end and begin elsewhere in the text that they make together. */
function isAmbiguous(part: string, values: TemplateValues): boolean {
  const [, first, between, second] = /\{(application|environment)\}(.*?)\{(application|environment)\}/.exec(part) ?? [];
  if (first === undefined || second === undefined || between === undefined || first === second) return false;
  const separator = between.replace(NOT_IN_NAMES, '-');
  if (separator === '') return true;
  const text = `${values[first as keyof TemplateValues]}${separator}${values[second as keyof TemplateValues]}`;
  return text.indexOf(separator) !== text.lastIndexOf(separator);
}

/** Replaces `{application}`, `{environment}` and `{tag}`; other braces stay. Values are taken through `escape` first. */
export function fillTemplate(template: string, values: TemplateValues, escape = (text: string) => text): string {
  return template.replace(/\{(application|environment|tag)\}/g, (_, key: keyof TemplateValues) => escape(values[key]));
}

/** `+` separates them. */
function listInBranch(names: readonly string[]): string {
  return shortened(names.map(nameInBranch).join('+'), LONGEST_LIST);
}

function nameInBranch(name: string): string {
  const text = sanitized(name.replaceAll('+', '-'));
  return text === name ? shortened(text, LONGEST_PART) : withHash(text, name, LONGEST_PART);
}

function sanitizedPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => `${sanitized(part)}/`)
    .join('');
}

/** One component of a ref: letters, digits, `_`, `-`, `+`, and dots inside. */
function sanitized(text: string): string {
  return text
    .replace(NOT_IN_NAMES, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[-+.]+/, '')
    .replace(/(?:\.lock|[-+.])+$/i, '');
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : withHash(text, text, length);
}

/** As much of `text` as there is room for, and a hash of `whole`. */
function withHash(text: string, whole: string, length: number): string {
  const hash = fnv(whole).toString(36);
  // No half of a character, and nothing that may not stand at the end of a component.
  const start = text.slice(0, length - hash.length - 1).replace(/(?:[\ud800-\udbff]|[-+./])+$/, '');
  return start === '' ? hash : `${start}-${hash}`;
}

/** FNV-1a of 32 bits. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
