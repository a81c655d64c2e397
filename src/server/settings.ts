/** Settings of the editor, and how they become settings of the model. */
import type { RemoteSettings } from '../clients/gitRemotes.ts';
import { GITHUB_HOSTS } from '../clients/gitRemotes.ts';
import type { LandingPolicy } from '../core/repository/landing.ts';
import { LANDING_POLICIES } from '../core/repository/landing.ts';
import type { RepositoryFile } from '../core/repository/files.ts';
import type { PlacementSettings } from '../core/repository/placement.ts';
import type { ParsedSettings, RuleSetting, SettingsProblem } from '../core/repository/settings.ts';
import { mergePlacementSettings, parseSettings, RULE_SEVERITIES } from '../core/repository/settings.ts';
import type { ClientOffers, InitializationOptions, RuleSeverity, ServerSettings } from '../protocol.ts';

export const DEFAULT_SETTINGS: ServerSettings = {
  environments: { order: [], names: {}, policy: {} },
  applications: { names: {} },
  preview: { maskSecrets: true },
  exclude: [],
  diagnostics: { enabled: true, rules: {} },
  hover: { enabled: true },
  codeLens: { enabled: true },
  inlayHints: { enabled: false },
  registry: { enabled: false },
  git: { branchTemplate: '', commitTemplate: '' },
  pullRequest: {
    titleTemplate: '',
    bodyTemplate: '',
    draft: false,
    labels: [],
    reviewers: [],
    autoMerge: 'off',
    copilotReview: false,
    summary: false,
  },
  github: { remote: '', enterpriseUrl: '' },
};

const MERGE_METHODS = ['merge', 'squash', 'rebase'] as const;

const DEFAULT_OPTIONS: InitializationOptions = {
  storagePath: '',
  trusted: false,
  settings: DEFAULT_SETTINGS,
  yaml: [],
  commands: {},
  offers: { gitHubToken: false, fetch: false, summary: false },
};

/** What the client sent, with defaults for everything that it left out: other editors send nothing. */
export function readOptions(sent: unknown): InitializationOptions {
  const options = isRecord(sent) ? (sent as Partial<InitializationOptions>) : {};
  return {
    storagePath: typeof options.storagePath === 'string' ? options.storagePath : DEFAULT_OPTIONS.storagePath,
    trusted: options.trusted === true,
    settings: readSettings(options.settings),
    yaml: Array.isArray(options.yaml) ? options.yaml : DEFAULT_OPTIONS.yaml,
    commands: names(options.commands),
    offers: offersOf(options.offers),
  };
}

function offersOf(sent: unknown): ClientOffers {
  const offers = isRecord(sent) ? sent : {};
  const offered = (name: keyof ClientOffers) => offers[name] === true;
  return { gitHubToken: offered('gitHubToken'), fetch: offered('fetch'), summary: offered('summary') };
}

/**
 * Settings as sent with the options or with `workspace/didChangeConfiguration`, alone or below `gitopsCockpit`. Beside that may stand `github-enterprise`,
 * which is where VS Code has the server that it signs in to.
 */
export function readSettings(sent: unknown): ServerSettings {
  const own = isRecord(sent) && isRecord(sent['gitopsCockpit']) ? sent['gitopsCockpit'] : sent;
  const settings = isRecord(own) ? own : {};
  const enterprise = isRecord(sent) && isRecord(sent['github-enterprise']) ? string(sent['github-enterprise']['uri']) : '';
  const section = (key: string): Record<string, unknown> => (isRecord(settings[key]) ? settings[key] : {});
  const environments = section('environments');
  const applications = section('applications');
  const preview = section('preview');
  const diagnostics = section('diagnostics');
  const git = section('git');
  const github = section('github');
  const isEnabled = (feature: 'hover' | 'codeLens' | 'inlayHints'): boolean => {
    const { [feature]: own } = settings;
    return isRecord(own) && typeof own['enabled'] === 'boolean' ? own['enabled'] : DEFAULT_SETTINGS[feature].enabled;
  };
  return {
    environments: {
      order: strings(environments['order']),
      names: names(environments['names']),
      policy: policies(environments['policy']),
    },
    applications: { names: names(applications['names']) },
    preview: { maskSecrets: preview['maskSecrets'] !== false },
    exclude: strings(settings['exclude']),
    diagnostics: { enabled: diagnostics['enabled'] !== false, rules: severities(diagnostics) },
    hover: { enabled: isEnabled('hover') },
    codeLens: { enabled: isEnabled('codeLens') },
    inlayHints: { enabled: isEnabled('inlayHints') },
    registry: { enabled: section('registry')['enabled'] === true },
    git: { branchTemplate: string(git['branchTemplate']), commitTemplate: string(git['commitTemplate']) },
    pullRequest: pullRequestSettings(section('pullRequest')),
    github: { remote: string(github['remote']), enterpriseUrl: string(github['enterpriseUrl']) || enterprise },
  };
}

function pullRequestSettings(sent: Record<string, unknown>): ServerSettings['pullRequest'] {
  return {
    titleTemplate: string(sent['titleTemplate']),
    bodyTemplate: string(sent['bodyTemplate']),
    draft: sent['draft'] === true,
    labels: strings(sent['labels']),
    reviewers: strings(sent['reviewers']),
    autoMerge: MERGE_METHODS.find((method) => method === sent['autoMerge']) ?? 'off',
    copilotReview: sent['copilotReview'] === true,
    summary: sent['summary'] === true,
  };
}

function policies(sent: unknown): Readonly<Record<string, LandingPolicy>> {
  const entries = Object.entries(names(sent)).flatMap(([environment, given]): [string, LandingPolicy][] => {
    const policy = LANDING_POLICIES.find((one) => one === given);
    return policy === undefined ? [] : [[environment, policy]];
  });
  return Object.fromEntries(entries);
}

/** Rules by code, in `rules` or as keys beside `enabled`; anything but a severity, such as `default`, leaves a rule as it is. */
function severities(diagnostics: Record<string, unknown>): Record<string, RuleSeverity> {
  const { rules } = diagnostics;
  const given = { ...diagnostics, ...(isRecord(rules) ? rules : {}) };
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, RuleSeverity] => RULE_SEVERITIES.some((one) => one === entry[1])),
  );
}

/** github.com, and the server of GitHub Enterprise where one is set. */
export function remoteSettings({ github }: ServerSettings): RemoteSettings {
  const { remote, enterpriseUrl } = github;
  const hosts = URL.canParse(enterpriseUrl) ? [new URL(enterpriseUrl).host] : [];
  return { remote: remote === '' ? undefined : remote, gitHubHosts: [...GITHUB_HOSTS, ...hosts] };
}

export function placementSettings({ environments, applications }: ServerSettings): PlacementSettings {
  return {
    order: environments.order,
    environments: Object.entries(environments.names),
    applications: Object.entries(applications.names),
  };
}

const NO_RULES: readonly RuleSetting[] = [];
const NO_POLICIES: ParsedSettings['policies'] = new Map();

/** The settings that a repository shares, below those of the editor. */
export class RepositorySettings {
  private file: RepositoryFile | undefined;
  private parsed: ParsedSettings | undefined;
  private editor: PlacementSettings | undefined;
  private result: PlacementSettings | undefined;

  /** The same object as long as neither the file nor `editor` changes. */
  merged(file: RepositoryFile | undefined, editor: PlacementSettings): PlacementSettings {
    if (this.result !== undefined && file === this.file && editor === this.editor) return this.result;
    if (file !== this.file) this.parsed = file === undefined ? undefined : parseSettings(file.text);
    this.file = file;
    this.editor = editor;
    this.result = this.parsed === undefined ? editor : mergePlacementSettings(editor, this.parsed.settings);
    return this.result;
  }

  /** The rules of the file that was merged last. */
  get rules(): readonly RuleSetting[] {
    return this.parsed?.rules ?? NO_RULES;
  }

  /** How the environments of the file that was merged last are landed in. */
  get policies(): ParsedSettings['policies'] {
    return this.parsed?.policies ?? NO_POLICIES;
  }

  get problems(): readonly SettingsProblem[] {
    return this.parsed?.problems ?? [];
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function names(value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
