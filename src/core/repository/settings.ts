/**
 * The part of the settings that corrects applications and environments: from `.gitops-cockpit.yaml`, which a team shares, and from the editor's
 * settings, which win.
 *
 *     environments:
 *       order: [dev, test, prod]
 *       names: { 'clusters/eu-*': prod }      # path pattern of a root or of a cluster > environment
 *     applications:
 *       names: { 'apps/legacy/**': billing }  # path pattern, or name of a workload > application
 */
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

export interface ParsedSettings {
  readonly settings: PlacementSettings;
  readonly problems: readonly SettingsProblem[];
}

/** Longer patterns and lists are refused: they come from repositories that nobody has trusted, and each costs time for every root. */
const LONGEST = 300;
const MOST = 200;

/**
 * Reads the settings from YAML or JSON text; keys of other parts of the product are left alone. What is wrong is dropped and reported, the rest
 * holds. Never throws.
 */
export function parsePlacementSettings(text: string, file = SETTINGS_FILE): ParsedSettings {
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
  return { settings, problems };
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
