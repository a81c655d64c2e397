import { workspace } from 'vscode';
import { settings, settingsSection } from '../manifest.ts';
import type { RuleSeverity, ServerSettings } from '../protocol.ts';

/** A setting as the user has set it, or its default. */
export function readSetting<K extends keyof typeof settings>(key: K): (typeof settings)[K] {
  return workspace.getConfiguration(settingsSection).get(key, settings[key]);
}

/** The settings of this window in the form in which the server takes them. */
export function readServerSettings(): ServerSettings {
  return {
    environments: {
      order: readSetting('environments.order'),
      names: readSetting('environments.names'),
      policy: readSetting('environments.policy'),
    },
    applications: { names: readSetting('applications.names') },
    preview: { maskSecrets: readSetting('preview.maskSecrets') },
    exclude: readSetting('exclude'),
    diagnostics: { enabled: readSetting('diagnostics.enabled'), rules: readRules() },
    hover: { enabled: readSetting('hover.enabled') },
    codeLens: { enabled: readSetting('codeLens.enabled') },
    inlayHints: { enabled: readSetting('inlayHints.enabled') },
    registry: { enabled: readSetting('registry.enabled') },
    git: { branchTemplate: readSetting('git.branchTemplate'), commitTemplate: readSetting('git.commitTemplate') },
    pullRequest: {
      titleTemplate: readSetting('pullRequest.titleTemplate'),
      bodyTemplate: readSetting('pullRequest.bodyTemplate'),
      draft: readSetting('pullRequest.draft'),
      labels: readSetting('pullRequest.labels'),
      reviewers: readSetting('pullRequest.reviewers'),
      autoMerge: readSetting('pullRequest.autoMerge'),
      copilotReview: readSetting('pullRequest.copilotReview'),
      summary: readSetting('pullRequest.summary'),
    },
    github: { remote: readSetting('github.remote'), enterpriseUrl: enterpriseUrl() },
  };
}

/** The server of GitHub Enterprise that VS Code itself signs in to, so that both are always the same one. */
export function enterpriseUrl(): string {
  return workspace.getConfiguration('github-enterprise').get('uri', '');
}

/** Rules that the user takes otherwise than by default. */
function readRules(): ServerSettings['diagnostics']['rules'] {
  const all = workspace.getConfiguration(settingsSection).get<Readonly<Record<string, unknown>>>('diagnostics', {});
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, RuleSeverity] => isSeverity(entry[1])));
}

function isSeverity(value: unknown): value is RuleSeverity {
  return value === 'off' || value === 'error' || value === 'warning' || value === 'information';
}
