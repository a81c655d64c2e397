/** The tag that a Flux ImagePolicy chooses, as image-reflector-controller does (image-semantics.md D.1). */
import { RE2JS } from 're2js';
import { compareVersions, parseFluxVersion, parseRange, satisfies } from './semver.ts';
import type { SemanticVersion } from './semver.ts';

export interface TagPolicy {
  readonly semver?: { readonly range: string };
  /** `order` is asc (the last by bytes wins) or desc, in any case; asc where it is absent. */
  readonly alphabetical?: { readonly order?: string };
  readonly numerical?: { readonly order?: string };
}

export interface TagFilter {
  /** Unanchored RE2 pattern. */
  readonly pattern: string;
  /** Replacement such as `$v` that yields the text to order by; the tag itself where it is absent. */
  readonly extract?: string;
}

export type PolicyResult = { readonly latest: string } | { readonly problem: string };

export function latestTag(policy: TagPolicy, filter: TagFilter | undefined, tags: readonly string[]): PolicyResult {
  const byText = filterTags(filter, tags);
  if (typeof byText === 'string') return { problem: byText };
  if (byText.size === 0) return { problem: 'no tag matches the filter' };
  const chosen = choose(policy, [...byText.keys()]);
  return 'problem' in chosen ? chosen : { latest: byText.get(chosen.latest) ?? chosen.latest };
}

/** Text to order by > tag. Of two tags with the same text the later one wins. */
function filterTags(filter: TagFilter | undefined, tags: readonly string[]): ReadonlyMap<string, string> | string {
  if (filter === undefined || filter.pattern === '') return new Map(tags.map((tag) => [tag, tag]));
  const byText = new Map<string, string>();
  try {
    const pattern = RE2JS.compile(filter.pattern);
    for (const tag of tags) {
      const matcher = pattern.matcher(tag);
      if (matcher.find()) byText.set(expand(filter.extract ?? '', tag, matcher), tag);
    }
  } catch {
    return `the filter pattern ${filter.pattern} is not a valid regular expression`;
  }
  return byText;
}

interface Groups {
  group(name: string | number): string | null | undefined;
}

/** Go's Regexp.ExpandString: `$name` takes the longest run of word characters; unknown names are empty; `$$` is a dollar. */
function expand(template: string, tag: string, groups: Groups): string {
  if (template === '') return tag;
  return template.replace(/\$(?:(\$)|(\w+)|\{(\w+)\})/g, (_, dollar?: string, bare?: string, braced?: string) => {
    if (dollar !== undefined) return '$';
    const name = bare ?? braced ?? '';
    try {
      return groups.group(/^\d+$/.test(name) ? Number(name) : name) ?? '';
    } catch {
      return '';
    }
  });
}

function choose(policy: TagPolicy, texts: readonly string[]): PolicyResult {
  if (policy.semver !== undefined) return latestSemver(policy.semver.range, texts);
  if (policy.numerical !== undefined) return latestNumber(isDescending(policy.numerical.order), texts);
  if (policy.alphabetical !== undefined) {
    const descending = isDescending(policy.alphabetical.order);
    return { latest: texts.reduce((best, text) => ((descending ? text < best : text > best) ? text : best)) };
  }
  return { problem: 'the policy has neither semver, alphabetical nor numerical' };
}

function isDescending(order: string | undefined): boolean {
  return order?.toLowerCase() === 'desc';
}

function latestSemver(text: string, texts: readonly string[]): PolicyResult {
  const range = parseRange(text);
  if (range === undefined) return { problem: `${text} is not a valid range` };
  let best: { readonly text: string; readonly version: SemanticVersion } | undefined;
  for (const candidate of texts) {
    const version = parseFluxVersion(candidate);
    if (version === undefined || !satisfies(version, range)) continue;
    // Strictly greater: of equal versions the first one listed stays.
    if (best === undefined || compareVersions(version, best.version) > 0) best = { text: candidate, version };
  }
  return best === undefined ? { problem: `no tag is in the range ${text}` } : { latest: best.text };
}

const FLOAT = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

function latestNumber(descending: boolean, texts: readonly string[]): PolicyResult {
  let best: { readonly text: string; readonly value: number } | undefined;
  for (const text of texts) {
    if (!FLOAT.test(text)) return { problem: `${text} is not a number` };
    const value = Number(text);
    // Of equal numbers the last one listed wins.
    if (best === undefined || (descending ? value <= best.value : value >= best.value)) best = { text, value };
  }
  return best === undefined ? { problem: 'there is no tag' } : { latest: best.text };
}
