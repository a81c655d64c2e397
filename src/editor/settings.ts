import { workspace } from 'vscode';
import { settings, settingsSection } from '../manifest.ts';
import type { RuleSeverity, ServerSettings } from '../protocol.ts';

/** A setting as the user has set it, or its default. */
export function read<K extends keyof typeof settings>(key: K): (typeof settings)[K] {
  return workspace.getConfiguration(settingsSection).get(key, settings[key]);
}

/** The settings of this window in the form in which the server takes them. */
export function readServerSettings(): ServerSettings {
  return {
    environments: { order: read('environments.order'), names: read('environments.names'), policy: read('environments.policy') },
    applications: { names: read('applications.names') },
    preview: { maskSecrets: read('preview.maskSecrets') },
    exclude: read('exclude'),
    diagnostics: { enabled: read('diagnostics.enabled'), rules: readRules() },
    hover: { enabled: read('hover.enabled') },
    codeLens: { enabled: read('codeLens.enabled') },
    inlayHints: { enabled: read('inlayHints.enabled') },
    registry: { enabled: read('registry.enabled') },
    git: { branchTemplate: read('git.branchTemplate'), commitTemplate: read('git.commitTemplate') },
    pullRequest: {
      titleTemplate: read('pullRequest.titleTemplate'),
      bodyTemplate: read('pullRequest.bodyTemplate'),
      draft: read('pullRequest.draft'),
      labels: read('pullRequest.labels'),
      reviewers: read('pullRequest.reviewers'),
      autoMerge: read('pullRequest.autoMerge'),
      copilotReview: read('pullRequest.copilotReview'),
    },
    github: { remote: read('github.remote'), enterpriseUrl: enterpriseUrl() },
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
