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

/** A branch name that `git check-ref-format --branch` accepts, whatever the names contain. The same names give the same branch. */
export function proposalBranch(template: string, values: Omit<TemplateValues, 'tag'>): string {
  const parts = fillTemplate(template, { ...values, tag: '' }, sanitizePart)
    .split('/')
    .map(sanitizePart);
  const name = parts
    .filter((part) => part !== '')
    .join('/')
    .slice(0, LONGEST)
    .replace(/[-./]+$/, '');
  return name === '' || name === 'HEAD' ? 'gitops-cockpit' : name;
}

/** Replaces `{application}`, `{environment}` and `{tag}`; other braces stay. Values are taken through `escape` first. */
export function fillTemplate(template: string, values: TemplateValues, escape = (text: string) => text): string {
  return template.replace(/\{(application|environment|tag)\}/g, (_, key: keyof TemplateValues) => escape(values[key]));
}

/** One component of a ref: letters, digits, `_`, `-`, and dots inside. */
function sanitizePart(text: string): string {
  return text
    .replace(/[^\p{L}\p{N}_.-]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .slice(0, LONGEST_PART)
    .replace(/^[-.]+/, '')
    .replace(/(?:\.lock|[-.])+$/i, '');
}
