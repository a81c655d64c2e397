import { workspace } from 'vscode';
import { settings, settingsSection } from '../manifest.ts';
import type { ServerSettings } from '../protocol.ts';

/** A setting as the user has set it, or its default. */
function read<K extends keyof typeof settings>(key: K): (typeof settings)[K] {
  return workspace.getConfiguration(settingsSection).get(key, settings[key]);
}

/** The settings of this window in the form in which the server takes them. */
export function readServerSettings(): ServerSettings {
  return {
    environments: { order: read('environments.order'), names: read('environments.names') },
    applications: { names: read('applications.names') },
    preview: { maskSecrets: read('preview.maskSecrets') },
    exclude: read('exclude'),
  };
}
