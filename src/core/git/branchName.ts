/** Names of proposal branches, from a template and names that come out of files. */

export const DEFAULT_BRANCH_TEMPLATE = 'gitops-cockpit/{environment}/{application}';

/** A branch stays well below what file systems allow for one name. */
const LONGEST_PART = 60;
const LONGEST = 200;

/** The values that may stand in braces in templates of branches, commits and pull requests. */
export interface TemplateValues {
  readonly application: string;
  readonly environment: string;
  /** The one tag that all changes have in common, else a count such as `3 images`. */
  readonly tag: string;
}

/**
 * A branch name that `git check-ref-format --branch` accepts, whatever the names contain. The same names give the same branch; a name that cannot stand
 * in a branch as it is gets a hash at its end, so that no other name has that branch.
 */
export function proposalBranch(template: string, values: Omit<TemplateValues, 'tag'>): string {
  const parts = fillTemplate(template, { ...values, tag: '' }, nameInBranch)
    .split('/')
    .map((part) => shortened(sanitized(part), LONGEST_PART))
    .filter((part) => part !== '');
  const name = shortened(parts.join('/'), LONGEST);
  return name === '' || name === 'HEAD' ? 'gitops-cockpit' : name;
}

/** Replaces `{application}`, `{environment}` and `{tag}`; other braces stay. Values are taken through `escape` first. */
export function fillTemplate(template: string, values: TemplateValues, escape = (text: string) => text): string {
  return template.replace(/\{(application|environment|tag)\}/g, (_, key: keyof TemplateValues) => escape(values[key]));
}

function nameInBranch(name: string): string {
  const text = sanitized(name);
  return text === name ? shortened(text, LONGEST_PART) : withHash(text, name, LONGEST_PART);
}

/** One component of a ref: letters, digits, `_`, `-`, and dots inside. */
function sanitized(text: string): string {
  return text
    .replace(/[^\p{L}\p{N}_.-]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[-.]+/, '')
    .replace(/(?:\.lock|[-.])+$/i, '');
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : withHash(text, text, length);
}

/** As much of `text` as there is room for, and a hash of `whole`. */
function withHash(text: string, whole: string, length: number): string {
  const hash = fnv(whole).toString(36);
  // No half of a character, and nothing that may not stand at the end of a component.
  const start = text.slice(0, length - hash.length - 1).replace(/(?:[\ud800-\udbff]|[-./])+$/, '');
  return start === '' ? hash : `${start}-${hash}`;
}

/** FNV-1a of 32 bits. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
