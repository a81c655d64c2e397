/**
 * The settings that a team shares in `.gitops-cockpit.yaml`: what corrects applications and environments, and how lint rules are to be taken. The
 * editor's settings win over them.
 *
 *     environments:
 *       order: [dev, test, prod]
 *       names: { 'clusters/eu-*': prod }      # path pattern of a root or of a cluster > environment
 *       policy: { prod: pullRequest }         # environment > edit, commit, pullRequest or ask
 *     applications:
 *       names: { 'apps/legacy/**': billing }  # path pattern, or name of a workload > application
 *     rules: { mutable-tag: off }             # code > off, error, warning or information
 */
import type { LandingPolicy } from './landing.ts';
import { LANDING_POLICIES } from './landing.ts';
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { get, isNull } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import type { PlacementSettings } from './placement.ts';

/** Name of the shared settings file, at the top of the repository. */
export const SETTINGS_FILE = '.gitops-cockpit.yaml';

export interface SettingsProblem {
  /** One sentence. */
  readonly message: string;
  /** Offset in the text where the problem is. */
  readonly offset: number;
}

/** How a lint rule is to be taken. */
export type RuleSeverity = 'off' | 'error' | 'warning' | 'information';

export const RULE_SEVERITIES: readonly RuleSeverity[] = ['off', 'error', 'warning', 'information'];

/** A rule that the file names; whether there is such a rule is for others to say. */
export interface RuleSetting {
  readonly code: string;
  readonly severity: RuleSeverity;
  /** Offset of the code in the text. */
  readonly offset: number;
}

export interface ParsedSettings {
  readonly settings: PlacementSettings;
  readonly rules: readonly RuleSetting[];
  /** By environment. */
  readonly policies: ReadonlyMap<string, LandingPolicy>;
  readonly problems: readonly SettingsProblem[];
}

/** Longer patterns and lists are refused: they come from repositories that nobody has trusted, and each costs time for every root. */
const LONGEST = 300;
const MOST = 200;

/**
 * Reads the settings from YAML or JSON text; keys of other parts of the product are left alone. What is wrong is dropped and reported, the rest
 * holds. Never throws.
 */
export function parseSettings(text: string, file = SETTINGS_FILE): ParsedSettings {
  const { documents, problem } = parseYaml(text, { file, within: undefined });
  const problems: SettingsProblem[] = [];
  if (problem !== undefined) problems.push({ message: `${file} is not valid YAML: ${problem.message}.`, offset: problem.offset });
  const root = documents[0]?.root;
  const reader = new Reader(problems);
  const environments = reader.section(root, 'environments');
  const applications = reader.section(root, 'applications');
  const settings: PlacementSettings = {
    order: reader.list(get(environments, 'order'), 'environments.order'),
    environments: reader.pairs(get(environments, 'names'), 'environments.names', true),
    applications: reader.pairs(get(applications, 'names'), 'applications.names', false),
  };
  return {
    settings,
    rules: reader.rules(reader.section(root, 'rules')),
    policies: reader.policies(get(environments, 'policy')),
    problems,
  };
}

/** The settings of `over`, and those of `under` where `over` says nothing. */
export function mergePlacementSettings(over: PlacementSettings, under: PlacementSettings): PlacementSettings {
  return {
    order: over.order.length > 0 ? over.order : under.order,
    environments: [...over.environments, ...under.environments],
    applications: [...over.applications, ...under.applications],
  };
}

class Reader {
  private readonly problems: SettingsProblem[];

  constructor(problems: SettingsProblem[]) {
    this.problems = problems;
  }

  section(root: YamlNode | undefined, key: string): YamlNode | undefined {
    if (isAbsent(root)) return undefined;
    if (root.kind !== 'map') {
      this.report(root, 'The settings must be a mapping.');
      return undefined;
    }
    const section = get(root, key);
    if (isAbsent(section)) return undefined;
    if (section.kind !== 'map') this.report(section, `${key} must be a mapping.`);
    return section;
  }

  list(node: YamlNode | undefined, key: string): string[] {
    if (isAbsent(node)) return [];
    if (node.kind !== 'sequence') {
      this.report(node, `${key} must be a list of names.`);
      return [];
    }
    const names = new Set<string>();
    for (const item of this.within(node, node.items, key)) {
      const name = this.text(item, key);
      if (name === undefined) continue;
      if (names.has(name)) this.report(item, `${key} names ${name} twice.`);
      names.add(name);
    }
    return [...names];
  }

  pairs(node: YamlNode | undefined, key: string, allowsNone: boolean): [string, string][] {
    if (isAbsent(node)) return [];
    if (node.kind !== 'map') {
      this.report(node, `${key} must be a mapping from patterns to names.`);
      return [];
    }
    const pairs: [string, string][] = [];
    for (const [pattern, entry] of this.within(node, [...node.entries], key)) {
      if (pattern === '' || pattern.length > LONGEST) {
        this.report(entry.key, `A pattern of ${key} must have 1 to ${LONGEST} characters.`);
        continue;
      }
      const name = allowsNone && entry.value.kind === 'scalar' && entry.value.text === '' ? '' : this.text(entry.value, key);
      if (name !== undefined) pairs.push([pattern, name]);
    }
    return pairs;
  }

  rules(node: YamlNode | undefined): RuleSetting[] {
    if (node?.kind !== 'map') return [];
    return this.within(node, [...node.entries], 'rules').flatMap(([code, { key, value }]): RuleSetting[] => {
      // YAML 1.1 reads the word off as a boolean, and the parsed text is still that word.
      const severity = value.kind === 'scalar' ? RULE_SEVERITIES.find((one) => one === value.text) : undefined;
      if (severity === undefined) this.report(value, `rules.${code} must be one of ${RULE_SEVERITIES.join(', ')}.`);
      return severity === undefined ? [] : [{ code, severity, offset: key.start }];
    });
  }

  policies(node: YamlNode | undefined): Map<string, LandingPolicy> {
    const policies = new Map<string, LandingPolicy>();
    if (isAbsent(node)) return policies;
    if (node.kind !== 'map') this.report(node, 'environments.policy must be a mapping from environments to policies.');
    for (const [environment, { value }] of node.kind === 'map'
      ? this.within(node, [...node.entries], 'environments.policy')
      : []) {
      const policy = value.kind === 'scalar' ? LANDING_POLICIES.find((one) => one === value.text) : undefined;
      if (policy !== undefined) policies.set(environment, policy);
      else this.report(value, `environments.policy.${environment} must be one of ${LANDING_POLICIES.join(', ')}.`);
    }
    return policies;
  }

  private within<T>(node: YamlNode, items: readonly T[], key: string): readonly T[] {
    if (items.length > MOST) this.report(node, `${key} has more than ${MOST} entries; the rest is ignored.`);
    return items.slice(0, MOST);
  }

  private text(node: YamlNode, key: string): string | undefined {
    if (node.kind === 'scalar' && !isNull(node) && node.text.trim() !== '') return node.text.trim();
    this.report(node, `${key} must hold names, and this is none.`);
    return undefined;
  }

  private report(node: YamlNode | ScalarNode, message: string): void {
    this.problems.push({ message, offset: node.start });
  }
}

function isAbsent(node: YamlNode | undefined): node is undefined {
  return node === undefined || (node.kind === 'scalar' && isNull(node));
}
