/** Where rules are explained: one section for each in `rules.md`, which the extension ships. */

const PAGE = 'https://github.com/gitops-cockpit/gitops-cockpit/blob/main/src/core/lint/rules.md';

/** The address of a rule's section for people without this extension. */
export function documentationOf(code: string): string {
  return `${PAGE}#${code}`;
}

/** The section of a rule in the text of `rules.md`, its heading included; undefined where there is none. */
export function sectionOf(page: string, code: string): string | undefined {
  const start = page.search(new RegExp(`^## ${code}$`, 'm'));
  if (start < 0) return undefined;
  const end = page.slice(start + 1).search(/^## /m);
  return page.slice(start, end < 0 ? undefined : start + 1 + end).trimEnd();
}
